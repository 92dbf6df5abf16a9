"""The music that a preset begins with."""

import pytest

from presets.music.event import PPQ
from tests.training.score.learning.lines import climb
from training.score.learning.seeds import choose_seeds

pytestmark = pytest.mark.studio


def test_of_few_pieces_each_gives_several_seeds_from_bar_lines_on() -> None:
    pieces = [climb("a.mid", 400, step=1), climb("b.mid", 300, step=5)]
    seeds = choose_seeds(pieces, pieces, 1)
    assert len(seeds) == 8
    assert {seed.position.tick for seed in seeds} == {0}
    assert len({seed.window.events for seed in seeds}) == 8
    of_first = [seed.window.events[50] in pieces[0].events for seed in seeds]
    assert sum(of_first) >= 4
    assert {len(seed.window) for seed in seeds} == {100}


def test_seeds_fill_a_window_where_any_piece_does() -> None:
    def lengths(*of: int) -> list[int]:
        pieces = [climb(f"{index:02}.mid", length, step=1) for index, length in enumerate(of)]
        return [len(seed.window) for seed in choose_seeds(pieces, pieces, 1)]

    assert lengths(99, *(100 + index for index in range(8)), 98) == [100] * 8
    assert lengths(20, 99, 100) == [100]
    assert lengths(20, 99) == [99, 20], "where none fills it, the longest"


def test_seeds_are_as_fast_as_the_music_that_is_learnt() -> None:
    """Most pieces that were kept apart are fast, and most of those that are learnt are slow."""
    fast = [climb(f"fast {number}.mid", 130, number + 1, PPQ // 4) for number in range(9)]
    slow = [climb(f"slow {number}.mid", 130, number + 1) for number in range(3)]
    learnt = [climb(f"learnt {number}.mid", 130, 5 + number) for number in range(6)]
    seeds = choose_seeds([*fast, *slow], [*learnt, climb("other.mid", 130, 3, PPQ // 4)], 1)
    intervals = [seed.window.events[50].ioi for seed in seeds]
    assert intervals[0] == PPQ, "the first one is the most typical"
    assert PPQ // 4 in intervals, "what is learnt from time to time is there, too"
