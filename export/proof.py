"""The common part of every proof that a graph predicts the same as its network."""

import numpy as np
import numpy.typing as npt

from presets.errors import SegueError

LIMIT = 1e-5
"""Largest absolute difference allowed between two probabilities."""


class ParityError(SegueError):
    """The exported graph does not predict the same as the network."""


def largest_difference(expected: npt.NDArray[np.floating], got: npt.NDArray[np.floating]) -> float:
    """Return the largest absolute difference of two arrays; infinity if either has a nan."""
    return float(np.nan_to_num(np.abs(expected - got), nan=np.inf).max())


def check_difference(difference: float) -> None:
    """Raise `ParityError` if two probabilities differ by more than `LIMIT`."""
    if difference > LIMIT:
        raise ParityError(
            f"Keras and ONNX may differ by at most {LIMIT:g}, got {difference:.1e}: no preset was written"
        )
