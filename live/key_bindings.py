"""Which key of the computer does what: one table."""

from enum import Enum, auto
from typing import NamedTuple


class Action(Enum):
    """What a player can ask for while segue plays."""

    START = auto()
    STOP = auto()
    PANIC = auto()
    FASTER = auto()
    SLOWER = auto()
    TAP = auto()
    QUIT = auto()


class Binding(NamedTuple):
    """A key.

    Attributes:
        characters: what the terminal sends for it, in lower case.
        action: what it does.
        label: as the screen and the help name both; empty if another key's says it.
    """

    characters: tuple[str, ...]
    action: Action
    label: str


BINDINGS = (
    Binding(("s", "\r", "\n"), Action.START, "s start"),
    Binding((" ",), Action.STOP, "space stop/go on"),
    Binding(("p",), Action.PANIC, "p panic"),
    Binding(("q", "\x04"), Action.QUIT, "q quit"),  # Ctrl-D: the end of what a terminal has to say
    Binding(("+", "="), Action.FASTER, "+ - tempo"),
    Binding(("-",), Action.SLOWER, ""),
    Binding(("t",), Action.TAP, "t tap"),
)

PRESET_KEYS = "123456789"
"""The presets in their order."""

LABELS = (*(binding.label for binding in BINDINGS if binding.label), "1-9 preset")
"""Every key and what it does, as the screen and the help name them."""

_ACTIONS = {character: binding.action for binding in BINDINGS for character in binding.characters}


def action_of(character: str) -> Action | None:
    """Return what a typed character asks for; capitals too, for Caps Lock must not take the panic away."""
    return _ACTIONS.get(character.lower())


def preset_of(character: str) -> int | None:
    """Return the number of the preset, from 0, that a typed character asks for."""
    return PRESET_KEYS.index(character) if character and character in PRESET_KEYS else None
