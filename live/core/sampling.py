"""Drawing one token from a network's probabilities."""

import numpy as np
from numpy.typing import NDArray

from presets.settings import Sampling


def distribution(probabilities: NDArray[np.floating], sampling: Sampling) -> NDArray[np.float64]:
    """Return the probabilities that `sample` draws from.

    Temperature first, then top-k, then top-p over what is left; the likeliest token always stays. Equal
    probabilities keep the order of their ids, so a result never depends on the machine.

    Args:
        probabilities: shape (V,), each 0 or more, with a positive sum.
        sampling: temperature 0 gives all to the likeliest token.

    Returns:
        Shape (V,), sum 1, zero for every token that is not kept.
    """
    weights = np.asarray(probabilities, dtype=np.float64)
    order = np.argsort(-weights, kind="stable")
    if sampling.temperature == 0:
        kept = order[:1]
        shaped = np.ones(1)
    else:
        # Relative to the likeliest: exponents are 0 or less, and minus infinity is as good as never.
        with np.errstate(divide="ignore", over="ignore"):
            logits = np.log(weights[order]) - np.log(weights[order[0]])
            shaped = np.exp(logits / sampling.temperature)
        kept = order[: sampling.top_k] if sampling.top_k else order
        shaped = shaped[: len(kept)]
        if sampling.top_p < 1:
            reached = np.cumsum(shaped) / shaped.sum()
            enough = int(np.searchsorted(reached, sampling.top_p)) + 1
            kept, shaped = kept[:enough], shaped[:enough]
    drawn_from = np.zeros(len(weights))
    drawn_from[kept] = shaped / shaped.sum()
    return drawn_from


def sample(probabilities: NDArray[np.floating], sampling: Sampling, rng: np.random.Generator) -> int:
    """Draw a token id; takes one number from `rng`, also where only one token is left."""
    cumulative = np.cumsum(distribution(probabilities, sampling))
    return int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))
