"""Samples from a network's logits, with temperature, top-k and top-p."""

import math

import numpy as np
from numpy.typing import NDArray

from live.core.generation.prediction import PredictionError
from presets.bundles.settings import TEMPERATURE, Sampling

COLDEST = 1e-6
"""The lowest temperature that is not 0: with a lower one, a difference between two logits could overflow."""


def distribution(logits: NDArray[np.floating], sampling: Sampling) -> NDArray[np.float64]:
    """Return the probabilities that `sample` draws from.

    Temperature comes first, then top-k, then top-p over what is left; the likeliest id always stays. Among
    equal logits the lower ids stay, so that the result is the same on every computer.

    Args:
        logits: shape (V,), log probabilities up to a constant; minus infinity is never drawn.
        sampling: temperature 0 gives all probability to the likeliest id.

    Returns:
        Shape (V,), sum 1, zero for ids that are cut off.

    Raises:
        PredictionError: if no logit is finite, or one is infinite or not a number.
    """
    weights = _weights(logits, sampling)
    weights /= weights.sum()
    return weights


def sample(logits: NDArray[np.floating], sampling: Sampling, rng: np.random.Generator) -> int:
    """Draw an id; always takes exactly one number from `rng`, even if only one id is left.

    Raises:
        PredictionError: as `distribution`.
    """
    cumulative = _weights(logits, sampling).cumsum()
    return int(cumulative.searchsorted(rng.random() * cumulative[-1], side="right"))


def following(own: Sampling, word: Sampling, preset: Sampling) -> Sampling:
    """Return how a choice is drawn that follows another one's control.

    A preset has a sampling for each kind of choice; a musician has one word for two of them. So the second
    choice keeps its distance from the first: its temperature and its top-p stay as many times those of the
    first as the preset has them. Another top-k is for both.

    Args:
        own: how the preset draws the second choice.
        word: how the musician wants the first choice drawn.
        preset: how the preset draws the first choice.
    """
    if word == preset:
        return own
    wilder = own.temperature / preset.temperature if preset.temperature else 1.0
    return Sampling(
        min(wilder * word.temperature, TEMPERATURE.high),
        own.top_k if word.top_k == preset.top_k else word.top_k,
        min(own.top_p * word.top_p / preset.top_p, 1.0),
    )


def _weights(logits: NDArray[np.floating], sampling: Sampling) -> NDArray[np.float64]:
    """Return the distribution up to a factor; the likeliest id has weight 1."""
    weights = np.asarray(logits, dtype=np.float64)
    likeliest = int(weights.argmax())
    peak = float(weights[likeliest])
    if not math.isfinite(peak):
        raise PredictionError("the network gave no probabilities; export the preset again")
    if sampling.temperature == 0:
        weights = np.zeros(len(weights))
        weights[likeliest] = 1
        return weights
    # Relative to the likeliest, so that no exponent is above 0; in place, because it is done seven times an
    # event.
    weights = weights - peak
    weights /= max(sampling.temperature, COLDEST)
    np.exp(weights, out=weights)
    if sampling.top_k or sampling.top_p < 1:
        _cut(weights, sampling)
    return weights


def _cut(weights: NDArray[np.float64], sampling: Sampling) -> None:
    """Set to zero the weights that top-k or top-p cuts off."""
    descending = np.sort(weights)[::-1]
    kept = min(sampling.top_k, len(weights)) or len(weights)
    if sampling.top_p < 1:
        reached = descending[:kept].cumsum()
        kept = int(reached.searchsorted(sampling.top_p * reached[-1])) + 1
    least = descending[kept - 1]
    below = weights < least
    weights[below] = 0
    surplus = len(weights) - int(np.count_nonzero(below)) - kept
    if surplus > 0:
        weights[np.flatnonzero(weights == least)[-surplus:]] = 0
