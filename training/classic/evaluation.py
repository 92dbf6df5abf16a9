"""Measures how well a network predicts, for the model card."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from training.classic.windows import Windows, join_pieces, windows_with_last_target

BATCH = 64


@dataclass(frozen=True, slots=True)
class Prediction:
    """How well each next token was predicted from a full window.

    Attributes:
        windows: how many windows were used; 0 if the pieces are too short for a window.
        bits: mean surprise: -log2 of the probability that the network gave the next token.
        accuracy: share of the windows after which the likeliest token came, 0..1.
    """

    windows: int
    bits: float
    accuracy: float


NOTHING = Prediction(0, math.nan, math.nan)
"""The result for pieces that are too short for a window."""


@dataclass(frozen=True, slots=True)
class Skill:
    """How well a network predicts the pieces of its run.

    Attributes:
        training: the pieces that it was trained on.
        held_out: the other pieces.
        frequencies: the other pieces, predicted from token frequencies in the training pieces alone.
    """

    training: Prediction
    held_out: Prediction
    frequencies: Prediction


def evaluate(
    network: keras.Model, rows: Sequence[Sequence[int]], classes: int, window: int, limit: int = 1000
) -> Prediction:
    """Predict the token after windows of these pieces, evenly spread, at most `limit` of them.

    Args:
        network: the articles' form: (batch, window, 1) -> probabilities (batch, classes).
        rows: the token ids of each piece.
        classes: V.
        window: tokens in a window.
        limit: maximum number of windows; 1,000 measure the bits to about 0.1.
    """
    windows = _spread_windows(rows, classes, window, limit)
    if windows is None:
        return NOTHING
    probabilities = [
        network.predict_on_batch(windows.inputs[first : first + BATCH])
        for first in range(0, len(windows.inputs), BATCH)
    ]
    return _compare(np.concatenate(probabilities), windows.targets)


def evaluate_frequencies(
    training: Sequence[Sequence[int]],
    rows: Sequence[Sequence[int]],
    classes: int,
    window: int,
    limit: int = 1000,
) -> Prediction:
    """Predict the same tokens as `evaluate`, from each token's count in the training pieces plus one."""
    windows = _spread_windows(rows, classes, window, limit)
    if windows is None:
        return NOTHING
    counts = np.bincount(join_pieces(training), minlength=classes) + 1
    return _compare(np.tile(counts / counts.sum(), (len(windows.targets), 1)), windows.targets)


def _spread_windows(rows: Sequence[Sequence[int]], classes: int, window: int, limit: int) -> Windows | None:
    """Return windows with their last targets, evenly spread over the pieces; None if they are too short."""
    if sum(map(len, rows)) <= window:
        return None
    ids = join_pieces(rows)
    starts = np.linspace(0, len(ids) - window - 1, min(limit, len(ids) - window)).astype(np.int64)
    return windows_with_last_target(ids, classes, window, starts)


def _compare(probabilities: npt.NDArray[np.floating], targets: npt.NDArray[np.int32]) -> Prediction:
    """Compare probabilities (n, V) with the tokens (n,) that came."""
    given = probabilities[np.arange(len(targets)), targets]
    # A probability that float32 rounds to 0 would give infinite surprise.
    bits = -np.log2(np.maximum(given, 1e-30)).mean()
    return Prediction(len(targets), float(bits), float((probabilities.argmax(axis=-1) == targets).mean()))
