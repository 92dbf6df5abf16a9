import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.notation.bars import bar_length, bars_until, beats, weights
from presets.bundles.settings import Meter

METERS = st.builds(Meter, st.integers(1, 32), st.sampled_from([1, 2, 4, 8, 16, 32]))


@pytest.mark.parametrize(
    ("meter", "expected"),
    [
        (Meter(4, 4), (24, 24, 24, 24)),
        (Meter(2, 2), (24, 24, 24, 24)),
        (Meter(6, 8), (36, 36)),
        (Meter(5, 8), (24, 36)),
        (Meter(7, 8), (24, 24, 36)),
        (Meter(1, 8), (12,)),
        (Meter(9, 16), (18, 18, 18)),
    ],
)
def test_beats_are_those_that_one_counts(meter: Meter, expected: tuple[int, ...]) -> None:
    assert beats(meter) == expected


@given(METERS)
def test_beats_and_weights_fill_the_bar(meter: Meter) -> None:
    assert sum(beats(meter)) == bar_length(meter)
    assert len(weights(meter)) == bar_length(meter) + 1
    assert all(beat % 3 == 0 for beat in beats(meter))


def test_common_time_is_heavy_in_its_middle() -> None:
    assert [weights(Meter(4, 4))[place] for place in (0, 48, 24, 72, 12, 6, 3, 1)] == [6, 5, 4, 4, 3, 2, 1, 0]


@given(st.lists(st.tuples(METERS, st.integers(1, 3)), min_size=1, max_size=4), st.integers(0, 500))
def test_bars_follow_each_other_until_the_end(metres: list[tuple[Meter, int]], more: int) -> None:
    changes, tick = [], 0
    for meter, bars in metres:
        changes.append((tick, meter))
        tick += bars * meter.bar_ticks
    found = bars_until(changes, tick // 20 + more)
    assert [bar.begin for bar in found] == [0, *(bar.end for bar in found[:-1])]
    assert found[-1].end >= tick // 20 + more
    assert [bar.meter for bar in found][: metres[0][1]] == [metres[0][0]] * metres[0][1]
