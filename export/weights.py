"""Load the weights of a run: those of its best epoch, or of its last one."""

from typing import Literal

import keras

from export.graphs import ConversionError
from training.runs.run_folder import Run

Weights = Literal["best", "last"]


def load_weights(network: keras.Model, run: Run, weights: Weights) -> None:
    """Load the weights of a run into a network.

    Raises:
        ConversionError: if the run has not finished an epoch, or its weights are damaged.
    """
    path = run.best_path if weights == "best" else run.last_path
    if not path.exists():
        raise ConversionError(
            f"cannot export {str(run.path)!r} before its first epoch is finished ({path.name} is missing): "
            "continue with `segue train ... --resume`"
        )
    try:
        network.load_weights(path)
    except (OSError, ValueError) as error:
        raise ConversionError(f"the weights {path.as_posix()!r} are damaged: {error}") from error
