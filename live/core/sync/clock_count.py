"""Counts clock ticks, although some bytes of MIDI clock come late, some twice and some never.

Normally each byte is one clock tick. But if a byte is not where the line through the others predicts it, it
is set aside until the next ones show what it was; meanwhile the line continues. For the first ten clock ticks
or so there is no such line yet, and a lost byte cannot be distinguished from a slow one.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from live.core.sync.midi_clock import interval_of
from live.core.sync.tempo_filter import FASTEST, TempoFilter

SURPRISE = 5.0
"""Standard deviations by which a byte may miss its predicted time and still count as merely inexact."""

INEXACT = 0.4e-3
"""Minimum standard deviation of a byte, in seconds: bytes miss by this much when the tempo changes."""

NEAR = 0.4
"""Intervals within which a byte belongs to a clock tick; at half an interval it would belong to two."""

CERTAIN = 5.0
"""Standard deviations by which two tempos must differ to count as different."""

ROUGHLY, SURELY = 0.25, 0.12
"""Maximum of `CERTAIN` deviations of the step, in intervals, at which a tempo that is not clearly different
counts as the same. The second, stricter one distinguishes a lost byte from a slowly changing tempo."""

BETWEEN = 0.3
"""Intervals from the nearest clock tick at which bytes belong to none: the clock's phase has moved."""

GAP, PAIR = 1.5, 0.35
"""Intervals between two bytes: at `GAP` or more, one may be lost there; at `PAIR` or less, one came twice."""

REGULAR = 2.0
"""Maximum chi-square of bytes at regular intervals, as a multiple of its mean."""

UNDECIDED = 20
"""Number of bytes set aside at which a decision is forced."""


class _Run(NamedTuple):
    """The straight line through successive bytes.

    Attributes:
        step: intervals from one byte to the next.
        doubt: standard deviation of the step.
        end: position of the newest byte in intervals, assuming that the step is 1.
        regular: whether the bytes lie on a line, within the noise.
    """

    step: float
    doubt: float
    end: float
    regular: bool


def _run(places: Sequence[float], noise: float) -> _Run:
    """Return the line through three or more positions, in intervals, whose standard deviation is `noise`."""
    count = len(places)
    middle = (count - 1) / 2
    spread = count * (count * count - 1) / 12
    mean = sum(places) / count
    step = sum((i - middle) * place for i, place in enumerate(places)) / spread
    residue = sum((place - mean - step * (i - middle)) ** 2 for i, place in enumerate(places))
    regular = residue <= REGULAR * (count - 2) * noise**2
    return _Run(step, noise / math.sqrt(spread), mean + middle, regular)


class ClockCount:
    """Counts clock ticks and predicts them. Owned by one thread; the times of its calls must not go back.

    Args:
        interval: seconds from one clock tick to the next, until it has been measured.

    Attributes:
        count: number of the newest clock tick; the first is 0, and -1 means none yet.
    """

    def __init__(self, interval: float) -> None:
        self.count = -1
        self._filter = TempoFilter(interval)
        self._aside: list[float] = []
        # When the newest byte came that was not set aside, in seconds.
        self._last = 0.0

    @property
    def interval(self) -> float:
        """Seconds from the newest clock tick to the next."""
        return self._filter.interval

    @property
    def measured(self) -> bool:
        """Whether the interval has been measured."""
        return self._filter.known or self._filter.heard >= 2

    @property
    def surprise(self) -> float:
        """Seconds from the predicted time beyond which a byte is not merely inexact."""
        return min(self._tolerance, NEAR * self.interval)

    def moment(self, number: int) -> float:
        """Return when a clock tick was or will be due, in seconds."""
        return self._filter.newest + (number - self.count) * self.interval

    def nearest(self, at: float) -> int:
        """Return the number of the clock tick nearest to a time."""
        return self.count + round((at - self._filter.newest) / self.interval)

    def hear(self, at: float) -> None:
        """Take in a byte that came at `at` seconds."""
        missed = self._filter.known and abs(at - self.moment(self.count + 1)) > self.surprise
        if self._aside or missed:
            self._aside.append(at)
            self._decide()
        else:
            self._count([at])
        if not self._aside:
            self._last = at

    def settle(self) -> None:
        """Count each byte that is still set aside: the caller needs a definite count now."""
        if self._aside:
            self._last = self._aside[-1]
            self._place(len(self._aside))

    def restart(self, at: float, number: int) -> None:
        """Take a byte as the clock tick of this number, whenever it comes; keep the tempo."""
        self._aside.clear()
        self.count = number
        self._last = at
        self._filter.restart(at)

    def assume(self, at: float, number: int, interval: float) -> None:
        """Take the time, the number and the interval of the newest clock tick as known."""
        self._filter.assume(interval)
        self.restart(at, number)

    @property
    def _noise(self) -> float:
        return max(self._filter.noise, INEXACT)

    @property
    def _tolerance(self) -> float:
        return SURPRISE * self._noise

    def _count(self, moments: list[float]) -> None:
        for at in moments:
            self._filter.add(at)
        self.count += len(moments)

    def _decide(self) -> None:
        """Decide what the bytes set aside were, if that is clear by now."""
        aside = self._aside
        noise = self._noise / self.interval
        places = [(at - self._filter.newest) / self.interval for at in aside]
        if abs(places[-1] - len(aside)) * self.interval <= self.surprise:
            # There are as many as there should be: some were late.
            self._place(len(aside))
            return
        for length in range(3, len(places) + 1):
            run = _run(places[-length:], noise)
            if not run.regular or run.step * self.interval < interval_of(FASTEST):
                # A bunch of bytes after a stall, perhaps with earlier ones.
                continue
            if abs(run.step - 1) > CERTAIN * run.doubt:
                self._place_as_counted()
                return
            place = round(run.end)
            if CERTAIN * run.doubt <= ROUGHLY and abs(run.end - place) > BETWEEN:
                self._place_as_counted()
                return
            if CERTAIN * run.doubt <= SURELY:
                self._correct(place)
                return
        if len(aside) >= UNDECIDED:
            if aside[-1] - aside[0] >= (len(aside) - 1) * interval_of(FASTEST):
                self._place_as_counted()
            aside.clear()

    def _correct(self, place: int) -> None:
        """Trust the line rather than the number of bytes, if some bytes were lost or came twice."""
        between = [
            (later - earlier) / self.interval for earlier, later in pairwise([self._last, *self._aside])
        ]
        few, many = place > len(self._aside), 0 < place < len(self._aside)
        if (few and max(between) >= GAP) or (many and min(between) <= PAIR):
            self._place(place)
        else:
            self._place_as_counted()

    def _place_as_counted(self) -> None:
        """Trust the bytes set aside rather than the line: the tempo or the phase has changed."""
        self._count(self._aside)
        self._aside.clear()

    def _place(self, ticks: int) -> None:
        """Assign the bytes set aside to the next `ticks` clock ticks.

        A clock tick whose byte was lost or late gets the time at which it was due.
        """
        moments = []
        for tick in range(1, ticks + 1):
            due = self.moment(self.count + tick)
            if ticks == len(self._aside):
                heard = self._aside[tick - 1]
            else:
                heard = min(self._aside, key=lambda at: abs(at - due))
            moments.append(heard if abs(heard - due) <= self._tolerance else due)
        self._aside.clear()
        self._count(moments)
