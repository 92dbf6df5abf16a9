"""What the musician can request while playing, with the computer keyboard or by MIDI."""

from enum import StrEnum


class Action(StrEnum):
    """An action that happens at once or on the next line; the value is its name in files."""

    START = "start"
    STOP = "stop"
    """Stop, or continue from there."""
    RESTART = "restart"
    """Start again, from the preset's seed."""
    PANIC = "panic"
    NEXT = "next"
    """The next preset of the set."""
    PREVIOUS = "previous"
    GO = "go"
    """End the musician's phrase or call: segue's turn."""
    MUTE = "mute"
    """Mute or unmute segue; the music continues silently."""
    TAP = "tap"
