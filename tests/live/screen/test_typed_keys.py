"""What the terminal sends, as keys; and what they ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.controls.actions import Action
from live.screen.key_bindings import BINDINGS, PRESET_KEYS, KeyAction, meaning_of
from live.screen.typed_keys import KeyDecoder


def keys(*pieces):
    """Decode pieces with a pause after each."""
    decoder, typed = KeyDecoder(), []
    for piece in pieces:
        typed += [key for character in piece if (key := decoder.take(character))]
        if decoder.is_waiting:
            typed.append(decoder.give_up())
    return typed


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("p", ["p"]),
        ("ü€", ["ü", "€"]),
        ("\x1b[A\x1b[B\x1b[C\x1b[D", ["up", "down", "right", "left"]),
        ("\x1bOA\x1bOD", ["up", "left"]),  # in the keypad's application mode
        ("\x1b[1;2A", ["up"]),  # with Shift
        ("\x1b[1;5C", ["right"]),  # with Control
        ("\x1b", ["escape"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1bp", ["p"]),  # with Alt: a panic all the same
        ("\x1b[3~p", ["p"]),  # Delete
        ("\x1b[15~\x1bOP", []),  # F5, F1
        ("\x1b[[Bn", ["n"]),  # F2 on the Linux console
        ("\x1b[\x04", ["\x04"]),
    ],
)
def test_what_a_terminal_sends(sent, typed):
    assert keys(sent) == typed


@pytest.mark.parametrize("pieces", [("\x1b", "[B"), ("\x1b[", "B"), ("\x1b", "[", "1;", "2B")])
def test_an_arrow_in_pieces_is_never_a_letter(pieces):
    assert [key for key in keys(*pieces) if key != "escape"] == ["down"]


def test_after_an_escape_of_its_own_the_next_key_is_itself():
    assert keys("\x1b", "p", "\x1b", "\x1b", "q") == ["escape", "p", "escape", "escape", "q"]


@given(st.text(st.sampled_from("\x1b[O;1AB~pü\x04 "), max_size=20))
def test_whatever_comes_the_next_keys_are_understood(sent):
    assert keys(sent, "~ p")[-1] == "p"


def test_every_key_has_one_meaning():
    characters = [character for binding in BINDINGS for character in binding.characters]
    assert len(set(characters)) == len(characters)
    assert not set(characters) & set(PRESET_KEYS)
    assert all(character == character.lower() for character in characters)


def test_every_action_and_every_key_action_has_a_key():
    assert {binding.meaning for binding in BINDINGS} == {*Action, *KeyAction}


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("p", Action.PANIC),
        ("P", Action.PANIC),  # Caps Lock
        (" ", Action.STOP),
        ("up", KeyAction.UP),
        ("?", KeyAction.HELP),
        ("1", 0),
        ("9", 8),
        ("0", None),
        ("ü", None),
        ("", None),
    ],
)
def test_what_a_key_asks_for(typed, meaning):
    assert meaning_of(typed) == meaning
