"""Stands in for the module `rtmidi`: a machine with a synthesizer and a keyboard, and RtMidi's own rules."""

from functools import partial

import rtmidi


class FakeRtMidi:
    """What `rtmidi` is to `live.midi.rtmidi_ports`.

    Attributes:
        heard: bytes of each message that left, in order.
        opened: what was opened and not deleted since.
    """

    RtMidiError = rtmidi.RtMidiError

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.opened: list[FakeMidi] = []
        self.plugged_in = True
        self.MidiOut = partial(FakeMidiOut, self, "synth")
        self.MidiIn = partial(FakeMidiIn, self, "keyboard")

    def play(self, *data: bytes) -> None:
        """Let a message come in at every input."""
        for midi in self.opened:
            if isinstance(midi, FakeMidiIn):
                for message in data:
                    midi.receive(message)


class FakeMidi:
    def __init__(self, machine: FakeRtMidi, other: str, api: int, name: str) -> None:
        self.is_deleted = False
        self.port: str | None = None
        self.virtual: str | None = None
        self._machine = machine
        self._other = other
        self._client = name
        machine.opened.append(self)

    def get_ports(self) -> list[str]:
        """What others can be played into or listened to, programs' own ports included, as ALSA names them."""
        assert not self.is_deleted
        others = [midi for midi in self._machine.opened if type(midi) is not type(self)]
        virtual = [f"{midi.virtual} {number}:0" for number, midi in enumerate(others, 128) if midi.virtual]
        return [*virtual, self._other] if self._machine.plugged_in else virtual

    def open_virtual_port(self, name: str) -> None:
        self._open(name)
        self.virtual = f"{self._client}:{name}"

    def open_port(self, number: int, name: str) -> None:
        self._open(self.get_ports()[number])

    def close_port(self) -> None:
        assert not self.is_deleted, "using a deleted client crashes"
        self.port = None

    def delete(self) -> None:
        assert not self.is_deleted, "using a deleted client crashes"
        assert self.port is None, "close the port before deleting its client"
        self.is_deleted = True
        self._machine.opened.remove(self)

    def _open(self, name: str) -> None:
        assert not self.is_deleted, "using a deleted client crashes"
        if self.port is not None:
            raise rtmidi.InvalidUseError("a port is open already")
        self.port = name


class FakeMidiOut(FakeMidi):
    def send_message(self, message: bytes) -> None:
        assert not self.is_deleted, "using a deleted client crashes"
        if not message or (len(message) > 3 and message[0] != 0xF0):
            raise ValueError("a message has 1 to 3 bytes")
        if self.port == "synth" and not self._machine.plugged_in:
            raise rtmidi.SystemError("error sending MIDI message")
        self._machine.heard.append(bytes(message))


class FakeMidiIn(FakeMidi):
    _callback = None
    _ignored = frozenset({0xF0, 0xF8, 0xFE})

    def ignore_types(self, sysex: bool, timing: bool, active_sense: bool) -> None:
        flags = {0xF0: sysex, 0xF8: timing, 0xFE: active_sense}
        self._ignored = frozenset(status for status, ignored in flags.items() if ignored)

    def set_callback(self, callback) -> None:
        self._callback = callback

    def cancel_callback(self) -> None:
        self._callback = None

    def close_port(self) -> None:
        assert self._callback is None, "a message during closing would call into a closed port"
        super().close_port()

    def receive(self, message: bytes) -> None:
        if self._callback is not None and self.port is not None and message[0] not in self._ignored:
            self._callback((list(message), 0.0), None)
