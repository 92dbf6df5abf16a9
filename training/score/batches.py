"""Cutting encoded pieces into the batches that the score network learns from."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from presets.encoding import Columns, features, ioi_features, position_features, ringing_features

SHIFTS = range(-5, 7)
"""Semitones by which music is transposed while training: each key once, as near as it can be."""

SLOT_STEP = 128
"""The slots of a batch are padded to a multiple of this, so that few shapes are compiled."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


class Stream(NamedTuple):
    """Pieces one after the other, n events in all.

    Attributes:
        columns: of all events.
        begins: whether an event is its piece's first; it is heard, but nothing foretells it: bool (n,).
    """

    columns: Columns
    begins: npt.NDArray[np.bool_]


class Slots(NamedTuple):
    """The notes of the events that are foretold, in the order of telling; a STOP ends each event.

    B rows, L slots a row (padded); an index of 0 in `last_duration` and `last_velocity` is "no note yet".

    Attributes:
        event: which event of the row, (B, L).
        below: the symbols told before in this event, (B, L, P * 88).
        last_duration: class + 1 of the note told before, (B, L).
        last_velocity: likewise.
        symbol: the note symbol; P * 88 is STOP; (B, L).
        duration: class, 0 for STOP; (B, L).
        velocity: class, 0 for STOP; (B, L).
        told: 1 for each slot, 0 for padding; (B, L).
        notes: 1 for each slot that is a note, (B, L).
    """

    event: Ints
    below: Floats
    last_duration: Ints
    last_velocity: Ints
    symbol: Ints
    duration: Ints
    velocity: Ints
    told: Floats
    notes: Floats


def join(pieces: Sequence[Columns]) -> Stream:
    """Return the pieces as one stream."""
    columns = Columns(
        *(np.concatenate([getattr(piece, name) for piece in pieces]) for name in Columns.__slots__)
    )
    begins = np.zeros(len(columns), dtype=bool)
    begins[np.cumsum([0, *(len(piece) for piece in pieces[:-1])])] = True
    return Stream(columns, begins)


def cut_rows(length: int, row: int, offset: int) -> npt.NDArray[np.int64]:
    """Return the event indices of adjoining rows of `row` + 1 events, the stream read as a ring.

    Each row's last event is the next row's first: there it is foretold, here it is heard. A stream that is
    shorter than a row is one row, repeated until it fills it.

    Args:
        length: events of the stream.
        row: events that are foretold in a row.
        offset: where the first row begins.

    Returns:
        Shape (rows, row + 1).
    """
    count = max(1, length // row)
    starts = offset + row * np.arange(count)
    return np.asarray((starts[:, np.newaxis] + np.arange(row + 1)) % length)


def training_batches(
    stream: Stream, row: int, batch: int, rng: np.random.Generator
) -> Iterator[tuple[dict[str, npt.NDArray[np.generic]], Slots, Columns, Floats]]:
    """Yield an epoch's batches: every row in a random order, each in a random key."""
    rows = cut_rows(len(stream.begins), row, int(rng.integers(len(stream.begins))))
    rows = rows[rng.permutation(len(rows))]
    keys = rng.random(len(rows))
    for first in range(0, len(rows), batch):
        yield make_batch(stream, rows[first : first + batch], keys[first : first + batch])


def plain_batches(
    stream: Stream, row: int, batch: int
) -> Iterator[tuple[dict[str, npt.NDArray[np.generic]], Slots, Columns, Floats]]:
    """Yield the stream's batches in order and in its own key, for judging."""
    rows = cut_rows(len(stream.begins), row, 0)
    for first in range(0, len(rows), batch):
        yield make_batch(stream, rows[first : first + batch], None)


def make_batch(
    stream: Stream, rows: npt.NDArray[np.int64], keys: Floats | npt.NDArray[np.float64] | None
) -> tuple[dict[str, npt.NDArray[np.generic]], Slots, Columns, Floats]:
    """Return a batch's inputs, its slots, the events that are foretold, and which of these count.

    Args:
        stream: the pieces.
        rows: (B, T + 1) event indices.
        keys: for each row a number 0..1 that chooses its key among those that it has room for; None for its
            own.
    """
    whole = [_take(stream.columns, row) for row in rows]
    if keys is not None:
        whole = [_in_key(columns, key) for columns, key in zip(whole, keys, strict=True)]
    heard = _stack([columns[:-1] for columns in whole])
    told = _stack([columns[1:] for columns in whole])
    size, length = len(rows), rows.shape[1] - 1
    counts = (~stream.begins[rows[:, 1:]]).astype(np.float32)
    slots = cut_slots(told.durations.reshape(size, length, -1), told.velocities.reshape(size, length, -1))
    inputs: dict[str, npt.NDArray[np.generic]] = {
        "events": features(heard).reshape(size, length, -1),
        "next_ioi": ioi_features(told.ioi).reshape(size, length, -1),
        "next_position": position_features(told.position, told.bar).reshape(size, length, -1),
        "next_ringing": ringing_features(told.ringing).reshape(size, length, -1),
    }
    return inputs, slots, told, counts


def cut_slots(durations: npt.NDArray[np.uint8], velocities: npt.NDArray[np.uint8]) -> Slots:
    """Return the slots of rows of events.

    Args:
        durations: class + 1 of each note that is struck, (B, T, P * 88).
        velocities: likewise.
    """
    size, length, symbols = durations.shape
    # A STOP after the last symbol of every event.
    ended = np.concatenate([durations > 0, np.ones((size, length, 1), dtype=bool)], axis=2)
    row, event, told = np.nonzero(ended)
    per_row = np.bincount(row, minlength=size)
    padded = -(-int(per_row.max()) // SLOT_STEP) * SLOT_STEP
    place = np.arange(len(row)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    is_note = told < symbols
    duration, velocity = np.zeros(len(row), dtype=np.int32), np.zeros(len(row), dtype=np.int32)
    duration[is_note] = durations[row[is_note], event[is_note], told[is_note]]
    velocity[is_note] = velocities[row[is_note], event[is_note], told[is_note]]
    goes_on = np.zeros(len(row), dtype=bool)
    goes_on[1:] = is_note[:-1]  # the slot before is a note of the same event, unless it was a STOP

    def lay(values: npt.NDArray[np.generic], kind: type) -> npt.NDArray[np.generic]:
        laid = np.zeros((size, padded), dtype=kind)
        laid[row, place] = values
        return laid

    def before(values: Ints) -> Ints:
        return np.where(goes_on, np.roll(values, 1), 0)

    below = np.zeros((size, padded, symbols), dtype=np.float32)
    below[row, place] = (durations[row, event] > 0) & (np.arange(symbols) < told[:, np.newaxis])
    return Slots(
        event=lay(event, np.int32),
        below=below,
        last_duration=lay(before(duration), np.int32),
        last_velocity=lay(before(velocity), np.int32),
        symbol=lay(told, np.int32),
        duration=lay(np.maximum(duration - 1, 0), np.int32),
        velocity=lay(np.maximum(velocity - 1, 0), np.int32),
        told=lay(np.ones(len(row)), np.float32),
        notes=lay(is_note, np.float32),
    )


def _take(columns: Columns, rows: npt.NDArray[np.int64]) -> Columns:
    return Columns(*(getattr(columns, name)[rows] for name in Columns.__slots__))


def _in_key(columns: Columns, key: float) -> Columns:
    room = columns.room
    shifts = [shift for shift in SHIFTS if shift in room] or [0]
    return columns.transposed(shifts[int(key * len(shifts))])


def _stack(rows: Sequence[Columns]) -> Columns:
    return Columns(*(np.concatenate([getattr(row, name) for row in rows]) for name in Columns.__slots__))
