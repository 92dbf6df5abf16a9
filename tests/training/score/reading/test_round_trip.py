"""MIDI, events, MIDI, events: what a network is told of a piece is all there is to tell."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.music.encoding import GRID, remember
from tests.training.score.reading.midi_rows import (
    Row,
    assert_representable,
    heard,
    layout_of,
    meter,
    name,
    note,
    read_rows,
    write_again,
    write_rows,
)
from training.score.reading.midi_reader import read_midi
from training.score.reading.piece import ScorePiece

PARTS = 2

struck = st.tuples(
    st.integers(0, 3000).map(GRID.__mul__),  # onset: up to 125 beats
    st.integers(21, 108),
    st.integers(0, 20 * 480),  # duration
    st.integers(1, 127),
    st.integers(0, PARTS - 1),
)
meters = st.lists(
    st.tuples(st.integers(0, 60_000), st.sampled_from(["4/4", "3/4", "6/8", "5/16", "7/32", "3/2", "19/16"])),
    max_size=4,
)


def write_notes(
    path: Path, notes: list[tuple[int, int, int, int, int]], changes: list[tuple[int, str]], ppq: int
) -> Path:
    tracks: list[list[Row]] = [[name(f"part{part}")] for part in range(PARTS)]
    for onset, number, duration, velocity, part in notes:
        tracks[part] += note(round(onset * ppq / 480), number, round(duration * ppq / 480), velocity)
    return write_rows(path, [meter(tick * ppq // 480, text) for tick, text in changes], *tracks, ppq=ppq)


def told(piece: ScorePiece) -> list[tuple[object, object]]:
    """Return what a network is told of each event, and where in the bar."""
    return [(remember(event, PARTS), at) for event, at in zip(piece.events, piece.positions, strict=True)]


@given(st.lists(struck, min_size=1, max_size=40), meters, st.sampled_from([24, 96, 120, 480, 960, 1024]))
def test_onsets_are_exact_and_nothing_is_unrepresentable(
    notes: list[tuple[int, int, int, int, int]], changes: list[tuple[int, str]], ppq: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_notes(Path(folder) / "a.mid", notes, changes, ppq)
        piece = read_midi(path, "a.mid", layout_of(PARTS))
    onsets = sorted({onset for onset, *_ in notes})
    if all(after - before <= 16 * 480 for before, after in pairwise(onsets)):
        assert [onset + onsets[0] for onset in sorted({row[0] for row in heard(piece)})] == onsets
    assert len(piece) == len(onsets)
    assert_representable(piece)


@given(st.lists(struck, min_size=1, max_size=40), meters)
def test_what_was_written_from_events_gives_the_same_events(
    notes: list[tuple[int, int, int, int, int]], changes: list[tuple[int, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = read_midi(write_notes(Path(folder) / "a.mid", notes, changes, 480), "a.mid", layout_of(PARTS))
        second = read_midi(write_again(Path(folder) / "b.mid", first, PARTS), "b.mid", layout_of(PARTS))
    assert told(first) == told(second)


@pytest.mark.parametrize("ppq", [96, 120, 1024])
def test_a_piece_on_the_grid_is_kept_note_for_note(tmp_path: Path, ppq: int) -> None:
    rows = [*note(0, 60, ppq), *note(ppq, 64, 2 * ppq), *note(2 * ppq, 67, ppq)]
    assert heard(read_rows(tmp_path, rows, ppq=ppq)) == [(0, 60, 480), (480, 64, 960), (960, 67, 480)]


def test_a_piece_is_the_same_after_the_cache(tmp_path: Path) -> None:
    piece = read_rows(tmp_path, [meter(0, "3/4"), *note(480, 60, 480), *note(960, 64, 77, velocity=3)])
    assert ScorePiece.from_json(piece.to_json()) == piece
