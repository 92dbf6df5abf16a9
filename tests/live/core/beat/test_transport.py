import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.beat.transport import SEGMENTS_KEPT, Transport, ticks_in
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter, SettingsError

TEMPOS = st.floats(20, 400)


@st.composite
def transports(draw):
    transport = Transport.steady(draw(st.floats(-1e3, 1e6)), draw(TEMPOS))
    tick = 0
    for _ in range(draw(st.integers(0, 5))):
        tick += draw(st.integers(0, 5000))
        transport = transport.changed(tick, draw(TEMPOS), draw(st.sampled_from([0, 0, 1, 480, 7680])))
    return transport


@given(transports(), st.integers(-5000, 40_000))
def test_ticks_to_seconds_and_back_are_the_same_ticks(transport, tick):
    assert transport.tick_at(transport.seconds_at(tick)) == tick
    assert transport.nearest_tick(transport.seconds_at(tick + 0.4)) == tick


@given(transports(), st.integers(-5000, 40_000))
def test_time_never_stands_still_nor_goes_back(transport, tick):
    step = transport.seconds_at(tick + 1) - transport.seconds_at(tick)
    assert 60 / (400 * 480) * 0.99 < step < 60 / (20 * 480) * 1.01


@given(transports(), st.integers(0, 40_000), TEMPOS, st.integers(0, 4000))
def test_a_change_leaves_what_lies_before_it_alone(transport, tick, bpm, ramp):
    changed = transport.changed(tick, bpm, ramp)
    for before in (tick, tick - 1, tick - 777):
        assert changed.seconds_at(before) == pytest.approx(transport.seconds_at(before), abs=1e-9)
    assert changed.bpm_at(tick + ramp) == bpm


def test_two_changes_on_the_first_tick_leave_the_count_in_alone():
    transport = Transport.steady(0, 120).changed(0, 60)
    assert transport.changed(0, 90).seconds_at(-480) == transport.seconds_at(-480) == -0.5


def test_a_jump_of_tempo():
    transport = Transport.steady(10, 120).changed(1920, 60)
    assert [transport.seconds_at(beat * 480) for beat in (0, 4, 5, 6)] == [10, 12, 13, 14]


def test_a_ramp_lasts_as_long_as_its_tempos_say():
    # dt = dx * 60 / bpm; from 60 to 120 over 4 beats that is 4 * 60 / 60 * ln 2.
    transport = Transport.steady(0, 60).changed(0, 120, ramp=4 * 480)
    assert transport.seconds_at(4 * 480) == pytest.approx(4 * math.log(2))
    assert transport.bpm_at(2 * 480) == pytest.approx(90)
    assert transport.seconds_at(5 * 480) - transport.seconds_at(4 * 480) == pytest.approx(0.5)


def test_a_ramp_that_is_broken_off_goes_on_from_the_tempo_it_had_reached():
    transport = Transport.steady(0, 60).changed(0, 120, ramp=4 * 480).changed(2 * 480, 120, ramp=480)
    assert transport.bpm_at(2 * 480) == pytest.approx(90)
    assert transport.bpm_at(3 * 480) == 120


def test_a_line_through_any_point():
    transport = Transport.through(960, 5.0, 120)
    assert transport.seconds_at(0) == 4.0
    assert transport.seconds_at(960.5) == pytest.approx(5.0 + 0.5 / 960)


def test_a_knob_that_is_turned_all_night_does_not_fill_it():
    transport = Transport.steady(0, 120)
    for beat in range(1000):
        transport = transport.changed(beat * 480, 100 + beat % 50)
    assert len(transport.segments) == SEGMENTS_KEPT + 1


def test_a_tempo_out_of_range_is_refused():
    with pytest.raises(SettingsError, match=r"^the tempo \(bpm\) must be 20\.\.400, got 401$"):
        Transport.steady(0, 120).changed(0, 401)


@pytest.mark.parametrize(
    ("tick", "meter", "text"),
    [
        (0, Meter(4, 4), "1|1|000"),
        (1920 + 480 + 7, Meter(4, 4), "2|2|007"),
        (1440, Meter(3, 4), "2|1|000"),
        (1440, Meter(6, 8), "2|1|000"),
        (-1, Meter(4, 4), "0|4|479"),
    ],
)
def test_positions_count_from_one(tick, meter, text):
    assert str(BarLines.of(meter).position(tick)) == text


def test_ticks_in_seconds():
    assert ticks_in(0.5, 120) == 480
