from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.masks import allowed_notes, favour_density
from live.core.note_names import note_name
from live.core.sampling import distribution
from live.core.scales import Key
from presets.encoding import IOIS, KEYS, LOWEST_KEY
from presets.settings import Sampling
from tests.live.alphabet import CONTROLS

logits = st.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed).normal(size=IOIS) * 4)
QUARTER, EIGHTH, SIXTEENTH, ORNAMENT = 24, 12, 6, 2


def sounding(parts=1, **turned):
    """Which notes may sound, by name; those of the first part."""
    controls = replace(CONTROLS, **turned)
    allowed = allowed_notes(controls, parts).reshape(parts, KEYS)
    assert (allowed == allowed[0]).all()
    return [note_name(LOWEST_KEY + key + controls.transpose) for key in np.flatnonzero(allowed[0])]


def test_nothing_set_allows_every_key():
    assert len(sounding()) == KEYS


def test_a_key_and_a_range_allow_their_notes():
    assert sounding(key=Key.read("C minor"), lowest=60, highest=72, parts=3) == [
        *["C4", "D4", "Eb4", "F4", "G4", "Ab4", "Bb4", "C5"]
    ]


def test_they_hold_for_what_sounds_after_the_transposition():
    assert sounding(key=Key.read("C minor"), lowest=60, highest=67, transpose=5) == [
        *["C4", "D4", "Eb4", "F4", "G4"]
    ]


def test_a_range_without_a_note_of_the_key_gives_up_the_key():
    assert sounding(key=Key.read("C major"), lowest=61, highest=61) == ["C#4"]


def test_a_range_without_a_key_of_the_network_gives_up_the_range():
    assert sounding(key=Key.read("A minor pentatonic"), lowest=0, highest=20)[:4] == ["A0", "C1", "D1", "E1"]
    assert len(sounding(lowest=120, highest=127)) == KEYS


def mean_length(values, density):
    """Return how often, on average, a quarter is doubled to make the interval; ornaments as sixteenths."""
    doublings = np.log2(np.maximum(np.arange(IOIS), SIXTEENTH) / QUARTER)
    return float(distribution(favour_density(values, density), Sampling()) @ doublings)


def test_no_density_is_the_network_itself_but_for_no_interval_at_all():
    values = np.random.default_rng(0).normal(size=IOIS).astype(np.float32)
    assert (favour_density(values, 0.0)[1:] == values[1:]).all()
    assert favour_density(values, 0.0)[0] == -np.inf


@pytest.mark.parametrize(("density", "odds"), [(1, np.exp(1.5)), (0.5, np.exp(0.75)), (-1, np.exp(-1.5))])
def test_density_favours_an_interval_over_its_double(density, odds):
    equal = distribution(favour_density(np.zeros(IOIS), density), Sampling())
    assert equal[EIGHTH] / equal[QUARTER] == pytest.approx(odds)
    assert equal[QUARTER] / equal[2 * QUARTER] == pytest.approx(odds)
    assert equal[ORNAMENT] == equal[SIXTEENTH]


@given(logits, st.floats(-1, 1), st.floats(-1, 1))
def test_more_density_is_shorter_intervals_for_any_network(values, one, other):
    sparse, dense = sorted((one, other))
    assert mean_length(values, dense) <= mean_length(values, sparse) + 1e-9
