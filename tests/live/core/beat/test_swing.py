import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.beat.swing import straightened, swung


@pytest.mark.parametrize(
    ("swing", "eighths"),
    [(50, [0, 240, 480, 720]), (200 / 3, [0, 320, 480, 800]), (75, [0, 360, 480, 840])],
)
def test_only_the_second_eighth_moves(swing, eighths):
    assert [swung(tick, swing) for tick in (0, 240, 480, 720)] == pytest.approx(eighths)


@given(st.integers(-5000, 5000), st.floats(50, 75))
def test_straightened_is_the_opposite(tick, swing):
    assert straightened(swung(tick, swing), swing) == pytest.approx(tick)


@given(st.integers(-5000, 5000), st.floats(50, 75))
def test_the_order_stays(tick, swing):
    assert swung(tick, swing) < swung(tick + 1, swing)
