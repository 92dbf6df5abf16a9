"""What several features count with."""

import numpy as np
import numpy.typing as npt


def share(chosen: npt.NDArray[np.bool_]) -> float:
    """Return how large a share of the values is true; 0 of none."""
    return float(chosen.mean()) if chosen.size else 0.0


def mean(values: npt.NDArray[np.number]) -> float:
    """Return the mean; nan of none."""
    return float(values.mean()) if values.size else float("nan")


def entropy(counts: npt.NDArray[np.number]) -> float:
    """Return the entropy of a histogram in bits."""
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


def correlation(one: npt.NDArray[np.number], other: npt.NDArray[np.number]) -> float:
    """Return the correlation of two rows of values; 0 where one of them never changes."""
    first, second = one - one.mean(), other - other.mean()
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum() / size) if size > 0 else 0.0
