"""What a player can ask for in the middle of the music, with a key of the computer or by MIDI."""

from enum import StrEnum


class Action(StrEnum):
    """Something that is done at once, or from the next line on; the value is its name in files."""

    START = "start"
    STOP = "stop"
    """Stop, or go on from there."""
    RESTART = "restart"
    """Begin anew, from the preset's seed."""
    PANIC = "panic"
    NEXT = "next"
    """The next preset of the set."""
    PREVIOUS = "previous"
    GO = "go"
    """The player's phrase, or call, is over: segue's turn."""
    MUTE = "mute"
    """Be heard no more, or again; the music goes on."""
    TAP = "tap"
