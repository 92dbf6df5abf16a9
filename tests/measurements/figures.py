"""Medians and tails."""

import json
from collections.abc import Sequence
from typing import Any

from live.benchmarks.statistics import spread


def summarize(values: Sequence[float], unit: float = 1e3, digits: int = 3) -> dict[str, float]:
    """Return median, p99 and greatest; `unit` 1e3 makes milliseconds of seconds."""
    return {name: round(value, digits) for name, value in spread(values, unit).items()}


def report(figures: dict[str, Any]) -> None:
    print(json.dumps(figures, indent=2))
