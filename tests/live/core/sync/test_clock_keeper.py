"""Clock that goes on without its engine, as a follower hears it that can only count."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import Message

from live.core.output.schedule import Due
from live.core.sync.clock_keeper import ClockKeeper

INTERVAL = 1 / 48
"""Seconds from clock to clock at 120 bpm."""

CLOCK = Message("clock")


def on_the_grid(first, count, interval=INTERVAL):
    return [first + number * interval for number in range(count)]


class Keeper:
    """A keeper between an engine that orders clocks ahead and a follower.

    Attributes:
        left: the times of all clocks that may leave.
    """

    def __init__(self):
        self.keeper = ClockKeeper()
        self.left = []

    def order(self, *moments):
        for at in moments:
            self._let(self.keeper.pass_on(Due(at, CLOCK)))

    def say(self, kind, at=0.0):
        """Order a message of the transport; return what leaves beside clocks."""
        allowed = self.keeper.pass_on(Due(at, Message(kind)))
        self._let(allowed)
        return [due.message.type for due in allowed if due.message != CLOCK]

    def pump(self, until):
        """Let time pass without a word of an engine."""
        self.keeper.lead()
        self._let(self.keeper.pump(until))

    def _let(self, dues):
        self.left += [due.at for due in dues if due.message == CLOCK]


def started(count=3):
    """Return a keeper whose engine has ordered Start, and so many clocks from 0.0 on."""
    keeper = Keeper()
    assert keeper.say("start") == ["start"]
    keeper.order(*on_the_grid(0.0, count))
    return keeper


def test_while_an_engine_is_in_time_it_adds_nothing():
    keeper = started()
    for number in range(3, 9):
        keeper.pump((number - 0.01) * INTERVAL)
        keeper.order(number * INTERVAL)
    assert keeper.left == on_the_grid(0.0, 9)


def test_in_a_slow_tempo_an_engine_that_lives_may_take_its_time():
    slow = 1 / 24  # 60 bpm
    keeper = Keeper()
    keeper.say("start")
    keeper.order(0.0, slow)
    assert keeper.keeper.deadline == math.inf
    assert keeper.keeper.pump(1.9 * slow) == []
    keeper.order(3 * slow)  # the tempo has dropped
    assert keeper.left == [0.0, slow, 3 * slow]


def test_in_a_quick_one_what_is_not_ordered_in_time_is_overdue():
    keeper = started()
    assert keeper.keeper.deadline == pytest.approx(3 * INTERVAL)
    keeper._let(keeper.keeper.pump(4.1 * INTERVAL))
    keeper.order(*on_the_grid(3 * INTERVAL, 3))
    assert keeper.left == pytest.approx(on_the_grid(0.0, 6))


def test_once_an_engine_orders_the_next_clock_it_leads_again():
    keeper = started()
    keeper.pump(3.5 * INTERVAL)
    keeper.order(4 * INTERVAL, 5 * INTERVAL)
    assert keeper.left == pytest.approx(on_the_grid(0.0, 6))
    assert keeper.keeper.deadline == pytest.approx(6 * INTERVAL)


def test_without_one_it_goes_on_from_the_last_clock_that_was_ordered():
    keeper = started()
    keeper.keeper.lead()
    assert keeper.keeper.deadline == pytest.approx(3 * INTERVAL)
    keeper.pump(9.5 * INTERVAL)
    assert keeper.left == pytest.approx(on_the_grid(0.0, 10))
    assert keeper.keeper.place == pytest.approx((9 * INTERVAL, INTERVAL))


@pytest.mark.parametrize(
    ("kinds", "clocks"), [((), 3), (("start", "stop"), 3), (("start",), 0), (("start",), 1)]
)
def test_without_a_place_or_a_tempo_there_is_no_clock_to_keep(kinds, clocks):
    keeper = Keeper()
    for kind in kinds:
        assert keeper.say(kind) == [kind]
    keeper.order(*on_the_grid(0.0, clocks))
    keeper.pump(99.0)
    assert keeper.keeper.place is None
    assert keeper.keeper.deadline == math.inf
    keeper.order(100.0, 100.5)
    assert keeper.left == [*on_the_grid(0.0, clocks), 100.0, 100.5]


@pytest.mark.parametrize("kind", ["start", "continue"])
def test_an_engine_that_begins_anew_has_the_clock_again(kind):
    keeper = started()
    keeper.pump(3.0 * INTERVAL)
    assert keeper.say(kind, at=4.9 * INTERVAL) == [kind]
    keeper.pump(99.0)
    keeper.order(5 * INTERVAL)
    assert keeper.left == pytest.approx(on_the_grid(0.0, 6))


def test_a_stop_ends_it_and_up_to_that_no_clock_is_missing():
    keeper = started()
    keeper.pump(3.0 * INTERVAL)
    assert keeper.say("stop", at=5.5 * INTERVAL) == ["stop"]
    keeper.pump(99.0)
    assert keeper.left == pytest.approx(on_the_grid(0.0, 6))
    assert keeper.keeper.place is None


def test_a_stop_of_an_engine_that_is_in_time_adds_nothing_to_what_it_ordered():
    keeper = started()
    assert keeper.say("stop", at=5.5 * INTERVAL) == ["stop"]
    keeper.pump(99.0)
    assert keeper.left == on_the_grid(0.0, 3)


def test_other_messages_pass():
    keeper = started()
    assert keeper.say("songpos") == ["songpos"]


intervals = st.floats(0.008, 0.1)
"""From 300 bpm to 25."""
clocks = st.integers(2, 60)
ahead = st.integers(0, 20)


@given(intervals, clocks, clocks)
def test_whenever_the_engine_dies_there_is_no_gap_and_no_double_and_the_tempo_is_the_last(
    last_interval, before, after
):
    keeper = started()  # at another tempo
    beginning = keeper.left[-1]
    keeper.order(*on_the_grid(beginning + last_interval, before, last_interval))
    for cycle in range(after * 3):
        keeper.pump(beginning + (before + (cycle + 1) / 3) * last_interval)
    assert len(keeper.left) == pytest.approx(3 + before + after, abs=1)
    assert keeper.left == sorted(keeper.left)
    assert keeper.left[2:] == pytest.approx(on_the_grid(beginning, len(keeper.left) - 2, last_interval))


@given(st.lists(st.tuples(clocks, ahead, clocks), min_size=1, max_size=5), st.booleans())
def test_engines_that_stop_or_die_and_come_back_any_number_of_times_leave_neither_gap_nor_double(
    lives, was_stopped
):
    """Each life: clocks in time, how far ahead they were ordered, and how many pass without an engine."""
    keeper, number, ordered = Keeper(), 0, 0
    keeper.say("start")
    for lived, leads_by, away in lives:
        # One that was only stopped orders first what was due meanwhile; a new one knows the last clock.
        begins = ordered if was_stopped else max(ordered, number)
        ordered = max(begins, number + lived + leads_by)
        keeper.order(*(each * INTERVAL for each in range(begins, ordered)))
        number += lived + away
        for each in range(number - lived - away, number):
            keeper.pump((each + 0.5) * INTERVAL)
    keeper.pump((number + 99.5) * INTERVAL)
    assert keeper.left == pytest.approx(on_the_grid(0.0, number + 100))


@given(st.floats(-0.3, 0.3), st.integers(1, 10))
def test_a_new_engine_that_joins_a_little_beside_the_grid_leaves_neither_gap_nor_double(beside, after):
    keeper = started()
    keeper.pump(3.5 * INTERVAL)
    joins = 4 + after + beside
    keeper.order(*on_the_grid(joins * INTERVAL, 5))
    keeper.pump((joins + 4) * INTERVAL)
    assert len(keeper.left) == 4 + after + 5
    assert keeper.left[: 4 + after] == pytest.approx(on_the_grid(0.0, 4 + after))
    assert keeper.left[4 + after :] == pytest.approx(on_the_grid(joins * INTERVAL, 5))


def test_two_clocks_at_one_time_make_no_flood():
    keeper = started()
    keeper.order(2 * INTERVAL)
    keeper.pump(2 * INTERVAL + 0.0105)
    assert len(keeper.left) == 4 + 10


def test_the_tempo_of_the_engine_that_joined_is_the_one_to_keep():
    keeper = started()
    keeper.pump(3 * INTERVAL)
    faster = on_the_grid(4 * INTERVAL, 4, INTERVAL / 2)
    keeper.order(*faster)
    assert keeper.left == pytest.approx([*on_the_grid(0.0, 4), *faster])
    assert keeper.keeper.place == pytest.approx((faster[-1], INTERVAL / 2))
