"""Ticks to seconds and back, bars and beats."""

import math
from dataclasses import dataclass

from presets.event import PPQ
from presets.settings import Meter


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the music, counted from 0.

    Attributes:
        bar: whole bars since the start.
        beat: quarter notes since the bar line.
        tick: ticks since the beat, 0..479.
    """

    bar: int
    beat: int
    tick: int

    def __str__(self) -> str:
        """As musicians count: from 1, `bar|beat|tick`."""
        return f"{self.bar + 1}|{self.beat + 1}|{self.tick:03d}"


def position(tick: int, meter: Meter) -> Position:
    """Return the place of a tick counted from the start of the first bar."""
    bar, in_bar = divmod(tick, meter.bar_ticks)
    beat, in_beat = divmod(in_bar, PPQ)
    return Position(bar, beat, in_beat)


def ticks_in(seconds: float, bpm: float) -> int:
    """Return the nearest number of ticks that last so many seconds at this tempo."""
    return round(seconds * bpm * PPQ / 60)


@dataclass(frozen=True, slots=True)
class Transport:
    """A running beat clock: a straight line from ticks to seconds, so that nothing adds up.

    Attributes:
        origin: when tick 0 is due, in monotonic seconds.
        bpm: quarter notes a minute.
    """

    origin: float
    bpm: float

    def seconds_at(self, tick: int) -> float:
        """Return when this tick is due, in monotonic seconds."""
        return self.origin + tick * 60 / (self.bpm * PPQ)

    def tick_at(self, seconds: float) -> int:
        """Return the last tick due by then; negative before the start."""
        # The epsilon is a thousandth of a tick: seconds_at(n) must come back as n in spite of rounding.
        return math.floor((seconds - self.origin) * self.bpm * PPQ / 60 + 1e-3)
