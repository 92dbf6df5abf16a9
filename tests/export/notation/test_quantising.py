import random

import pytest
from hypothesis import given

from export.notation.bars import UNIT, bars_until
from export.notation.quantising import Beats, choose_grids, quantise
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.recording import By, Recorded, Recording
from tests.export.notation.recordings import melody, recordings

BARS = bars_until([(0, Meter(4, 4))], 8 * 96)


def places(*beats: float) -> list[int]:
    return [
        note.begin for note in quantise(melody(*((beat, 0.1, 60 + i) for i, beat in enumerate(beats))), BARS)
    ]


@pytest.mark.parametrize(
    ("beats", "expected"),
    [
        ((0, 0.25, 0.5, 0.75), [0, 6, 12, 18]),
        ((0, 1 / 3, 2 / 3), [0, 8, 16]),
        ((0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6), [0, 4, 8, 12, 16, 20]),
        ((0, 1 / 8, 2 / 8, 3 / 8, 0.5), [0, 3, 6, 9, 12]),
        ((0.02, 0.53, 0.98), [0, 12, 24]),
        # Each beat has its own grid.
        ((0, 0.5, 1, 4 / 3, 5 / 3), [0, 12, 24, 32, 40]),
    ],
)
def test_each_beat_has_the_simplest_grid_that_says_what_was_played(
    beats: tuple[float, ...], expected: list[int]
) -> None:
    assert places(*beats) == expected


@pytest.mark.parametrize("parts", [2, 3, 4])
def test_uneven_fingers_do_not_change_the_rhythm(parts: int) -> None:
    rng = random.Random(parts)
    played = [rng.gauss(i / parts, 0.02) for i in range(parts, 16 * parts)]
    assert places(*played) == [i * 24 // parts for i in range(parts, 16 * parts)]


def test_a_key_struck_twice_within_a_place_is_one_note() -> None:
    notes = [Recorded(0, 60, 10, 64), Recorded(12, 60, 400, 64)]
    (note,) = quantise(notes, BARS)
    assert (note.begin, note.end) == (0, 24)


def test_a_note_lasts_at_least_one_place() -> None:
    assert [note.end - note.begin for note in quantise(melody((0, 0.01, 60), (0.25, 0.01, 62)), BARS)] == [
        6,
        6,
    ]


@given(recordings())
def test_each_onset_is_at_the_nearest_place_of_its_grid(music: Recording) -> None:
    bars = bars_until(music.meters, music.end // UNIT + 48)
    beats = Beats(bars)
    for track in music.tracks:
        if track.by is By.COUNT_IN:
            continue
        steps = choose_grids((note.tick for note in track.notes), beats)
        found = {(note.begin, note.note) for note in quantise(track.notes, bars)}
        for note in track.notes:
            beat = beats.index(note.tick)
            begin, end = beats.places[beat], beats.places[beat + 1]
            grid = range(begin, end + 1, steps[beat])
            assert end in grid
            assert any(
                (place, note.note) in found
                for place in grid
                if abs(place * UNIT - note.tick) == min(abs(other * UNIT - note.tick) for other in grid)
            )


def test_of_two_nearest_places_it_is_the_earlier() -> None:
    assert Beats(BARS).nearest(PPQ // 8, [6] * 100) == 0
