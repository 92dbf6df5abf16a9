"""Find the bar lines of a piece."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from presets.bundles.settings import Meter
from presets.music.encoding import BEAT, GRID, Position


@dataclass(frozen=True, slots=True)
class MeterChange:
    """A change of the time signature.

    Attributes:
        tick: the tick, of PPQ 480, from the beginning of the piece.
        meter: the time signature of the bars from there.
        gone: ticks of the first bar that have already passed: a pickup is the end of a bar.
    """

    tick: int
    meter: Meter
    gone: int = 0


class Bars:
    """The bar lines of a piece, from its time signatures.

    Args:
        changes: in any order; each is moved to the nearest grid tick. If two fall on the same tick, the last
            one in the list applies. Music before the first change is in 4/4.
        trusted: if false, every bar is one quarter note, and the time signature is 4/4.
    """

    def __init__(self, changes: Iterable[MeterChange], trusted: bool = True) -> None:
        found = {_on_grid(change.tick): change for change in changes}
        if not found or min(found) > 0:
            found[0] = MeterChange(0, Meter())
        self._ticks = sorted(found)
        self._changes = [found[tick] for tick in self._ticks]
        self._trusted = trusted

    def position(self, tick: int) -> Position:
        """Return the position in the bar of a tick, 0 or more."""
        if not self._trusted:
            return BEAT.after(tick)
        place = bisect_right(self._ticks, tick) - 1
        change = self._changes[place]
        begin = Position(0, change.meter.bar_ticks)
        return begin.after(_on_grid(change.gone) + tick - self._ticks[place])

    def commonest(self, end: int) -> Meter:
        """Return the time signature of most ticks before `end`; the earliest one if several tie."""
        if not self._trusted:
            return Meter()
        lasts: Counter[Meter] = Counter()
        ends = [*self._ticks[1:], max(end, self._ticks[-1])]
        for begin, finish, change in zip(self._ticks, ends, self._changes, strict=True):
            lasts[change.meter] += max(0, min(finish, end) - begin)
        return lasts.most_common(1)[0][0]


def _on_grid(tick: int) -> int:
    return (tick + GRID // 2) // GRID * GRID
