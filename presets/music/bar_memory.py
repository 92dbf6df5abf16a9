"""What was played at the same place in earlier bars: a hand that keeps its pattern plays it again.

Onsets are grid ticks on one time line; a place is an onset and a number of grid ticks before it.
"""

import numpy as np
import numpy.typing as npt

REACH = 96
"""The longest interval, in grid ticks, that is looked up in earlier bars: a bar of four quarter notes."""

BARS_BACK = (1, 2, 4)
"""Which earlier bars are looked at, besides the one that comes back."""

Ticks = npt.NDArray[np.int64]


def events_at(onsets: Ticks, ticks: Ticks) -> npt.NDArray[np.int64]:
    """Return the index of the event at each of these ticks, -1 where there is none: the shape of `ticks`.

    Args:
        onsets: onsets of the events, rising, (n,).
        ticks: where to look, in any order.
    """
    if not len(onsets):
        return np.full(ticks.shape, -1)
    found = np.minimum(np.searchsorted(onsets, ticks), len(onsets) - 1)
    return np.where(onsets[found] == ticks, found, -1)


def ticks_back(bar: Ticks, returns: Ticks) -> Ticks:
    """Return how far back the earlier bars are: (...) -> (..., 4).

    Args:
        bar: grid ticks of the bar.
        returns: grid ticks back to what comes back here; 0 if nothing does, and in the result too.
    """
    return np.stack([*(bars * bar for bars in BARS_BACK), returns], axis=-1)


def earlier_onsets(
    onsets: Ticks, plays: npt.NDArray[np.bool_], now: Ticks, back: Ticks
) -> npt.NDArray[np.bool_]:
    """Return after which intervals each part struck something in the earlier bars.

    Args:
        onsets: onsets of the events so far, rising; later ones than `now` do not matter; (n,).
        plays: which of the P parts strike something in each event, (n, P).
        now: the onset of the newest event, (...).
        back: how far back each earlier bar is, for each interval 1..96: (..., 4, 96); 0 for none.

    Returns:
        Whether the part struck something there, after each interval 1..96: (..., 4, P, 96).
    """
    intervals = np.arange(1, REACH + 1)
    # What would come after `now` is not known yet.
    known = (back > 0) & (intervals <= back)
    found = events_at(onsets, now[..., np.newaxis, np.newaxis] + intervals - back)
    there = ((found >= 0) & known)[..., np.newaxis]
    # Without events there is no row to look up.
    struck = plays[found] if len(plays) else np.zeros((1, plays.shape[1]), dtype=bool)
    return np.asarray(np.swapaxes(struck & there, -1, -2))


def newest_of(earlier: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return the notes of the earlier bars together: (..., 4, P, 88) -> (..., P, 88).

    Where a key was struck in several, the bar that comes back says how long, and otherwise the newest.
    """
    *newer, found = np.moveaxis(earlier, -3, 0)
    for bar in newer:
        found = np.where(found > 0, found, bar)
    return np.asarray(found)
