import pytest

from presets.bundles.settings import Meter
from presets.music.encoding import Position
from training.score.reading.bars import Bars, MeterChange

THREE_FOUR = Meter(3, 4)


def test_without_time_signatures_it_is_4_4() -> None:
    bars = Bars([])
    assert bars.position(1920 * 7 + 20) == Position(20, 1920)
    assert bars.commonest(0) == Meter(4, 4)


def test_before_the_first_time_signature_it_is_4_4() -> None:
    bars = Bars([MeterChange(1920, THREE_FOUR)])
    assert bars.position(1900) == Position(1900, 1920)
    assert bars.position(1920 + 1440) == Position(0, 1440)


def test_a_pickup_is_the_end_of_a_bar() -> None:
    bars = Bars([MeterChange(0, THREE_FOUR, gone=960)])
    assert [bars.position(tick).tick for tick in (0, 240, 480, 1920)] == [960, 1200, 0, 0]


def test_of_two_time_signatures_at_one_tick_the_later_counts() -> None:
    bars = Bars([MeterChange(0, Meter(4, 4)), MeterChange(0, THREE_FOUR)])
    assert bars.position(1440) == Position(0, 1440)


def test_a_bar_line_beside_the_grid_moves_to_it() -> None:
    assert Bars([MeterChange(9, THREE_FOUR)]).position(0) == Position(0, 1440)
    assert Bars([MeterChange(1931, THREE_FOUR)]).position(1940) == Position(0, 1440)


@pytest.mark.parametrize(("end", "meter"), [(1920, Meter(4, 4)), (3839, Meter(4, 4)), (3841, THREE_FOUR)])
def test_the_commonest_time_signature_is_that_of_most_ticks(end: int, meter: Meter) -> None:
    assert Bars([MeterChange(0, Meter(4, 4)), MeterChange(1920, THREE_FOUR)]).commonest(end) == meter


def test_time_signatures_after_the_end_do_not_count() -> None:
    assert Bars([MeterChange(0, Meter(4, 4)), MeterChange(1920, THREE_FOUR)]).commonest(480) == Meter(4, 4)


def test_untrusted_bars_are_quarter_notes() -> None:
    bars = Bars([MeterChange(0, THREE_FOUR)], trusted=False)
    assert bars.position(1000) == Position(40, 480)
    assert bars.commonest(9999) == Meter(4, 4)
