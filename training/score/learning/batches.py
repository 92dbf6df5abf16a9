"""Cut encoded pieces into the batches that the score network learns from."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from presets.music.bar_memory import REACH, earlier_onsets, events_at, newest_of, ticks_back
from presets.music.encoding import KEYS, TWELVE_KEYS, Columns, shift_key_numbers, shift_keys
from presets.music.features import (
    expected_ioi_features,
    expected_note_features,
    features,
    ioi_features,
    position_features,
    ringing_features,
)
from presets.music.keyboard_planes import KeyboardView, keyboard_planes
from presets.music.outline import groups, outline_features, transposed
from presets.music.rhythm_lanes import RhythmView, rhythm_lanes
from training.score.learning.stream import Stream, cut_rows, stack, take

SLOT_STEP = 64
"""The slots are padded to a multiple of this for each row, so that Keras compiles only a few shapes."""

UNTOLD, UNTOLD_GROUP = 0.15, 0.1
"""The share of the training rows that know no outline; of the others, how often each group is missing."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Classes = npt.NDArray[np.int32]
Scalar = TypeVar("Scalar", bound=np.generic)


class Slots(NamedTuple):
    """The notes of the events to predict, in the order of prediction; a STOP ends each event.

    There are B * L slots, padded at the end. Classes are those of `presets.music.encoding`; the classes of
    earlier notes and of expected notes are one higher, and 0 means "none".

    Attributes:
        event: the index of the slot's event among the B * T of the batch, (B, L).
        below: the symbols already predicted in this event, (B, L, P * 88).
        last_duration: duration class + 1 of the note before, (B, L).
        last_velocity: velocity class + 1 of the note before, (B, L).
        symbol: the note symbol; P * 88 is STOP; (B, L).
        duration: class, 0 for STOP; (B, L).
        velocity: class, 0 for STOP; (B, L).
        expected_duration: class + 1 that the phrase memory expects for this note. 0 if it expects none, and
            for each note of an event that comes earlier or later than expected; (B, L).
        expected_velocity: the same for the velocity; (B, L).
        earlier_duration: class + 1 with which this note was played at this place of an earlier bar; (B, L).
        predicted: 1 for each slot, 0 for padding; (B, L).
        notes: 1 for each slot that is a note, (B, L).
    """

    event: Classes
    below: Floats
    last_duration: Classes
    last_velocity: Classes
    symbol: Classes
    duration: Classes
    velocity: Classes
    expected_duration: Classes
    expected_velocity: Classes
    earlier_duration: Classes
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


def training_batches(stream: Stream, row: int, batch: int, rng: np.random.Generator) -> Iterator[ScoreBatch]:
    """Yield the batches of an epoch: all rows in random order, in random keys, some without outlines."""
    rows = cut_rows(len(stream.blank), row, int(rng.integers(len(stream.blank))))
    rows = rows[rng.permutation(len(rows))]
    for first in range(0, len(rows), batch):
        yield make_batch(stream, rows[first : first + batch], rng)


def plain_batches(stream: Stream, row: int, batch: int) -> Iterator[ScoreBatch]:
    """Yield the batches of a stream in order, in the original keys and with outlines, for validation."""
    rows = cut_rows(len(stream.blank), row, 0)
    for first in range(0, len(rows), batch):
        yield make_batch(stream, rows[first : first + batch], None)


def make_batch(
    stream: Stream, rows: Ints, rng: np.random.Generator | None, *, outlined: bool = True
) -> ScoreBatch:
    """Return one batch.

    Args:
        stream: the pieces.
        rows: (B, T + 1) event indices.
        rng: chooses for each row a key in which its notes stay in range, and which groups of the outlines the
            network is told; None for the original keys and all groups.
        outlined: whether outlines are told where there is no `rng`.
    """
    size, length = len(rows), rows.shape[1] - 1
    parts = stream.columns.durations.shape[1]
    whole = [take(stream.columns, row) for row in rows]
    shifts = [0 if rng is None else _key(columns, rng) for columns in whole]
    whole = [columns.transposed(shift) for columns, shift in zip(whole, shifts, strict=True)]
    given = _given(size, len(groups(parts)), rng, outlined)
    heard = stack([columns[:-1] for columns in whole])
    predicted = stack([columns[1:] for columns in whole])
    counts = (~stream.blank[rows[:, 1:]]).astype(np.float32)
    came = np.where(predicted.ioi == predicted.expected_ioi, predicted.match, 0)
    expected = (predicted.expected_durations > 0) & (came > 0)[:, np.newaxis, np.newaxis]
    returns = given[:, groups(parts).index("return")]
    earlier, lowest_then = _earlier(stream, rows[:, 1:], returns, shifts)

    def in_rows(values: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
        return values.reshape(size, length, -1)

    def outlines(of: Ints) -> Floats:
        told = stream.bars.outlines[stream.bars.of_row[of]]
        moved = np.stack([transposed(row, shift) for row, shift in zip(told, shifts, strict=True)])
        return outline_features(moved, np.repeat(given[:, np.newaxis], length, axis=1), parts)

    next_outline = outlines(rows[:, 1:])
    slots = cut_slots(
        in_rows(predicted.durations),
        in_rows(predicted.velocities),
        in_rows(predicted.expected_durations * expected),
        in_rows(predicted.expected_velocities * expected),
        in_rows(newest_of(earlier)),
    )
    view = KeyboardView(
        heard.durations,
        predicted.ringing,
        predicted.traces,
        predicted.outer,
        predicted.loudness,
        expected,
        earlier,
        predicted.lowest,
        lowest_then,
        next_outline.reshape(len(predicted), -1),
    )
    sounding = np.where(heard.durations > 0, heard.durations, heard.ringing)
    outline = outlines(rows[:, :-1])
    lanes = rhythm_lanes(
        RhythmView(
            _onsets_before(stream, rows[:, :-1], returns),
            sounding.reshape(size, length, parts, KEYS),
            heard.ioi.reshape(size, length),
            heard.position.reshape(size, length),
            heard.bar.reshape(size, length),
            outline,
        )
    )
    inputs = {
        "events": in_rows(features(heard)),
        "expected_ioi": in_rows(expected_ioi_features(predicted.match, predicted.expected_ioi)),
        "outline": outline,
        "lanes": lanes,
        "next_ioi": in_rows(ioi_features(predicted.ioi)),
        "next_position": in_rows(position_features(predicted.position, predicted.bar)),
        "next_ringing": in_rows(ringing_features(predicted.ringing)),
        "expected_notes": in_rows(expected_note_features(came, expected.reshape(len(predicted), -1))),
        "next_outline": next_outline,
        "planes": keyboard_planes(view).reshape(size, length, KEYS, -1),
    }
    return ScoreBatch(inputs, slots, predicted, counts)


def _key(columns: Columns, rng: np.random.Generator) -> int:
    """Return one of the shifts that keep the music on the 88 keys."""
    room = columns.room
    shifts = [shift for shift in TWELVE_KEYS if shift in room]
    return shifts[int(rng.random() * len(shifts))]


def _given(rows: int, of: int, rng: np.random.Generator | None, outlined: bool) -> npt.NDArray[np.bool_]:
    """Return which of so many groups of the outline each row is told, (rows, groups)."""
    if rng is None:
        return np.full((rows, of), outlined)
    return (rng.random((rows, of)) >= UNTOLD_GROUP) & (rng.random((rows, 1)) >= UNTOLD)


def _earlier(
    stream: Stream, rows: Ints, returns: npt.NDArray[np.bool_], shifts: Sequence[int]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return what was struck at the same place in earlier bars, and the lowest notes before, for each event.

    As in `KeyboardView`: (B * T, 4, P, 88), (B * T, 4, P).
    """
    back = ticks_back(
        stream.columns.bar[rows].astype(np.int64),
        stream.bars.back[stream.bars.of_row[rows]] * returns[:, np.newaxis],
    )
    found = events_at(stream.onsets, stream.onsets[rows][..., np.newaxis] - back)
    found = np.where(back > 0, found, -1)
    struck = stream.columns.durations[found] * (found >= 0)[..., np.newaxis, np.newaxis]
    moved = [shift_keys(row, shift) for row, shift in zip(struck, shifts, strict=True)]
    then = stream.columns.lowest[found] * (found >= 0)[..., np.newaxis]
    lowest = shift_key_numbers(then, np.array(shifts)[:, np.newaxis, np.newaxis, np.newaxis])
    return np.concatenate(moved), lowest.reshape(-1, *lowest.shape[2:])


def _onsets_before(stream: Stream, rows: Ints, returns: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return after which intervals each part struck something in earlier bars: (B, T, 4, P, REACH)."""
    now, bar = stream.onsets[rows], stream.columns.bar[rows].astype(np.int64)
    ahead = now[..., np.newaxis] + np.arange(1, REACH + 1)
    bars = np.maximum(np.searchsorted(stream.bars.begins, ahead, side="right") - 1, 0)
    back = stream.bars.back[bars] * returns[:, np.newaxis, np.newaxis]
    everywhere = np.broadcast_to(bar[..., np.newaxis], back.shape)
    of_all = np.moveaxis(ticks_back(everywhere, back), -1, -2)
    return earlier_onsets(stream.onsets, stream.plays, now, of_all)


def cut_slots(
    durations: npt.NDArray[np.uint8],
    velocities: npt.NDArray[np.uint8],
    expected_durations: npt.NDArray[np.uint8],
    expected_velocities: npt.NDArray[np.uint8],
    earlier_durations: npt.NDArray[np.uint8],
) -> Slots:
    """Return the slots of rows of events.

    Args:
        durations: duration class + 1 of each note, 0 for none, (B, T, P * 88).
        velocities: velocity class + 1 of each note, (B, T, P * 88).
        expected_durations: duration class + 1 of each expected note, (B, T, P * 88).
        expected_velocities: velocity class + 1 of each expected note, (B, T, P * 88).
        earlier_durations: duration class + 1 of each note of this place of an earlier bar, (B, T, P * 88).
    """
    size, length, symbols = durations.shape
    # Add a STOP after the last symbol of every event.
    ended = np.concatenate([durations > 0, np.ones((size, length, 1), dtype=bool)], axis=2)
    row, event, symbol = np.nonzero(ended)
    # Rows differ in how many notes they have. The slots of all of them are packed, so that few are padding.
    padded = -(-len(row) // (size * SLOT_STEP)) * SLOT_STEP
    is_note = symbol < symbols
    goes_on = np.zeros(len(row), dtype=bool)
    goes_on[1:] = is_note[:-1]  # the slot before is a note of the same event, unless it was a STOP

    def of_notes(classes: npt.NDArray[np.uint8]) -> Classes:
        """Return the class at each slot's note, 0 for STOP."""
        found = np.zeros(len(row), dtype=np.int32)
        found[is_note] = classes[row[is_note], event[is_note], symbol[is_note]]
        return found

    def before(values: Classes) -> Classes:
        return np.where(goes_on, np.roll(values, 1), 0)

    def lay(values: npt.NDArray[np.integer | np.bool_]) -> Classes:
        laid = np.zeros(size * padded, dtype=np.int32)
        laid[: len(row)] = values
        return laid.reshape(size, padded)

    def mark(values: npt.NDArray[np.bool_]) -> Floats:
        return lay(values).astype(np.float32)

    duration, velocity = of_notes(durations), of_notes(velocities)
    below = np.zeros((size * padded, symbols), dtype=np.float32)
    below[: len(row)] = (durations[row, event] > 0) & (np.arange(symbols) < symbol[:, np.newaxis])
    return Slots(
        event=lay(row * length + event),
        below=below.reshape(size, padded, symbols),
        last_duration=lay(before(duration)),
        last_velocity=lay(before(velocity)),
        symbol=lay(symbol),
        duration=lay(np.maximum(duration - 1, 0)),
        velocity=lay(np.maximum(velocity - 1, 0)),
        expected_duration=lay(of_notes(expected_durations)),
        expected_velocity=lay(of_notes(expected_velocities)),
        earlier_duration=lay(of_notes(earlier_durations)),
        predicted=mark(np.ones(len(row), dtype=bool)),
        notes=mark(is_note),
    )
