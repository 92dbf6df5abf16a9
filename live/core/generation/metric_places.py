"""Where in the beat a preset is at home, and the way back there.

What another preset or a hand has left off the beat, a network may keep off it for many bars: it was trained
on music that never is there, and has nothing that would lead it back.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from presets.bundles.seed import Seed
from presets.music.encoding import GRID, IOIS, Position
from presets.music.event import PPQ

AT_HOME = 0.01
"""The share of its events that a style has on a place in the beat where it is at home."""

_PLACES = PPQ // GRID
_INTERVALS = np.arange(IOIS)


class MetricPlaces:
    """The places in the beat where a style's events fall. A value.

    Args:
        seeds: music of the style; without any, every place is home.
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
        """Return which classes of intervals lead home from a place that is not; None where all are well.

        Args:
            position: of the newest event, on the grid.
        """
        place = position.tick // GRID
        if self._home[place % _PLACES]:
            return None
        way: NDArray[np.bool_] = self._home[(place + _INTERVALS) % _PLACES]
        return way
