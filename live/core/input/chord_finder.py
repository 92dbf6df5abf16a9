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
"""The penalty for a note outside the chord; a note of the chord scores 1."""

MISSING = 0.7
"""The penalty for a note of the chord that is not played."""

ROOT_BELOW = 0.6
"""The bonus for a chord whose root is the lowest note."""

ENOUGH = 3
"""Pitch classes that make a chord."""

BROKEN = 2 * PPQ
"""Ticks within which the notes of a broken chord come."""

OTHER_EVENTS = 3
"""Events without a chord after which a broken one is over: it was part of a melody."""

LOW = 60
"""A broken chord has a note below this one."""

MELODY = 0.4
"""The weight of a note more than `WIDE` above the lowest one: it may belong to a melody."""

WIDE = 18
"""Semitones: an octave and a half."""


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


@dataclass(frozen=True, slots=True)
class FoundChord:
    """What a chord finder knows.

    Attributes:
        lately: tick and number of each note of the last two beats, in order.
        harmony: the chord that was found last; None if none was.
        tick: of that chord.
        is_broken: whether it was played in broken notes.
        later: how many events have come since.
    """

    lately: tuple[tuple[int, int], ...]
    harmony: Harmony | None
    tick: int
    is_broken: bool
    later: int


class ChordFinder:
    """Follows the chord of the notes that are held, or came within two beats. Owned by one thread.

    A chord stays until another one is found: a hand that lets go between two chords does not end the first.
    But a melody that runs on from a broken chord does.
    """

    def __init__(self) -> None:
        self._lately: deque[tuple[int, int]] = deque()
        self._found: Harmony | None = None
        self._tick = 0
        # Whether it was played in broken notes, and how many events have come since.
        self._is_broken = False
        self._later = 0

    @property
    def found(self) -> FoundChord:
        """What it knows now."""
        return FoundChord(tuple(self._lately), self._found, self._tick, self._is_broken, self._later)

    def go_on(self, found: FoundChord) -> None:
        """Go on from what another chord finder knew."""
        self._lately = deque(found.lately)
        self._found, self._tick = found.harmony, found.tick
        self._is_broken, self._later = found.is_broken, found.later

    def reset(self) -> None:
        """Forget everything: the music restarts, and its ticks with it."""
        self._lately.clear()
        self._found = None

    def harmony(self, held: Iterable[int], since: int) -> Harmony | None:
        """Return the chord that was found since a tick, or is still held; None if there is none.

        Args:
            held: MIDI numbers of all notes that keys or a pedal hold.
            since: the tick.
        """
        if self._found is None:
            return None
        is_held = _makes_chord(number for number in held if number % 12 in self._found.pitch_classes)
        is_over = self._is_broken and self._later >= OTHER_EVENTS
        return self._found if is_held or (self._tick > since and not is_over) else None

    def hear(self, notes: Iterable[Note], held: Iterable[int], tick: int) -> None:
        """Take in notes that were played together.

        Args:
            notes: the notes; none to do nothing.
            held: MIDI numbers of all notes that keys or a pedal hold.
            tick: their onset.
        """
        struck = {note.note for note in notes}
        if not struck:
            return
        if self._lately and tick < self._lately[-1][0]:
            self.reset()
        self._lately.extend((tick, number) for number in sorted(struck))
        while self._lately and self._lately[0][0] <= tick - BROKEN:
            self._lately.popleft()
        # What was struck together is a chord whatever is still held from the one before.
        self._later += 1
        for numbers, is_broken in (
            (struck, False),
            (struck | set(held), False),
            (self._broken(struck), True),
        ):
            if _makes_chord(numbers):
                found = _chord_of(numbers)
                if found is not None:
                    self._found, self._tick, self._is_broken, self._later = found, tick, is_broken, 0
                return

    def _broken(self, struck: set[int]) -> set[int]:
        """Return the notes of a broken chord, from the newest back: older ones may be of another chord.

        Empty if none of them is low: melodies leap through chords that are not under them.
        """
        together = set(struck)
        for _, number in reversed(self._lately):
            if _makes_chord(together):
                break
            together.add(number)
        return together if min(together) < LOW else set()


def _makes_chord(numbers: Iterable[int]) -> bool:
    """Return whether notes have enough pitch classes for a chord."""
    return len({number % 12 for number in numbers}) >= ENOUGH


def _chord_of(numbers: Iterable[int]) -> Harmony | None:
    """Return the chord that fits notes best; None if none does.

    A chord may lack one note, but not its third or fourth; one that is whole may have another note beside it.
    """
    lowest = min(numbers)
    weights: NDArray[np.float64] = np.zeros(12)
    for number in numbers:
        weight = MELODY if number > lowest + WIDE else 1.0
        weights[number % 12] = max(weights[number % 12], weight)
    own = _OWN @ weights
    foreign = weights.sum() - own
    missing = _SIZES - _OWN @ np.sign(weights)
    roots = np.array([harmony.root == lowest % 12 for harmony in _HARMONIES])
    scores = own - FOREIGN * foreign - MISSING * missing + ROOT_BELOW * roots
    best = int(scores.argmax())
    harmony = _HARMONIES[best]
    has_third = weights[(harmony.root + QUALITIES[harmony.quality][1]) % 12] > 0
    if missing[best] == 0:
        return harmony if foreign[best] <= 1 else None
    return harmony if missing[best] == 1 and foreign[best] <= MELODY and has_third else None
