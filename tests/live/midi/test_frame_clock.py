"""A scripted JACK server: its cycles, stalls, leaps and losses, as the clock sees them."""

from threading import Thread

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from live.midi.frame_clock import COUNTER, PERIODS, STALL_SECONDS, FrameClock
from live.system.clock import VirtualClock

RATE = 48_000
FRAMES = 480
PERIOD = FRAMES / RATE


class Server:
    """Runs cycles on a virtual machine, and stalls as a synchronous server does: its frames stand still."""

    def __init__(self, *, first_frame=1_000_000, machine=100.0):
        self.machine = VirtualClock()
        self.machine.jump_to(machine)
        self.clock = FrameClock(self.machine)
        self.clock.begin(RATE)
        self.frame = first_frame
        self.cycle()

    def cycle(self, *, elapsed=0):
        """Serve the cycle that begins now, so many frames after its beginning."""
        self.wait(elapsed / RATE)
        return self.clock.cycle(self.frame % COUNTER, elapsed, FRAMES)

    def run(self, cycles, *, rate=RATE):
        """Go on for so many whole cycles of a card whose true rate is this."""
        for _ in range(cycles):
            self.frame += FRAMES
            self.wait(FRAMES / rate)
            self.cycle()

    def wait(self, seconds):
        self.machine.jump_to(self.machine.now() + seconds)

    @property
    def ahead(self):
        """How far the clock is ahead of the machine's."""
        return self.clock.now() - self.machine.now()


def about(seconds):
    return pytest.approx(seconds, abs=1e-9)


def test_it_begins_as_the_machine_s_clock():
    machine = VirtualClock()
    machine.jump_to(100.0)
    clock = FrameClock(machine)
    machine.jump_to(123.25)
    assert clock.now() == 123.25


def test_the_first_cycle_lays_the_frames_on_the_machine_s_clock():
    server = Server()
    assert server.ahead == about(0)
    assert server.clock.seconds_of(server.frame) == about(100.0)


def test_a_cycle_that_is_served_late_begins_when_it_began():
    server = Server()
    server.frame += FRAMES
    server.wait(PERIOD)
    start = server.cycle(elapsed=48)
    assert server.clock.seconds_of(start) == about(100.0 + PERIOD)
    assert server.clock.now() == about(100.0 + PERIOD + 0.001)


def test_between_cycles_it_goes_on():
    server = Server()
    server.wait(PERIOD / 2)
    assert server.ahead == about(0)


def test_a_moment_falls_on_its_frame_and_a_frame_on_its_moment():
    server = Server()
    server.run(10)
    start = server.frame
    assert server.clock.frame_of(server.clock.now() + 17 / RATE) == start + 17
    assert server.clock.frame_of(server.clock.now() + 17.4 / RATE) == start + 17
    assert server.clock.frame_of(server.clock.seconds_of(start + 12_345)) == start + 12_345


@pytest.mark.parametrize("millionths", [-80, 80])
def test_an_hour_of_a_card_is_as_long_as_the_card_says(millionths):
    server = Server()
    server.run(round(3600 / PERIOD), rate=RATE * (1 + millionths / 1e6))
    assert server.clock.now() == pytest.approx(100.0 + 3600, abs=1e-6)


def test_while_the_server_stalls_it_waits_and_then_goes_on_where_the_frames_do():
    server = Server()
    server.wait(0.5)
    assert server.clock.now() == about(100.0 + PERIODS * PERIOD)
    server.frame += FRAMES
    server.cycle()
    assert server.clock.seconds_of(server.frame) == about(100.0 + PERIOD)
    assert server.clock.now() == about(100.0 + PERIODS * PERIOD), "it must not go back"
    server.run(PERIODS)
    assert server.clock.now() == about(100.0 + (PERIODS + 1) * PERIOD)


def test_after_a_leap_over_lost_cycles_it_is_where_the_frames_are():
    server = Server()
    server.frame += 50 * FRAMES
    server.wait(50 * PERIOD)
    server.cycle()
    assert server.ahead == about(0)
    assert server.clock.seconds_of(1_000_000) == about(100.0), "the frames lie where they lay"


def test_a_server_that_stands_still_for_long_does_not_hold_it_up():
    server = Server()
    server.wait(STALL_SECONDS + 5)
    before = server.clock.now()
    assert before == about(100.0 + PERIODS * PERIOD + 5)
    assert server.clock.stands_still
    server.wait(1)
    assert server.clock.now() == about(before + 1)
    server.frame += FRAMES
    server.cycle()
    assert server.clock.now() == about(before + 1)
    assert not server.clock.stands_still
    server.run(3)
    assert server.clock.now() == about(before + 1 + 3 * PERIOD)


@pytest.mark.parametrize("leap", [-500 * FRAMES, 1_000_000_000])
def test_where_another_driver_counts_otherwise_it_goes_on_smoothly(leap):
    server = Server()
    server.frame += leap
    server.wait(PERIOD)
    server.cycle()
    assert server.ahead == about(0)
    server.run(3)
    assert server.ahead == about(0)


def test_the_frame_counter_may_start_over():
    server = Server(first_frame=COUNTER - 5 * FRAMES - 7)
    start = server.clock.frame_of(server.clock.now())
    server.run(10)
    assert server.ahead == about(0)
    assert server.clock.frame_of(server.clock.now()) == start + 10 * FRAMES


def test_without_its_server_it_goes_on_and_a_fresh_server_s_frames_are_laid_there():
    server = Server()
    server.run(10)
    server.wait(0.3)  # a stall first: the clock stands PERIODS after the last cycle
    server.clock.end()
    lost_at = server.clock.now()
    assert lost_at == about(100.0 + (10 + PERIODS) * PERIOD)
    server.wait(7)
    assert server.clock.now() == about(lost_at + 7)
    assert not server.clock.stands_still, "there is none"
    server.clock.begin(RATE)
    server.wait(1)
    server.frame = 2048
    start = server.cycle(elapsed=96)
    assert server.clock.now() == about(lost_at + 8.002)
    assert server.clock.seconds_of(start) == about(lost_at + 8)
    server.run(5)
    assert server.clock.now() == about(lost_at + 8 + 5 * PERIOD)


def test_while_the_server_freewheels_time_goes_on_as_ever():
    server = Server()
    server.clock.freewheel(True)
    for _ in range(1000):  # ten seconds of music in one
        server.frame += FRAMES
        server.wait(PERIOD / 10)
        server.cycle()
    assert server.ahead == about(0)
    server.clock.freewheel(False)
    server.run(10)
    assert server.ahead == about(0)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0, 3)),
        st.tuples(st.just("cycle"), st.integers(0, FRAMES)),
        st.tuples(st.just("leap"), st.integers(-(1 << 31), 1 << 31)),
        st.tuples(st.just("lose"), st.just(0)),
        st.tuples(st.just("freewheel"), st.booleans()),
    )
)


@given(steps)
@example([("wait", 1.0), ("leap", 50_880)])
@example([("wait", 1.0), ("leap", 96_000)])  # as far as it may
@example([("wait", 1.0), ("leap", 98_000)])
def test_whatever_the_server_does_it_never_goes_back_nor_runs_away(script):
    """A cycle may bring what has passed since the one before it, and a leap of a stall's length at most."""
    server = Server()
    before, machine = served, served_at = server.clock.now(), server.machine.now()
    for what, value in script:
        match what:
            case "wait":
                server.wait(value)
            case "cycle":
                server.frame += FRAMES
                server.cycle(elapsed=value)
            case "leap":
                server.frame += value
                server.cycle()
            case "lose":
                server.clock.end()
                server.clock.begin(RATE)
            case "freewheel":
                server.clock.freewheel(value)
        now = server.clock.now()
        assert now >= before
        if what in ("cycle", "leap"):
            assert now - served <= server.machine.now() - served_at + STALL_SECONDS + 1e-6
            served, served_at = now, server.machine.now()
        else:
            assert now - before <= server.machine.now() - machine + 1e-6
        before, machine = now, server.machine.now()


def test_many_threads_that_ask_never_hear_less_than_before():
    server = Server()
    wrong = []

    def ask():
        before = 0.0
        for _ in range(2000):
            now = server.clock.now()
            if now < before:
                wrong.append((before, now))
            before = now

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(500):
        server.run(1)
        server.wait(3 * PERIOD)
        server.frame += FRAMES
        server.cycle()
    for thread in threads:
        thread.join()
    assert wrong == []
