"""Finds the key that the musician plays in."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from live.core.controls.scales import Key
from presets.music.event import PPQ, Note

PROFILES = {
    "major": (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    "minor": (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
}
"""How often each pitch class occurs in major and minor keys, from the tonic up (Albrecht and Shanahan
2013, "The Use of Large Corpora to Train a New Type of Key-Finding Algorithm", Music Perception 31)."""

WEIGHT = 0.5
"""Weight of a note, below 1: successive notes carry less information than independent ones."""

CHANGE = 0.01
"""The probability that the key changes within a beat: once in 25 bars of 4/4."""

SURE, SURER = 0.7, 0.9
"""Probabilities above which the first key is reported, and above which another key replaces it."""

_KEYS = tuple(Key(tonic, scale) for scale in PROFILES for tonic in range(12))
_RELATIVES = np.array([*((tonic + 9) % 12 + 12 for tonic in range(12)), *((t + 3) % 12 for t in range(12))])
"""For each key, the index in `_KEYS` of its relative key, which has the same notes (C major: A minor)."""

_LOG_PROFILES = np.log([np.roll(profile, tonic) for profile in PROFILES.values() for tonic in range(12)])
"""Log probability of each pitch class in each key, (24, 12)."""


class KeyFinder:
    """Reports the key of the notes once it is sure, and ignores passing keys. Owned by one thread.

    It keeps the probability of each of the 24 keys and updates it with every note (Bayes; Temperley 2007,
    "Music and Probability", chapter 6). The key may change at any beat, so old notes count less and less. A
    key and its relative have the same notes, so only the probability of both together must be high. The
    likelier of the two is reported.
    """

    def __init__(self) -> None:
        self._probabilities: NDArray[np.float64] = np.full(len(_KEYS), 1 / len(_KEYS))
        self._tick = 0
        self._found: int | None = None

    @property
    def key(self) -> Key | None:
        """The key that the notes are in, major or minor; None until it is sure."""
        return None if self._found is None else _KEYS[self._found]

    def hear(self, notes: Iterable[Note], tick: int) -> None:
        """Take in notes that were played together, at a tick not before the previous one.

        Each pitch class counts once. Durations do not count: they are unknown when a note begins.
        """
        same = (1 - CHANGE) ** (max(0, tick - self._tick) / PPQ)
        self._tick = tick
        pitch_classes = sorted({note.note % 12 for note in notes})
        likelihoods = np.exp(WEIGHT * _LOG_PROFILES[:, pitch_classes].sum(axis=1))
        corrected = (self._probabilities * same + (1 - same) / len(_KEYS)) * likelihoods
        self._probabilities = corrected / corrected.sum()
        self._found = self._decide()

    def _decide(self) -> int | None:
        """Return the index of the key to report from now on; None if none is sure yet."""
        best = int(self._probabilities.argmax())
        relative = int(_RELATIVES[best])
        of_the_notes = self._probabilities[best] + self._probabilities[relative]
        if self._found is None:
            return best if of_the_notes > SURE else None
        if self._found == relative:
            return best if self._probabilities[best] > SURE * of_the_notes else relative
        return best if of_the_notes > SURER else self._found
