"""The phrase memory: what came after the last place where the music went as it has gone just now.

Real pieces come back to their motifs, also in other keys; networks that only carry a state hardly do. So
beside its own state a score network is told, before each event, what a player with a good memory would
expect: the continuation of the longest earlier passage that agrees with the latest events, transposed to
where the music is now. Two passages agree event by event: the same inter-onset interval, the same step of the
lowest note, and the same intervals above it.
"""

from copy import copy
from dataclasses import dataclass
from itertools import count
from typing import Self

import numpy as np

MEMORY = 400
"""Events that the phrase memory looks back."""

LONGEST_MATCH = 16
"""A longer agreement counts as this long."""

NEAREST_MOTIF = 8
"""Events that a motif lies back at least to be played again: what comes round faster is a loop."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An event as the memory keeps it: classes of `presets.music.encoding`.

    Attributes:
        ioi: class of its inter-onset interval.
        symbols: its note symbols, rising.
        durations: class of each note's duration.
        velocities: class of each note's velocity.
        quoted: whether it is out of the corpus (a preset's own seed) and was not played.
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
        match: how many of the latest events agree with the passage, 1..16; 0 if nothing is expected.
        event: what came after it.
        shift: semitones from there to here.
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
    """Remembers the latest events. One owner thread.

    Args:
        length: events that it looks back.
    """

    def __init__(self, length: int = MEMORY) -> None:
        self._length = length
        self._events: list[Remembered] = []
        self._numbers: dict[tuple[int, int, tuple[int, ...]], int] = {}
        self._new_number = count()
        # A row of each: of every remembered event, oldest first, which kind it is, its lowest symbol, whether
        # it is quoted, and how many events agree back from it and from the newest one.
        self._table = np.zeros((4, 0), dtype=np.int32)

    @property
    def events(self) -> list[Remembered]:
        """What is remembered, oldest first; not to be written to."""
        return self._events

    def copy(self) -> Self:
        """Return one that goes on independently."""
        # Nothing that belongs to one of them is ever changed in place; the numbers of the kinds are for all.
        return copy(self)

    def push(self, event: Remembered) -> None:
        """Take in the next event."""
        lowest = event.symbols[0]
        step = lowest - self._events[-1].symbols[0] if self._events else 0
        kind = (event.ioi, step, tuple(symbol - lowest for symbol in event.symbols))
        if len(self._numbers) > 2 * self._length:
            # Through a long night only the kinds that are remembered are kept.
            kept = set(self._table[_KIND].tolist())
            self._numbers = {kind: number for kind, number in self._numbers.items() if number in kept}
        number = self._numbers.setdefault(kind, next(self._new_number))
        before = self._table
        table = np.zeros((4, before.shape[1] + 1), dtype=np.int32)
        table[:, :-1] = before
        table[:, -1] = number, lowest, event.quoted, 0
        # Where an event is of the newest kind, one more agrees than from the one before it; else none.
        table[_MATCH, 1:-1] = before[_MATCH, :-1]
        table[_MATCH, :1] = 0
        table[_MATCH, :-1] += 1
        table[_MATCH, :-1] *= before[_KIND] == number
        self._table = table[:, -self._length :]
        self._events = [*self._events, event][-self._length :]

    def expect(self, *, played_here: bool = False) -> Expectation:
        """Return what comes next if the music goes on as it did; of equal passages the latest counts.

        Args:
            played_here: whether only what was played counts, no quotation, in the same key only, and no loop.
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
