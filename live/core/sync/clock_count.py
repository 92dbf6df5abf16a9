"""Which clock tick each byte of MIDI clock is, where some come late, some twice and some never.

Bytes are counted. But a byte that does not come where the line through the others awaits it is kept aside
until those after it tell what it was; meanwhile the line goes on. Before there is such a line, for the first
ten clock ticks or so, a lost byte cannot be told from a slow one.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from live.core.sync.midi_clock import interval_of
from live.core.sync.tempo_filter import FASTEST, TempoFilter

SURPRISE = 5.0
"""Standard deviations by which a byte may miss its moment and still be heard as nothing but inexact."""

INEXACT = 0.4e-3
"""Seconds that a byte may always be off (standard deviation): a tempo that moves misses by so much."""

NEAR = 0.4
"""Intervals within which a byte belongs to a clock tick; at half of one it would belong to two."""

CERTAIN = 5.0
"""Standard deviations that tell one tempo from another."""

ROUGHLY, SURELY = 0.25, 0.12
"""Intervals, for `CERTAIN` deviations of the step: a tempo that is known this well, and is not another one,
is the same one. The second tells a lost byte from a tempo that creeps."""

BETWEEN = 0.3
"""Intervals from the nearest clock tick at which bytes belong to none: the clock's phase was moved."""

GAP, PAIR = 1.5, 0.35
"""Intervals between two bytes from which on one may have been lost there, and up to which one came twice."""

REGULAR = 2.0
"""How many times its mean a chi-square may be, of bytes that come at regular intervals."""

UNDECIDED = 20
"""Bytes after which it is decided what they were, come what may."""


class _Run(NamedTuple):
    """Bytes one after the other, and the straight line through them.

    Attributes:
        step: intervals from one to the next.
        doubt: standard deviation of the step.
        end: the place of the newest one, if the step is 1.
        regular: whether they are on a line at all, as far as the noise allows it.
    """

    step: float
    doubt: float
    end: float
    regular: bool


def _run(places: Sequence[float], noise: float) -> _Run:
    """Return the line through at least three places, in intervals, which are off by `noise` each."""
    count = len(places)
    middle = (count - 1) / 2
    spread = count * (count * count - 1) / 12
    mean = sum(places) / count
    step = sum((i - middle) * place for i, place in enumerate(places)) / spread
    residue = sum((place - mean - step * (i - middle)) ** 2 for i, place in enumerate(places))
    regular = residue <= REGULAR * (count - 2) * noise**2
    return _Run(step, noise / math.sqrt(spread), mean + middle, regular)


class ClockCount:
    """Counts clock ticks and foresees them. Owned by one thread; the time of each call must not go back.

    Args:
        interval: seconds from one clock tick to the next, until it has been measured.

    Attributes:
        count: the newest clock tick's number, the first one's being 0; -1 before it.
    """

    def __init__(self, interval: float) -> None:
        self.count = -1
        self._filter = TempoFilter(interval)
        self._aside: list[float] = []
        # When the newest byte came that is not kept aside, in seconds.
        self._last = 0.0

    @property
    def interval(self) -> float:
        """Seconds from the newest clock tick to the next."""
        return self._filter.interval

    @property
    def measured(self) -> bool:
        """Whether the interval is a heard one."""
        return self._filter.known or self._filter.heard >= 2

    @property
    def surprise(self) -> float:
        """Seconds from the foreseen moment at which a byte is no longer just an inexact one."""
        return min(self._tolerance, NEAR * self.interval)

    def moment(self, number: int) -> float:
        """Return when a clock tick was or will be due, in seconds."""
        return self._filter.newest + (number - self.count) * self.interval

    def nearest(self, at: float) -> int:
        """Return the clock tick nearest to a moment."""
        return self.count + round((at - self._filter.newest) / self.interval)

    def hear(self, at: float) -> None:
        """Take a byte."""
        missed = self._filter.known and abs(at - self.moment(self.count + 1)) > self.surprise
        if self._aside or missed:
            self._aside.append(at)
            self._decide()
        else:
            self._count([at])
        if not self._aside:
            self._last = at

    def settle(self) -> None:
        """Count each byte that is still kept aside: something happens now that needs a number."""
        if self._aside:
            self._last = self._aside[-1]
            self._place(len(self._aside))

    def restart(self, at: float, number: int) -> None:
        """Take a byte for the clock tick of this number, wherever it comes; the tempo is believed."""
        self._aside.clear()
        self.count = number
        self._last = at
        self._filter.restart(at)

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
        """Find out what the bytes kept aside were, if they tell by now."""
        aside = self._aside
        noise = self._noise / self.interval
        places = [(at - self._filter.newest) / self.interval for at in aside]
        if abs(places[-1] - len(aside)) * self.interval <= self.surprise:
            # As many as there should be: some were late.
            self._place(len(aside))
            return
        for length in range(3, len(places) + 1):
            run = _run(places[-length:], noise)
            if not run.regular or run.step * self.interval < interval_of(FASTEST):
                # A bunch after a stall, and what was before it, too.
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
        """Believe the line, and not the number of bytes, if some of them were lost, or came twice."""
        between = [
            (later - earlier) / self.interval for earlier, later in pairwise([self._last, *self._aside])
        ]
        few, many = place > len(self._aside), 0 < place < len(self._aside)
        if (few and max(between) >= GAP) or (many and min(between) <= PAIR):
            self._place(place)
        else:
            self._place_as_counted()

    def _place_as_counted(self) -> None:
        """Believe the bytes kept aside, and not the line: its tempo or its phase has changed."""
        self._count(self._aside)
        self._aside.clear()

    def _place(self, ticks: int) -> None:
        """Say which of so many clock ticks after the newest one the bytes kept aside were.

        A clock tick whose byte was lost or late is taken to have come when it was due.
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
