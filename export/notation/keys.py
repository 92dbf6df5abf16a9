"""Find key signatures: the likeliest one for each long stretch of the music."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from live.core.input.key_finder import PROFILES

WEIGHT = 0.5
"""Weight of a note: notes that sound together or follow each other say less than independent ones."""

CHANGE, NEW_MUSIC, RELATIVE = 24.0, 4.0, 2.0
"""Minimum gain of a change of key, as a logarithm of probabilities: anywhere, where another preset begins to
play, and to the key with the same signature."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A key signature, and one of its two keys.

    Attributes:
        sharps: number of sharps, -6..6; flats are negative.
        is_minor: whether it is the minor key.
    """

    sharps: int
    is_minor: bool = False


def _signature(tonic: int, mode: str) -> Signature:
    is_minor = mode == "minor"
    fifths = (tonic + 3 * is_minor) * 7 % 12
    # Six sharps and six flats are the same keys; G flat major and E flat minor are more common.
    return Signature(fifths - 12 if fifths >= 6 else fifths, is_minor)


_KEYS = tuple(_signature(tonic, mode) for mode in PROFILES for tonic in range(12))
_LOG_PROFILES = np.log([np.roll(profile, tonic) for profile in PROFILES.values() for tonic in range(12)])
_SAME_SIGNATURE = np.array([[a.sharps == b.sharps for b in _KEYS] for a in _KEYS])


def find_keys(bars: Sequence[Iterable[int]], new_music: Sequence[bool]) -> list[Signature]:
    """Return the key signature of each bar.

    The result is the likeliest sequence of keys (Viterbi). A change has a cost, so that passing chords do not
    change the key.

    Args:
        bars: the MIDI notes that begin in each bar; doubled notes count several times.
        new_music: for each bar, whether another preset begins to play in it.
    """
    if not bars:
        return []
    costs = np.zeros(len(_KEYS))
    origins = []
    for notes, is_new in zip(bars, new_music, strict=True):
        change = np.where(_SAME_SIGNATURE, RELATIVE, NEW_MUSIC if is_new else CHANGE)
        np.fill_diagonal(change, 0.0)
        arriving = costs[:, None] + change
        origins.append(arriving.argmin(axis=0))
        counts = np.bincount([note % 12 for note in notes], minlength=12)
        costs = arriving.min(axis=0) - WEIGHT * (_LOG_PROFILES @ counts)
    index = int(costs.argmin())
    found = []
    for origin in reversed(origins):
        found.append(_KEYS[index])
        index = int(origin[index])
    return found[::-1]
