"""Medians and tails."""

from collections.abc import Sequence

MILLISECONDS = 1e3
"""In a second."""


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all, 0..1, do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spread(values: Sequence[float], unit: float = MILLISECONDS) -> dict[str, float]:
    """Return median, p99 and greatest of at least one value, times `unit`."""
    return {
        "median": quantile(values, 0.5) * unit,
        "p99": quantile(values, 0.99) * unit,
        "max": max(values) * unit,
    }


def ratio(ours: float, theirs: float, resolution: float) -> float:
    """Return how many times ours is theirs, both 0 or more.

    What is less than `resolution` cannot be told from nothing and counts as so much: two that are nothing
    are equal.
    """
    return max(ours, resolution) / max(theirs, resolution)
