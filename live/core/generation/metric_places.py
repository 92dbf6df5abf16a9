"""The positions in the beat where a preset's events usually fall, and the way back to them.

If another preset or the musician leaves the music off the beat, a network may stay there for many bars: its
training music is never at such positions, so it has not learnt to return from them.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from presets.bundles.seed import Seed
from presets.music.encoding import GRID, IOIS, Position
from presets.music.event import PPQ

AT_HOME = 0.01
"""Minimum share of a style's events at a position in the beat for that position to count as home."""

_PLACES = PPQ // GRID
_INTERVALS = np.arange(IOIS)


class MetricPlaces:
    """The positions in the beat where a style's events usually fall. Immutable.

    Args:
        seeds: music of the style; without any, every position counts as home.
    """

    def __init__(self, seeds: Sequence[Seed]) -> None:
        found: Counter[int] = Counter()
        for seed in seeds:
            tick = seed.position.tick if seed.position is not None else 0
            for index, event in enumerate(seed.window):
                tick += event.ioi if index else 0
                found[(tick + GRID // 2) // GRID % _PLACES] += 1
        least = AT_HOME * found.total()
        self._home = np.array([not found or found[place] >= least > 0 for place in range(_PLACES)])

    def way_home(self, position: Position) -> NDArray[np.bool_] | None:
        """Return which interval classes lead from this position to a home one: bool (385,), or None for any.

        All are allowed if the position itself is home.

        Args:
            position: position of the newest event, on the grid.
        """
        place = position.tick // GRID
        if self._home[place % _PLACES]:
            return None
        way: NDArray[np.bool_] = self._home[(place + _INTERVALS) % _PLACES]
        return way


def in_reach(intervals: NDArray[np.bool_] | None, soonest: int) -> NDArray[np.bool_] | None:
    """Return which of these interval classes are long enough: bool (385,), or None for any.

    If none of the allowed ones is, any that is long enough will do.

    Args:
        intervals: the classes that are allowed, (385,); None for any.
        soonest: the fewest ticks that an interval may have.
    """
    if soonest <= 1:
        return intervals
    long_enough = soonest <= _INTERVALS * GRID
    reach = long_enough if intervals is None else intervals & long_enough
    if reach.any():
        return reach
    return long_enough if long_enough.any() else intervals
