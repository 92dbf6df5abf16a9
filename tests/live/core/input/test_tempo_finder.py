"""The tempo of a phrase: rhythms in many tempos, played exactly and by uneven hands, and phrases without
one."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.core.input.tempo_finder import FoundTempo, PlayedNote, find_tempo
from presets.bundles.settings import Meter

COMMON, JIG = Meter(4, 4), Meter(6, 8)
RHYTHMS = {
    "quarters": (1, 1, 1, 1),
    "a march": (1, 1, 0.5, 0.5, 1),
    "a reel": (0.5, 0.5, 0.5, 0.5, 1, 1),
}


def phrase(beats, bpm, *, times=4, begin=3.0, swing=0.5, uneven=0.0, seed=0):
    """Play a rhythm several times over; return its notes and when the beat after it is."""
    hands, beat, place, notes = random.Random(seed), 60 / bpm, 0.0, []
    for index, length in enumerate(beats * times):
        part = place % 1
        at = begin + (place - part + (swing if part == 0.5 else part)) * beat + hands.gauss(0, uneven)
        notes.append(PlayedNote(at, 60 + 7 * index % 12, 80, 0.9 * length * beat))
        place += length
    return notes, begin + place * beat


def off_beat(found, moment):
    """By how many seconds a moment is off the nearest beat."""
    beats = (moment - found.beat_at) / found.beat_seconds
    return abs(beats - round(beats)) * found.beat_seconds


@pytest.mark.parametrize("rhythm", RHYTHMS.values(), ids=RHYTHMS)
@settings(max_examples=12, deadline=None)
@given(bpm=st.floats(76, 150))
def test_an_exact_phrase_has_its_tempo_and_its_beat(rhythm, bpm):
    notes, end = phrase(rhythm, bpm)
    found = find_tempo(notes, COMMON)
    assert found.bpm == pytest.approx(bpm, rel=0.01)
    assert off_beat(found, end) < 0.01


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rhythm", RHYTHMS.values(), ids=RHYTHMS)
def test_uneven_hands_have_a_tempo(rhythm, seed):
    notes, end = phrase(rhythm, 112, uneven=0.02, seed=seed)
    found = find_tempo(notes, COMMON)
    assert found.bpm == pytest.approx(112, rel=0.04)
    assert off_beat(found, end) < 0.05


def test_swing_is_no_other_tempo():
    notes, end = phrase((1, 0.5, 0.5, 0.5, 0.5, 1), 120, swing=2 / 3)
    found = find_tempo(notes, COMMON)
    assert found.bpm == pytest.approx(120, rel=0.02)
    assert off_beat(found, end) < 0.03


def test_triplets_among_quarters_are_triplets():
    notes, end = phrase((1, 1, 1 / 3, 1 / 3, 1 / 3, 1), 100)
    found = find_tempo(notes, COMMON)
    assert found.bpm == pytest.approx(100, rel=0.02)
    assert off_beat(found, end) < 0.02


def test_a_beat_of_a_jig_has_three_eighths():
    notes, end = phrase((0.5, 0.5, 0.5, 1, 0.5), 150)
    found = find_tempo(notes, JIG)
    assert found.bpm == pytest.approx(150, rel=0.02)
    assert found.beat_seconds == pytest.approx(0.6, rel=0.02)
    assert off_beat(found, end) < 0.02


def test_a_waltz_has_its_bass_on_the_first_of_three_beats():
    notes = []
    for bar in range(5):
        at = bar * 3 * 60 / 132
        notes.append(PlayedNote(at, 43, 90, 0.4))
        for beat in (1, 2):
            notes += [PlayedNote(at + beat * 60 / 132, note, 60, 0.2) for note in (62, 67, 71)]
    found = find_tempo(notes, Meter(3, 4))
    assert found.bpm == pytest.approx(132, rel=0.02)
    assert off_beat(found, 0.0) < 0.02


def test_the_tempo_is_that_of_the_end():
    lengths = [0.5 * 1.005**beat for beat in range(17)]
    beats = [sum(lengths[:beat]) for beat in range(17)]
    notes = []
    for beat, at in enumerate(beats[:16]):
        notes.append(PlayedNote(at, 60 + beat % 5, 80, 0.2))
        if beat % 4 == 2:
            notes.append(PlayedNote(at + lengths[beat] / 2, 62, 80, 0.2))
    found = find_tempo(notes, COMMON)
    assert 60 / found.bpm == pytest.approx(lengths[15], rel=0.02)
    assert off_beat(found, beats[16]) < 0.02


def test_a_rolled_chord_is_one_onset():
    notes = []
    for beat in range(8):
        rolled = (-0.02, 0.0, 0.02)
        notes += [
            PlayedNote(1 + beat * 0.6 + late, 48 + 4 * voice, 70, 0.5) for voice, late in enumerate(rolled)
        ]
    found = find_tempo(notes, COMMON)
    assert found.bpm == pytest.approx(100, rel=0.01)
    assert off_beat(found, 1.0) < 0.01


def test_one_note_that_is_repeated_has_a_tempo():
    found = find_tempo([PlayedNote(index * 0.5, 60, 80, 0.1) for index in range(8)], COMMON)
    assert found.bpm == pytest.approx(120, rel=0.01)


def test_a_long_rest_in_the_phrase_does_no_harm():
    notes, end = phrase((1, 1, 0.5, 0.5, 3), 108, times=3)
    found = find_tempo(notes, COMMON)
    assert found.bpm == pytest.approx(108, rel=0.02)
    assert off_beat(found, end) < 0.03


@pytest.mark.parametrize("count", range(4))
def test_a_few_onsets_have_no_tempo(count):
    assert find_tempo([PlayedNote(index * 0.5, 60, 80, 0.4) for index in range(count)], COMMON) is None


@pytest.mark.parametrize("seed", range(6))
def test_random_onsets_have_no_tempo(seed):
    hands, at, notes = random.Random(seed), 0.0, []
    for _ in range(16):
        notes.append(PlayedNote(at, 60, 80, 0.2))
        at += hands.uniform(0.1, 1.5)
    assert find_tempo(notes, COMMON) is None


@settings(max_examples=25, deadline=None)
@given(
    gaps=st.lists(st.floats(0, 4), max_size=12),
    velocity=st.integers(1, 127),
    seconds=st.floats(0, 20),
    meter=st.sampled_from((COMMON, JIG, Meter(5, 8), Meter(3, 2))),
)
def test_whatever_is_played_the_tempo_is_in_range_or_none(gaps, velocity, seconds, meter):
    at, notes = 100.0, []
    for gap in gaps:
        at += gap
        notes.append(PlayedNote(at, 60, velocity, seconds))
    found = find_tempo(notes, meter)
    assert found is None or 20 <= found.bpm <= 400


@given(moment=st.floats(0, 100), beat_at=st.floats(0, 100), seconds=st.floats(0.2, 3))
def test_the_next_beat_is_within_a_beat(moment, beat_at, seconds):
    next_beat = FoundTempo(60 / seconds, beat_at, seconds).beat_from(moment)
    assert moment - 1e-5 <= next_beat <= moment + seconds + 1e-5


@given(st.lists(st.floats(0.02, 60), min_size=1, max_size=30))
def test_however_long_the_gaps_are_there_is_a_tempo_or_none(gaps):
    onsets = [sum(gaps[:place]) for place in range(len(gaps))]
    found = find_tempo([PlayedNote(at, 60, 80, 0.2) for at in onsets], Meter(4, 4))
    assert found is None or 20 <= found.bpm <= 400


def test_after_a_long_gap_the_tempo_is_that_of_what_came_since():
    before = [place * 1.0 for place in range(8)]
    since = [40 + place * 0.5 for place in range(9)]
    found = find_tempo([PlayedNote(at, 60, 80, 0.2) for at in (*before, *since)], Meter(4, 4))
    alone = find_tempo([PlayedNote(at, 60, 80, 0.2) for at in since], Meter(4, 4))
    assert found == alone
