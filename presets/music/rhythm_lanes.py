"""What a network sees of each possible onset before it predicts when the next event comes.

A lane belongs to one inter-onset interval, 1..96 grid ticks. The head that reads the lanes has the same
weights for each of them (`training.score.learning.shared_heads`), so what it learns of a place in the bar
holds however far away that place is.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from presets.music.bar_memory import BARS_BACK, REACH
from presets.music.encoding import DURATIONS
from presets.music.outline import VARIETY, events_a_beat, likeness

_ENDS = np.array([0, *(ticks if ticks <= REACH else 0 for ticks in DURATIONS)])
"""After which interval a note of each class + 1 ends; 0 for none, and for one that is not looked at."""
_INTERVALS = np.arange(1, REACH + 1)
_LENGTHS = np.log2(_INTERVALS / 24)
_PLACE = np.eye(24, dtype=np.float32)[(np.arange(24)[:, np.newaxis] + _INTERVALS) % 24]
"""The place in the quarter note after each interval, from each place: (24, 96, 24), one of 24."""


class RhythmView(NamedTuple):
    """What is known at an event of the time after it, for any number of events (...).

    What is the same at all of them may lack the dimensions of the events.

    Attributes:
        earlier: of `presets.music.bar_memory.earlier_onsets`, (..., 4, P, 96).
        sounding: class of the time left + 1 of each note, (..., P, 88).
        interval: grid ticks from the event before to this one, (...).
        position: grid ticks from the bar line to this one, (...).
        bar: grid ticks of the bar, (...).
        outline: what `outline_features` returned for this event, (..., O + G).
    """

    earlier: npt.NDArray[np.bool_]
    sounding: npt.NDArray[np.uint8]
    interval: npt.NDArray[np.integer]
    position: npt.NDArray[np.integer]
    bar: npt.NDArray[np.integer]
    outline: npt.NDArray[np.float32]


def lane_count(parts: int) -> int:
    """Return the numbers in each lane for a network with this many parts."""
    return (2 * parts + 1) * (len(BARS_BACK) + 1) + 1 + 1 + 24 + 2 + 1


def rhythm_lanes(view: RhythmView) -> npt.NDArray[np.float32]:
    """Return the lanes: float32 (..., 96, `lane_count`).

    Each says which parts struck something then in the earlier bars, the same times how alike the outline
    wants this bar to be to them, whether it was the first event to come, how many notes end then, whether
    there is a bar line, the place in the quarter note, whether the interval is that of the event before, the
    same times how various the outline wants the intervals, and how much longer the interval is than the
    outline asks for, in octaves of time.
    """
    *lead, bars, parts, _ = view.earlier.shape
    earlier = view.earlier.reshape(*lead, bars * parts, REACH).swapaxes(-1, -2)
    alike = likeness(view.outline, parts).reshape(*view.outline.shape[:-1], 1, -1)
    came = np.asarray(view.earlier.any(axis=-2)).swapaxes(-1, -2)
    position = np.asarray(view.position, dtype=np.int64)
    places = position[..., np.newaxis] + _INTERVALS
    same = np.asarray(view.interval)[..., np.newaxis] == _INTERVALS
    rate = events_a_beat(view.outline, parts)[..., np.newaxis]
    layers = (
        earlier,
        earlier * alike,
        came & (np.cumsum(came, axis=-2) == 1),
        _ends(view.sounding)[..., np.newaxis],
        (places % np.asarray(view.bar, dtype=np.int64)[..., np.newaxis] == 0)[..., np.newaxis],
        _PLACE[position % 24],
        same[..., np.newaxis],
        (same * view.outline[..., VARIETY, np.newaxis])[..., np.newaxis],
        ((_LENGTHS + np.log2(np.maximum(rate, 0.05))) * (rate > 0))[..., np.newaxis],
    )
    lanes = np.empty((*view.outline.shape[:-1], REACH, lane_count(parts)), dtype=np.float32)
    filled = 0
    for layer in layers:
        lanes[..., filled : filled + layer.shape[-1]] = layer
        filled += layer.shape[-1]
    return lanes


def _ends(sounding: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return how many notes end after each interval, in fours, 1 at most: (..., P, 88) -> (..., 96)."""
    left = _ENDS[sounding].reshape(-1, sounding.shape[-2] * sounding.shape[-1])
    rows = np.arange(len(left))[:, np.newaxis] * (REACH + 1)
    counts = np.bincount((left + rows).reshape(-1), minlength=len(left) * (REACH + 1))
    ends = np.minimum(counts.reshape(-1, REACH + 1)[:, 1:] / np.float32(4), 1)
    return ends.reshape(*sounding.shape[:-2], REACH).astype(np.float32)
