"""Readings of pieces whose loudness is known."""

import json
from argparse import Namespace
from random import Random

import numpy as np
import pytest

from presets.errors import SegueError
from presets.music.encoding import Position
from presets.music.event import PPQ, Event, Note
from presets.music.readings import SHIPPED
from presets.music.strokes import FEATURES
from tests.training.score.learning.lines import climb
from training.score.learning import readings
from training.score.learning.readings import READINGS, chosen, measure, readings_of

pytestmark = pytest.mark.studio

BAR = 4 * PPQ


def played(accent=0, melody=0, top=0, spread=0, seed=0):
    """Return a piece in 4/4: eighths of a melody over a chord on each beat."""
    rng = Random(seed)
    events, positions = [], []
    for number in range(400):
        place = number * PPQ // 2 % BAR
        loud = 60 + accent * (place == 0) + rng.gauss(0, spread)
        notes = [Note(72 + rng.randrange(8), 200, round(loud + melody), 1)]
        if place % PPQ == 0:
            notes += [
                Note(40, 200, round(loud)),
                Note(47, 200, round(loud)),
                Note(52, 200, round(loud + top)),
            ]
        events.append(Event.of(PPQ // 2 if number else 0, notes))
        positions.append(Position(place, BAR))
    return measure(events, positions)


def test_an_accent_is_measured_against_the_strokes_before_it():
    (reading,) = readings_of([played(accent=12)])
    weights = dict(zip(FEATURES, reading.upper, strict=True))
    # Among them there may be another one.
    assert 8 < weights["bar line"] == max(reading.upper) <= 12


def test_a_melody_that_stands_out_is_measured():
    (reading,) = readings_of([played(melody=10)])
    assert reading.melody == pytest.approx(10, abs=0.5)
    assert reading.spread < 0.5


def test_the_highest_note_of_a_chord_is_measured():
    (reading,) = readings_of([played(top=8)])
    assert reading.tops[0] == pytest.approx(8, abs=1)
    assert reading.tops[1] == reading.bottoms[1] == 0, "the melody has no chords"


def test_what_nothing_explains_is_the_spread():
    quiet, loud = readings_of([played(spread=2, seed=1), played(spread=9, seed=2)])
    assert 1 < quiet.spread < 4 < 7 < loud.spread < 11


def test_the_rows_are_0_in_the_mean_of_a_chord():
    piece = played()
    chords = np.array([piece.rows[piece.strokes == stroke][:, -4:].sum(axis=0) for stroke in range(40)])
    assert chords == pytest.approx(0)


def test_short_and_long_pieces_are_chosen_alike():
    pieces = [climb(f"{number:03}.mid", 10 + number, 1) for number in range(3 * READINGS)]
    assert [len(piece) for piece in chosen(pieces)] == [11 + 3 * number for number in range(READINGS)]
    assert len(chosen(pieces[:5])) == 5


def test_the_shipped_table_names_its_corpus_and_is_laid_out_as_it_is_written():
    text = SHIPPED.read_text(encoding="utf-8")
    about = json.loads(text)["about"]
    for word in ("Bernd Krueger", "http://www.piano-midi.de", "CC BY-SA 3.0 DE"):
        assert word in about
    assert text.count("\n") == READINGS + 3


def test_a_corpus_of_one_part_is_refused(tmp_path):
    about = tmp_path / "about.toml"
    about.write_text('name = "One hand"\n')
    with pytest.raises(SegueError, match="readings are of two hands: describe two parts, got 0"):
        readings.run(Namespace(corpus=tmp_path, about=about, output=tmp_path / "out.json"))
