"""Measures how late messages leave."""

import math
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lateness:
    """A summary of how late messages were.

    Attributes:
        count: number of messages since the beginning.
        median: median lateness of the last `KEPT` messages, seconds; NaN before the first.
        p99: 99th percentile of the same messages, seconds; NaN before the first.
        worst: greatest lateness since the beginning, seconds.
    """

    count: int
    median: float
    p99: float
    worst: float

    def __str__(self) -> str:
        if not self.count:
            return "-"
        return (
            f"median {self.median * 1e3:.1f} ms  p99 {self.p99 * 1e3:.1f} ms  max {self.worst * 1e3:.1f} ms"
        )


class LatenessMeter:
    """Collects the lateness of messages. Owned by one thread."""

    KEPT = 1000

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=self.KEPT)
        self._count = 0
        self._worst = 0.0

    def add(self, late: float) -> None:
        """Add the lateness of a message, in seconds; 0.0 if it was in time."""
        self._last.append(late)
        self._count += 1
        self._worst = max(self._worst, late)

    def summary(self) -> Lateness:
        """Return the summary so far."""
        if not self._count:
            return Lateness(0, math.nan, math.nan, 0.0)
        ordered = sorted(self._last)
        return Lateness(
            self._count, ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)], self._worst
        )
