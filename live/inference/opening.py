"""Opening a preset's network, whatever its kind."""

from live.core.generation.prediction import Predictor
from live.inference.classic_predictor import ClassicPredictor
from live.inference.score_predictor import ScorePredictor
from presets.bundles.bundle import Bundle
from presets.bundles.networks import ClassicFiles, ScoreFiles


def open_predictor(bundle: Bundle) -> Predictor:
    """Return the network of a preset, ready to predict.

    Raises:
        ModelError: if a graph does not load or does not fit the preset.
    """
    match bundle.network:
        case ClassicFiles() as files:
            return ClassicPredictor(bundle.settings, files)
        case ScoreFiles() as files:
            return ScorePredictor(bundle.settings, files, bundle.seeds)
