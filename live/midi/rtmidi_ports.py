"""Ports of the operating system's own MIDI through python-rtmidi: ALSA, CoreMIDI, Windows MM.

RtMidi sends at once, so a message must be sent exactly at its time. Incoming messages get the time of their
arrival.

JACK through RtMidi (`--backend jack-rtmidi`) is only used on request, to compare, or if JACK-Client fails.
Its messages leave at the beginning of the next period, and the time of an incoming message within its period
is unknown. If the server dies, it hangs, loses messages, or continues as if nothing had happened.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import rtmidi
from mido import Message

from live.midi.incoming import incoming_message
from live.midi.ports import (
    ALSA_NUMBERS,
    CLIENT_NAME,
    OWN_OUTPUT,
    Deliver,
    PortError,
    PortLostError,
    Serve,
    find_port,
    own_output,
)
from live.system.clock import MonotonicClock


class OwnPort(NamedTuple):
    """A port of segue's own.

    Attributes:
        port: its name within the client.
        name: its name as other programs list it.
        client: its client's name.
    """

    port: str
    name: str
    client: str = CLIENT_NAME

    def called(self, name: str) -> "OwnPort":
        """Return a copy of this port with `{}` replaced by a name in all its attributes."""
        return OwnPort(*(text.replace("{}", name) for text in self))


class RtMidiKind(NamedTuple):
    """One of the systems behind RtMidi.

    Attributes:
        label: the name that users know.
        api: RtMidi's number for it.
        own_output: segue's own output port; None if programs cannot create ports.
        own_input: segue's own input port; None if programs cannot create ports.
        further_output: another output port, with `{}` for its name; RtMidi needs a client for each.
    """

    label: str
    api: int
    own_output: OwnPort | None
    own_input: OwnPort | None
    further_output: OwnPort | None

    @property
    def input_client(self) -> str:
        """The name of a client that listens."""
        return self.own_input.client if self.own_input is not None else CLIENT_NAME


KINDS = {
    "alsa": RtMidiKind(
        "ALSA",
        rtmidi.API_LINUX_ALSA,
        OwnPort("out", "segue:out"),
        # Who connects a client by its name gets its first port: the output must be alone in `segue`.
        OwnPort("in", "segue-in:in", "segue-in"),
        OwnPort("{}", "segue:{}"),
    ),
    "coremidi": RtMidiKind(
        "CoreMIDI",
        rtmidi.API_MACOSX_CORE,
        OwnPort("segue out", "segue out"),
        OwnPort("segue in", "segue in"),
        OwnPort("segue {}", "segue {}"),
    ),
    "windows": RtMidiKind("Windows MM", rtmidi.API_WINDOWS_MM, None, None, None),
    # On JACK no two clients may share a name: whichever comes second would become `segue-01`.
    "jack-rtmidi": RtMidiKind(
        "JACK by RtMidi",
        rtmidi.API_UNIX_JACK,
        OwnPort("out", "segue:out"),
        OwnPort("in", "segue-in:in", "segue-in"),
        OwnPort("{}", "segue-{}:{}", "segue-{}"),
    ),
}
"""The systems by their `--backend` names."""


class RtMidiSystem:
    """One of these systems; see `live.midi.ports.MidiSystem`. It keeps nothing open itself."""

    def __init__(self, kind: RtMidiKind) -> None:
        self._kind = kind
        self.label = kind.label
        self.clock = MonotonicClock()
        # segue's own open ports: RtMidi lists them among the others.
        self._own_outputs: list[str] = []
        self._own_inputs: list[str] = []

    @property
    def own_output_name(self) -> str | None:
        """The name of segue's own output port; None on Windows."""
        return self._kind.own_output and self._kind.own_output.name

    @property
    def own_input_name(self) -> str | None:
        """The name of segue's own input port; None on Windows."""
        return self._kind.own_input and self._kind.own_input.name

    def output_names(self) -> list[str]:
        """Return the names of the ports that segue can send to."""
        return self._names(self._client(rtmidi.MidiOut, CLIENT_NAME))

    def input_names(self) -> list[str]:
        """Return the names of the ports that segue can receive from."""
        return self._names(self._client(rtmidi.MidiIn, self._kind.input_client))

    def open_output(self, port: str | None = None) -> "RtMidiOutput":
        """Open an output port of segue's own, or an existing one."""
        name = own_output(port)
        if port is None or name is not None:
            own = self._own_output(name or OWN_OUTPUT)
            midi = self._client(rtmidi.MidiOut, own.client if own is not None else CLIENT_NAME)
            return RtMidiOutput(midi, _open_own(midi, own, "--output"), self._own_outputs)
        midi = self._client(rtmidi.MidiOut, CLIENT_NAME)
        return RtMidiOutput(midi, _open_existing(midi, port, "to", self._own_inputs))

    def open_input(self, deliver: Deliver, port: str | None = None) -> "RtMidiInput":
        """Open segue's own input port, or an existing one."""

        def receive(timed: tuple[list[int], float], _: object) -> None:
            """Add the time, parse and deliver a message. RtMidi's thread calls this."""
            at = self.clock.now()
            message = incoming_message(timed[0])
            if message is not None:
                deliver(at, message)

        midi = self._client(rtmidi.MidiIn, self._kind.input_client)
        midi.ignore_types(sysex=True, timing=False, active_sense=True)
        midi.set_callback(receive)
        if port is None:
            return RtMidiInput(midi, _open_own(midi, self._kind.own_input, "--input"), self._own_inputs)
        return RtMidiInput(midi, _open_existing(midi, port, "from", self._own_outputs))

    def serve_in_cycles(self, serve: Serve) -> bool:
        """Return False: RtMidi has no cycles."""
        return False

    def close(self) -> None:
        """Do nothing: only ports are open, and each is closed on its own."""

    def _own_output(self, name: str) -> OwnPort | None:
        if name == OWN_OUTPUT or self._kind.further_output is None:
            return self._kind.own_output
        return self._kind.further_output.called(name)

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
    """The common part of outputs and inputs.

    Args:
        midi: the client, with the port open.
        name: name of the port.
        own: names of segue's own open ports in this direction, if it is one of them; None if not.
    """

    def __init__(self, midi: Any, name: str, own: list[str] | None = None) -> None:
        self.name = name
        self._midi = midi
        self._own = own
        self._is_lost = False
        if own is not None:
            own.append(name)

    def check(self) -> None:
        """Raise `PortLostError` if the port is no longer listed; segue's own cannot be lost."""
        if self._own is None and self.name not in self._midi.get_ports():
            self._is_lost = True
        if self._is_lost:
            raise PortLostError(f"the port {self.name!r} is gone", self.name)

    def connections(self) -> tuple[str, ...]:
        """Return nothing: RtMidi does not know who is connected."""
        return ()

    def connect(self, names: Sequence[str]) -> None:
        """Do nothing: RtMidi connects no port of its own to others."""

    def _delete(self) -> None:
        self._midi.close_port()
        # segue's own port disappears only with the client, and must not wait for the garbage collector.
        self._midi.delete()
        if self._own is not None:
            self._own.remove(self.name)


class RtMidiOutput(_RtMidiPort):
    """An output port; see `live.midi.ports.OutputPort`."""

    lead_seconds = 0.0

    def send(self, message: Message, at: float) -> None:
        """Send the message now, whatever its time: RtMidi has no queue."""
        try:
            if not self._is_lost:
                self._midi.send_message(message.bin())
        except rtmidi.RtMidiError:
            self._is_lost = True
        if self._is_lost:
            raise PortLostError(f"the port {self.name!r} is gone", self.name)

    def close(self) -> None:
        """Close the port."""
        if not self._midi.is_deleted:
            self._delete()


class RtMidiInput(_RtMidiPort):
    """An input port; see `live.midi.ports.InputPort`."""

    def close(self) -> None:
        """Stop listening, then close the port."""
        if not self._midi.is_deleted:
            self._midi.cancel_callback()
            self._delete()


def _open_own(midi: Any, own: OwnPort | None, option: str) -> str:
    """Open a port of segue's own and return its name; delete `midi` if that fails."""
    with _deleted_on_error(midi):
        if own is None:
            ports = ", ".join(midi.get_ports()) or "none yet"
            raise PortError(
                "Windows has no virtual MIDI ports: make one with loopMIDI (tobias-erichsen.de) "
                f"and name it with {option} PORT; the ports are: {ports}"
            )
        midi.open_virtual_port(own.port)
        return own.name


def _open_existing(midi: Any, wanted: str, own_port: str, own_names: list[str]) -> str:
    """Open an existing port and return its name; delete `midi` if that fails."""
    with _deleted_on_error(midi):
        names: list[str] = midi.get_ports()
        name = find_port(wanted, _without_own(names, own_names))
        midi.open_port(names.index(name), name=own_port)
        return name


def _without_own(names: list[str], own_names: list[str]) -> list[str]:
    """Return the names without segue's own; keep a name that another segue has too, as both look alike."""
    for own_name in own_names:
        alike = [name for name in names if ALSA_NUMBERS.sub("", name) == own_name]
        if len(alike) == 1:
            names = [name for name in names if name not in alike]
    return names


@contextmanager
def _deleted_on_error(midi: Any) -> Iterator[None]:
    """Delete the client on an error, since others still see it; turn RtMidi's errors into `PortError`."""
    try:
        yield
    except rtmidi.RtMidiError as error:
        midi.delete()
        raise PortError(f"cannot open the port, perhaps another program is using it: {error}") from error
    except PortError:
        midi.delete()
        raise
