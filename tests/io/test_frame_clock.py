from itertools import pairwise

import pytest

from live.frame_clock import COUNTER, TOLERANCE_SECONDS, FrameClock

RATE = 48_000
PERIOD = 512


def cycles(clock, count, *, origin=100.0, first_frame=0, rate=RATE, read=lambda cycle: 0):
    """Run cycles of a card with this true rate; `read` is how many frames each cycle's reading is off."""
    starts = []
    for cycle in range(count):
        frame = first_frame + cycle * PERIOD
        now = origin + cycle * PERIOD / rate
        starts.append(clock.start_of_cycle(frame % COUNTER, now, read(cycle)))
    return starts


def test_the_first_cycle_starts_when_it_is_measured():
    assert FrameClock(RATE).start_of_cycle(4800, now=100.5, elapsed=48) == 100.5 - 0.001


def test_readings_that_jitter_do_not_move_the_frames():
    starts = cycles(FrameClock(RATE), 1000, read=lambda cycle: cycle % 5 - 2)
    distances = {round((later - earlier) * RATE, 6) for earlier, later in pairwise(starts)}
    assert distances == {PERIOD}


@pytest.mark.parametrize("millionths", [-80, 80])
def test_a_card_that_drifts_is_followed(millionths):
    rate = RATE * (1 + millionths / 1e6)
    starts = cycles(FrameClock(RATE), 100_000, rate=rate)
    errors = [start - (100.0 + cycle * PERIOD / rate) for cycle, start in enumerate(starts)]
    assert max(map(abs, errors)) <= TOLERANCE_SECONDS


def test_after_a_stall_the_frames_are_aligned_anew():
    clock = FrameClock(RATE)
    cycles(clock, 10)
    assert clock.start_of_cycle(10 * PERIOD, now=101.0, elapsed=0) == 101.0


def test_the_frame_counter_may_start_over():
    starts = cycles(FrameClock(RATE), 10, first_frame=COUNTER - 5 * PERIOD - 7)
    assert starts == pytest.approx([100.0 + cycle * PERIOD / RATE for cycle in range(10)], abs=1e-9)
