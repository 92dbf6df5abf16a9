"""The bar lines of music whose time signature may change from one bar to the next."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from presets.bundles.settings import Meter
from presets.music.encoding import Position
from presets.music.event import PPQ


@dataclass(frozen=True, slots=True)
class BarBeatTick:
    """A position in the music, counted from 0.

    Attributes:
        bar: whole bars since the start; negative in a count-in.
        beat: quarter notes since the bar line.
        tick: ticks since the beat, 0..479.
    """

    bar: int
    beat: int
    tick: int

    def __str__(self) -> str:
        """Return `bar|beat|tick`, bars and beats counted from 1."""
        return f"{self.bar + 1}|{self.beat + 1}|{self.tick:03d}"


@dataclass(frozen=True, slots=True)
class MeterFrom:
    """A time signature, from a bar line on.

    Attributes:
        tick: of the bar line.
        bar: number of the bar that begins there, from 0.
        meter: the time signature.
    """

    tick: int
    bar: int
    meter: Meter


@dataclass(frozen=True, slots=True)
class BarLines:
    """Where the bar lines are. An immutable value: any thread may read it.

    Attributes:
        meters: the time signatures in order, at least one; the first extends back without end.
    """

    meters: tuple[MeterFrom, ...]

    @classmethod
    def of(cls, meter: Meter, tick: int = 0) -> Self:
        """Return the bar lines of music in one time signature; bar 0 begins at a tick."""
        return cls((MeterFrom(tick, 0, meter),))

    @classmethod
    def through(cls, changes: Iterable[tuple[int, Meter]]) -> Self:
        """Return the bar lines of music whose time signature changes at these ticks; the first is at 0."""
        (_, first), *others = changes
        lines = cls.of(first)
        for tick, meter in others:
            lines = lines.changed(tick, meter)
        return lines

    @property
    def newest(self) -> Meter:
        """The last time signature."""
        return self.meters[-1].meter

    def meter_at(self, tick: int) -> Meter:
        """Return the time signature of the bar at a tick."""
        return self.since(tick).meter

    def since(self, tick: int) -> MeterFrom:
        """Return the time signature of the bar at a tick, and since when it holds."""
        begun = bisect_right(self.meters, tick, lo=1, key=lambda since: since.tick)
        return self.meters[begun - 1]

    def number(self, tick: int) -> int:
        """Return the number of the bar at a tick, from 0; negative in a count-in."""
        since = self.since(tick)
        return since.bar + (tick - since.tick) // since.meter.bar_ticks

    def line(self, bar: int) -> int:
        """Return the tick where a bar begins, by its number."""
        begun = bisect_right(self.meters, bar, lo=1, key=lambda since: since.bar)
        since = self.meters[begun - 1]
        return since.tick + (bar - since.bar) * since.meter.bar_ticks

    def line_before(self, tick: int) -> int:
        """Return the bar line at a tick, or the last one before it."""
        return self.line(self.number(tick))

    def line_from(self, tick: int) -> int:
        """Return the bar line at a tick, or the first one after it."""
        line = self.line_before(tick)
        return line if line == tick else self.bars_on(tick, 1)

    def bars_on(self, tick: int, bars: int) -> int:
        """Return the bar line at or before a tick, moved on by so many bars."""
        return self.line(self.number(tick) + bars)

    def place(self, tick: int) -> Position:
        """Return where in its bar a tick is."""
        return Position(tick - self.line_before(tick), self.meter_at(tick).bar_ticks)

    def position(self, tick: int) -> BarBeatTick:
        """Return the position of a tick, counted from the start of the first bar."""
        beat, in_beat = divmod(tick - self.line_before(tick), PPQ)
        return BarBeatTick(self.number(tick), beat, in_beat)

    def changed(self, tick: int, meter: Meter) -> Self:
        """Return the same up to a tick, and another time signature from there on; later ones are dropped.

        A tick within a bar ends that bar early.
        """
        until = self.until(tick - 1)
        if meter == until.newest and until.line_before(tick) == tick:
            return until
        newest = until.meters[-1]
        bar = newest.bar - (newest.tick - tick) // newest.meter.bar_ticks
        if tick <= newest.tick:  # only where the first one is changed
            return type(self)((MeterFrom(tick, bar, meter),))
        return type(self)((*until.meters, MeterFrom(tick, bar, meter)))

    def until(self, tick: int) -> Self:
        """Return the same without the changes after a tick."""
        known = tuple(since for since in self.meters if since.tick <= tick)
        return self if len(known) == len(self.meters) else type(self)(known or self.meters[:1])
