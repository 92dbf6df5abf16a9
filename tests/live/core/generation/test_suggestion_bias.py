"""The bias towards what an answer takes up of a phrase."""

from dataclasses import replace

import numpy as np
import pytest

from live.core.generation.prediction import Suggestion
from live.core.generation.sampling import distribution
from live.core.generation.suggestion_bias import SuggestionBias
from presets.bundles.settings import Part, Sampling
from presets.music.encoding import KEYS, LOWEST_KEY, duration_class
from tests.live.stage.alphabet import CONTROLS

PIANO = (Part("piano", register=60),)
DUET = (Part("low", register=48), Part("high", register=72))
STOP = KEYS


def suggest(note, parts=PIANO, **controls):
    return SuggestionBias(Suggestion(240, note, 4.0), replace(CONTROLS, **controls), parts)


def key(note):
    return note - LOWEST_KEY


def probabilities(bias, drawn=(), parts=1, **options):
    possible = np.full(parts * KEYS + 1, fill_value=True)
    possible[: drawn[-1] + 1 if drawn else 0] = False
    logits = np.where(possible, 0.0, -np.inf)
    return distribution(bias.favour_note(logits, drawn, possible, **options), Sampling())


def test_nothing_suggested_changes_nothing():
    bias, logits = SuggestionBias(None, CONTROLS, PIANO), np.zeros(385)
    assert bias.favour_interval(logits) is logits
    assert bias.favour_note(logits, (), logits == 0) is logits


@pytest.mark.parametrize("sure", [0.0, 30.0])
def test_an_interval_has_its_odds_however_sure_the_network_is_of_another(sure):
    logits = np.zeros(385)
    logits[24] = sure
    chance = distribution(suggest(60).favour_interval(logits), Sampling())[12]
    assert chance == pytest.approx(1 / (1 + np.exp(-4.0)))


def test_an_interval_that_the_network_means_anyway_stays_as_likely():
    logits = np.zeros(385)
    logits[12] = 30.0
    assert suggest(60).favour_interval(logits).tolist() == logits.tolist()


def test_the_suggested_note_is_the_highest_and_what_is_below_it_stays_as_likely():
    chances = probabilities(suggest(60))
    assert chances[key(61) :].sum() == 0
    assert chances[: key(58)] == pytest.approx(1 / (KEYS + 1))
    assert chances[key(58) : key(60)].sum() == 0
    assert chances[key(60)] == pytest.approx(1 - key(58) / (KEYS + 1))


def test_among_several_parts_its_part_plays_the_suggested_note_alone():
    chances = probabilities(suggest(72, DUET), parts=2)
    assert np.flatnonzero(chances[KEYS:]).tolist() == [key(72)]
    assert chances[: key(70)] == pytest.approx(1 / (2 * KEYS + 1))


def test_once_it_has_been_drawn_only_the_end_of_the_event_may_follow():
    assert probabilities(suggest(60), (key(60),))[STOP] == 1


def test_the_last_note_that_an_event_has_room_for_is_the_suggested_one():
    assert probabilities(suggest(60), last=True)[key(60)] == 1


def test_at_another_moment_no_note_is_suggested():
    bias = suggest(60)
    bias.after(24)
    assert probabilities(bias) == pytest.approx(1 / (KEYS + 1))


def test_a_note_that_may_not_be_drawn_is_not_suggested():
    possible = np.full(KEYS + 1, fill_value=True)
    possible[key(60)] = False
    logits = np.where(possible, 0.0, -np.inf)
    assert suggest(60).favour_note(logits, (), possible).tolist() == logits.tolist()


@pytest.mark.parametrize(("note", "part"), [(72, 1), (66, 1), (60, 0), (30, 0)])
def test_the_highest_part_that_reaches_down_to_a_note_takes_it(note, part):
    chances = probabilities(suggest(note, DUET), parts=2)
    assert chances[part * KEYS + key(note)] == chances.max()
    sounding = np.flatnonzero(chances[:-1]) % KEYS
    assert sounding.max() == key(note)


def test_a_part_that_rests_leaves_it_to_another():
    chances = probabilities(suggest(72, DUET, resting_parts=frozenset({1})), parts=2)
    assert chances[key(72)] == chances.max()


def test_a_note_is_suggested_as_it_sounds():
    assert probabilities(suggest(72, transpose=12), last=True)[key(60)] == 1
    assert probabilities(suggest(127, transpose=-12)) == pytest.approx(1 / (KEYS + 1))


@pytest.mark.parametrize(("drawn", "lasting"), [(80, 480), (200, 480), (240, 240), (960, 960)])
def test_a_suggested_note_lasts_at_least_half_of_its_time(drawn, lasting):
    bias = SuggestionBias(Suggestion(240, 60, 4.0, 480), CONTROLS, PIANO)
    assert bias.lasting(key(60), duration_class(drawn)) == duration_class(lasting)
    assert bias.lasting(key(62), duration_class(drawn)) == duration_class(drawn)
    assert suggest(60).lasting(key(60), duration_class(drawn)) == duration_class(drawn)
