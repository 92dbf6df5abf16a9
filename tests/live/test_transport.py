import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.transport import Transport, position, ticks_in
from presets.event import PPQ
from presets.settings import Meter


def test_a_beat_is_a_quarter_note():
    assert Transport(10.0, 120).seconds_at(4 * PPQ) == 12.0
    assert ticks_in(0.5, 120) == PPQ


@given(st.integers(0, 10**9), st.floats(20, 400), st.floats(0, 1e6))
def test_ticks_come_back_as_they_went(tick, bpm, origin):
    transport = Transport(origin, bpm)
    seconds = transport.seconds_at(tick)
    # A float of a million seconds resolves 1e-10 s: far less than a tick, but not less than its thousandth.
    assert abs(transport.tick_at(seconds) - tick) <= (1 if seconds > 1e5 else 0)


@pytest.mark.parametrize(
    ("tick", "meter", "text"),
    [
        (0, Meter(4, 4), "1|1|000"),
        (4 * PPQ, Meter(4, 4), "2|1|000"),
        (5 * PPQ + 240, Meter(4, 4), "2|2|240"),
        (3 * PPQ, Meter(3, 4), "2|1|000"),
        (3 * PPQ, Meter(6, 8), "2|1|000"),
    ],
)
def test_positions_read_as_musicians_count(tick, meter, text):
    assert str(position(tick, meter)) == text
