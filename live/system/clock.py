"""The only place that reads the clock."""

import time
from typing import Protocol

from presets.errors import SegueError


class Clock(Protocol):
    """Where the time comes from; any thread may ask."""

    def now(self) -> float:
        """Return monotonic seconds from an arbitrary origin."""
        ...


class MonotonicClock:
    """The machine's clock that never goes back and knows no leap (`time.monotonic`)."""

    def now(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()


class VirtualClock:
    """A clock that moves only when told to: rendering and tests run hours in moments."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        """Return the virtual seconds since this clock was made."""
        return self._now

    def jump_to(self, seconds: float) -> None:
        """Move on to this moment; a `SegueError` if it has passed."""
        if seconds < self._now:
            raise SegueError(f"a clock must not go back: it is {self._now}, asked for {seconds}")
        self._now = seconds
