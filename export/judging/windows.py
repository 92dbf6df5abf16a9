"""Windows of a piece: what a judge hears at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from export.judging.piece import Notes, Piece

EVENTS = 64
"""Events in a window."""

BARS = 16
"""Bars in which a window looks for what returns."""

LEAST = f"{EVENTS} events and {BARS} bars"
"""The shortest piece that has a window, in words."""

OF_A_PIECE = 8
"""Windows of a piece, at most: as many as 512 events have."""

SAMPLE = 48 * OF_A_PIECE
"""Windows of a side, at most. The AUC rises with the size of the sample, so it is the same for everyone."""


@dataclass(frozen=True, slots=True)
class Window:
    """`EVENTS` events of a piece, and the bars around them.

    Attributes:
        piece: the piece.
        start: index of the window's first event.
    """

    piece: Piece
    start: int

    @property
    def events(self) -> slice:
        """The indices of its events."""
        return slice(self.start, self.start + EVENTS)

    @property
    def notes(self) -> Notes:
        """The notes that begin in it."""
        return self.piece.notes_of(self.start, self.events.stop)

    @property
    def third(self) -> int:
        """In which third of the piece it begins: 0, 1 or 2."""
        return 3 * self.start // len(self.piece)

    @property
    def bars(self) -> range:
        """The numbers of `BARS` bars, from that of its first event; the last ones near the piece's end."""
        numbers = self.piece.bars
        first = int(min(numbers[self.start], numbers[-1] + 1 - BARS))
        return range(first, first + BARS)


def windows_of(piece: Piece) -> Iterator[Window]:
    """Yield the windows of a piece, one after the other; what is left at its end is in none.

    A piece of fewer than `BARS` bars has none, or its length would give it away.
    """
    if piece.bars[-1] + 1 < BARS:
        return
    for start in range(0, len(piece) - EVENTS + 1, EVENTS):
        yield Window(piece, start)


def sample_windows(pieces: Sequence[Piece], rng: np.random.Generator) -> list[Window]:
    """Return `SAMPLE` windows chosen by chance, or all: at most `OF_A_PIECE` of each piece."""
    chosen: list[Window] = []
    for number in rng.permutation(len(pieces)):
        windows = list(windows_of(pieces[number]))
        kept = rng.permutation(len(windows))[: min(OF_A_PIECE, SAMPLE - len(chosen))]
        chosen += [windows[index] for index in sorted(kept)]
    return chosen
