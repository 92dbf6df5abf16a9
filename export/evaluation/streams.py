"""The fields of each event as symbols for the n-gram baselines.

The symbols are exactly those that a score network predicts (`presets.music.encoding`). The first event of a
piece is only context and is not predicted.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from presets.music.encoding import DURATIONS, IOIS, KEYS, VELOCITIES, Columns

FIELDS = ("ioi", "note", "duration", "velocity")
"""The fields in the order of prediction."""

CONTEXT = 4
"""Maximum number of earlier symbols that a baseline knows; the order is one more, so up to 5."""

RADIX = 4096
"""Larger than any value in a context: note symbols, grid ticks of a bar, pairs of smaller values."""

Symbols = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class SymbolStream:
    """n symbols to predict, each with its context.

    Attributes:
        classes: number of symbol classes.
        symbols: 0..classes - 1, (n,).
        contexts: the context of each symbol, with the most informative value first; 0..RADIX - 1;
            (n, CONTEXT).
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
    """Return the inter-onset intervals; the context is the earlier intervals."""
    before = _before(columns.ioi, IOIS)
    return _predicted(IOIS, columns.ioi, before, np.arange(len(columns)))


def iois_in_the_bar(columns: Columns) -> SymbolStream:
    """Return the inter-onset intervals; the context is the starting position and the earlier intervals."""
    before = _before(columns.ioi, IOIS)
    position = np.concatenate([[0], columns.position[:-1]])
    return _predicted(
        IOIS, columns.ioi, np.column_stack([position, before[:, : CONTEXT - 1]]), np.arange(len(columns))
    )


def notes(columns: Columns, shifts: Iterable[int] = (0,)) -> SymbolStream:
    """Return the note symbols with each event's STOP; the context is the earlier symbols.

    Args:
        columns: the columns of a piece.
        shifts: semitones by which to transpose the piece; the stream holds one transposition after the other,
            for each shift that keeps all notes in range.
    """
    event, symbol, _ = _played_notes(columns)
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
    """Return the durations of the notes, from the bottom up; the context is the earlier durations."""
    return _of_notes(columns, columns.durations, len(DURATIONS), _before)


def velocities(columns: Columns) -> SymbolStream:
    """Return the velocities of the notes, from the bottom up; the context is the earlier velocities."""
    return _of_notes(columns, columns.velocities, VELOCITIES, _before)


def durations_by_place(columns: Columns) -> SymbolStream:
    """Return the durations of the notes, with the contexts of `_by_place`."""
    return _of_notes(columns, columns.durations, len(DURATIONS), _by_place(columns))


def velocities_by_place(columns: Columns) -> SymbolStream:
    """Return the velocities of the notes, with the contexts of `_by_place`."""
    return _of_notes(columns, columns.velocities, VELOCITIES, _by_place(columns))


def _of_notes(
    columns: Columns,
    classes_up: npt.NDArray[np.uint8],
    classes: int,
    know: Callable[[npt.NDArray[np.integer], int], Symbols],
) -> SymbolStream:
    event, _, played = _played_notes(columns)
    symbols = classes_up.reshape(len(columns), -1)[played] - 1
    return _predicted(classes, symbols, know(symbols, classes), event)


def _by_place(columns: Columns) -> Callable[[npt.NDArray[np.integer], int], Symbols]:
    """Return a function that finds the contexts of a field of notes, with values from other fields.

    A context has four values: the symbol before, and whether it belongs to the same event; the last symbol of
    a note at the same place in its event (its part, and its rank in the part from the bottom up); the
    inter-onset interval; and the symbol two before.
    """
    event, symbol, _ = _played_notes(columns)
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


def _played_notes(
    columns: Columns,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the event and the symbol of each note, in the order of prediction, and a mask of all notes."""
    played = columns.durations.reshape(len(columns), -1) > 0
    event, symbol = np.nonzero(played)
    return event, symbol, played


def _before(symbols: npt.NDArray[np.integer], nothing: int) -> Symbols:
    """Return the `CONTEXT` symbols before each, the nearest first; `nothing` before the first."""
    padded = np.concatenate([np.full(CONTEXT, nothing), symbols]).astype(np.uint16)
    return np.column_stack([padded[CONTEXT - back : len(padded) - back] for back in range(1, CONTEXT + 1)])


def _rank(groups: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for each element of rising groups how many elements of its group come before it."""
    return np.arange(len(groups)) - np.searchsorted(groups, groups)


def _last_alike(
    places: npt.NDArray[np.int64], symbols: npt.NDArray[np.integer], nothing: int
) -> npt.NDArray[np.int64]:
    """Return for each symbol the last one before it at the same place; `nothing` if there is none."""
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
    """Return the stream of all symbols except those of the first event."""
    kept = event > 0
    return SymbolStream(classes, symbols[kept].astype(np.uint16), contexts[kept].astype(np.uint16))
