from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.midi_files.events import ChannelEvent, EndOfTrack
from presets.midi_files.midi_file import MidiFile
from presets.midi_files.note_ends import find_notes
from tests.presets.midi_files.midi_bytes import END, chunk, midi_file, number

Played = tuple[int, int, int, int, int]
"""Ticks since the event before on its track, track, channel, controller 64 or note, and value or velocity."""

PEDAL = 64


def event(tick, status, number, value=64, track=0):
    return ChannelEvent(tick, track, status, number, value)


def ends(*events, last=960, **options):
    return [(note.onset, note.end) for note in find_notes([*events, EndOfTrack(last, 0)], **options)]


def test_the_first_note_off_ends_the_first_of_two_equal_notes():
    played = [event(tick, status, 60) for tick, status in ((0, 0x90), (480, 0x90), (480, 0x80), (960, 0x80))]
    assert ends(*played) == [(0, 480), (480, 960)]


def test_a_note_off_ends_no_note_of_another_track_or_channel():
    events = [event(0, 0x90, 60), event(0, 0x91, 60), event(0, 0x90, 60, track=1)]
    offs = [event(10, 0x80, 60, track=1), event(20, 0x81, 60), event(30, 0x80, 60)]
    found = list(find_notes([*events, *offs, EndOfTrack(99, 0), EndOfTrack(99, 1)]))
    assert [(note.track, note.channel, note.end) for note in found] == [(0, 0, 30), (0, 1, 20), (1, 0, 10)]


def test_a_note_is_there_as_soon_as_its_end_is_known():
    def events():
        yield event(0, 0x90, 60)
        yield event(480, 0x80, 60)
        raise AssertionError("read on without need")

    assert next(find_notes(events())).end == 480


PRESSED = [event(0, 0xB0, PEDAL, 127), event(0, 0x90, 60), event(0, 0x90, 64), event(240, 0x80, 60)]


@pytest.mark.parametrize(
    ("controller", "expected"),
    [
        (120, [(0, 480), (0, 480)]),  # all sound off: what the pedal holds, too
        (123, [(0, 960), (0, 960)]),  # all notes off: the pedal holds on
        (126, [(0, 960), (0, 960)]),
        (121, [(0, 480), (0, 720)]),  # reset all controllers: the pedal comes up
        (122, [(0, 960), (0, 960)]),
    ],
)
def test_a_channel_mode_message_means_what_it_means_on_stage(controller, expected):
    played = [*PRESSED, event(480, 0xB0, controller, 0), event(720, 0x80, 64)]
    assert ends(*played) == expected


def test_all_notes_off_without_a_pedal_ends_every_note_of_its_channel():
    played = [event(0, 0x90, 60), event(0, 0x91, 64), event(480, 0xB0, 123, 0), event(720, 0x81, 64)]
    assert ends(*played) == [(0, 480), (0, 720)]


def test_without_the_pedal_a_note_ends_with_its_key():
    assert ends(*PRESSED, event(480, 0x80, 64), pedal=False) == [(0, 240), (0, 480)]


def test_drums_are_no_notes():
    assert ends(event(0, 0x99, 36), event(1, 0x89, 36)) == []


def test_many_notes_under_one_pedal_take_time_in_proportion():
    """Each of 100,000 equal notes is compared with one other: with all others it would take minutes."""
    count = 100_000
    played = [event(0, 0xB0, PEDAL, 127)]
    for tick in range(count):
        played += [event(tick, 0x90, 60), event(tick, 0x80, 60)]
    assert ends(*played, last=count) == [(tick, tick + 1) for tick in range(count)]


played = st.tuples(
    st.sampled_from([0, 0, 1, 2, 480, 200_000_000]),
    st.integers(0, 2),
    st.sampled_from([0, 1, 9]),
    st.sampled_from([PEDAL, 60, 60, 61, 127]),
    st.sampled_from([0, 0, 1, 63, 64, 127]),
)


def write(messages: Sequence[Played]) -> bytes:
    """Return a file of three tracks; a message is the pedal, or a note-on, of which velocity 0 is the end."""
    content = [b"", b"", b""]
    for wait, track, channel, key, value in messages:
        status = (0xB0 if key == PEDAL else 0x90) | channel
        content[track] += number(wait) + bytes((status, key, value))
    return midi_file(*(chunk(b"MTrk", events + END) for events in content))


def in_order(messages: Sequence[Played]) -> list[tuple[int, int, int, int, int]]:
    """Return the messages with their ticks, in the order in which a player plays them."""
    now = [0, 0, 0]
    rows = []
    for wait, track, *message in messages:
        now[track] += wait
        rows.append((now[track], track, *message))
    return sorted(rows, key=lambda row: row[:2])


def expected_notes(messages: Sequence[Played]) -> list[tuple[int, int, int, int, int, int]]:
    """Return what the reader should find, note by note, by looking through everything for each."""
    rows = in_order(messages)
    last = [max((tick for tick, of, *_ in rows if of == track), default=0) for track in range(3)]
    notes = []
    for place, (tick, track, channel, key, velocity) in enumerate(rows):
        if key == PEDAL or channel == 9 or not velocity:
            continue
        off = note_off(rows, place)
        end = last[track] if off is None else let_go(rows, off, last[track])
        notes.append((tick, end, key, velocity, track, channel))
    return notes


def note_off(rows: Sequence[Played], place: int) -> int | None:
    """Return the place of the note-off of a note: the equal notes that are down already end before it."""
    key = rows[place][1:4]
    down = 0
    for row in rows[:place]:
        if row[1:4] == key:
            down = down + 1 if row[4] else max(0, down - 1)
    for later in range(place + 1, len(rows)):
        if rows[later][1:4] == key and not rows[later][4]:
            if not down:
                return later
            down -= 1
    return None


def let_go(rows: Sequence[Played], off: int, last: int) -> int:
    """Return the tick on which a note ends whose key comes up at this place."""
    tick, _, channel, key, _ = rows[off]
    pedal = [value for _, _, of, moved, value in rows[:off] if (of, moved) == (channel, PEDAL)]
    if not pedal or pedal[-1] < 64:
        return tick
    for later, _, of, moved, value in rows[off + 1 :]:
        if of == channel and ((moved == PEDAL and value < 64) or (moved == key and value)):
            return later
    return last


@given(st.lists(played, max_size=40))
def test_any_file_gives_the_notes_that_a_simple_model_finds(messages: list[Played]) -> None:
    file = MidiFile(write(messages))
    assert [tuple(note) for note in find_notes(file.events())] == expected_notes(messages)
    assert file.remarks == ()
