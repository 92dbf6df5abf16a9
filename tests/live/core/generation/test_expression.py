from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.generation.expression import Expression, hear, sound
from presets.music.encoding import DURATIONS, KEYS, note_of, remember
from presets.music.event import Event, Note
from presets.music.window import Window
from tests.live.stage.alphabet import CONTROLS

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
    meanings = Expression(MEAN, kept=10)
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


def test_a_corrected_length_is_meant_as_the_note_was_when_it_was_struck():
    meanings = Expression(MEAN, kept=10)
    turned = replace(PLAIN, transpose=5, velocity=MEAN + 20, gate=0.5)
    held = Event.of(240, [Note(60, 100, 80), Note(64, 100, 90), Note(36, 100, 80, 1)])
    meanings.hear(held, turned)
    corrected = Event.of(240, [Note(60, 100, 80), Note(64, 480, 90), Note(36, 100, 80, 1)])
    meanings.correct(held, corrected, PLAIN)
    assert meanings.hear(corrected, PLAIN) == Event.of(
        240, [Note(55, 200, 60), Note(59, 960, 70), Note(31, 200, 60, 1)]
    )
    again = Event.of(240, [Note(60, 30, 80), Note(64, 480, 90), Note(36, 100, 80, 1)])
    meanings.correct(corrected, again, PLAIN)
    assert meanings.hear(again, PLAIN).notes[1:] == (Note(55, 60, 60), Note(59, 960, 70))


def test_what_was_cut_off_is_still_meant_after_a_correction():
    meanings = Expression(MEAN, kept=10)
    sounding = meanings.sound(Event.of(240, [Note(60, 480, 120)]), replace(PLAIN, velocity=MEAN + 40))
    assert sounding.notes[0].velocity == 127
    corrected = replace(sounding, notes=(replace(sounding.notes[0], duration=600),))
    meanings.correct(sounding, corrected, PLAIN)
    assert meanings.hear(corrected, PLAIN) == Event.of(240, [Note(60, 600, 120)])


def test_notes_that_join_an_event_are_in_the_key_of_now_and_its_own_stay_in_theirs():
    meanings = Expression(MEAN, kept=10)
    sounding = meanings.sound(Event.of(240, [Note(60, 480, 64)]), replace(PLAIN, transpose=5))
    joined = Event.of(240, [*sounding.notes, Note(70, 480, 64)])
    meanings.correct(sounding, joined, replace(PLAIN, transpose=-2))
    assert meanings.hear(joined, PLAIN).note_numbers == (60, 72)


def test_a_note_that_is_struck_again_with_another_force_keeps_its_key():
    meanings = Expression(MEAN, kept=10)
    sounding = meanings.sound(
        Event.of(240, [Note(60, 480, 64)]), replace(PLAIN, transpose=5, velocity=MEAN + 10)
    )
    louder = Event.of(240, [Note(65, 480, 100)])
    meanings.correct(sounding, louder, PLAIN)
    assert meanings.hear(louder, PLAIN) == Event.of(240, [Note(60, 480, 90)])


def test_other_notes_in_the_same_place_are_no_correction():
    meanings = Expression(MEAN, kept=10)
    before, now = (Event.of(240, [Note(note, 240, 64)]) for note in (60, 62))
    meanings.hear(before, replace(PLAIN, transpose=5))
    meanings.correct(before, now, PLAIN)
    assert meanings.hear(now, PLAIN) == now


def test_the_oldest_are_forgotten_unless_they_stand_in_the_window():
    meanings = Expression(MEAN, kept=2)
    standing, *others = [Event.of(240, [Note(60 + n, 240, 64)]) for n in range(5)]
    window = Window.of([standing])
    for event in (standing, *others):
        meanings.hear(event, replace(PLAIN, transpose=5))
        meanings.forget(window)
    heard = [meanings.hear(event, PLAIN).note_numbers for event in (standing, *others)]
    assert heard == [(55,), (61,), (62,), (63,), (59,)]
