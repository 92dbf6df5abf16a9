import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.music.bar_memory import BARS_BACK, REACH, earlier_onsets, events_at, newest_of, ticks_back


@given(
    st.lists(st.integers(0, 500), unique=True, max_size=40).map(sorted),
    st.lists(st.integers(-10, 510), min_size=1, max_size=40),
)
def test_an_event_is_found_by_its_onset_and_no_other(onsets: list[int], ticks: list[int]) -> None:
    found = events_at(np.array(onsets, dtype=np.int64), np.array(ticks))
    for tick, index in zip(ticks, found.tolist(), strict=True):
        assert index == (onsets.index(tick) if tick in onsets else -1)


def test_what_came_a_bar_ago_is_seen_after_the_same_interval() -> None:
    onsets = np.array([0, 24, 36, 96])
    back = np.broadcast_to(ticks_back(np.array(96), np.array(0))[:, np.newaxis], (4, REACH))
    # The newest event came at the beginning of the second bar: a quarter later there was one a bar ago.
    plays = np.ones((4, 1), dtype=bool)
    one, two, four, returns = earlier_onsets(onsets, plays, np.array(96), back)[:, 0]
    assert np.flatnonzero(one).tolist() == [23, 35, 95]
    assert np.flatnonzero(two).tolist() == [95]
    assert not four.any()
    assert not returns.any()


def test_each_hand_has_its_own_pattern() -> None:
    onsets = np.array([0, 24, 36, 96])
    plays = np.array([[True, True], [True, False], [False, True], [True, False]])
    back = np.broadcast_to(ticks_back(np.array(96), np.array(0))[:, np.newaxis], (4, REACH))
    left, right = earlier_onsets(onsets, plays, np.array(96), back)[0]
    assert np.flatnonzero(left).tolist() == [23, 95]
    assert np.flatnonzero(right).tolist() == [35]


def test_nobody_knows_what_has_not_been_played() -> None:
    # In bars of 48 ticks, an interval of 60 leads beyond what was played a bar ago.
    onsets = np.arange(0, 480, 12)
    back = np.broadcast_to(ticks_back(np.array(48), np.array(0))[:, np.newaxis], (4, REACH))
    plays = np.ones((len(onsets), 1), dtype=bool)
    one, two, *_ = earlier_onsets(onsets, plays, np.array(240), back)[:, 0]
    assert np.flatnonzero(one).tolist() == [11, 23, 35, 47]
    assert np.flatnonzero(two).max() == 95


def test_what_comes_back_is_as_far_back_as_the_form_says() -> None:
    assert ticks_back(np.array([96, 72]), np.array([384, 0])).tolist() == [
        [*(96 * bars for bars in BARS_BACK), 384],
        [*(72 * bars for bars in BARS_BACK), 0],
    ]


@pytest.mark.parametrize(
    ("earlier", "found"), [((0, 0, 0, 0), 0), ((3, 4, 5, 6), 6), ((3, 4, 5, 0), 3), ((0, 4, 5, 0), 4)]
)
def test_a_note_of_several_bars_is_as_long_as_where_it_comes_back_from(
    earlier: tuple[int, ...], found: int
) -> None:
    assert newest_of(np.array(earlier, dtype=np.uint8).reshape(4, 1, 1)).tolist() == [[found]]
