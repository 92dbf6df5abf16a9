"""Where the bar lines stand."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from presets.encoding import BEAT, GRID, Position
from presets.settings import Meter


class Bars:
    """The bar lines of a piece, from its time signatures.

    Args:
        changes: (tick, time signature) in ticks of PPQ 480, in any order; each begins a bar there, at the
            nearest grid tick. Of two at one tick the later counts. Before the first it is 4/4 from tick 0.
        trusted: if not, every bar is one quarter note.
    """

    def __init__(self, changes: Iterable[tuple[int, Meter]], trusted: bool = True) -> None:
        meters = {(tick + GRID // 2) // GRID * GRID: meter for tick, meter in changes}
        if not meters or min(meters) > 0:
            meters[0] = Meter()
        self._ticks = sorted(meters)
        self._meters = [meters[tick] for tick in self._ticks]
        self._trusted = trusted

    def position(self, tick: int) -> Position:
        """Return the position of a tick, which must not lie before the first bar."""
        if not self._trusted:
            return BEAT.after(tick)
        place = bisect_right(self._ticks, tick) - 1
        return Position(0, self._meters[place].bar_ticks).after(tick - self._ticks[place])

    def commonest(self, end: int) -> Meter:
        """Return the time signature that holds for most of the ticks up to an end; of equals, the first."""
        lasts: Counter[Meter] = Counter()
        for begin, finish, meter in zip(
            self._ticks, [*self._ticks[1:], max(end, self._ticks[-1])], self._meters, strict=True
        ):
            lasts[meter] += max(0, min(finish, end) - begin)
        return lasts.most_common(1)[0][0]
