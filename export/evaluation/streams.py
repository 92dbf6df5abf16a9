"""The fields of each event as symbols, as the n-gram baselines read them.

The symbols are exactly those that a score network predicts (`presets.music.encoding`). As there, a piece's
first event is context only and is not predicted.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from presets.music.encoding import DURATIONS, IOIS, KEYS, VELOCITIES, Columns

FIELDS = ("ioi", "note", "duration", "velocity")
"""In the order of prediction."""

CONTEXT = 4
"""Symbols before the one to be predicted that a baseline may know: order 5 is one more."""

RADIX = 4096
"""Above any value of a context: note symbols, grid ticks of a bar, pairs of smaller ones."""

Symbols = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class SymbolStream:
    """Symbols to be predicted, each with what a baseline may know of it; n symbols.

    Attributes:
        classes: of symbols.
        symbols: 0..classes - 1, (n,).
        contexts: what is known, the most informative first; 0..RADIX - 1; (n, CONTEXT).
    """

    classes: int
    symbols: Symbols
    contexts: Symbols

    @classmethod
    def joined(cls, streams: Sequence[Self]) -> Self:
        """Return the streams of several pieces as one."""
        return cls(
            streams[0].classes,
            np.concatenate([stream.symbols for stream in streams]),
            np.concatenate([stream.contexts for stream in streams]),
        )


def iois(columns: Columns) -> SymbolStream:
    """Return the inter-onset intervals, each after those before it."""
    before = _before(columns.ioi, IOIS)
    return _predicted(IOIS, columns.ioi, before, np.arange(len(columns)))


def iois_in_the_bar(columns: Columns) -> SymbolStream:
    """Return the inter-onset intervals, each after the position that it starts from and those before it."""
    before = _before(columns.ioi, IOIS)
    position = np.concatenate([[0], columns.position[:-1]])
    return _predicted(
        IOIS, columns.ioi, np.column_stack([position, before[:, : CONTEXT - 1]]), np.arange(len(columns))
    )


def notes(columns: Columns, shifts: Iterable[int] = (0,)) -> SymbolStream:
    """Return the note symbols with each event's STOP, each after those before it.

    Args:
        columns: of a piece.
        shifts: semitones by which the piece is transposed; once for each for which it has room, one after
            the other.
    """
    event, symbol, _ = _struck(columns)
    stop = columns.durations[0].size
    events = np.concatenate([event, np.arange(len(columns))])
    predicted = np.concatenate([symbol, np.full(len(columns), stop)])
    order = np.lexsort((predicted, events))
    events, predicted = events[order], predicted[order]
    keys = symbol % KEYS
    room = range(-int(keys.min()), KEYS - int(keys.max()))
    streams = []
    for shift in shifts:
        if shift in room:
            moved = np.where(predicted == stop, stop, predicted + shift)
            streams.append(_predicted(stop + 1, moved, _before(moved, stop + 1), events))
    return SymbolStream.joined(streams)


def durations(columns: Columns) -> SymbolStream:
    """Return the durations of the notes, from the bottom up, each after those before it."""
    return _of_notes(columns, columns.durations, len(DURATIONS), _before)


def velocities(columns: Columns) -> SymbolStream:
    """Return the velocities of the notes, from the bottom up, each after those before it."""
    return _of_notes(columns, columns.velocities, VELOCITIES, _before)


def durations_by_place(columns: Columns) -> SymbolStream:
    """Return the durations of the notes, each after what `_by_place` knows of it."""
    return _of_notes(columns, columns.durations, len(DURATIONS), _by_place(columns))


def velocities_by_place(columns: Columns) -> SymbolStream:
    """Return the velocities of the notes, each after what `_by_place` knows of it."""
    return _of_notes(columns, columns.velocities, VELOCITIES, _by_place(columns))


def _of_notes(
    columns: Columns,
    classes_up: npt.NDArray[np.uint8],
    classes: int,
    know: Callable[[npt.NDArray[np.integer], int], Symbols],
) -> SymbolStream:
    event, _, struck = _struck(columns)
    symbols = classes_up.reshape(len(columns), -1)[struck] - 1
    return _predicted(classes, symbols, know(symbols, classes), event)


def _by_place(columns: Columns) -> Callable[[npt.NDArray[np.integer], int], Symbols]:
    """Return what finds the contexts of a field of notes about which other fields say more than its own past.

    They are: the symbol before, and whether it was of the same event; the last symbol of a note in the same
    place of its event (its part, and its rank there from the bottom up); the inter-onset interval; the symbol
    before the one before.
    """
    event, symbol, _ = _struck(columns)
    part = symbol // KEYS
    rank = _rank(event * (KEYS + 1) + part)
    begins = _rank(event) == 0

    def know(symbols: npt.NDArray[np.integer], classes: int) -> Symbols:
        before = _before(symbols, classes)
        return np.column_stack(
            [
                2 * before[:, 0] + begins,
                _last_alike(part * KEYS + rank, symbols, classes),
                columns.ioi[event],
                before[:, 1],
            ]
        ).astype(np.uint16)

    return know


def _struck(
    columns: Columns,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the event and the symbol of each note, in the order of prediction, and where they are struck."""
    struck = columns.durations.reshape(len(columns), -1) > 0
    event, symbol = np.nonzero(struck)
    return event, symbol, struck


def _before(symbols: npt.NDArray[np.integer], nothing: int) -> Symbols:
    """Return the `CONTEXT` symbols before each, the nearest first; `nothing` before the first."""
    padded = np.concatenate([np.full(CONTEXT, nothing), symbols]).astype(np.uint16)
    return np.column_stack([padded[CONTEXT - back : len(padded) - back] for back in range(1, CONTEXT + 1)])


def _rank(groups: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for each element of rising groups how many of its group stand before it."""
    return np.arange(len(groups)) - np.searchsorted(groups, groups)


def _last_alike(
    places: npt.NDArray[np.int64], symbols: npt.NDArray[np.integer], nothing: int
) -> npt.NDArray[np.int64]:
    """Return for each symbol the last one before it in the same place; `nothing` if it is the first there."""
    order = np.argsort(places, kind="stable")
    same = np.flatnonzero(np.diff(places[order]) == 0)
    last = np.full(len(symbols), nothing)
    last[order[same + 1]] = symbols[order[same]]
    return last


def _predicted(
    classes: int,
    symbols: npt.NDArray[np.integer],
    contexts: npt.NDArray[np.integer],
    event: npt.NDArray[np.int64],
) -> SymbolStream:
    """Return the stream of all symbols but those of the first event."""
    kept = event > 0
    return SymbolStream(classes, symbols[kept].astype(np.uint16), contexts[kept].astype(np.uint16))
