import numpy as np
import pytest

from export.evaluation.baselines import measure_baselines
from export.evaluation.streams import FIELDS
from presets.music.encoding import BEAT, encode
from presets.music.event import Event, Note

SCALE = (0, 2, 4, 5, 7, 9, 11, 12)


def scale(lowest, length=64, velocity=64):
    """Up the major scale again and again, in eighths, with a quarter at its end."""
    events = [
        Event(480 if number % 8 == 0 else 240, (Note(lowest + SCALE[number % 8], 240, velocity),))
        for number in range(length)
    ]
    return encode(events, [BEAT] * length, 1)


def noise(seed, length=400):
    rng = np.random.default_rng(seed)
    events = [
        Event(240, (Note(int(rng.integers(40, 72)), 240, int(rng.integers(1, 128))),)) for _ in range(length)
    ]
    return encode(events, [BEAT] * length, 1)


def test_what_always_repeats_costs_next_to_nothing():
    found = measure_baselines([scale(60)] * 9, [scale(60)])
    assert tuple(found) == FIELDS
    assert all(found[field].best < 0.05 for field in ("note", "duration", "velocity"))
    # Half of the time the last four intervals are four eighths, and then every fourth time a quarter follows.
    assert found["ioi"].best == pytest.approx(0.5 * 0.8113, abs=0.01)
    assert found["note"].ngram.knows == "notes before, as written"


def test_music_in_another_key_is_foretold_by_transposition():
    found = measure_baselines([scale(60)] * 9, [scale(63)])
    assert found["note"].ngram.knows == "notes before, in 12 keys"
    assert found["note"].ngram.bits < 1 < 6 < found["note"].unigram


def test_noise_costs_what_noise_costs():
    found = measure_baselines([noise(seed) for seed in range(20)], [noise(99)])
    # One of 32 notes, then STOP; one of 32 velocities.
    assert found["note"].ngram.bits == pytest.approx(5, abs=0.1)
    assert found["note"].ngram.order == 2
    assert found["velocity"].unigram == pytest.approx(5, abs=0.1)
    assert found["duration"].best == pytest.approx(0, abs=0.01)


def test_bits_are_counted_per_event_and_the_first_event_is_not_foretold():
    one, two = noise(1, length=2), noise(1, length=3)
    train = [noise(seed) for seed in range(9)]
    cost = measure_baselines(train, [one])["velocity"].unigram
    assert measure_baselines(train, [one, one])["velocity"].unigram == pytest.approx(cost)
    assert measure_baselines(train, [two])["velocity"].unigram != pytest.approx(cost)
