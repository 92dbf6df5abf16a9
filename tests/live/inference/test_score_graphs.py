"""Real networks, with the weights they are born with."""

from dataclasses import replace

import numpy as np
import pytest

from live.core.controls.table import Controls
from live.core.generation.prediction import Moment
from live.core.planning.form_ahead import bars_ahead, begin_form
from live.inference.score_predictor import ScorePredictor
from presets.bundles.networks import ScoreFiles
from presets.bundles.settings import Part, Settings
from presets.music.encoding import Position, encode
from presets.music.event import Event, Note
from presets.music.form import Forms
from presets.music.window import Window

pytestmark = pytest.mark.studio

PARTS = (Part("right", 0, register=72), Part("left", 1, register=48))
SEED = Window.of(Event.of(240, [Note(60 + step, 240, 64), Note(48, 480, 50, 1)]) for step in range(5))


@pytest.fixture(scope="module")
def files():
    pytest.importorskip("keras")
    from export.score.convert import convert
    from training.score.learning.network import build_network
    from training.score.learning.plan import ScoreRecipe

    recipe = ScoreRecipe("tiny", lstm_units=8, event_units=6, head_units=8)
    columns = encode(SEED.events, [Position(0, 480)] * len(SEED), len(PARTS))
    forms = Forms.build([columns], len(PARTS))
    return ScoreFiles(convert(build_network(recipe, len(PARTS))), b"", forms.to_bytes())


@pytest.mark.parametrize("bars", [True, False])
def test_a_carried_state_is_that_of_the_whole_window(files, bars):
    settings = Settings("tiny", "for tests", kind="score", parts=PARTS, bars=bars)
    controls = replace(Controls.of(settings), max_notes=4, transpose=3, form=1.5)
    carried, fresh = ScorePredictor(settings, files), ScorePredictor(settings, files)
    window, position = SEED, Position(480, 1440)
    form = begin_form(files.read_forms(len(PARTS)), (1,), SEED.events, position, 960, 1440)
    now = 0
    for seed in range(80):
        ahead = bars_ahead(form, now)
        event = carried.predict(window, Moment(position, bars=ahead), controls, np.random.default_rng(seed))
        # Events keep what they meant: what was told is heard so by the other, too.
        fresh._meanings = carried._meanings
        fresh._states.clear()
        again = fresh.predict(window, Moment(position, bars=ahead), controls, np.random.default_rng(seed))
        assert again == event
        np.testing.assert_allclose(carried._states[-1].hidden, fresh._states[-1].hidden, atol=1e-5)
        np.testing.assert_allclose(carried._states[-1].state, fresh._states[-1].state, atol=1e-5)
        window, position, now = window.push(event), position.after(event.ioi), now + event.ioi
    assert len({event.note_numbers for event in window}) > 50
    assert len({event.ioi for event in window}) > 50
