"""Ticks to seconds and back."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import Self

from presets.bundles.settings import BPM
from presets.music.event import PPQ

SEGMENTS_KEPT = 64
"""How many tempo changes a transport keeps: a knob that is turned for hours must not fill the memory."""


def ticks_in(seconds: float, bpm: float) -> int:
    """Return the number of ticks, rounded, in this many seconds at this tempo."""
    return round(seconds * bpm * PPQ / 60)


@dataclass(frozen=True, slots=True)
class TempoSegment:
    """A stretch with one tempo, or with a tempo that changes evenly from tick to tick.

    Attributes:
        tick: where it begins.
        at: when it begins, in seconds on the stage's clock.
        bpm: quarter notes a minute at its beginning.
        slope: by how much the tempo grows with each tick.
    """

    tick: float
    at: float
    bpm: float
    slope: float = 0.0

    def seconds_at(self, tick: float) -> float:
        """Return when a tick is due; before the beginning, the tempo is that at the beginning."""
        ticks = tick - self.tick
        if self.slope == 0 or ticks < 0:
            return self.at + ticks * 60 / (self.bpm * PPQ)
        # The integral of 60 / (PPQ * (bpm + slope * x)) over x.
        return self.at + 60 / (PPQ * self.slope) * math.log1p(self.slope * ticks / self.bpm)

    def tick_at(self, seconds: float) -> float:
        """Return the tick at a moment: the inverse of `seconds_at`."""
        passed = seconds - self.at
        if self.slope == 0 or passed < 0:
            return self.tick + passed * self.bpm * PPQ / 60
        return self.tick + self.bpm / self.slope * math.expm1(self.slope * PPQ * passed / 60)

    def bpm_at(self, tick: float) -> float:
        """Return the tempo at a tick."""
        return self.bpm + self.slope * max(0.0, tick - self.tick)


@dataclass(frozen=True, slots=True)
class Transport:
    """A running beat clock: a function from ticks to seconds. It adds up no steps, so nothing drifts.

    An immutable value: any thread may read it.

    Attributes:
        stretches: in order, at least one; the first extends back without end, and the last forward.
    """

    segments: tuple[TempoSegment, ...]

    @classmethod
    def steady(cls, origin: float, bpm: float) -> Self:
        """Return a transport with one tempo, and tick 0 at `origin` seconds."""
        return cls.through(0, origin, bpm)

    @classmethod
    def through(cls, tick: float, at: float, bpm: float) -> Self:
        """Return a transport with one tempo, and this tick at this moment."""
        return cls((TempoSegment(tick, at, bpm),))

    @property
    def origin(self) -> float:
        """When tick 0 is due, in seconds on the stage's clock."""
        return self.seconds_at(0)

    def seconds_at(self, tick: float) -> float:
        """Return when this tick is due, in seconds on the stage's clock."""
        return self._at_tick(tick).seconds_at(tick)

    def tick_at(self, seconds: float) -> int:
        """Return the last tick that is due at a moment; negative before the start."""
        # The epsilon is a thousandth of a tick: tick_at(seconds_at(n)) must be n in spite of rounding.
        return math.floor(self._at_moment(seconds).tick_at(seconds) + 1e-3)

    def nearest_tick(self, seconds: float) -> int:
        """Return the tick that is nearest to a moment."""
        return round(self._at_moment(seconds).tick_at(seconds))

    def bpm_at(self, tick: float) -> float:
        """Return the tempo at a tick, in quarter notes a minute."""
        return self._at_tick(tick).bpm_at(tick)

    def changed(self, tick: int, bpm: float, ramp: int = 0) -> Self:
        """Return the same up to `tick`, and another tempo from there on; later changes are dropped.

        Args:
            tick: where the change begins.
            bpm: the new tempo, 20..400.
            ramp: ticks over which the tempo changes evenly, 0 or more.
        """
        BPM.check(bpm)
        at, before = self.seconds_at(tick), self.bpm_at(tick)
        earlier = tuple(segment for segment in self.segments if segment.tick < tick)[-SEGMENTS_KEPT:]
        kept = earlier or (TempoSegment(tick, at, self.segments[0].bpm),)
        if not ramp or bpm == before:
            return type(self)((*kept, TempoSegment(tick, at, bpm)))
        rising = TempoSegment(tick, at, before, (bpm - before) / ramp)
        return type(self)((*kept, rising, TempoSegment(tick + ramp, rising.seconds_at(tick + ramp), bpm)))

    def _at_moment(self, seconds: float) -> TempoSegment:
        begun = bisect_right(self.segments, seconds, lo=1, key=lambda segment: segment.at)
        return self.segments[begun - 1]

    def _at_tick(self, tick: float) -> TempoSegment:
        begun = bisect_right(self.segments, tick, lo=1, key=lambda segment: segment.tick)
        return self.segments[begun - 1]
