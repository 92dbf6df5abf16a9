"""What a network sees of each possible onset before it predicts when the next event comes.

A lane belongs to one inter-onset interval, 1..96 grid ticks. The head that reads the lanes has the same
weights for each of them (`training.score.learning.shared_heads`), so what it learns of a place in the bar
holds however far away that place is.
"""

import numpy as np
import numpy.typing as npt

from presets.music.bar_memory import BARS_BACK, REACH
from presets.music.encoding import DURATIONS

LANE_FEATURES = 2 * (len(BARS_BACK) + 1) + 1 + 1 + 24 + 1
"""Numbers in each lane."""

_DURATIONS = np.array([0, *DURATIONS])


def rhythm_lanes(
    earlier: npt.NDArray[np.bool_],
    sounding: npt.NDArray[np.uint8],
    position: npt.NDArray[np.integer],
    bar: npt.NDArray[np.integer],
    rate: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return the lanes for any number of events: float32 (..., 96, LANE_FEATURES).

    Each says whether an event came then in the earlier bars, whether it was the first to come, how many notes
    end then, whether there is a bar line, the place in the quarter note, and how much longer the interval is
    than the outline asks for, in octaves of time.

    Args:
        earlier: of `presets.music.bar_memory.earlier_onsets`, (..., 4, 96).
        sounding: class of the time left + 1 of each note, (..., P * 88).
        position: grid ticks from the bar line to the newest event, (...).
        bar: grid ticks of the bar, (...).
        rate: events a beat that the outline asks for, 0 if it does not; (...).
    """
    first = earlier & (np.cumsum(earlier, axis=-1) == 1)
    lead = position.shape
    ends = np.zeros((*lead, REACH + 1), dtype=np.float32)
    *where, notes = np.nonzero(sounding)
    left = _DURATIONS[sounding[(*where, notes)]]
    near = left <= REACH
    np.add.at(ends, (*(index[near] for index in where), left[near]), 0.25)
    places = np.asarray(position, dtype=np.int64)[..., np.newaxis] + np.arange(1, REACH + 1)
    asked = np.maximum(rate, 0.05)[..., np.newaxis]
    longer = np.log2(np.arange(1, REACH + 1) * asked / 24) * (rate > 0)[..., np.newaxis]
    return np.concatenate(
        [
            np.moveaxis(earlier, -2, -1),
            np.moveaxis(first, -2, -1),
            np.minimum(ends[..., 1:], 1)[..., np.newaxis],
            (places % np.asarray(bar, dtype=np.int64)[..., np.newaxis] == 0)[..., np.newaxis],
            (places % 24)[..., np.newaxis] == np.arange(24),
            longer[..., np.newaxis],
        ],
        axis=-1,
        dtype=np.float32,
    )
