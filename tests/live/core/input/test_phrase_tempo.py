"""When a phrase is over, and what its tempo is, from what the keyboard completes."""

import pytest

from live.core.input.keyboard import Chord, Pressed, Released
from live.core.input.phrase import Phrase
from live.core.input.phrase_tempo import LONGEST_REST, SHORTEST_REST, PhraseTempo
from presets.bundles.settings import Meter
from presets.music.event import Event, Note

FOUR = Meter(4, 4)


def heard(seconds, count=8):
    """Return a phrase of notes this far apart, and its tempo."""
    tempo = PhraseTempo()
    for index in range(count):
        key = (0, 0, 60 + index % 5)
        tempo.hear(
            [Chord(index * seconds, (Pressed(key, 80, index * seconds),)), Released(key, 0.9 * seconds)]
        )
    end = (count - 0.1) * seconds
    return Phrase(0.0, (count - 1) * seconds, end), tempo


def test_a_phrase_is_over_after_two_beats_of_its_own():
    phrase, tempo = heard(0.6)
    assert tempo.found(FOUR).bpm == pytest.approx(100, rel=0.01)
    assert tempo.over_at(phrase, phrase.ended + 1.1, 200, FOUR) == pytest.approx(phrase.ended + 1.2, rel=0.01)


def test_no_tempo_makes_the_rest_shorter_or_longer_than_its_limits():
    phrase, tempo = heard(0.4)
    assert tempo.over_at(phrase, phrase.ended + 1.1, 30, FOUR) == phrase.ended + SHORTEST_REST
    phrase, tempo = heard(0.4)
    assert tempo.over_at(phrase, phrase.ended + 0.5, 30, FOUR) == phrase.ended + SHORTEST_REST
    phrase, tempo = heard(2.4)
    assert tempo.over_at(phrase, phrase.ended + 1.1, 300, FOUR) <= phrase.ended + LONGEST_REST


def test_a_phrase_without_a_tempo_is_over_after_two_beats_of_the_set_one():
    phrase, tempo = heard(0.6, count=2)
    assert tempo.found(FOUR) is None
    assert tempo.over_at(phrase, phrase.ended + 1.1, 60, FOUR) == phrase.ended + 2.0


def test_long_rests_in_a_phrase_make_its_end_later():
    phrase, tempo = heard(0.6)
    phrase.gap = 1.4
    assert tempo.over_at(phrase, phrase.ended + 1.1, 120, FOUR) == phrase.ended + 2.8


def test_a_held_note_keeps_a_phrase_open():
    phrase, tempo = heard(0.6)
    phrase.ended = None
    assert tempo.over_at(phrase, 100.0, 120, FOUR) == float("inf")


def test_new_notes_have_a_new_tempo():
    _, tempo = heard(0.6)
    first = tempo.found(FOUR)
    assert tempo.found(FOUR) is first
    for index in range(8):
        at = 4.8 + index * 0.54
        tempo.hear([Chord(at, (Pressed((0, 0, 60), 80, at),))])
    assert tempo.found(FOUR).bpm == pytest.approx(60 / 0.54, rel=0.03)


def test_a_phrase_is_stretched_to_another_tempo():
    phrase = Phrase(0.0, 0.6)
    for ioi in (480, 576):
        phrase.hear(Event.of(ioi, [Note(60, 120, 80)]), None)
    phrase.stretch(100 / 120)
    assert [(tick, event.ioi, event.notes[0].duration) for tick, event in phrase.events] == [
        (0, 400, 100),
        (480, 480, 100),
    ]
