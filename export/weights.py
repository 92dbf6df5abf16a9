"""The weights of a run: those of its best epoch, or of its last one."""

from typing import Literal

import keras

from export.graphs import ConversionError
from training.runs.run_folder import Run

Weights = Literal["best", "last"]


def load_weights(network: keras.Model, run: Run, weights: Weights) -> None:
    """Give a network the weights of a run.

    Raises:
        ConversionError: if the run has not ended an epoch, or its weights are not whole.
    """
    path = run.best_path if weights == "best" else run.last_path
    if not path.exists():
        raise ConversionError(
            f"a run must have ended an epoch to be exported, got {str(run.path)!r} without {path.name}: go "
            "on with `segue train ... --resume`"
        )
    try:
        network.load_weights(path)
    except (OSError, ValueError) as error:
        raise ConversionError(f"the weights {path.as_posix()!r} are not whole: {error}") from error
