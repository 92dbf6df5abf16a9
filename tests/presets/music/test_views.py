"""What the networks see before they predict: planes of the keyboard, and lanes of possible onsets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.music.bar_memory import REACH
from presets.music.encoding import DURATIONS, KEYS
from presets.music.keyboard_planes import KeyboardView, keyboard_planes, plane_count
from presets.music.outline import OUTLINE_PLANES, groups, numbers, outline_features, transposed
from presets.music.rhythm_lanes import RhythmView, lane_count, rhythm_lanes


def view(parts: int, shift: int = 0) -> KeyboardView:
    """Return a view in the middle of the keyboard, moved by some semitones."""
    rng = np.random.default_rng(1)
    lowest, highest = 30 + shift, 60 + shift

    def keys(*lead: int) -> np.ndarray:
        rows = np.zeros((*lead, parts, KEYS), dtype=np.uint8)
        rows[..., lowest:highest] = rng.integers(0, 40, (*lead, parts, 30)) * (
            rng.random((*lead, parts, 30)) < 0.2
        )
        return rows

    then = rng.integers(30, 50, (4, parts))
    then[0, 0], then[1] = 33, 0
    outline = transposed(np.abs(rng.normal(size=len(numbers(parts)))).astype(np.float32), shift)
    told = np.ones(len(groups(parts)), dtype=bool)
    return KeyboardView(
        last=keys(),
        ringing=keys(),
        traces=keys(3),
        outer=np.array([50 + shift, 35 + shift], dtype=np.uint8),
        loudness=keys(),
        expected=keys() > 0,
        earlier=keys(4),
        lowest=np.array([35, 40, 45][:parts], dtype=np.uint8) + np.uint8(shift),
        lowest_then=(then + shift * (then > 0)).astype(np.uint8),
        outline=outline_features(outline, told, parts),
    )


@pytest.mark.parametrize("parts", [1, 3])
def test_the_same_music_in_another_key_is_the_same_picture_elsewhere(parts: int) -> None:
    here, there = keyboard_planes(view(parts)), keyboard_planes(view(parts, 5))
    assert here.shape == (KEYS, plane_count(parts))
    np.testing.assert_allclose(there[12:80], here[7:75], atol=1e-5)


def test_an_earlier_bar_is_seen_where_it_was_and_where_the_bass_has_moved_to() -> None:
    empty = view(1)._replace(earlier=np.zeros((4, 1, KEYS), dtype=np.uint8))
    struck = np.zeros((4, 1, KEYS), dtype=np.uint8)
    struck[0, 0, [40, 44]] = 12
    # The lowest note that the part struck was key 32 then, and is key 34 now.
    seen = keyboard_planes(empty._replace(earlier=struck)) - keyboard_planes(empty)
    found = [np.flatnonzero(plane).tolist() for plane in seen.T if plane.any()]
    # The last plane is also as strong as the outline wants this bar to be like that one.
    assert found == [[40, 44], [42, 46], [42, 46]]


def test_each_hand_is_moved_as_far_as_its_own_lowest_note() -> None:
    lowest_then = np.zeros((4, 2), dtype=np.uint8)
    lowest_then[0] = 33, 43
    empty = view(2)._replace(earlier=np.zeros((4, 2, KEYS), dtype=np.uint8), lowest_then=lowest_then)
    struck = np.zeros((4, 2, KEYS), dtype=np.uint8)
    struck[0, 0, 32] = struck[0, 1, 50] = 12
    # The left hand has moved up by two keys, and the right one down by three.
    moved = empty._replace(lowest=np.array([35, 40], dtype=np.uint8))
    seen = keyboard_planes(moved._replace(earlier=struck)) - keyboard_planes(moved)
    assert [np.flatnonzero(plane).tolist() for plane in seen.T if plane.any()] == [[32], [50]] + [
        [34],
        [47],
    ] * 2


def told(**values: float) -> np.ndarray:
    """Return what a network sees of an outline with these values, and of which it is told nothing else."""
    names = [number.name for number in numbers(1)]
    outline = np.zeros(len(names), dtype=np.float32)
    given = np.zeros(len(groups(1)), dtype=bool)
    for name, value in values.items():
        place = names.index(name.replace("_", " "))
        outline[place] = value
        given[groups(1).index(numbers(1)[place].group)] = True
    return outline_features(outline, given, 1)


def test_what_the_outline_does_not_say_is_not_seen() -> None:
    assert not told().any()
    untold = keyboard_planes(view(1)._replace(outline=told()))
    assert not untold[:, -OUTLINE_PLANES:].any()


def test_an_outline_of_a_melody_in_steps_marks_the_keys_a_step_away() -> None:
    planes = keyboard_planes(view(1)._replace(outline=told(steps=0.9)))
    # The highest voice struck the key of index 49 last.
    assert np.flatnonzero(planes[:, -1]).tolist() == [47, 48, 50, 51]
    assert (planes[47:49, -1] > 1).all()
    silent = view(1)._replace(outer=np.zeros(2, dtype=np.uint8), outline=told(steps=0.9))
    assert not keyboard_planes(silent)[:, -1].any()


def lanes(**changed: object) -> np.ndarray:
    nothing = RhythmView(
        earlier=np.zeros((4, 1, REACH), dtype=bool),
        sounding=np.zeros((1, KEYS), dtype=np.uint8),
        interval=np.array(0),
        position=np.array(84),
        bar=np.array(96),
        outline=told(),
    )
    return rhythm_lanes(nothing._replace(**changed))


def test_each_lane_knows_its_place_in_the_beat_and_the_bar_line() -> None:
    found = lanes()
    assert found.shape == (REACH, lane_count(1))
    assert np.flatnonzero(found[:, 13]).tolist() == [11]
    for interval in (1, 12, 13, 96):
        assert found[interval - 1, 14:38].argmax() == (84 + interval) % 24


def test_a_lane_knows_the_notes_that_end_there() -> None:
    sounding = np.zeros((1, KEYS), dtype=np.uint8)
    sounding[0, [30, 34]] = DURATIONS.index(24) + 1
    sounding[0, 40] = DURATIONS.index(240) + 1
    found = lanes(sounding=sounding)[:, 12]
    assert np.flatnonzero(found).tolist() == [23]
    assert found[23] == 0.5


def test_the_first_event_of_an_earlier_bar_stands_out() -> None:
    earlier = np.zeros((4, 1, REACH), dtype=bool)
    earlier[0, 0, [5, 11]] = True
    found = lanes(earlier=earlier)
    assert np.flatnonzero(found[:, 0]).tolist() == [5, 11]
    assert np.flatnonzero(found[:, 8]).tolist() == [5]
    assert not found[:, 4:8].any()


def test_a_lane_knows_how_alike_to_an_earlier_bar_the_outline_wants_this_one() -> None:
    earlier = np.zeros((4, 1, REACH), dtype=bool)
    earlier[1, 0, [5, 11]] = earlier[3, 0, 7] = True
    found = lanes(earlier=earlier, outline=told(pattern_of_2_bars_ago=0.8))[:, 4:8]
    assert [np.flatnonzero(lane).tolist() for lane in found.T] == [[], [5, 11], [], []]
    assert found[5, 1] == pytest.approx(2)


def test_a_lane_knows_the_newest_interval_and_how_various_they_are_to_be() -> None:
    found = lanes(interval=np.array(12), outline=told(variety_of_intervals=2.4))
    assert np.flatnonzero(found[:, 38]).tolist() == [11]
    assert found[11, 39] == pytest.approx(2)
    assert not lanes(interval=np.array(300))[:, 38].any()


@given(st.floats(0.1, 12))
def test_the_interval_that_the_outline_asks_for_is_neither_long_nor_short(rate: float) -> None:
    longer = lanes(outline=told(events_a_beat=rate))[:, -1]
    assert (np.diff(longer) > 0).all()
    assert abs(longer[min(REACH, max(1, round(24 / rate))) - 1]) < 1.5
    assert not lanes()[:, -1].any()


def test_a_view_is_the_same_for_many_onsets_as_for_one() -> None:
    one = view(2)
    many = KeyboardView(*(np.stack([field, field]) for field in one))
    assert (keyboard_planes(many)[1] == keyboard_planes(one)).all()
