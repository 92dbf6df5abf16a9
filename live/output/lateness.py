"""How late messages left, measured."""

import math
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lateness:
    """A summary of the messages sent lately.

    Attributes:
        count: messages since the beginning.
        median: seconds, of the last `KEPT` messages; NaN before the first.
        p99: likewise.
        worst: the greatest since the beginning.
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
    """Gathers lateness; owned by one thread."""

    KEPT = 1000

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=self.KEPT)
        self._count = 0
        self._worst = 0.0

    def add(self, late: float) -> None:
        """Take by how many seconds a message was late, 0.0 if in time."""
        self._last.append(late)
        self._count += 1
        self._worst = max(self._worst, late)

    def summary(self) -> Lateness:
        """Return the figures so far."""
        if not self._count:
            return Lateness(0, math.nan, math.nan, 0.0)
        ordered = sorted(self._last)
        return Lateness(
            self._count, ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)], self._worst
        )
