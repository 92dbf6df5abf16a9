"""Medians and tails."""

import json
from collections.abc import Sequence
from typing import Any


def summarize(values: Sequence[float], unit: float = 1e3, digits: int = 3) -> dict[str, float]:
    """Return median, p99 and greatest; `unit` 1e3 makes milliseconds of seconds."""
    ordered = sorted(values)
    return {
        "median": round(ordered[len(ordered) // 2] * unit, digits),
        "p99": round(ordered[int(len(ordered) * 0.99)] * unit, digits),
        "max": round(ordered[-1] * unit, digits),
    }


def report(figures: dict[str, Any]) -> None:
    print(json.dumps(figures, indent=2))
