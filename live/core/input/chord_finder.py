"""Finds the chord that the musician holds or plays in broken notes."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from live.core.controls.note_names import NAMES
from presets.music.event import PPQ, Note

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "dim": (0, 3, 6),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
}
"""Semitones above the root, by what follows the root's name; the likelier of two alike comes first."""

FOREIGN = 1.0
"""What a note outside the chord costs, where one of its own counts 1."""

MISSING = 0.7
"""What a note of the chord costs that is not played."""

ROOT_BELOW = 0.6
"""What a chord gains whose root is the lowest note."""

ENOUGH = 3
"""Pitch classes that make a chord."""

BROKEN = 2 * PPQ
"""Ticks within which the notes of a broken chord come."""

MELODY = 0.4
"""The weight of a note more than an octave and a half above the lowest one: it may be a melody's."""

WIDE = 18
"""Semitones of that."""


@dataclass(frozen=True, slots=True)
class Harmony:
    """A chord.

    Attributes:
        root: pitch class 0..11.
        quality: one of `QUALITIES`.
    """

    root: int
    quality: str

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The pitch classes 0..11 of its notes."""
        return frozenset((self.root + step) % 12 for step in QUALITIES[self.quality])

    def __str__(self) -> str:
        return f"{NAMES[self.root]}{self.quality}"


_HARMONIES = tuple(Harmony(root, quality) for quality in QUALITIES for root in range(12))
_OWN = np.array([[pitch in harmony.pitch_classes for pitch in range(12)] for harmony in _HARMONIES])
_SIZES = _OWN.sum(axis=1)


class ChordFinder:
    """Follows the chord of the notes that are held, or came within two beats. Owned by one thread.

    A chord stays until another one is found: a hand that lets go between two chords does not end the first.
    """

    def __init__(self) -> None:
        self._lately: deque[tuple[int, int]] = deque()
        self._found: Harmony | None = None

    @property
    def harmony(self) -> Harmony | None:
        """The chord; None before the first one."""
        return self._found

    def hear(self, notes: Iterable[Note], held: Iterable[int], tick: int) -> None:
        """Take in notes that were played together.

        Args:
            notes: the notes.
            held: MIDI numbers of all notes that keys or a pedal hold, these among them.
            tick: their onset.
        """
        if self._lately and tick < self._lately[-1][0]:
            self._lately.clear()  # the music was restarted, and its ticks with it
        self._lately.extend((tick, note.note) for note in notes)
        while self._lately and self._lately[0][0] <= tick - BROKEN:
            self._lately.popleft()
        together = set(held)
        # To what is held come notes of a broken chord, from the newest back: older ones may be of another.
        newest = reversed(self._lately)
        while len({number % 12 for number in together}) < ENOUGH:
            _, note = next(newest, (0, None))
            if note is None:
                return
            together.add(note)
        self._found = _chord_of(together)


def _chord_of(numbers: Iterable[int]) -> Harmony:
    """Return the chord that fits notes best."""
    lowest = min(numbers)
    weights: NDArray[np.float64] = np.zeros(12)
    for number in numbers:
        weight = MELODY if number > lowest + WIDE else 1.0
        weights[number % 12] = max(weights[number % 12], weight)
    own = _OWN @ weights
    missing = _SIZES - _OWN @ (weights > 0)
    roots = np.array([harmony.root == lowest % 12 for harmony in _HARMONIES])
    scores = own - FOREIGN * (weights.sum() - own) - MISSING * missing + ROOT_BELOW * roots
    return _HARMONIES[int(scores.argmax())]
