"""The interface of MIDI ports, the same for every MIDI system, and its errors.

`live.midi.system` opens the system. `live.midi.jack_ports` and `live.midi.rtmidi_ports` implement it.
"""

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Protocol

from mido import Message

from live.system.clock import Clock
from presets.errors import SegueError

CLIENT_NAME = "segue"

OWN_OUTPUT = "out"
"""Name of segue's own output port within its client."""

OWN_INPUT = "in"
"""Name of its own input port."""

FURTHER_OUTPUT = re.compile(rf"{CLIENT_NAME}:(?!{OWN_INPUT}(-\d+)?$)(\w[\w -]*)", re.IGNORECASE)
"""How a user names an output of segue's own; `segue:in` is another segue's, which may be played into."""

ALSA_NUMBERS = re.compile(r" \d+:\d+$")
"""The numbers that ALSA adds to a port's name; a device that was unplugged may come back with others."""

CHECK_SECONDS = 1.0
"""How often to check whether an open port is still there, and to try to reopen a lost one."""

Deliver = Callable[[float, Message], None]
"""Receives the time on the system's clock, and the message that came in.

The backend's thread calls it (on JACK a real-time thread), so it must enqueue and return, and never raise. On
JACK the time is that of the message's frame, which is up to a period (some ms) ahead of the clock. Times
never go back.
"""


Serve = Callable[[float, float], None]
"""Receives the beginning and the end of a process cycle, in seconds on the system's clock."""


class PortError(SegueError):
    """A port cannot be opened.

    Attributes:
        port: its name as requested; None for segue's own.
    """

    def __init__(self, message: str, port: str | None = None) -> None:
        super().__init__(message)
        self.port = port


class PortLostError(PortError):
    """A port was open and is gone: its server or program ended, or its cable was pulled."""


class NoMidiSystemError(PortError):
    """This computer has no MIDI system, or not the requested one.

    Attributes:
        remedy: what the user can do.
    """

    def __init__(self, missing: str, remedy: str) -> None:
        super().__init__(f"there is no {missing}: {remedy}")
        self.remedy = remedy


class Port(Protocol):
    """An open port. One thread at a time may use it."""

    @property
    def name(self) -> str:
        """The name that other programs see: `segue:out` on JACK, `segue out` on CoreMIDI, a device's name."""
        ...

    def check(self) -> None:
        """Raise `PortLostError` if the port is gone.

        It takes a millisecond at most; call it about once a second.
        """
        ...

    def connections(self) -> tuple[str, ...]:
        """Return the names of other programs' ports that are connected to it, as far as the system says.

        It takes microseconds.
        """
        ...

    def connect(self, names: Sequence[str]) -> None:
        """Connect it to those of these ports that exist, where the system lets programs do that."""
        ...

    def close(self) -> None:
        """Close the port once all its messages have left; do nothing if it is lost or closed."""
        ...


class OutputPort(Port, Protocol):
    """A port that sends messages."""

    @property
    def lead_seconds(self) -> float:
        """How long before its time to call `send` for a message, in seconds; 0.0 means at that time.

        This is for threads other than JACK's, which sends in the very cycle (`MidiSystem.serve_in_cycles`).
        """
        ...

    def send(self, message: Message, at: float) -> None:
        """Send a message at a given time, as exactly as the backend can.

        A message whose time has passed leaves at once. No message overtakes an earlier one sent by `send`.

        Args:
            message: any channel or system message but SysEx.
            at: seconds on the system's clock; on JACK it leaves on the frame nearest to that.

        Raises:
            PortLostError: if the port is known to be gone.
        """
        ...


class InputPort(Port, Protocol):
    """A port that receives messages; `close` detaches `deliver` first.

    Note-ons of velocity 0 arrive as note-offs. MIDI clock arrives. Active sensing, SysEx and incomplete
    messages do not.
    """


class MidiSystem(Protocol):
    """An open MIDI system of this computer; any thread may call it.

    To reconnect a lost port, close it and try about once a second to open it again, on this same object.
    After the server has come back, the first port that is opened creates a new client.
    """

    @property
    def label(self) -> str:
        """The name that users know: `JACK`, `ALSA`, `CoreMIDI`, `Windows MM`."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock of its messages' times: JACK's frames in seconds, or else the system clock.

        It starts as `time.monotonic()` and never goes back. The loss of a server does not stop it.
        """
        ...

    @property
    def own_output_name(self) -> str | None:
        """The name of segue's own output port; None if programs cannot create ports on this system."""
        ...

    @property
    def own_input_name(self) -> str | None:
        """The name of segue's own input port; None if programs cannot create ports on this system."""
        ...

    def output_names(self) -> list[str]:
        """Return the names of the ports that segue can send to."""
        ...

    def input_names(self) -> list[str]:
        """Return the names of the ports that segue can receive from."""
        ...

    def open_output(self, port: str | None = None) -> OutputPort:
        """Open an output port of segue's own, or connect to an existing port.

        Args:
            port: None for segue's own port `out`; `segue:melody` for another one of its own with the name
                `melody`; otherwise the name of an existing port, as `find_port` takes it.

        Raises:
            PortError: if there is no such port or it cannot be opened.
        """
        ...

    def open_input(self, deliver: Deliver, port: str | None = None) -> InputPort:
        """Open segue's own input port, or listen to an existing port.

        Args:
            deliver: called for each message; see `Deliver`.
            port: name of an existing port, as `find_port` takes it; None for segue's own.

        Raises:
            PortError: if there is no such port or it cannot be opened.
        """
        ...

    def serve_in_cycles(self, serve: Serve) -> bool:
        """Let a function send in every process cycle of JACK, the present one and those of a new client.

        It is called by JACK's real-time thread after what came in has been delivered. What it sends leaves in
        the same cycle, on its frame. It must not block, and an error in it loses the ports.

        Returns:
            Whether the system has cycles; elsewhere the function is never called.
        """
        ...

    def close(self) -> None:
        """Close the system; close its ports first."""
        ...


def own_output(wanted: str | None) -> str | None:
    """Return the name, within its client, of the own output that a user wants; None for any other port."""
    if wanted is None:
        return OWN_OUTPUT
    match = FURTHER_OUTPUT.fullmatch(wanted)
    return match[2] if match is not None else None


def find_port(wanted: str, names: Sequence[str]) -> str:
    """Return the port with exactly this name, or else the only one that contains it, ignoring case.

    If ALSA has given a device other numbers since, its name without them is compared.

    Raises:
        PortError: if no port or more than one matches; it lists the ports, the nearest first.
    """
    if wanted in names:
        return wanted
    found = _containing(wanted, names) or _containing(ALSA_NUMBERS.sub(" ", wanted), names)
    if len(found) == 1:
        return found[0]
    if found:
        raise PortError(f"more than one port matches {wanted!r}: choose one of {_listed(found)}", wanted)
    if not names:
        raise PortError(f"there is no port called {wanted!r}: there are no MIDI ports", wanted)
    by_nearness = get_close_matches(wanted, names, n=len(names), cutoff=0.0)
    raise PortError(f"there is no port called {wanted!r}; the ports are {_listed(by_nearness)}", wanted)


def _containing(wanted: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if wanted.casefold() in name.casefold()]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
