"""Opens a preset's network, whatever the preset's kind."""

from collections.abc import Callable, Mapping

from live.core.generation.prediction import Predictor
from live.inference.classic_predictor import ClassicPredictor
from live.inference.score_predictor import ScorePredictor
from presets.bundles.bundle import Bundle
from presets.bundles.kinds import CLASSIC, SCORE

PREDICTORS: Mapping[str, Callable[[Bundle], Predictor]] = {
    CLASSIC.name: ClassicPredictor.of,
    SCORE.name: ScorePredictor.of,
}
"""The function that opens a preset's network, by the name of its kind."""


def open_predictor(bundle: Bundle) -> Predictor:
    """Return the network of a preset, ready to predict.

    Raises:
        ModelError: if a graph does not load or does not fit the preset.
    """
    return PREDICTORS[bundle.settings.kind](bundle)
