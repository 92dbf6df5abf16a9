"""The key that a player is in, found from the notes that he strikes."""

from collections.abc import Iterable

import numpy as np

from live.core.scales import Key
from presets.event import PPQ, Note

PROFILES = {
    "major": (5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0),
    "minor": (5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0),
}
"""How well each pitch class, from the tonic up, fits the two kinds of keys (Temperley 1999, "What's Key for
Key? The Krumhansl-Schmuckler Key-Finding Algorithm Reconsidered")."""

KEYS = tuple(Key(tonic, scale) for scale in PROFILES for tonic in range(12))

MEMORY = 16 * PPQ
"""Ticks after which a note counts half: with what is left after, eight bars or so are heard."""

ENOUGH = 6.0
"""Notes that must be in mind before a key is named."""

SURE = 0.08
"""By how much better another key must fit before the one that was found is left, or the first one named."""


def _correlations() -> np.ndarray:
    """Return the profile of each key, with mean 0 and length 1: (24, 12)."""
    profiles = np.array([np.roll(profile, tonic) for profile in PROFILES.values() for tonic in range(12)])
    profiles -= profiles.mean(axis=1, keepdims=True)
    return np.asarray(profiles / np.linalg.norm(profiles, axis=1, keepdims=True))


_PROFILES = _correlations()


class KeyFinder:
    """Hears notes and names their key, once it is sure, and keeps it in passing ones. Owned by one thread.

    What was struck is correlated with the profile of each key (Krumhansl and Schmuckler), and fades.
    """

    def __init__(self) -> None:
        self._heard = np.zeros(12)
        self._tick = 0
        self._key: Key | None = None

    @property
    def key(self) -> Key | None:
        """The key that the notes are in, major or minor; None until that is sure."""
        return self._key

    def hear(self, notes: Iterable[Note], tick: int) -> None:
        """Take in notes that were struck together, at a tick that is not before the latest.

        Only the note numbers count: how long a note will last is not known when it is struck.
        """
        self._heard *= 0.5 ** (max(0, tick - self._tick) / MEMORY)
        self._tick = tick
        for note in notes:
            self._heard[note.note % 12] += 1
        self._decide()

    def _decide(self) -> None:
        spread = self._heard - self._heard.mean()
        if self._heard.sum() < ENOUGH or not spread.any():
            return
        fits = _PROFILES @ (spread / np.linalg.norm(spread))
        best, second = np.argsort(-fits)[:2]
        least = fits[second] if self._key is None else fits[KEYS.index(self._key)]
        if fits[best] > least + SURE:
            self._key = KEYS[best]
