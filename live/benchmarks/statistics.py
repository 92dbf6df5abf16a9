"""Medians and tails."""

from collections.abc import Sequence

MILLISECONDS = 1e3
"""Milliseconds in a second."""


def quantile(values: Sequence[float], share: float) -> float:
    """Return the quantile at `share`, 0..1, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spread(values: Sequence[float], unit: float = MILLISECONDS) -> dict[str, float]:
    """Return the median, the 99th percentile and the maximum of at least one value, times `unit`."""
    return {
        "median": quantile(values, 0.5) * unit,
        "p99": quantile(values, 0.99) * unit,
        "max": max(values) * unit,
    }


def ratio(ours: float, theirs: float, resolution: float) -> float:
    """Return `ours` divided by `theirs`, both 0 or more.

    A value below `resolution` cannot be distinguished from 0 and counts as `resolution`, so two such values
    are equal.
    """
    return max(ours, resolution) / max(theirs, resolution)
