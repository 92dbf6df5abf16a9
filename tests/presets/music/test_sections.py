import numpy as np
import pytest

from presets.music.encoding import Position, encode
from presets.music.event import PPQ, Event, Note
from presets.music.outline import RETURN, numbers, outline_of, transposed
from presets.music.sections import FARTHEST, sections_of
from tests.presets.music.bars import BAR, piece

A, B, C = (60, 65, 67, 60), (69, 62, 55, 67), (57, 64, 57, 50)


def test_a_section_has_four_bars_and_says_which_one_it_repeats() -> None:
    found = sections_of(piece(*A, *B, *A, *C, *B))
    assert found.repeats.tolist() == [0, 0, 2, 0, 3]
    assert found.likeness.tolist() == [0, 0, 1, 0, 1]
    assert found.begins.tolist() == [96 * bar for bar in range(20)]
    assert found.lags[8:12].tolist() == [8] * 4
    assert found.back[16:].tolist() == [12 * 96] * 4
    assert found.told[8:12, RETURN].tolist() == [1] * 4


def test_a_bar_is_like_an_earlier_one_whatever_its_key() -> None:
    scales = [(50, 52, 54, 55), (59, 53, 61, 51), (51, 59, 52, 56)]
    found = sections_of(piece(60, *scales, 62))
    assert found.lags.tolist() == [0, 0, 0, 0, 4]
    assert found.returns[4] == 1


def test_what_is_too_far_back_is_not_remembered() -> None:
    others = [tuple(np.random.default_rng(bar).permutation(24)[:4] + 40) for bar in range(FARTHEST)]
    assert sections_of(piece(60, *others, 62)).lags[-1] == 0
    assert sections_of(piece(60, *others[:-1], 62)).lags[-1] == FARTHEST


def test_an_upbeat_belongs_to_the_first_whole_bar() -> None:
    events = [Event.of(PPQ, [Note(60 + i % 5, PPQ, 64)]) for i in range(21)]
    positions = [Position((3 + i) % 4 * PPQ, BAR) for i in range(21)]
    found = sections_of(encode(events, positions, 1))
    assert found.bar_of_event.tolist() == [0] + [bar for bar in range(5) for _ in range(4)]
    assert found.begins.tolist() == [24 + 96 * bar for bar in range(5)]


def test_a_rest_of_many_bars_has_bar_lines_and_the_outline_of_before() -> None:
    events = [Event.of(0, [Note(60, PPQ, 64)]), *(Event.of(4 * BAR, [Note(72, PPQ, 64)]) for _ in range(3))]
    found = sections_of(encode(events, [Position(0, BAR)] * 4, 1))
    assert found.begins.tolist() == [96 * bar for bar in range(13)]
    assert found.bar_of_event.tolist() == [0, 4, 8, 12]


def test_music_without_bar_lines_has_bars_of_four_beats() -> None:
    found = sections_of(piece(*A, *A, bar=PPQ))
    assert found.begins.tolist() == [96 * bar for bar in range(8)]
    assert found.repeats.tolist() == [0, 1]


def test_the_outline_says_what_the_section_is_like() -> None:
    loud = [Event.of(PPQ, [Note(48, PPQ, 100), Note(72, PPQ, 100)]) for _ in range(16)]
    columns = encode(loud, [Position(i % 4 * PPQ, BAR) for i in range(16)], 1)
    found = dict(zip([n.name for n in numbers(1)], outline_of(columns, slice(0, 16)), strict=True))
    assert found["pitch class 0"] == 1
    assert found["notes an event"] == 2
    assert found["single notes"] == 0
    assert found["events a beat"] == 1
    assert found["events on a beat"] == 1
    assert found["events on triplets"] == 0
    assert found["loudness"] == 25
    assert found["spread of loudness"] == 0
    assert (found["lowest voice"], found["highest voice"]) == (48, 72)
    assert found["duration"] == pytest.approx(np.log2(24))
    assert found["sounding notes"] == 2


def test_several_parts_have_their_shares() -> None:
    notes = [Event.of(PPQ, [Note(48, PPQ, 64, 0), Note(60, PPQ, 64, 1), Note(64, PPQ, 64, 1)])] * 4
    columns = encode(notes, [Position(i * PPQ, BAR) for i in range(4)], 2)
    assert outline_of(columns, slice(0, 4))[-2:] == pytest.approx([1 / 3, 2 / 3])


def test_an_outline_moves_with_the_music() -> None:
    here, there = (sections_of(piece(*(note + shift for note in A))).outlines for shift in (0, 7))
    np.testing.assert_allclose(transposed(here, 7), there, atol=1e-5)


def test_a_short_bar_among_others_leaves_the_bar_lines_where_they_are():
    upbeat = [Event.of(0, [Note(60, PPQ, 64)])]
    events = upbeat + [Event.of(PPQ, [Note(60 + i % 5, PPQ, 64)]) for i in range(16)]
    positions = [Position(0, PPQ), *(Position(i % 4 * PPQ, BAR) for i in range(16))]
    found = sections_of(encode(events, positions, 1))
    assert np.diff(found.begins).tolist() == [24, 96, 96, 96]
