"""The key that a player is in, found from the notes that are struck."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from live.core.controls.scales import Key
from presets.music.event import PPQ, Note

PROFILES = {
    "major": (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    "minor": (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
}
"""How often each pitch class, from the tonic up, is struck in the two kinds of keys (Albrecht and Shanahan
2013, "The Use of Large Corpora to Train a New Type of Key-Finding Algorithm", Music Perception 31)."""

WEIGHT = 0.5
"""What a note counts: notes that follow each other tell less than so many independent ones."""

CHANGE = 0.01
"""The probability that the key changes within a beat: once in 25 bars of 4/4."""

SURE, SURER = 0.7, 0.9
"""Probabilities above which the first key is named, and above which it is left for another."""

_KEYS = tuple(Key(tonic, scale) for scale in PROFILES for tonic in range(12))
_RELATIVES = np.array([*((tonic + 9) % 12 + 12 for tonic in range(12)), *((t + 3) % 12 for t in range(12))])
"""The place in `_KEYS` of the key with the same notes: A minor is C major's."""

_LOG_PROFILES = np.log([np.roll(profile, tonic) for profile in PROFILES.values() for tonic in range(12)])
"""Log probability of each pitch class in each key, (24, 12)."""


class KeyFinder:
    """Hears notes and names their key, once it is sure, and keeps it in passing ones. Owned by one thread.

    It holds the probability of each of the 24 keys and corrects it by every note (Bayes; Temperley 2007,
    "Music and Probability", chapter 6). As the key may change at any beat, what is long past fades. A key and
    its relative have the same notes: what matters is that these are sure, and they are named together by the
    likelier of the two.
    """

    def __init__(self) -> None:
        self._probabilities: NDArray[np.float64] = np.full(len(_KEYS), 1 / len(_KEYS))
        self._tick = 0
        self._found: int | None = None

    @property
    def key(self) -> Key | None:
        """The key that the notes are in, major or minor; None until that is sure."""
        return None if self._found is None else _KEYS[self._found]

    def hear(self, notes: Iterable[Note], tick: int) -> None:
        """Take in notes that were struck together, at a tick that is not before the latest.

        Each pitch class counts once; how long a note will last is not known when it is struck.
        """
        same = (1 - CHANGE) ** (max(0, tick - self._tick) / PPQ)
        self._tick = tick
        pitch_classes = sorted({note.note % 12 for note in notes})
        likelihoods = np.exp(WEIGHT * _LOG_PROFILES[:, pitch_classes].sum(axis=1))
        corrected = (self._probabilities * same + (1 - same) / len(_KEYS)) * likelihoods
        self._probabilities = corrected / corrected.sum()
        self._found = self._decide()

    def _decide(self) -> int | None:
        """Return the place of the key that is named from now on."""
        best = int(self._probabilities.argmax())
        relative = int(_RELATIVES[best])
        of_the_notes = self._probabilities[best] + self._probabilities[relative]
        if self._found is None:
            return best if of_the_notes > SURE else None
        if self._found == relative:
            return best if self._probabilities[best] > SURE * of_the_notes else relative
        return best if of_the_notes > SURER else self._found
