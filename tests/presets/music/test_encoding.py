import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.music.encoding import (
    BEAT,
    DURATIONS,
    GRID,
    IOIS,
    KEYS,
    Position,
    SoundingNotes,
    duration_class,
    duration_ticks,
    encode,
    ioi_class,
    ioi_ticks,
    note_of,
    remember,
    symbol,
    velocity_class,
    velocity_of,
)
from presets.music.event import PPQ, Event, Note
from presets.music.phrase_memory import Remembered

notes = st.builds(
    Note, st.integers(0, 127), st.integers(1, 9000), st.integers(1, 127), part=st.integers(0, 3)
)
events = st.builds(Event.of, st.integers(0, 400 * GRID), st.lists(notes, min_size=1, max_size=8))


@given(st.integers(0, IOIS - 1))
def test_an_ioi_on_the_grid_is_exact(grid_ticks: int) -> None:
    assert ioi_ticks(ioi_class(grid_ticks * GRID)) == grid_ticks * GRID


def test_a_silence_of_more_than_sixteen_beats_counts_as_sixteen() -> None:
    assert ioi_class(17 * PPQ) == ioi_class(16 * PPQ) == IOIS - 1


@given(st.integers(0, len(DURATIONS) - 1))
def test_a_duration_of_the_table_is_exact(duration: int) -> None:
    assert duration_class(duration_ticks(duration)) == duration


@given(st.integers(GRID, 384 * GRID))
def test_any_duration_becomes_one_of_its_two_neighbours_in_the_table(ticks: int) -> None:
    grid_ticks = (ticks + GRID // 2) // GRID
    above = next(duration for duration in DURATIONS if duration >= grid_ticks)
    below = next(duration for duration in reversed(DURATIONS) if duration <= grid_ticks)
    heard = duration_ticks(duration_class(ticks)) // GRID
    assert heard in (below, above)
    assert max(heard, grid_ticks) / min(heard, grid_ticks) <= (above / below) ** 0.5 + 1e-9


@given(st.integers(1, 127))
def test_any_velocity_is_at_most_two_off(velocity: int) -> None:
    assert abs(velocity_of(velocity_class(velocity)) - velocity) <= 2


@given(notes, st.integers(1, 4))
def test_every_note_has_a_symbol_of_its_pitch_class(note: Note, parts: int) -> None:
    found = symbol(note, parts)
    assert 0 <= found < parts * KEYS
    told = note_of(found, 0, 0)
    assert told.note % 12 == note.note % 12
    assert told.part == min(note.part, parts - 1)
    if 21 <= note.note <= 108:
        assert told.note == note.note


@given(events, st.integers(1, 4))
def test_what_is_remembered_of_an_event_rises_and_can_be_struck(event: Event, parts: int) -> None:
    heard = remember(event, parts)
    assert list(heard.symbols) == sorted(set(heard.symbols))
    assert len(heard.symbols) == len(heard.durations) == len(heard.velocities) >= 1


def test_one_symbol_struck_twice_is_the_longer_note() -> None:
    event = Event.of(0, [Note(60, 480, 20), Note(60, 960, 10)])
    assert remember(event, 1) == Remembered(0, (39,), (DURATIONS.index(48),), (velocity_class(10),))


def test_a_note_rings_until_its_end_and_no_longer() -> None:
    sounding = SoundingNotes(1)
    sounding.strike(Remembered(0, (39,), (DURATIONS.index(24),), (16,)))
    assert DURATIONS[sounding.ringing(12)[39] - 1] == 12
    assert not sounding.ringing(24).any()


def test_a_copy_of_what_sounds_goes_on_by_itself() -> None:
    sounding = SoundingNotes(1)
    sounding.strike(Remembered(0, (39,), (DURATIONS.index(24),), (16,)))
    other = sounding.copy()
    other.strike(Remembered(6, (39,), (0,), (16,)))
    assert DURATIONS[sounding.ringing(12)[39] - 1] == 12
    assert not other.ringing(12).any()


def test_columns_say_what_is_struck_rings_and_is_expected() -> None:
    #  c''  b'  c''  b' over a held c: the third c'' makes the memory expect a b'.
    held, high, low = Note(48, 8 * PPQ, 50), Note(72, PPQ, 70), Note(71, PPQ, 60)
    melody = [
        Event.of(0, [held, high]),
        Event.of(PPQ, [low]),
        Event.of(PPQ, [high]),
        Event.of(PPQ, [low]),
        Event.of(PPQ, [high]),
        Event.of(PPQ, [low]),
    ]
    columns = encode(melody, [Position(i % 4 * PPQ, 4 * PPQ) for i in range(6)], parts=1)
    assert columns.ioi.tolist() == [0, 24, 24, 24, 24, 24]
    assert columns.position.tolist() == [0, 24, 48, 72, 0, 24]
    assert [np.flatnonzero(row).tolist() for row in columns.durations[:, 0]] == [
        [27, 51],
        [50],
        [51],
        [50],
        [51],
        [50],
    ]
    # A note that ends as the next begins rings no more.
    assert [np.flatnonzero(row).tolist() for row in columns.ringing[:, 0]] == [[], *[[27]] * 5]
    # c'' was reached from b' once before, and b' followed.
    assert columns.match.tolist() == [0, 0, 0, 0, 0, 1]
    assert columns.expected_ioi[5] == 24
    assert np.flatnonzero(columns.expected_durations[5, 0]).tolist() == [50]
    assert columns.expected_velocities[5, 0, 50] == velocity_class(60) + 1


@given(st.lists(events, min_size=1, max_size=12), st.data())
def test_transposed_columns_are_the_columns_of_transposed_music(
    music: list[Event], data: st.DataObject
) -> None:
    places = [BEAT] * len(music)
    columns = encode(music, places, parts=4)
    semitones = data.draw(st.sampled_from(columns.room))
    moved = columns.transposed(semitones)
    for name in ("durations", "velocities", "ringing"):
        before, after = getattr(columns, name), getattr(moved, name)
        assert np.count_nonzero(before) == np.count_nonzero(after)
        row, part, key = np.nonzero(before)
        assert (after[row, part, key + semitones] == before[row, part, key]).all()


def test_positions_go_round_the_bar() -> None:
    assert Position(3 * PPQ, 4 * PPQ).after(2 * PPQ) == Position(PPQ, 4 * PPQ)
    assert Position(0, 3 * PPQ).after(-PPQ) == Position(2 * PPQ, 3 * PPQ)


@pytest.mark.parametrize("part", [1, 7])
def test_a_part_that_the_preset_lacks_counts_as_its_last(part: int) -> None:
    assert symbol(Note(60, 1, 1, part=part), 1) == 39
