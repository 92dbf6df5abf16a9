import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.music.encoding import BEAT, KEYS, Columns, encode
from presets.music.event import PPQ, Event, Note
from training.score.learning.batches import make_batch, plain_batches, training_batches
from training.score.learning.stream import cut_rows, join

STOP = KEYS


def scale(length: int, first: int = 60) -> Columns:
    """A C major scale in quarter notes, up and up again, each second note over a c."""
    steps = (0, 2, 4, 5, 7, 9, 11)
    events = [
        Event.of(
            PPQ,
            [Note(first + steps[i % 7], PPQ, 80), *([Note(48, PPQ // 2, 40)] if i % 2 else [])],
        )
        for i in range(length)
    ]
    return encode(events, [BEAT] * length, parts=1)


def test_a_blank_row_stands_before_each_piece() -> None:
    stream = join([scale(3), scale(2)])
    assert stream.blank.tolist() == [True, False, False, False, True, False, False]
    assert not stream.columns.durations[stream.blank].any()
    assert stream.columns.bar[stream.blank].tolist() == [24, 24]


@given(st.integers(2, 300), st.integers(1, 40), st.integers(0, 400))
def test_rows_adjoin_and_foretell_each_event_once_but_for_a_remainder(
    length: int, row: int, offset: int
) -> None:
    rows = cut_rows(length, row, offset)
    assert rows.shape[1] == row + 1
    assert (rows[1:, 0] == rows[:-1, -1]).all()
    if length >= row:
        predicted = rows[:, 1:].ravel()
        assert len(set(predicted.tolist())) == len(predicted) == length // row * row


def test_slots_tell_each_event_from_the_bottom_up_and_stop() -> None:
    stream = join([scale(4)])
    _, slots, told, counts = make_batch(stream, np.arange(5)[np.newaxis], None)
    used = slots.predicted[0] > 0
    #                     c''   STOP  c  d''    STOP  e''   STOP  c   f''   STOP
    assert slots.symbol[0][used].tolist() == [39, STOP, 27, 41, STOP, 43, STOP, 27, 44, STOP]
    assert slots.event[0][used].tolist() == [0, 0, 1, 1, 1, 2, 2, 3, 3, 3]
    assert slots.notes[0][used].tolist() == [1, 0, 1, 1, 0, 1, 0, 1, 1, 0]
    assert [np.flatnonzero(row).tolist() for row in slots.below[0][used]] == [
        [],
        [39],
        [],
        [27],
        [27, 41],
        [],
        [43],
        [],
        [27],
        [27, 44],
    ]
    # What was told before in the same event: 0 for its first note.
    assert (slots.last_duration[0][used] > 0).tolist() == [
        False, True, False, True, True, False, True, False, True, True,
    ]  # fmt: skip
    assert counts.tolist() == [[1, 1, 1, 1]]
    assert told.ioi.tolist() == [24, 24, 24, 24]
    assert not slots.predicted[0][~used].any()


def test_a_blank_row_is_heard_and_never_foretold() -> None:
    stream = join([scale(3), scale(3)])
    *_, counts = make_batch(stream, np.arange(8)[np.newaxis], None)
    assert counts.tolist() == [[1, 1, 1, 0, 1, 1, 1]]


def test_what_the_memory_expects_of_a_note_is_told_where_it_comes_as_expected() -> None:
    # Scale and bass come together again after fourteen notes: then the memory knows them.
    piece = scale(40)
    stream = join([piece])
    inputs, slots, told, _ = make_batch(stream, np.arange(41)[np.newaxis], None)
    expected = piece.match > 0
    assert expected.any()
    came = (piece.match > 0) & (piece.expected_ioi == piece.ioi)
    known = inputs["expected_notes"][0][:, : 1 * KEYS].any(axis=1)
    assert (known == came).all()
    at_notes = slots.notes[0] > 0
    of_notes = slots.expected_duration[0][at_notes]
    for place, event in zip(of_notes, slots.event[0][at_notes], strict=True):
        assert came[event] or place == 0
    assert (of_notes > 0).any()
    assert told.match.tolist() == piece.match.tolist()


def test_an_epoch_hears_rows_in_other_keys_and_judging_in_their_own() -> None:
    stream = join([scale(200)])
    (plain,) = plain_batches(stream, 32, 16)
    (first,) = training_batches(stream, 32, 16, np.random.default_rng(1))
    (again,) = training_batches(stream, 32, 16, np.random.default_rng(1))
    assert (first.slots.symbol == again.slots.symbol).all()
    symbol, row = (values[first.slots.notes > 0] for values in (first.slots.symbol, first.slots.event // 32))
    assert len({symbol[row == number].min() for number in range(row.max() + 1)}) > 1
    own = set(plain.slots.symbol[plain.slots.notes > 0].tolist())
    assert own == {27, 39, 41, 43, 44, 46, 48, 50}


@pytest.mark.parametrize("first", [21, 96])
def test_music_at_the_end_of_the_keys_stays_on_them(first: int) -> None:
    piece = encode([Event.of(PPQ, [Note(first + i % 12, PPQ, 80)]) for i in range(60)], [BEAT] * 60, parts=1)
    for batch in training_batches(join([piece]), 16, 4, np.random.default_rng(0)):
        notes = batch.slots.symbol[batch.slots.notes > 0]
        assert notes.min() >= 0
        assert notes.max() < KEYS
        assert len(notes) == batch.counts.sum()


def test_a_stream_shorter_than_a_row_is_repeated() -> None:
    (batch,) = plain_batches(join([scale(3)]), 10, 16)
    assert batch.counts.shape == (1, 10)
    assert batch.counts.sum() == 8
