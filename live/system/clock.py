"""Clocks; the only module that reads the system time."""

import time
from typing import Protocol

from presets.errors import SegueError


class Clock(Protocol):
    """A source of time; any thread may read it."""

    def now(self) -> float:
        """Return monotonic seconds from an arbitrary origin."""
        ...


class MonotonicClock:
    """The system clock that never goes back or jumps (`time.monotonic`)."""

    def now(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()


class VirtualClock:
    """A clock that moves only by `jump_to`, so that rendering and tests run hours in seconds."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        """Return the virtual seconds since this clock was created."""
        return self._now

    def jump_to(self, seconds: float) -> None:
        """Move forward to a time in seconds.

        Raises:
            SegueError: if that time has passed.
        """
        if seconds < self._now:
            raise SegueError(f"a clock must not go back: it is at {self._now}, got {seconds}")
        self._now = seconds
