"""Readings: how loudly a stroke is played, and the notes of a chord."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.music.readings import FARTHEST, Reading, shipped_readings
from presets.music.strokes import FEATURES, Stroke

NOTHING = (0.0,) * len(FEATURES)
PLAIN = Reading(NOTHING, NOTHING, 0.0, (0.0, 0.0), (0.0, 0.0), 0.0)


def stroke(top=60, ago=0):
    return Stroke(ago, 0, top, 1, 120, together=False)


def test_the_shipped_ones_are_complete_and_may_be_written_again():
    readings = shipped_readings()
    assert len(readings) == 48
    assert [Reading.from_json(reading.to_json()) for reading in readings] == list(readings)
    assert all(reading.spread > 0 for reading in readings)


def test_most_of_the_shipped_ones_bring_out_the_melody_and_the_top_of_its_chords():
    readings = shipped_readings()
    assert sum(reading.melody > 0 for reading in readings) > 36
    assert sum(reading.tops[1] > 0 for reading in readings) > 36


def test_a_table_of_other_numbers_is_refused():
    with pytest.raises(ValueError, match="a reading has 11 numbers a part, got 10 and 11"):
        Reading.from_json(PLAIN.to_json() | {"lower": NOTHING[1:]})


def test_the_melody_is_louder_and_the_rest_softer_as_many_notes_as_each_has():
    reading = replace(PLAIN, melody=8.0)

    def louder(*, is_upper):
        return reading.stroke([stroke()], 60, is_upper=is_upper, upper_share=0.25)

    assert (louder(is_upper=True), louder(is_upper=False)) == (6, -2)


def test_each_part_has_its_own_weights():
    reading = replace(PLAIN, upper=(*NOTHING[:-1], 5.0))
    strokes = [stroke(72, ago=240), stroke(72)]
    assert reading.stroke(strokes, 60, is_upper=True, upper_share=0.5) == 5
    assert reading.stroke(strokes, 60, is_upper=False, upper_share=0.5) == 0


def test_nothing_is_farther_from_the_mean_than_it_may_be():
    reading = replace(PLAIN, melody=100.0)
    assert reading.stroke([stroke()], 60, is_upper=True, upper_share=0) == FARTHEST
    assert reading.stroke([stroke()], 60, is_upper=False, upper_share=1) == -FARTHEST


@given(st.lists(st.integers(0, 127), min_size=1, max_size=10, unique=True), st.booleans())
def test_a_chord_is_as_loud_as_its_stroke_in_the_mean(notes, is_upper):
    reading = replace(PLAIN, tops=(3.0, 6.0), bottoms=(-1.0, 2.0))
    louder = reading.chord(notes, is_upper=is_upper)
    assert sum(louder) == pytest.approx(0, abs=1e-9)
    assert len(louder) == len(notes)
    if len(notes) > 2:
        assert louder[notes.index(max(notes))] == max(louder)
