"""A real classic network, the golden one that wants the next letter."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from live.core.controls.table import Controls
from live.core.generation.prediction import Moment
from live.inference.opening import open_predictor
from presets.bundles.library import load_preset
from presets.bundles.settings import Sampling
from presets.music.encoding import BEAT
from presets.music.window import Window
from tests.live.stage.alphabet import A, events, spell

BUNDLE = load_preset(str(Path(__file__).parents[2] / "golden" / "alphabet"))
SURE = replace(Controls.of(BUNDLE.settings), sampling=Sampling(temperature=0))


def goes_on(word, **turned):
    """Return the letter that comes after the word."""
    event = open_predictor(BUNDLE).predict(
        events(word), Moment(BEAT), replace(SURE, **turned), np.random.default_rng(0)
    )
    return spell(Window.of([event]))


def test_the_alphabet_goes_on():
    assert goes_on("abc") == "d"


@pytest.mark.parametrize(
    ("turned", "letter"),
    [
        # Of those that are never wanted the first.
        ({"avoid": frozenset({A + 3})}, "a"),
        ({"lowest": A + 4}, "e"),
        ({"lowest": A + 4, "avoid": frozenset({A + 3, A + 4})}, "f"),
    ],
)
def test_what_must_not_sound_gives_way_to_what_may(turned, letter):
    assert goes_on("abc", **turned) == letter


def test_it_plays_on_where_nothing_else_is_left():
    assert goes_on("abc", avoid=frozenset(range(128))) == "d"
    assert goes_on("abc", lowest=0, highest=5) == "d"
