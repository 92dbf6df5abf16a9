"""Where the bar lines of music are whose time signature changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.bundles.bar_lines import BarLines, MeterFrom
from presets.bundles.settings import Meter
from presets.music.encoding import Position

FOUR, THREE, SIX_EIGHT, SEVEN_EIGHT = Meter(4, 4), Meter(3, 4), Meter(6, 8), Meter(7, 8)
CHANGED = BarLines.of(FOUR).changed(3840, THREE)

METERS = st.builds(Meter, st.integers(1, 12), st.sampled_from([2, 4, 8, 16]))


@st.composite
def bar_lines(draw):
    """Return bar lines whose time signature changes a few times, each on a bar line."""
    bars = BarLines.of(draw(METERS))
    for count, meter in draw(st.lists(st.tuples(st.integers(1, 5), METERS), max_size=4)):
        bars = bars.changed(bars.bars_on(bars.meters[-1].tick, count), meter)
    return bars


@pytest.mark.parametrize(
    ("tick", "text"),
    [
        (-1, "0|4|479"),
        (0, "1|1|000"),
        (3839, "2|4|479"),
        (3840, "3|1|000"),
        (5279, "3|3|479"),
        (5280, "4|1|000"),
    ],
)
def test_bars_are_counted_on_through_a_change(tick, text):
    assert str(CHANGED.position(tick)) == text


@given(bar_lines(), st.integers(-10_000, 60_000))
def test_every_tick_is_in_the_bar_that_its_number_says(bars, tick):
    before, after = bars.line_before(tick), bars.bars_on(tick, 1)
    assert before <= tick < after
    assert (bars.number(before), bars.number(after)) == (bars.number(tick), bars.number(tick) + 1)
    assert bars.line(bars.number(tick)) == before
    assert bars.line_from(tick) == (tick if tick == before else after)
    assert bars.place(tick) == Position(tick - before, after - before)


@given(bar_lines())
def test_from_its_changes_it_is_made_again(bars):
    assert BarLines.through([(since.tick, since.meter) for since in bars.meters]) == bars


def test_a_change_drops_the_later_ones():
    assert CHANGED.changed(1920, SIX_EIGHT) == BarLines.of(FOUR).changed(1920, SIX_EIGHT)
    assert CHANGED.until(3839) == BarLines.of(FOUR)
    assert CHANGED.until(3840) is CHANGED


def test_a_change_to_the_same_time_signature_is_none():
    assert CHANGED.changed(5280, THREE) == CHANGED
    assert CHANGED.changed(3840, FOUR) == BarLines.of(FOUR)


def test_a_change_at_the_beginning_leaves_nothing_of_what_was():
    assert CHANGED.changed(0, THREE) == BarLines.of(THREE)


def test_a_change_within_a_bar_ends_it():
    bars = BarLines.of(FOUR).changed(2400, THREE)
    assert [bars.line(number) for number in range(4)] == [0, 1920, 2400, 3840]


def test_all_changes_are_kept_however_many():
    bars = BarLines.of(FOUR)
    for _ in range(50):
        bars = bars.changed(bars.bars_on(bars.meters[-1].tick, 1), THREE)
        bars = bars.changed(bars.bars_on(bars.meters[-1].tick, 1), FOUR)
    assert len(bars.meters) == 101
    assert bars.meters[-1] == MeterFrom(50 * 1920 + 50 * 1440, 100, FOUR)
