"""Cut encoded pieces into the batches that the score network learns from."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from presets.music.encoding import Columns
from presets.music.features import (
    expected_ioi_features,
    expected_note_features,
    features,
    ioi_features,
    position_features,
    ringing_features,
)

SHIFTS = range(-5, 7)
"""Semitones by which training transposes music: each of the twelve keys once, by the smallest shift."""

SLOT_STEP = 256
"""The slots of a batch are padded to a multiple of this, so that Keras compiles only a few shapes."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Scalar = TypeVar("Scalar", bound=np.generic)


class Stream(NamedTuple):
    """Pieces one after the other, n rows in all; a blank row before each piece marks its beginning.

    Attributes:
        columns: the columns of all rows.
        blank: whether a row is blank: the network hears it, but does not predict it; bool (n,).
    """

    columns: Columns
    blank: npt.NDArray[np.bool_]


class Slots(NamedTuple):
    """The notes of the events to predict, in the order of prediction; a STOP ends each event.

    There are B rows with L slots each (padded). Classes are those of `presets.music.encoding`; the classes of
    earlier notes and of expected notes are one higher, and 0 means "none".

    Attributes:
        event: the index of the slot's event in the row, (B, L).
        below: the symbols already predicted in this event, (B, L, P * 88).
        last_duration: duration class + 1 of the note before, (B, L).
        last_velocity: velocity class + 1 of the note before, (B, L).
        symbol: the note symbol; P * 88 is STOP; (B, L).
        duration: class, 0 for STOP; (B, L).
        velocity: class, 0 for STOP; (B, L).
        expected_duration: class + 1 that the phrase memory expects for this note. 0 if it expects none, and
            for each note of an event that comes earlier or later than expected; (B, L).
        expected_velocity: the same for the velocity; (B, L).
        predicted: 1 for each slot, 0 for padding; (B, L).
        notes: 1 for each slot that is a note, (B, L).
    """

    event: Ints
    below: Floats
    last_duration: Ints
    last_velocity: Ints
    symbol: Ints
    duration: Ints
    velocity: Ints
    expected_duration: Ints
    expected_velocity: Ints
    predicted: Floats
    notes: Floats


class ScoreBatch(NamedTuple):
    """One batch: B rows of T events to hear; for each of them the network predicts the next event.

    Attributes:
        inputs: the inputs of `training.score.learning.network.ScoreNetwork.training` that belong to an event.
        slots: the notes of the next events.
        targets: the next events, B * T rows.
        counts: 1 for each event to predict, 0 for a blank row; (B, T).
    """

    inputs: dict[str, Floats]
    slots: Slots
    targets: Columns
    counts: Floats


def join(pieces: Sequence[Columns]) -> Stream:
    """Return pieces, each with at least one event, as one stream."""
    rows = [part for piece in pieces for part in (_blank(piece), piece)]
    blank = np.zeros(sum(map(len, rows)), dtype=bool)
    blank[np.cumsum([0, *(len(piece) + 1 for piece in pieces[:-1])])] = True
    return Stream(_stack(rows), blank)


def _blank(piece: Columns) -> Columns:
    """Return a row without notes, at the position of the piece's first event."""
    first = piece[:1]
    empty = {name: np.zeros_like(getattr(first, name)) for name in Columns.__slots__}
    return Columns(**{**empty, "position": first.position, "bar": first.bar})


def cut_rows(length: int, row: int, offset: int) -> npt.NDArray[np.int64]:
    """Cut a stream, read as a ring, into adjoining training rows of `row` + 1 events; return their indices.

    The last event of a training row is the first of the next: one row predicts it, the next hears it. A
    remainder at the end is left out. A stream that is shorter than a training row is repeated until it fills
    one.

    Args:
        length: events in the stream, including blank rows.
        row: events to predict in a training row.
        offset: where the first training row begins.

    Returns:
        Indices, (training rows, row + 1).
    """
    count = max(1, length // row)
    starts = offset + row * np.arange(count)
    return np.asarray((starts[:, np.newaxis] + np.arange(row + 1)) % length)


def training_batches(stream: Stream, row: int, batch: int, rng: np.random.Generator) -> Iterator[ScoreBatch]:
    """Yield the batches of an epoch: all rows in random order, each in a random key."""
    rows = cut_rows(len(stream.blank), row, int(rng.integers(len(stream.blank))))
    rows = rows[rng.permutation(len(rows))]
    keys = rng.random(len(rows))
    for first in range(0, len(rows), batch):
        yield make_batch(stream, rows[first : first + batch], keys[first : first + batch])


def plain_batches(stream: Stream, row: int, batch: int) -> Iterator[ScoreBatch]:
    """Yield the batches of a stream in order and in the original keys, for validation."""
    rows = cut_rows(len(stream.blank), row, 0)
    for first in range(0, len(rows), batch):
        yield make_batch(stream, rows[first : first + batch], None)


def make_batch(
    stream: Stream, rows: npt.NDArray[np.int64], keys: npt.NDArray[np.float64] | None
) -> ScoreBatch:
    """Return one batch.

    Args:
        stream: the pieces.
        rows: (B, T + 1) event indices.
        keys: for each row a number 0..1 that chooses among the keys in which its notes stay in range; None
            for the original keys.
    """
    whole = [_take(stream.columns, row) for row in rows]
    if keys is not None:
        whole = [_in_key(columns, key) for columns, key in zip(whole, keys, strict=True)]
    heard = _stack([columns[:-1] for columns in whole])
    predicted = _stack([columns[1:] for columns in whole])
    size, length = len(rows), rows.shape[1] - 1
    counts = (~stream.blank[rows[:, 1:]]).astype(np.float32)
    came = np.where(predicted.ioi == predicted.expected_ioi, predicted.match, 0)

    def in_rows(values: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
        return values.reshape(size, length, -1)

    slots = cut_slots(
        in_rows(predicted.durations),
        in_rows(predicted.velocities),
        in_rows(predicted.expected_durations * (came > 0)[:, np.newaxis, np.newaxis]),
        in_rows(predicted.expected_velocities * (came > 0)[:, np.newaxis, np.newaxis]),
    )
    inputs = {
        "events": in_rows(features(heard)),
        "expected_ioi": in_rows(expected_ioi_features(predicted.match, predicted.expected_ioi)),
        "next_ioi": in_rows(ioi_features(predicted.ioi)),
        "next_position": in_rows(position_features(predicted.position, predicted.bar)),
        "next_ringing": in_rows(ringing_features(predicted.ringing)),
        "expected_notes": in_rows(
            expected_note_features(came, predicted.expected_durations.reshape(len(predicted), -1) > 0)
        ),
    }
    return ScoreBatch(inputs, slots, predicted, counts)


def cut_slots(
    durations: npt.NDArray[np.uint8],
    velocities: npt.NDArray[np.uint8],
    expected_durations: npt.NDArray[np.uint8],
    expected_velocities: npt.NDArray[np.uint8],
) -> Slots:
    """Return the slots of rows of events.

    Args:
        durations: duration class + 1 of each note, 0 for none, (B, T, P * 88).
        velocities: velocity class + 1 of each note, (B, T, P * 88).
        expected_durations: duration class + 1 of each expected note, (B, T, P * 88).
        expected_velocities: velocity class + 1 of each expected note, (B, T, P * 88).
    """
    size, length, symbols = durations.shape
    # Add a STOP after the last symbol of every event.
    ended = np.concatenate([durations > 0, np.ones((size, length, 1), dtype=bool)], axis=2)
    row, event, symbol = np.nonzero(ended)
    per_row = np.bincount(row, minlength=size)
    padded = -(-int(per_row.max()) // SLOT_STEP) * SLOT_STEP
    place = np.arange(len(row)) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    is_note = symbol < symbols
    goes_on = np.zeros(len(row), dtype=bool)
    goes_on[1:] = is_note[:-1]  # the slot before is a note of the same event, unless it was a STOP

    def of_notes(classes: npt.NDArray[np.uint8]) -> Ints:
        """Return the class at each slot's note, 0 for STOP."""
        found = np.zeros(len(row), dtype=np.int32)
        found[is_note] = classes[row[is_note], event[is_note], symbol[is_note]]
        return found

    def before(values: Ints) -> Ints:
        return np.where(goes_on, np.roll(values, 1), 0)

    def lay(values: npt.NDArray[np.integer]) -> Ints:
        laid = np.zeros((size, padded), dtype=np.int32)
        laid[row, place] = values
        return laid

    def mark(values: npt.NDArray[np.bool_]) -> Floats:
        marked = np.zeros((size, padded), dtype=np.float32)
        marked[row, place] = values
        return marked

    duration, velocity = of_notes(durations), of_notes(velocities)
    below = np.zeros((size, padded, symbols), dtype=np.float32)
    below[row, place] = (durations[row, event] > 0) & (np.arange(symbols) < symbol[:, np.newaxis])
    return Slots(
        event=lay(event),
        below=below,
        last_duration=lay(before(duration)),
        last_velocity=lay(before(velocity)),
        symbol=lay(symbol),
        duration=lay(np.maximum(duration - 1, 0)),
        velocity=lay(np.maximum(velocity - 1, 0)),
        expected_duration=lay(of_notes(expected_durations)),
        expected_velocity=lay(of_notes(expected_velocities)),
        predicted=mark(np.ones(len(row), dtype=bool)),
        notes=mark(is_note),
    )


def _take(columns: Columns, rows: npt.NDArray[np.int64]) -> Columns:
    return Columns(*(getattr(columns, name)[rows] for name in Columns.__slots__))


def _in_key(columns: Columns, key: float) -> Columns:
    room = columns.room
    shifts = [shift for shift in SHIFTS if shift in room]
    return columns.transposed(shifts[int(key * len(shifts))])


def _stack(rows: Sequence[Columns]) -> Columns:
    return Columns(*(np.concatenate([getattr(row, name) for row in rows]) for name in Columns.__slots__))
