"""Tonality and consonance."""

import numpy as np
import numpy.typing as npt

from export.judging.features.shares import entropy, share
from export.judging.windows import Window
from presets.music.encoding import LOWEST_KEY

# Krumhansl and Kessler 1982, "Tracing the Dynamic Changes in Perceived Tonal Organization".
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_PROFILES = np.array([np.roll(mode, tonic) for mode in (MAJOR, MINOR) for tonic in range(12)])
_CENTRED = _PROFILES - _PROFILES.mean(axis=1, keepdims=True)


def harmony(window: Window) -> dict[str, float]:
    """Return features of the pitch classes of a window, and of the intervals that sound together."""
    piece, events = window.piece, window.events
    struck, sounding = piece.struck[events], piece.sounding[events]
    classes = _pitch_classes(struck)
    profile = classes.sum(axis=0)
    clarity = np.sort(_key_strengths(profile))
    halves = [_shares(half.sum(axis=0)) for half in np.array_split(classes, 2)]
    intervals = _intervals(struck, sounding)
    together = max(1, int(intervals.sum()))
    of_class = intervals[:6] + np.append(intervals[6:11][::-1], 0)
    return {
        "entropy of the pitch classes": entropy(profile),
        "clarity of the key": float(clarity[-1]),
        "drift of the tonal profile": float(np.abs(halves[0] - halves[1]).sum() / 2),
        "pitch classes as in the event before": share(np.asarray((classes[1:] & classes[:-1]).any(axis=1))),
        "dissonances": float((of_class[0] + of_class[1] + of_class[5]) / together),
        "thirds and sixths": float((of_class[2] + of_class[3]) / together),
        "fourths and fifths": float(of_class[4] / together),
    }


def _pitch_classes(keys: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return whether each pitch class, from C, is among the keys: (n, 88) -> (n, 12)."""
    classes = np.zeros((len(keys), 12), dtype=bool)
    row, key = np.nonzero(keys)
    classes[row, (key + LOWEST_KEY) % 12] = True
    return classes


def _shares(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    shares: npt.NDArray[np.float64] = counts / counts.sum()
    return shares


def _key_strengths(profile: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the correlation of a pitch-class profile with each of the 24 keys; 0 for a level profile."""
    centred = profile - profile.mean()
    size = np.linalg.norm(centred) * np.linalg.norm(_CENTRED, axis=1)
    strengths: npt.NDArray[np.float64] = np.divide(
        _CENTRED @ centred, size, out=np.zeros(len(_CENTRED)), where=size > 0
    )
    return strengths


def _intervals(struck: npt.NDArray[np.bool_], sounding: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return how often a struck note makes each interval, from 1 to 12 semitones; wider ones by octaves."""
    counts = np.zeros(12, dtype=np.int64)
    for row, key in zip(*np.nonzero(struck), strict=True):
        others = np.flatnonzero(sounding[row])
        # Each pair once: a note that sounds on counts from either side, one that is struck too from below.
        others = others[(others > key) | ((others < key) & ~struck[row, others])]
        counts += np.bincount((np.abs(others - key) - 1) % 12, minlength=12)
    return counts
