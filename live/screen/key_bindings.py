"""Which key of the computer does what: one table."""

from enum import Enum, auto
from typing import NamedTuple

from live.core.controls.actions import Action


class KeyAction(Enum):
    """What only a key of the computer asks for: it concerns the screen, the tempo in steps, or the end."""

    QUIT = auto()
    FASTER = auto()
    SLOWER = auto()
    NEXT_MODE = auto()
    """The next way of playing, in the order of `Mode`."""
    UP = auto()
    """Choose the knob, or what is to be learned, before this one."""
    DOWN = auto()
    """Choose the next one."""
    LEFT = auto()
    """Turn the chosen knob down by a step."""
    RIGHT = auto()
    """Turn it up by a step."""
    LEARN = auto()
    """Bind the chosen knob to what is moved next."""
    UNLEARN = auto()
    """While learning, forget what the chosen knob, or whatever was chosen, is bound to."""
    HELP = auto()
    """Show every key, or the music again."""
    LEAVE = auto()
    """Leave learning, or the help."""


class Binding(NamedTuple):
    """A key.

    Attributes:
        characters: what `typed_keys` gives for it, in lower case.
        meaning: what it asks for.
        key: its name for people.
        label: what it does in a word or two, behind its name.
        help: what it does in a line.
    """

    characters: tuple[str, ...]
    meaning: Action | KeyAction
    key: str
    label: str
    help: str


BINDINGS = (
    Binding((" ",), Action.STOP, "space", "stop/go on", "stop, or go on from there"),
    Binding(("s", "\r", "\n"), Action.START, "s", "start", "start from the first bar"),
    Binding(("r",), Action.RESTART, "r", "restart", "begin anew, from the seed"),
    Binding(("p",), Action.PANIC, "p", "panic", "panic: end every note there is"),
    Binding(("u",), Action.MUTE, "u", "mute", "mute segue, or hear it again"),
    Binding(("m",), KeyAction.NEXT_MODE, "m", "mode", "the next way of playing"),
    Binding(("g",), Action.GO, "g", "go", "my phrase is over: segue's turn"),
    Binding(("n",), Action.NEXT, "n", "next", "the next preset"),
    Binding(("b",), Action.PREVIOUS, "b", "back", "the preset before"),
    Binding(("t",), Action.TAP, "t", "tap", "tap the tempo, in quarter notes"),
    Binding(("+", "="), KeyAction.FASTER, "+", "faster", "a little faster"),
    Binding(("-",), KeyAction.SLOWER, "-", "slower", "a little slower"),
    Binding(("up",), KeyAction.UP, "up", "knob", "choose the knob before"),
    Binding(("down",), KeyAction.DOWN, "down", "knob", "choose the next knob"),
    Binding(("left",), KeyAction.LEFT, "left", "less", "turn the chosen knob down"),
    Binding(("right",), KeyAction.RIGHT, "right", "more", "turn the chosen knob up"),
    Binding(("l",), KeyAction.LEARN, "l", "learn", "bind a knob, a pedal or a pad"),
    # Backspace, as terminals and as Windows send it.
    Binding(("x", "\x7f", "\b"), KeyAction.UNLEARN, "x", "unlearn", "learning: forget what is bound"),
    Binding(("?", "h"), KeyAction.HELP, "?", "help", "this help, or the music again"),
    Binding(("escape",), KeyAction.LEAVE, "Esc", "leave", "leave learning, or this help"),
    # Ctrl-D: the end of what a terminal has to say.
    Binding(("q", "\x04"), KeyAction.QUIT, "q", "quit", "end the performance"),
)

PRESET_KEYS = "123456789"
"""The presets in their order."""

LABELS = (*(f"{binding.key} {binding.label}" for binding in BINDINGS), "1-9 preset")
"""Every key and what it does, as the command's help names them."""

_MEANINGS = {character: binding.meaning for binding in BINDINGS for character in binding.characters}


def meaning_of(character: str) -> Action | KeyAction | int | None:
    """Return what a typed key asks for: an action, the number of a preset from 0, or None for nothing.

    Capitals ask for the same as small letters: Caps Lock must not take the panic away.

    Args:
        character: as `typed_keys` gives it: one character, or the name of a key that has none.
    """
    if character and character in PRESET_KEYS:
        return PRESET_KEYS.index(character)
    return _MEANINGS.get(character.lower())
