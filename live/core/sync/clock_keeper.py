"""Keeps MIDI clock going for the followers while nobody says when it is due.

MIDI 1.0 Detailed Specification, "System Real Time Messages": a follower stops, or drifts away, without it.
"""

import math

from mido import Message

from live.core.output.schedule import Due

SHORTEST_INTERVAL = 0.001
"""Seconds from one clock to the next: a change of the tempo map may put two at one time, and what goes on
from there must not be a flood. 2,500 bpm."""


CERTAIN_SECONDS = 0.025
"""An engine orders each clock at least so long before its time (the commit lead). In a tempo with shorter
intervals, 100 bpm and faster, a clock that is due and not ordered is overdue; in a slower one the tempo may
just have dropped, and a clock too many would put the followers off for good."""


class ClockKeeper:
    """Goes on with the clock of an engine that is gone, in the tempo of the last two, until an engine leads.

    It does so as soon as a clock is overdue, or else when it is told to lead.

    What an engine that was only silent for a while orders afterwards, and has left without it, is dropped.
    Owned by one thread.
    """

    def __init__(self) -> None:
        self._runs = False
        self._last = -math.inf
        self._interval = math.inf
        # The time of the last clock that no engine had ordered.
        self._kept = -math.inf
        self._leads = False

    @property
    def place(self) -> tuple[float, float] | None:
        """The time of the last clock, seconds, and the seconds to the next; None while no clock runs."""
        return (self._last, self._interval) if self._runs and self._interval < math.inf else None

    @property
    def deadline(self) -> float:
        """When the next clock of its own would be due, in seconds; infinity if there is none."""
        may_lead = self._leads or self._interval <= CERTAIN_SECONDS
        return self._last + self._interval if may_lead and self.place is not None else math.inf

    def lead(self) -> None:
        """Take in that the engine is gone, or silent: the clock is up to this object now."""
        self._leads = True

    def pass_on(self, due: Due) -> list[Due]:
        """Take in a message that the engine has ordered; return what may leave for it, in order of time.

        If an engine joins on a later clock than the next, the clocks up to that leave before it.
        """
        own: list[Due] = []
        match due.message.type:
            case "start" | "continue":
                own = self._bridge(due.at)
                self._runs = True
                self._last, self._interval, self._kept = -math.inf, math.inf, -math.inf
            case "stop":
                own = self._bridge(due.at)
                self._runs = False
            case "clock" if due.at <= self._kept + self._interval / 2:
                return []  # the engine is still behind
            case "clock" if self._last == self._kept:
                own = self._bridge(due.at - self._interval / 2)
                self._last = due.at
            case "clock":
                self._interval = max(due.at - self._last, SHORTEST_INTERVAL)
                self._last = due.at
        self._leads = False
        return [*own, due]

    def pump(self, until: float) -> list[Due]:
        """Return the clocks of its own up to `until` seconds, each once."""
        due: list[Due] = []
        while (at := self.deadline) <= until:
            due.append(Due(at, Message("clock")))
            self._last = self._kept = at
        return due

    def _bridge(self, until: float) -> list[Due]:
        """Return the clocks up to `until` seconds if no engine has ordered the last one."""
        return self.pump(until) if self._last == self._kept else []
