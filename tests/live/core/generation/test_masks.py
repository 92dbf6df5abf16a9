from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.controls.note_names import note_name
from live.core.controls.scales import Key
from live.core.generation.masks import (
    CHORD_BETWEEN,
    CHORD_ON_BEAT,
    allowed_notes,
    allowed_tokens,
    favour_density,
    favour_harmony,
    favour_pitch_classes,
    favour_register,
)
from live.core.generation.sampling import distribution
from presets.bundles.settings import Part, Sampling
from presets.music.encoding import IOIS, KEYS, LOWEST_KEY
from tests.live.stage.alphabet import CONTROLS

logits = st.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed).normal(size=IOIS) * 4)
QUARTER, EIGHTH, SIXTEENTH, ORNAMENT = 24, 12, 6, 2
DUET = (Part("bass", register=48), Part("flute", register=72))


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


def test_what_is_to_be_avoided_is_left_out_as_it_sounds():
    cluster = {"lowest": 60, "highest": 64, "avoid": frozenset({60, 62})}
    assert sounding(**cluster) == ["C#4", "Eb4", "E4"]
    assert sounding(**cluster, transpose=-7, key=Key.read("C major"), parts=2) == ["E4"]


def test_the_key_gives_way_before_a_note_to_be_avoided_sounds_and_then_the_range():
    c_major = Key.read("C major")
    assert sounding(key=c_major, lowest=60, highest=61, avoid=frozenset({60})) == ["C#4"]
    held = frozenset({60, 61})
    assert len(sounding(key=c_major, lowest=60, highest=61, avoid=held)) == 51
    whites = frozenset(number for number in range(128) if number % 12 in c_major.pitch_classes)
    assert len(sounding(key=c_major, lowest=60, highest=60, avoid=whites)) == 36


def test_what_is_to_be_avoided_sounds_only_if_there_is_nothing_else():
    every = frozenset(range(128))
    assert sounding(key=Key.read("C minor"), lowest=60, highest=63, avoid=every) == ["C4", "D4", "Eb4"]
    assert sounding(key=Key.read("C minor"), lowest=60, highest=63, avoid=every - {108}) == ["C8"]


def playing(resting, parts=3):
    """Which parts may play."""
    allowed = allowed_notes(replace(CONTROLS, resting_parts=frozenset(resting)), parts)
    return list(np.flatnonzero(allowed.reshape(parts, KEYS).any(axis=1)))


def test_parts_rest_but_never_all_of_them():
    assert playing({1}) == [0, 2]
    assert playing({0, 2}) == [1]
    assert playing({0, 1, 2}) == [0, 1, 2]
    assert playing({7}) == [0, 1, 2]


def test_a_token_may_be_drawn_if_all_of_its_notes_may_sound():
    chords = [(60,), (60, 64), (72, 76), (96,)]
    notes = np.array([[number in chord for number in range(128)] for chord in chords])

    def allowed(**turned):
        return list(np.flatnonzero(allowed_tokens(notes, replace(CONTROLS, **turned))))

    assert allowed() == [0, 1, 2, 3]
    assert allowed(avoid=frozenset({64, 96})) == [0, 2]
    assert allowed(lowest=61) == [2, 3]
    assert allowed(highest=71, avoid=frozenset({60})) == [2, 3]
    assert allowed(avoid=frozenset(range(128))) == [0, 1, 2, 3]


note_logits = st.integers(0, 2**32).map(
    lambda seed: np.random.default_rng(seed).normal(size=2 * KEYS + 1).astype(np.float32) * 4
)
masks = st.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed).random(2 * KEYS + 1) < 0.3)


def shares(values, possible):
    """Return how likely each part's notes and STOP are, and the mean note of each part."""
    together = distribution(np.where(possible, values, -np.inf), Sampling())
    parts = together[:-1].reshape(2, KEYS)
    return [*parts.sum(axis=1), together[-1]], parts @ np.arange(KEYS)


def test_no_register_is_the_network_itself():
    values = np.arange(2 * KEYS + 1, dtype=np.float32)
    assert favour_register(values, 0.0, values >= 0, DUET) is values


def test_register_favours_a_note_over_the_one_an_octave_below_near_the_part_s_own():
    everything = np.full(2 * KEYS + 1, fill_value=True)
    biased = favour_register(np.zeros(2 * KEYS + 1), 1.0, everything, DUET)
    bass, flute = biased[:-1].reshape(2, KEYS)
    for part, register in ((bass, 48 - LOWEST_KEY), (flute, 72 - LOWEST_KEY)):
        assert part[register + 12] - part[register] == pytest.approx(2)
        assert part[register] - part[register - 12] == pytest.approx(2)
        assert part[register + 30] == part[register + 12]


@given(note_logits, masks, st.floats(-1, 1), st.floats(-1, 1))
def test_more_register_is_higher_notes_as_many_of_each_part(values, possible, one, other):
    possible[[0, KEYS, -1]] = True
    low, high = sorted((one, other))
    whole, lower = shares(favour_register(values, low, possible, DUET), possible)
    again, higher = shares(favour_register(values, high, possible, DUET), possible)
    assert whole == pytest.approx(again)
    assert whole == pytest.approx(shares(values, possible)[0])
    assert (higher >= lower - 1e-6).all()


def mean_length(values, density):
    """Return how often, on average, a quarter is doubled to make the interval; ornaments as sixteenths."""
    doublings = np.log2(np.maximum(np.arange(IOIS), SIXTEENTH) / QUARTER)
    return float(distribution(favour_density(values, density), Sampling()) @ doublings)


def test_without_leanings_the_logits_are_the_networks():
    values = np.zeros(KEYS + 1)
    assert favour_pitch_classes(values, (), 0) is values


@pytest.mark.parametrize("higher", [-12, -1, 0, 5])
def test_leanings_are_of_the_pitch_class_that_sounds_in_every_part(higher):
    leanings = tuple(float(-pitch_class) for pitch_class in range(12))
    biased = favour_pitch_classes(np.ones(2 * KEYS + 1), leanings, higher)
    sounding = [(LOWEST_KEY + key + higher) % 12 for key in range(KEYS)] * 2
    assert biased.tolist() == [*(1.0 - pitch_class for pitch_class in sounding), 1.0]


def test_without_a_chord_the_logits_are_the_networks():
    values = np.zeros(KEYS + 1)
    assert favour_harmony(values, (), 0, on_beat=True) is values


def test_notes_outside_the_chord_are_avoided_most_of_all_on_beats():
    chord = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    on, between = (favour_harmony(np.zeros(KEYS + 1), chord, 1, on_beat=on) for on in (True, False))
    inside = [chord[(LOWEST_KEY + key + 1) % 12] for key in range(KEYS)]
    assert all((value == 0) == own for value, own in zip(on[:-1], inside, strict=True))
    assert set(on[:-1]) == {0, -CHORD_ON_BEAT}
    assert set(between[:-1]) == {0, -CHORD_BETWEEN}
    assert on[-1] == between[-1] == 0


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
