from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.touch import Meanings, hear, sound
from presets.encoding import DURATIONS, KEYS, note_of, remember
from presets.event import Event, Note
from tests.live.alphabet import CONTROLS

MEAN = 64
PLAIN = replace(CONTROLS, gate=1.0)

controls = st.builds(
    lambda transpose, velocity, gate: replace(PLAIN, transpose=transpose, velocity=velocity, gate=gate),
    st.integers(-12, 12),
    # Within the room that is left, for what is cut off at 127 does not come back.
    st.integers(MEAN - 41, MEAN + 41),
    st.floats(0.05, 4),
)
classes = st.lists(
    st.tuples(st.integers(0, KEYS - 1), st.integers(0, len(DURATIONS) - 1), st.integers(11, 20)),
    min_size=1,
    max_size=6,
)


def test_what_is_meant_sounds_higher_louder_and_shorter():
    meant = Event.of(120, [Note(60, 240, 60), Note(67, 480, 100, 1)])
    turned = replace(PLAIN, transpose=-3, velocity=MEAN + 30, gate=0.5)
    assert sound(meant, turned, MEAN) == Event.of(120, [Note(57, 120, 90), Note(64, 240, 127, 1)])


def test_untouched_controls_change_nothing():
    event = Event.of(120, [Note(60, 240, 64)])
    assert sound(event, PLAIN, MEAN) is event


@pytest.mark.parametrize(("note", "higher", "heard"), [(2, 12, 2), (125, -12, 125), (125, -2, 127)])
def test_what_lies_outside_midi_is_heard_an_octave_nearer(note, higher, heard):
    event = Event.of(0, [Note(note, 1, 64)])
    assert hear(event, replace(PLAIN, transpose=higher), MEAN).note_numbers == (heard,)


@given(classes, controls)
def test_a_network_hears_what_it_meant(told, turned):
    meant = Event.of(240, {note[0]: note_of(*note) for note in told}.values())
    assert remember(hear(sound(meant, turned, MEAN), turned, MEAN), 1) == remember(meant, 1)


def test_what_was_meant_stays_when_the_controls_are_turned():
    meanings = Meanings(MEAN, kept=10)
    meant = Event.of(240, [Note(60, 240, 64)])
    higher = replace(PLAIN, transpose=2)
    sounding = meanings.sound(meant, higher)
    assert sounding.note_numbers == (62,)
    # It enters the window with the interval that really passed.
    struck = replace(sounding, ioi=250)
    assert meanings.hear(struck, PLAIN) == replace(meant, ioi=250)
    # The player's is in the key that sounds now, and remembered as it was then.
    played = Event.of(240, [Note(67, 240, 64)])
    assert meanings.hear(played, higher).note_numbers == (65,)
    assert meanings.hear(played, PLAIN).note_numbers == (65,)


def test_what_is_long_gone_is_forgotten():
    meanings = Meanings(MEAN, kept=2)
    first, *others = [Event.of(240, [Note(60 + n, 240, 64)]) for n in range(3)]
    for event in (first, *others):
        meanings.hear(event, replace(PLAIN, transpose=5))
    assert meanings.hear(others[0], PLAIN).note_numbers == (56,)
    assert meanings.hear(first, PLAIN).note_numbers == (60,)
