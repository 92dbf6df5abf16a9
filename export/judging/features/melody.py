"""The top voice and the bass."""

import numpy as np
import numpy.typing as npt

from export.judging.features.shares import mean, share
from export.judging.windows import Window

STEP, THIRD, OCTAVE = 2, 4, 12
"""Semitones of the widest step, of the widest third (what is wider is a leap), and of an octave."""


def melody(window: Window) -> dict[str, float]:
    """Return features of the outer voices of a window: the notes above and below which nothing sounds."""
    struck, sounding = window.piece.struck[window.events], window.piece.sounding[window.events]
    top = _outermost(struck[:, ::-1], sounding[:, ::-1])
    bass = _outermost(struck, sounding)
    rising = np.diff(top)
    moving = rising[rising != 0]
    return {
        **_motion("melody", rising),
        **_motion("bass", np.diff(bass)),
        "melody: semitones from note to note": mean(np.abs(rising)),
        "melody: leaps of an octave or more": share(np.abs(rising) >= OCTAVE),
        "melody: turns": share(np.sign(moving[1:]) != np.sign(moving[:-1])),
        "melody: events with a note of it": len(top) / len(struck),
    }


def _outermost(struck: npt.NDArray[np.bool_], sounding: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return the first key that each event strikes, for those events beyond which nothing else sounds."""
    first = struck.argmax(axis=1)
    outermost: npt.NDArray[np.int64] = first[first <= sounding.argmax(axis=1)]
    return outermost


def _motion(voice: str, intervals: npt.NDArray[np.int64]) -> dict[str, float]:
    size = np.abs(intervals)
    return {
        f"{voice}: repeated notes": share(size == 0),
        f"{voice}: steps": share((size > 0) & (size <= STEP)),
        f"{voice}: leaps": share(size > THIRD),
    }
