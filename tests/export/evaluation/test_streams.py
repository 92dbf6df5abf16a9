import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from export.evaluation import streams
from presets.music.encoding import BEAT, IOIS, KEYS, encode, note_of
from presets.music.event import Event, Note

STOP = KEYS
FIRST = Event(0, (Note(60, 480, 64),))
SECOND = Event(240, (Note(48, 20, 4), Note(67, 960, 8)))
THIRD = Event(480, (Note(64, 40, 12),))

note = st.builds(note_of, st.integers(0, KEYS - 1), st.integers(0, 39), st.integers(0, 31))
pieces = st.lists(
    st.builds(Event.of, st.integers(0, 9000), st.lists(note, min_size=1, max_size=5)), min_size=1, max_size=9
)


def columns(events, parts=1):
    return encode(
        events, [BEAT.after(sum(e.ioi for e in events[: n + 1])) for n in range(len(events))], parts
    )


def rows(stream):
    return [
        (symbol, *context)
        for symbol, context in zip(stream.symbols.tolist(), stream.contexts.tolist(), strict=True)
    ]


PIECE = columns([FIRST, SECOND, THIRD])


def test_every_interval_but_the_first_is_foretold_from_those_before():
    assert rows(streams.iois(PIECE)) == [(12, 0, IOIS, IOIS, IOIS), (24, 12, 0, IOIS, IOIS)]


def test_the_position_is_that_from_which_an_interval_starts():
    assert rows(streams.iois_in_the_bar(PIECE)) == [(12, 0, 0, IOIS, IOIS), (24, 12, 12, 0, IOIS)]


def test_notes_are_told_from_the_bottom_up_and_end_with_stop():
    assert rows(streams.notes(PIECE)) == [
        (27, STOP, 39, STOP + 1, STOP + 1),
        (46, 27, STOP, 39, STOP + 1),
        (STOP, 46, 27, STOP, 39),
        (43, STOP, 46, 27, STOP),
        (STOP, 43, STOP, 46, 27),
    ]


def test_transposed_notes_follow_those_as_written():
    both = rows(streams.notes(PIECE, (0, 2)))
    assert both[5:] == [tuple(symbol + 2 if symbol < STOP else symbol for symbol in row) for row in both[:5]]


def test_a_piece_is_transposed_only_as_far_as_the_keys_reach():
    top = columns([FIRST, Event(240, (Note(108 - 2, 480, 64),))])
    assert len(streams.notes(top, range(-5, 7)).symbols) == 2 * (5 + 1 + 2)


def test_durations_and_velocities_are_told_note_by_note():
    assert rows(streams.durations(PIECE)) == [
        (0, 17, 40, 40, 40),
        (24, 0, 17, 40, 40),
        (1, 24, 0, 17, 40),
    ]
    assert streams.velocities(PIECE).symbols.tolist() == [1, 2, 3]


def test_by_place_a_note_is_foretold_from_the_last_in_its_place():
    # (before and whether it begins the event, last in the same place, interval, the one before it)
    assert rows(streams.velocities_by_place(PIECE)) == [
        (1, 2 * 16 + 1, 16, 12, 32),
        (2, 2 * 1, 32, 12, 16),
        (3, 2 * 2 + 1, 1, 24, 1),
    ]


def test_the_first_note_of_another_part_has_a_place_of_its_own():
    chords = [
        Event.of(240, [Note(60, 480, 4 * number), Note(48, 480, 4 * number + 40, part=1)])
        for number in range(1, 4)
    ]
    contexts = streams.velocities_by_place(columns(chords, parts=2)).contexts
    assert contexts[:, 1].tolist() == [1, 11, 2, 12]


@given(pieces)
def test_each_field_tells_every_event_but_the_first(events):
    piece = columns(events)
    struck = sum(np.count_nonzero(row) for row in piece.durations[1:])
    told = len(piece) - 1
    assert len(streams.iois(piece).symbols) == len(streams.iois_in_the_bar(piece).symbols) == told
    assert len(streams.notes(piece).symbols) == struck + told
    for field in (
        streams.durations,
        streams.velocities,
        streams.durations_by_place,
        streams.velocities_by_place,
    ):
        assert len(field(piece).symbols) == struck


@given(pieces)
def test_symbols_and_contexts_are_in_range(events):
    for field in (
        streams.iois,
        streams.iois_in_the_bar,
        streams.notes,
        streams.durations,
        streams.velocities,
        streams.durations_by_place,
        streams.velocities_by_place,
    ):
        stream = field(columns(events))
        assert stream.contexts.shape == (len(stream.symbols), streams.CONTEXT)
        assert (stream.symbols < stream.classes).all()
        assert (stream.contexts < streams.RADIX).all()
