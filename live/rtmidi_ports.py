"""Ports of the operating system's own MIDI through python-rtmidi: ALSA, CoreMIDI, Windows MM.

RtMidi sends at once, so a message is handed over at its moment; what comes in is stamped on arrival.

JACK by RtMidi (`--backend jack-rtmidi`) is for those who ask for it, to compare or where JACK-Client fails.
Its messages leave at the beginning of the next period, and nobody knows when in a period one came in; where
the server dies it hangs, loses what was sent, or goes on as if nothing had happened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import rtmidi
from mido import Message

from live.clock import MonotonicClock
from live.incoming import incoming_message
from live.ports import CLIENT_NAME, Deliver, PortError, PortLostError, find_port


class OwnPort(NamedTuple):
    """A port of segue's own.

    Attributes:
        port: its name within the client.
        name: as other programs list it.
    """

    port: str
    name: str


class RtMidiKind(NamedTuple):
    """One of the systems behind RtMidi.

    Attributes:
        label: as the user knows it.
        api: RtMidi's number for it.
        own_output: segue's own port out; None where programs cannot have ports.
        own_input: segue's own port in; None likewise.
        input_client: what the client is called that listens; RtMidi has one a direction.
    """

    label: str
    api: int
    own_output: OwnPort | None
    own_input: OwnPort | None
    input_client: str = CLIENT_NAME


KINDS = {
    "alsa": RtMidiKind("ALSA", rtmidi.API_LINUX_ALSA, OwnPort("out", "segue:out"), OwnPort("in", "segue:in")),
    "coremidi": RtMidiKind(
        "CoreMIDI", rtmidi.API_MACOSX_CORE, OwnPort("segue out", "segue out"), OwnPort("segue in", "segue in")
    ),
    "windows": RtMidiKind("Windows MM", rtmidi.API_WINDOWS_MM, None, None),
    # Two clients of one name are none on JACK: the second one would be `segue-01`, whichever that is.
    "jack-rtmidi": RtMidiKind(
        "JACK by RtMidi",
        rtmidi.API_UNIX_JACK,
        OwnPort("out", "segue:out"),
        OwnPort("in", "segue-in:in"),
        input_client="segue-in",
    ),
}
"""By the name that `--backend` has for it."""


class RtMidiSystem:
    """The way to one of these systems; see `live.ports.MidiSystem`. It holds nothing open itself."""

    def __init__(self, kind: RtMidiKind) -> None:
        self._kind = kind
        self.label = kind.label
        self.clock = MonotonicClock()

    @property
    def own_output_name(self) -> str | None:
        """What segue's own output port is called; None on Windows."""
        return self._kind.own_output and self._kind.own_output.name

    @property
    def own_input_name(self) -> str | None:
        """What segue's own input port is called; None on Windows."""
        return self._kind.own_input and self._kind.own_input.name

    def output_names(self) -> list[str]:
        """Return the ports that messages can be sent to."""
        return self._names(self._output_client())

    def input_names(self) -> list[str]:
        """Return the ports that messages can come from."""
        return self._names(self._input_client())

    def open_output(self, port: str | None = None) -> "RtMidiOutput":
        """Open segue's own output port, or an existing one."""
        midi = self._output_client()
        own = self._kind.own_output
        name = _open_own(midi, own, "--output") if port is None else _open_existing(midi, port, "out")
        return RtMidiOutput(midi, name, is_own=port is None)

    def open_input(self, deliver: Deliver, port: str | None = None) -> "RtMidiInput":
        """Open segue's own input port, or an existing one."""

        def receive(timed: tuple[list[int], float], _: object) -> None:
            """Stamp, parse, hand on. RtMidi's thread."""
            at = self.clock.now()
            message = incoming_message(timed[0])
            if message is not None:
                deliver(at, message)

        midi = self._input_client()
        midi.ignore_types(sysex=True, timing=False, active_sense=True)
        midi.set_callback(receive)
        own = self._kind.own_input
        name = _open_own(midi, own, "--input") if port is None else _open_existing(midi, port, "in")
        return RtMidiInput(midi, name, is_own=port is None)

    def close(self) -> None:
        """Do nothing: there are only the ports, and each is closed by itself."""

    def _output_client(self) -> Any:
        return self._client(rtmidi.MidiOut, CLIENT_NAME)

    def _input_client(self) -> Any:
        return self._client(rtmidi.MidiIn, self._kind.input_client)

    def _client(self, kind: Any, name: str) -> Any:
        try:
            return kind(self._kind.api, name=name)
        except rtmidi.RtMidiError as error:
            raise PortError(f"{self.label} does not answer: {error}") from error

    def _names(self, midi: Any) -> list[str]:
        try:
            return list(midi.get_ports())
        finally:
            midi.delete()


class _RtMidiPort:
    """What outputs and inputs have in common."""

    def __init__(self, midi: Any, name: str, *, is_own: bool) -> None:
        self.name = name
        self._midi = midi
        self._is_own = is_own
        self._is_lost = False

    def check(self) -> None:
        """Raise `PortLostError` if the port is no longer listed; segue's own cannot be lost."""
        if not self._is_own and self.name not in self._midi.get_ports():
            self._is_lost = True
        if self._is_lost:
            raise PortLostError(f"the port {self.name!r} is gone", self.name)


class RtMidiOutput(_RtMidiPort):
    """An output port; see `live.ports.OutputPort`."""

    lead_seconds = 0.0
    needed_seconds = 0.0

    def send(self, message: Message, at: float) -> None:
        """Send the message now, whatever its moment: RtMidi keeps nothing back."""
        try:
            if not self._is_lost:
                self._midi.send_message(message.bin())
        except rtmidi.RtMidiError:
            self._is_lost = True
        if self._is_lost:
            raise PortLostError(f"the port {self.name!r} is gone", self.name)

    def withdraw(self) -> list[tuple[float, Message]]:
        """Return nothing: RtMidi keeps nothing back."""
        return []

    def close(self) -> None:
        """Close the port."""
        if not self._midi.is_deleted:
            self._midi.close_port()
            # Its own port goes only with the client, and that must not wait for the garbage collector.
            self._midi.delete()


class RtMidiInput(_RtMidiPort):
    """An input port; see `live.ports.InputPort`."""

    def close(self) -> None:
        """Stop listening, then close the port."""
        if not self._midi.is_deleted:
            self._midi.cancel_callback()
            self._midi.close_port()
            self._midi.delete()


def _open_own(midi: Any, own: OwnPort | None, option: str) -> str:
    """Open a port of segue's own and return its name; nothing is left of `midi` if that fails."""
    with _deleted_on_error(midi):
        if own is None:
            ports = ", ".join(midi.get_ports()) or "none yet"
            raise PortError(
                "Windows has no virtual MIDI ports: make one with loopMIDI (tobias-erichsen.de) "
                f"and name it with {option} PORT; the ports are: {ports}"
            )
        midi.open_virtual_port(own.port)
        return own.name


def _open_existing(midi: Any, wanted: str, own_port: str) -> str:
    """Open an existing port and return its name; nothing is left of `midi` if that fails."""
    with _deleted_on_error(midi):
        names: list[str] = midi.get_ports()
        name = find_port(wanted, names)
        midi.open_port(names.index(name), name=own_port)
        return name


@contextmanager
def _deleted_on_error(midi: Any) -> Iterator[None]:
    """On an error delete the client, for others see it until it is collected; RtMidi's become `PortError`."""
    try:
        yield
    except rtmidi.RtMidiError as error:
        midi.delete()
        raise PortError(f"the port cannot be opened, perhaps another program uses it: {error}") from error
    except PortError:
        midi.delete()
        raise
