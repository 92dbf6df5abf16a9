"""What the rest of segue may expect of MIDI ports, whatever system is behind them, and what can go wrong.

`live.midi.system` opens the system; `live.midi.jack_ports` and `live.midi.rtmidi_ports` are the two ways in.
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
"""Segue's own output port, within its client."""

OWN_INPUT = "in"
"""Its own input port."""

FURTHER_OUTPUT = re.compile(rf"{CLIENT_NAME}:(?!{OWN_INPUT}(-\d+)?$)(\w[\w -]*)", re.IGNORECASE)
"""What a user calls an output of segue's own; `segue:in` is another segue's, which may be played into."""

ALSA_NUMBERS = re.compile(r" \d+:\d+$")
"""What ALSA adds to a port's name; a device that was unplugged may come back with other numbers."""

CHECK_SECONDS = 1.0
"""How often to ask an open port whether it is still there, and to try to open one that is lost."""

Deliver = Callable[[float, Message], None]
"""Takes what came in: the moment on the system's clock, and the message.

The backend's thread calls it, on JACK a real-time one: enqueue and return, never raise. On JACK the moment is
that of the message's frame, which lies up to a period (some ms) ahead of the clock; moments never go back.
"""


class PortError(SegueError):
    """A port cannot be opened.

    Attributes:
        port: its name as asked for; None for segue's own.
    """

    def __init__(self, message: str, port: str | None = None) -> None:
        super().__init__(message)
        self.port = port


class PortLostError(PortError):
    """A port was open and is gone: its server ended, its cable was pulled, its program left."""


class NoMidiSystemError(PortError):
    """This machine has no MIDI system, or not the one asked for.

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
        """As other programs list it: `segue:out` on JACK, `segue out` on CoreMIDI, a device's own name."""
        ...

    def check(self) -> None:
        """Raise `PortLostError` if the port is gone; a millisecond at most, meant for about once a second."""
        ...

    def close(self) -> None:
        """Let go of the port; what was sent leaves first. Closing a lost or closed port does nothing."""
        ...


class OutputPort(Port, Protocol):
    """A port that messages leave by."""

    @property
    def lead_seconds(self) -> float:
        """How long before its moment a message should be handed over; 0.0 = at that moment."""
        ...

    @property
    def needed_seconds(self) -> float:
        """How long before its moment a message must be handed over to leave on time; at most the lead."""
        ...

    def send(self, message: Message, at: float) -> None:
        """Send a message at a moment, as exactly as the backend can.

        A message whose moment has passed leaves at once; none ever overtakes one that `send` got before it.

        Args:
            message: any channel or system message but SysEx.
            at: seconds on the system's clock; on JACK it leaves on the frame nearest to that.

        Raises:
            PortLostError: if the port is known to be gone.
        """
        ...

    def send_at_once(self, message: Message, at: float) -> None:
        """Send a message now, before all that `send` has got and that has not left.

        It leaves at the next moment that the backend has, behind others that were sent at once before it.

        Args:
            message: as for `send`.
            at: the moment now, seconds on the system's clock.

        Raises:
            PortLostError: if the port is known to be gone.
        """
        ...

    def withdraw(self) -> list[tuple[float, Message]]:
        """Take back what `send` has got and has not left yet; return it with its moments, in its order.

        The thread that sends calls it. What is not returned has left, or leaves within a period; a port that
        keeps nothing back returns nothing.
        """
        ...


class InputPort(Port, Protocol):
    """A port that messages come in by; `close` detaches `deliver` first.

    Note-ons of velocity 0 arrive as note-offs; MIDI clock arrives; active sensing, SysEx and what is no
    complete message do not.
    """


class MidiSystem(Protocol):
    """An open way to the machine's MIDI; any thread may call it.

    A lost port is taken up again by closing it and opening it anew, on this same object, once a second or so:
    after the server came back, the first port opened brings a fresh client.
    """

    @property
    def label(self) -> str:
        """As the user knows it: `JACK`, `ALSA`, `CoreMIDI`, `Windows MM`."""
        ...

    @property
    def clock(self) -> Clock:
        """What the moments of its messages mean: JACK's own frames in seconds, else the machine's clock.

        It starts as `time.monotonic()` and never goes back; a lost server does not stop it.
        """
        ...

    @property
    def own_output_name(self) -> str | None:
        """What segue's own output port is called; None where programs cannot have ports of their own."""
        ...

    @property
    def own_input_name(self) -> str | None:
        """What segue's own input port is called; None where programs cannot have ports of their own."""
        ...

    def output_names(self) -> list[str]:
        """Return the ports that messages can be sent to."""
        ...

    def input_names(self) -> list[str]:
        """Return the ports that messages can come from."""
        ...

    def open_output(self, port: str | None = None) -> OutputPort:
        """Open an output port of segue's own, or play into an existing one.

        Args:
            port: None for segue's own; `segue:melody` for a further one of its own that is called `melody`;
                else the name of an existing port, as `find_port` understands it.

        Raises:
            PortError: if there is no such port or it cannot be opened.
        """
        ...

    def open_input(self, deliver: Deliver, port: str | None = None) -> InputPort:
        """Open segue's own input port, or listen to an existing one; `deliver` gets each message.

        Args:
            deliver: see `Deliver`.
            port: name of an existing port, as `find_port` understands it; None for segue's own.

        Raises:
            PortError: if there is no such port or it cannot be opened.
        """
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


def own_output(wanted: str | None) -> str | None:
    """Return the name, within its client, of the output of segue's own that is meant; None if none is."""
    if wanted is None:
        return OWN_OUTPUT
    match = FURTHER_OUTPUT.fullmatch(wanted)
    return match[2] if match is not None else None


def find_port(wanted: str, names: Sequence[str]) -> str:
    """Return the port that is meant: its exact name, or else the only one that contains it in any case.

    Where ALSA has given a device other numbers since, its name without them counts.

    Raises:
        PortError: if none or several are meant; it lists what there is, the nearest first.
    """
    if wanted in names:
        return wanted
    found = _containing(wanted, names) or _containing(ALSA_NUMBERS.sub(" ", wanted), names)
    if len(found) == 1:
        return found[0]
    if found:
        raise PortError(f"several ports are called like {wanted!r}: say which of {_listed(found)}", wanted)
    if not names:
        raise PortError(f"there is no port called {wanted!r}, and no other either", wanted)
    by_nearness = get_close_matches(wanted, names, n=len(names), cutoff=0.0)
    raise PortError(f"there is no port called {wanted!r}; there are {_listed(by_nearness)}", wanted)


def _containing(wanted: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if wanted.casefold() in name.casefold()]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
