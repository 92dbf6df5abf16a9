"""Chords found from notes that are held, or broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.controls.note_names import read_note
from live.core.input.chord_finder import BROKEN, QUALITIES, ChordFinder, Harmony
from presets.music.event import PPQ, Note


def named(*names):
    return [read_note(name) for name in names]


def now(finder, held=(), since=-1):
    return finder.harmony(held, since)


def holding(numbers, held=()):
    finder = ChordFinder()
    finder.hear([Note(number, 1, 64) for number in numbers], {*numbers, *held}, 0)
    return now(finder)


def breaking(names, step=PPQ // 2, finder=None, first=0):
    """Break a chord in notes that are let go at once; return the finder."""
    finder = finder or ChordFinder()
    for place, number in enumerate(named(*names.split())):
        finder.hear([Note(number, 1, 64)], {number}, first + place * step)
    return finder


@pytest.mark.parametrize("root", range(12))
@pytest.mark.parametrize("quality", QUALITIES)
def test_a_chord_is_named_in_its_root_position(root, quality):
    assert holding([48 + root + step for step in QUALITIES[quality]]) == Harmony(root, quality)


@pytest.mark.parametrize("root", range(12))
@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("inversion", [1, 2])
def test_an_inversion_has_the_notes_of_its_chord(root, quality, inversion):
    """Augmented and diminished seventh chords have as many names as notes."""
    notes = [48 + root + step for step in QUALITIES[quality]]
    turned = [*notes[inversion:], *(note + 12 for note in notes[:inversion])]
    assert holding(turned).pitch_classes == Harmony(root, quality).pitch_classes


def test_it_is_written_as_musicians_write_it():
    assert str(holding(named("A3", "C4", "E4", "G4"))) == "Am7"
    assert str(holding(named("F#3", "A#3", "C#4"))) == "F#"


def test_a_melody_above_does_not_change_the_chord():
    assert str(holding(named("C3", "E3", "G3", "F5"))) == "C"


def test_one_note_or_two_are_no_chord():
    assert holding(named("C3")) is None
    assert holding(named("C3", "G3", "C4")) is None


def test_a_broken_chord_is_known_with_its_third_note():
    assert now(breaking("C3 E3")) is None
    assert str(now(breaking("C3 E3 G3"))) == "C"


@pytest.mark.parametrize(
    "tune", ["C4 D4 E4 F4 G4 A4 B4 C5", "C4 C#4 D4 D#4 E4 F4", "G4 F4 E4 D4", "C4 C4 D4 D4 E4 E4"]
)
def test_a_melody_in_steps_is_no_chord(tune):
    assert now(breaking(tune)) is None


def test_a_chord_that_is_struck_counts_whatever_is_still_held_from_the_one_before():
    assert str(holding(named("G3", "B3", "D4"), held=named("C3", "E3", "G3"))) == "G"


def test_one_more_note_beside_a_whole_chord_does_not_hide_it():
    assert str(holding(named("C3", "E3", "G3", "D4"))) == "C"


def test_a_chord_is_over_some_bars_later_unless_it_is_held():
    finder = breaking("C3 E3 G3")
    assert now(finder, since=8 * PPQ) is None
    assert str(now(finder, named("C3", "E3", "G3"), since=8 * PPQ)) == "C"
    finder.reset()
    assert now(finder) is None


def test_a_chord_stays_until_another_is_found():
    finder = breaking("C3 E3 G3")
    breaking("A2", finder=finder, first=8 * PPQ)
    assert str(now(finder)) == "C"
    finder.hear([Note(number, 1, 64) for number in named("F2", "A2", "C3")], (), 9 * PPQ)
    assert str(now(finder)) == "F"


def test_notes_of_long_ago_are_of_no_chord():
    finder = breaking("C3 E3")
    breaking("G3", finder=finder, first=BROKEN + PPQ)
    assert now(finder) is None


@given(st.lists(st.tuples(st.sets(st.integers(0, 127), max_size=8), st.integers(-3000, 3000)), max_size=30))
def test_whatever_is_played_whenever_it_never_fails(played):
    finder, tick = ChordFinder(), 0
    for numbers, step in played:
        tick += step
        finder.hear([Note(number, 1, 64) for number in numbers], numbers, tick)
        assert now(finder) is None or now(finder).quality in QUALITIES
