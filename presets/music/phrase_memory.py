"""The phrase memory: finds an earlier passage like the latest events, and expects it to continue as it did.

Real pieces repeat their motifs, also in other keys; networks that only carry a state rarely do. So before
each event, a score network also gets what a musician with a good memory would expect: the continuation of the
longest earlier passage that agrees with the latest events, transposed to where the music is now. Two passages
agree if each event has the same inter-onset interval, the same step of the lowest note, and the same
intervals above it.
"""

from copy import copy
from dataclasses import dataclass
from itertools import count
from typing import Self

import numpy as np

MEMORY = 400
"""Number of events that the phrase memory keeps."""

LONGEST_MATCH = 16
"""Maximum length of a match; a longer one counts as this long."""

NEAREST_MOTIF = 8
"""Minimum distance, in events, after which a motif may come back: a faster repetition is a loop."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An event in the memory, as classes of `presets.music.encoding`.

    Attributes:
        ioi: class of its inter-onset interval.
        symbols: its note symbols, rising.
        durations: class of each note's duration.
        velocities: class of each note's velocity.
        quoted: whether it comes from the corpus (a preset's own seed) rather than from playing.
    """

    ioi: int
    symbols: tuple[int, ...]
    durations: tuple[int, ...]
    velocities: tuple[int, ...]
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the memory expects next.

    Attributes:
        match: how many of the latest events agree with the earlier passage, 1..16; 0 if nothing is expected.
        event: the event that came after that passage.
        shift: semitones to transpose it by.
    """

    match: int = 0
    event: Remembered | None = None
    shift: int = 0

    @property
    def ioi(self) -> int:
        """The class of the expected inter-onset interval; 0 if nothing is expected."""
        return self.event.ioi if self.event else 0


_KIND, _LOWEST, _QUOTED, _MATCH = range(4)
"""Rows of the memory's table."""


class PhraseMemory:
    """Remembers the latest events. Owned by one thread.

    Args:
        length: number of events to keep.
    """

    def __init__(self, length: int = MEMORY) -> None:
        self._length = length
        self._events: list[Remembered] = []
        self._numbers: dict[tuple[int, int, tuple[int, ...]], int] = {}
        self._new_number = count()
        # One column for each remembered event, oldest first. The rows: the number of its kind, its lowest
        # symbol, whether it is quoted, and how many events up to it agree with the newest ones.
        self._table = np.zeros((4, 0), dtype=np.int32)

    @property
    def events(self) -> list[Remembered]:
        """The remembered events, oldest first; read-only."""
        return self._events

    def copy(self) -> Self:
        """Return an independent copy."""
        # Nothing is changed in place, except the numbers of the kinds, which copies may share.
        return copy(self)

    def push(self, event: Remembered) -> None:
        """Take in the next event."""
        lowest = event.symbols[0]
        step = lowest - self._events[-1].symbols[0] if self._events else 0
        kind = (event.ioi, step, tuple(symbol - lowest for symbol in event.symbols))
        if len(self._numbers) > 2 * self._length:
            # In a long set, keep only the kinds of events that are still remembered.
            kept = set(self._table[_KIND].tolist())
            self._numbers = {kind: number for kind, number in self._numbers.items() if number in kept}
        number = self._numbers.setdefault(kind, next(self._new_number))
        before = self._table
        table = np.zeros((4, before.shape[1] + 1), dtype=np.int32)
        table[:, :-1] = before
        table[:, -1] = number, lowest, event.quoted, 0
        # If an event has the newest one's kind, one more event agrees there than at the event before; else 0.
        table[_MATCH, 1:-1] = before[_MATCH, :-1]
        table[_MATCH, :1] = 0
        table[_MATCH, :-1] += 1
        table[_MATCH, :-1] *= before[_KIND] == number
        self._table = table[:, -self._length :]
        self._events = [*self._events, event][-self._length :]

    def expect(self, *, played_here: bool = False) -> Expectation:
        """Return what comes next if the music continues as before; of equally long matches, use the latest.

        Args:
            played_here: whether to match only played music (no quotations) in the same key, without loops.
        """
        matches = np.minimum(self._table[_MATCH], LONGEST_MATCH)
        if played_here:
            lowest, quoted = self._table[_LOWEST], self._table[_QUOTED]
            matches[lowest != lowest[-1:]] = 0
            matches[:-1][quoted[1:] > 0] = 0
            matches[-NEAREST_MOTIF:] = 0
        if not matches.any():
            return Expectation()
        place = len(matches) - 1 - int(np.argmax(matches[::-1]))
        shift = self._events[-1].symbols[0] - self._events[place].symbols[0]
        return Expectation(int(matches[place]), self._events[place + 1], shift)
