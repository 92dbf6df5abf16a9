"""The table of computer keys and what they do."""

from enum import Enum, auto
from typing import NamedTuple

from live.core.controls.actions import Action


class KeyAction(Enum):
    """What only the computer keyboard can do: change the screen, step the tempo, learn, or quit."""

    QUIT = auto()
    FASTER = auto()
    SLOWER = auto()
    NEXT_MODE = auto()
    """Switch to the next mode, in the order of `Mode`."""
    OWN_METERS = auto()
    """Each preset plays in its own meter, or all stay in this one."""
    UP = auto()
    """Choose the previous knob, or the previous target while learning."""
    DOWN = auto()
    """Choose the next knob or target."""
    LEFT = auto()
    """Turn the chosen knob down by a step."""
    RIGHT = auto()
    """Turn it up by a step."""
    LEARN = auto()
    """Learn: bind the chosen knob to the next control that the musician moves."""
    UNLEARN = auto()
    """While learning, remove the bindings of the chosen target."""
    HELP = auto()
    """Show or hide the help."""
    LEAVE = auto()
    """Leave learning or the help."""


class KeyBinding(NamedTuple):
    """A key and what it does.

    Attributes:
        characters: what `typed_keys` reports for the key, in lower case.
        meaning: what the key does.
        key: the key's name on the screen.
        label: what it does in a word or two, shown after its name.
        help: what it does in a line.
    """

    characters: tuple[str, ...]
    meaning: Action | KeyAction
    key: str
    label: str
    help: str


BINDINGS = (
    KeyBinding((" ",), Action.STOP, "space", "stop/go on", "stop, or continue from there"),
    KeyBinding(("s", "\r", "\n"), Action.START, "s", "start", "start from the first bar"),
    KeyBinding(("r",), Action.RESTART, "r", "restart", "start again, from the seed"),
    KeyBinding(("p",), Action.PANIC, "p", "panic", "panic: switch every note off"),
    KeyBinding(("u",), Action.MUTE, "u", "mute", "mute or unmute segue"),
    KeyBinding(("m",), KeyAction.NEXT_MODE, "m", "mode", "the next mode"),
    KeyBinding(("g",), Action.GO, "g", "go", "my phrase is over: segue's turn"),
    KeyBinding(("n",), Action.NEXT, "n", "next", "the next preset"),
    KeyBinding(("b",), Action.PREVIOUS, "b", "back", "the previous preset"),
    KeyBinding(("t",), Action.TAP, "t", "tap", "tap the tempo, in quarter notes"),
    KeyBinding(("+", "="), KeyAction.FASTER, "+", "faster", "a little faster"),
    KeyBinding(("-",), KeyAction.SLOWER, "-", "slower", "a little slower"),
    KeyBinding(("o",), KeyAction.OWN_METERS, "o", "meter", "presets' own meters, or this one"),
    KeyBinding(("up",), KeyAction.UP, "up", "knob", "choose the previous knob"),
    KeyBinding(("down",), KeyAction.DOWN, "down", "knob", "choose the next knob"),
    KeyBinding(("left",), KeyAction.LEFT, "left", "less", "turn the chosen knob down"),
    KeyBinding(("right",), KeyAction.RIGHT, "right", "more", "turn the chosen knob up"),
    KeyBinding(("l",), KeyAction.LEARN, "l", "learn", "bind a knob, a pedal or a pad"),
    # Backspace, as terminals and as Windows send it.
    KeyBinding(("x", "\x7f", "\b"), KeyAction.UNLEARN, "x", "unlearn", "while learning: unbind it"),
    KeyBinding(("?", "h"), KeyAction.HELP, "?", "help", "show or hide this help"),
    KeyBinding(("escape",), KeyAction.LEAVE, "Esc", "leave", "leave learning or this help"),
    # Ctrl-D, with which a terminal ends its input.
    KeyBinding(("q", "\x04"), KeyAction.QUIT, "q", "quit", "end the performance"),
)

PRESET_KEYS = "123456789"
"""The presets in their order."""

LABELS = (*(f"{binding.key} {binding.label}" for binding in BINDINGS), "1-9 preset")
"""Every key with its label, for the help of `segue play`."""

_MEANINGS = {character: binding.meaning for binding in BINDINGS for character in binding.characters}


def meaning_of(character: str) -> Action | KeyAction | int | None:
    """Return what a typed key does: an action, or the number of a preset from 0; None if it does nothing.

    Capital and small letters do the same: panic must work with Caps Lock on.

    Args:
        character: as `typed_keys` reports it: one character, or the name of a key that has none.
    """
    if character and character in PRESET_KEYS:
        return PRESET_KEYS.index(character)
    return _MEANINGS.get(character.lower())
