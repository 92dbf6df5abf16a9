"""What a player forbids or favours, before anything is drawn: keys, ranges, density."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from live.core.controls import Controls
from live.core.scales import Key
from presets.encoding import IOIS, KEYS, LOWEST_KEY

STRONGEST = 1.5
"""Nats by which the greatest density favours an interval over one that is twice as long."""

SHORTEST, LONGEST = 6, 96
"""Grid ticks of a sixteenth and of a whole note: shorter intervals are ornaments and longer ones silences,
and are favoured no more than these."""

_DOUBLINGS = np.log2(np.clip(np.arange(IOIS), SHORTEST, LONGEST) / 24)
"""How many times a quarter note is doubled to make each interval."""


def allowed_notes(controls: Controls, parts: int) -> NDArray[np.bool_]:
    """Return which note symbols may sound: bool (parts * 88,), at least one of them, not to be written to.

    Only notes of the key within the range, as they sound after the transposition. Where there is none, the
    key is given up; where the range has none of the network's keys, the range is given up instead.
    """
    return _allowed(controls.key, controls.lowest, controls.highest, controls.transpose, parts)


@lru_cache(maxsize=64)
def _allowed(key: Key | None, lowest: int, highest: int, transpose: int, parts: int) -> NDArray[np.bool_]:
    sounding = np.arange(LOWEST_KEY, LOWEST_KEY + KEYS) + transpose
    in_range = (sounding >= lowest) & (sounding <= highest)
    in_key = np.isin(sounding % 12, list(key.pitch_classes)) if key else np.full(KEYS, fill_value=True)
    keys = next(mask for mask in (in_range & in_key, in_range, in_key) if mask.any())
    allowed = np.tile(keys, parts)
    allowed.flags.writeable = False
    return allowed


def favour_density(logits: NDArray[np.floating], density: float) -> NDArray[np.float64]:
    """Return the logits of inter-onset intervals, biased towards shorter (density > 0) or longer ones.

    An interval of t grid ticks, taken for one of 6..96, gets -1.5 * density * log2(t / 24): at density 1, an
    interval becomes e^1.5 = 4.5 times as likely against one twice as long as the network has it. A density of
    0 changes nothing. An interval of no length is never drawn: it would be the same event.

    Args:
        logits: shape (385,).
        density: -1..1.
    """
    biased = logits - (density * STRONGEST) * _DOUBLINGS
    biased[0] = -np.inf
    return biased
