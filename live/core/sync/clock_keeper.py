"""Keeps MIDI clock going for the followers while nobody says when it is due.

MIDI 1.0 Detailed Specification, "System Real Time Messages": a follower stops, or drifts away, without it.
"""

import math

from mido import Message

from live.core.output.schedule import Due


class ClockKeeper:
    """Goes on with the clock of an engine that is gone, in its last tempo, until an engine leads again.

    Owned by one thread.
    """

    def __init__(self) -> None:
        self._runs = False
        self._last = -math.inf
        self._interval = math.inf
        # Whether the clock is up to this object, and until when.
        self._leads = False
        self._until = math.inf

    @property
    def place(self) -> tuple[float, float] | None:
        """The time of the last clock, seconds, and the seconds to the next; None while no clock runs."""
        return (self._last, self._interval) if self._runs and self._interval < math.inf else None

    @property
    def deadline(self) -> float:
        """When the next clock of its own is due, in seconds; infinity if there is none."""
        at = self._last + self._interval
        return at if self._leads and self._runs and at < self._until else math.inf

    def lead(self) -> None:
        """Take in that the engine is gone: the clock is up to this object now."""
        self._leads, self._until = True, math.inf

    def pass_on(self, due: Due) -> bool:
        """Take in a message that the engine has ordered; return whether it may leave.

        An engine that was only stopped for a while orders clocks that have left without it.
        """
        match due.message.type:
            case "start" | "continue":
                self._runs, self._leads = True, False
                self._last, self._interval = -math.inf, math.inf
            case "stop":
                self._runs = self._leads = False
            case "clock":
                return self._pass_clock(due.at)
        return True

    def pump(self, until: float) -> list[Due]:
        """Return the clocks up to `until` seconds that no engine has ordered, each once."""
        due: list[Due] = []
        while (at := self.deadline) <= until:
            due.append(Due(at, Message("clock")))
            self._last = at
        return due

    def _pass_clock(self, at: float) -> bool:
        if not self._leads:
            if self._last > -math.inf and at > self._last:
                self._interval = at - self._last
            self._last = at
            return True
        if at < self._last + self._interval / 2:
            return False
        if self._until == math.inf:
            self._until = at - self._interval / 2  # up to here it is still up to this object
        return True
