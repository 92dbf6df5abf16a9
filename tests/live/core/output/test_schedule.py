import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import Message

from live.core.output.schedule import LATE_LIMIT, Due, Schedule, Strike
from tests.live.stage.transcript import transcript


def play(schedule, now, until=None):
    return transcript((due.at, due.message) for due in schedule.pump(now, until))


def strike(at, until, note=60, channel=0):
    return Strike(at, until, channel, note, 80)


def test_messages_leave_at_their_time_and_not_before():
    schedule = Schedule()
    schedule.add(strike(1.0, 1.5))
    assert play(schedule, 0.999) == []
    assert schedule.deadline == 1.0
    assert play(schedule, 1.0) == ["1.000 ch1 on 60"]
    assert schedule.deadline == 1.5
    assert play(schedule, 1.5) == ["1.500 ch1 off 60"]
    assert schedule.deadline == float("inf")


def test_a_cycle_gets_its_messages_at_its_beginning_with_their_own_times():
    schedule = Schedule()
    schedule.add(strike(1.0, 1.5))
    assert play(schedule, 0.95, until=0.97) == []
    assert play(schedule, 0.97, until=1.0) == ["1.000 ch1 on 60"]
    assert play(schedule, 1.02, until=1.04) == []


def test_a_note_off_leaves_before_a_note_on_of_the_same_moment():
    schedule = Schedule()
    schedule.add(strike(1.0, 2.0))
    schedule.add(strike(2.0, 3.0))
    schedule.add(strike(2.0, 3.0, note=48))
    assert play(schedule, 1.0) + play(schedule, 2.0) == [
        "1.000 ch1 on 60",
        "2.000 ch1 off 60",
        "2.000 ch1 on 48",
        "2.000 ch1 on 60",
    ]


def test_a_note_struck_again_ends_first_and_then_lasts_as_long_as_its_last_strike():
    schedule = Schedule()
    schedule.add(strike(1.0, 3.0))
    schedule.add(strike(2.0, 5.0))
    assert play(schedule, 1.0) + play(schedule, 2.0) + play(schedule, 5.0) == [
        "1.000 ch1 on 60",
        "2.000 ch1 off 60",
        "2.000 ch1 on 60",
        "5.000 ch1 off 60",
    ]


def test_a_note_on_that_is_too_late_is_dropped_and_leaves_no_note_off():
    schedule = Schedule()
    schedule.add(strike(1.0, 2.0))
    assert play(schedule, 1.0 + LATE_LIMIT + 0.001) == []
    assert schedule.dropped == 1
    assert schedule.deadline == float("inf")


def test_a_note_off_is_never_too_late():
    schedule = Schedule()
    schedule.add(strike(1.0, 2.0))
    schedule.pump(1.0)
    assert play(schedule, 99.0) == ["2.000 ch1 off 60"]


def test_silence_ends_what_sounds_and_drops_what_waits():
    schedule = Schedule()
    for note in (64, 60):
        schedule.add(strike(1.0, 2.0, note))
    schedule.add(strike(1.5, 2.0, 72))
    schedule.pump(1.0)
    assert transcript((1.2, message) for message in schedule.silence()) == [
        "1.200 ch1 off 60",
        "1.200 ch1 off 64",
    ]
    assert play(schedule, 9.0) == []


def test_at_equal_moments_note_offs_go_first_then_messages_as_given_then_note_ons():
    schedule = Schedule()
    schedule.add(strike(2.0, 3.0))
    schedule.add(strike(1.0, 2.0, note=48))
    for message in (Message("songpos", pos=4), Message("continue"), Message("clock")):
        schedule.add_message(Due(2.0, message))
    schedule.add_message(Due(1.5, Message("clock")))
    assert play(schedule, 1.0) + play(schedule, 2.0) == [
        "1.000 ch1 on 48",
        "1.500 clock",
        "2.000 ch1 off 48",
        "2.000 songpos 4",
        "2.000 continue",
        "2.000 clock",
        "2.000 ch1 on 60",
    ]


def test_a_message_is_never_too_late():
    schedule = Schedule()
    schedule.add_message(Due(1.0, Message("clock")))
    assert play(schedule, 99.0) == ["1.000 clock"]


def test_a_waiting_note_that_is_retimed_ends_then():
    schedule = Schedule()
    schedule.add(strike(1.0, 1.5))
    schedule.retime(strike(1.0, 3.0))
    assert play(schedule, 1.0) + play(schedule, 9.0) == ["1.000 ch1 on 60", "3.000 ch1 off 60"]


@pytest.mark.parametrize(("until", "ends"), [(1.6, "1.600"), (3.0, "3.000"), (1.2, "1.500")])
def test_a_sounding_note_that_is_retimed_ends_then_but_not_before_what_has_left(until, ends):
    schedule = Schedule()
    schedule.add(strike(1.0, 2.0))
    schedule.add(strike(1.5, 9.0, note=72))
    schedule.pump(1.0)
    schedule.pump(1.5)
    schedule.retime(strike(1.0, until))
    assert play(schedule, 5.0) == [f"{ends} ch1 off 60"]


@pytest.mark.parametrize(
    "unknown", [strike(1.1, 9.0), strike(1.0, 9.0, note=61), strike(1.0, 9.0, channel=1)]
)
def test_retiming_a_note_that_nobody_gave_changes_nothing(unknown):
    schedule = Schedule()
    schedule.add(strike(1.0, 2.0))
    schedule.retime(unknown)
    schedule.pump(1.0)
    schedule.retime(unknown)
    assert play(schedule, 99.0) == ["2.000 ch1 off 60"]
    schedule.retime(strike(1.0, 3.0))
    assert schedule.deadline == float("inf")


def test_silence_lets_other_messages_wait_for_their_times():
    schedule = Schedule()
    schedule.add(strike(1.0, 3.0, note=48))
    schedule.add(strike(2.0, 9.0))
    for at, kind in ((2.5, "clock"), (3.0, "clock"), (3.0, "stop")):
        schedule.add_message(Due(at, Message(kind)))
    schedule.pump(1.0)
    assert [message.note for message in schedule.silence()] == [48]
    assert schedule.sounding == frozenset()
    assert play(schedule, 9.0) == ["2.500 clock", "3.000 clock", "3.000 stop"]


strikes = st.lists(
    st.builds(
        lambda at, length, note, channel: Strike(at, at + length, channel, note, 80),
        at=st.floats(0, 10),
        length=st.floats(0.001, 5),
        note=st.integers(60, 63),
        channel=st.integers(0, 1),
    ),
    max_size=40,
)


@given(strikes, st.lists(st.floats(0.001, 0.09), max_size=200), st.booleans())
def test_note_ons_and_note_offs_pair_up_from_any_strikes_and_any_stopping_point(struck, waits, stop_early):
    schedule = Schedule()
    for each in struck:
        schedule.add(each)
    now, sent = 0.0, []
    for wait in waits if stop_early else [*waits, *[0.09] * 200]:
        sent += [(due.at, due.message) for due in schedule.pump(now)]
        now += wait
    sent += [(now, message) for message in schedule.silence()]
    sounding: set[tuple[int, int]] = set()
    for _, message in sent:
        key = (message.channel, message.note)
        if message.type == "note_on":
            assert key not in sounding
            sounding.add(key)
        else:
            assert key in sounding
            sounding.remove(key)
    assert not sounding
    assert [at for at, _ in sent] == sorted(at for at, _ in sent)
    assert schedule.dropped == 0, "nothing may be dropped when pumped in time"
    if not stop_early:
        assert sum(message.type == "note_on" for _, message in sent) == len(struck)


class Listener:
    """What sounds at the other end of a port."""

    def __init__(self):
        self.sounding = set()
        self.clocks = []

    def hear(self, message):
        match message.type:
            case "note_on":
                assert (message.channel, message.note) not in self.sounding
                self.sounding.add((message.channel, message.note))
            case "note_off":
                self.sounding.remove((message.channel, message.note))
            case "songpos":
                self.clocks.append(message.pos)


moments = st.integers(0, 40).map(lambda tick: tick / 8)
orders = st.one_of(
    st.tuples(st.just("wait"), st.floats(0.001, 0.09)),
    st.tuples(st.just("wait"), st.just(0.125)),
    st.tuples(
        st.just("strike"),
        st.builds(
            lambda at, ticks, note: Strike(at, at + ticks / 8, 0, note, 80),
            at=moments,
            ticks=st.integers(1, 20),
            note=st.integers(60, 62),
        ),
    ),
    st.tuples(st.just("message"), moments),
    st.tuples(st.just("retime"), st.tuples(st.integers(0, 99), st.floats(0.001, 5))),
    st.tuples(st.just("silence"), st.none()),
)


@given(st.lists(orders, max_size=120), st.booleans())
def test_whatever_is_ordered_and_whenever_it_stops_nothing_goes_on_sounding_and_no_message_is_lost(
    script, has_cycles
):
    schedule, listener, given_strikes, numbers, now = Schedule(), Listener(), [], [], 0.0

    def pump(seconds):
        """Let time pass, in a cycle or not."""
        nonlocal now
        for due in schedule.pump(now, math.nextafter(now + seconds, 0.0)) if has_cycles else []:
            listener.hear(due.message)
        now += seconds
        for due in [] if has_cycles else schedule.pump(now):
            listener.hear(due.message)

    def silence():
        for message in schedule.silence():
            listener.hear(message)
        assert listener.sounding == set() == schedule.sounding

    for order, value in script:
        match order:
            case "wait":
                pump(value)
            case "strike":
                given_strikes.append(value)
                schedule.add(value)
            case "message":
                numbers.append(len(numbers))
                schedule.add_message(Due(value, Message("songpos", pos=numbers[-1])))
            case "retime" if given_strikes:
                number, length = value
                known = given_strikes[number % len(given_strikes)]
                schedule.retime(replace(known, until=known.at + length))
            case "silence":
                silence()
    silence()
    pump(1e6)
    assert listener.sounding == set()
    assert sorted(listener.clocks) == numbers
    assert schedule.deadline == float("inf")


@given(strikes, st.lists(st.tuples(st.floats(0, 10), st.integers(0, 99)), max_size=20))
def test_messages_leave_in_order_of_time_and_note_offs_before_messages_before_note_ons(struck, others):
    schedule = Schedule()
    for each in struck:
        schedule.add(each)
    for at, number in others:
        schedule.add_message(Due(at, Message("songpos", pos=number)))
    now, sent = 0.0, []
    while now < 20:
        sent += schedule.pump(now)
        now += 0.09
    rank = {"note_off": 0, "songpos": 1, "note_on": 2}
    for earlier, later in pairwise(sent):
        assert earlier.at <= later.at
        if earlier.at == later.at and (earlier.message.type, later.message.type) != ("note_on", "note_off"):
            assert rank[earlier.message.type] <= rank[later.message.type]
    given_order = [number for _, number in sorted(others, key=lambda each: each[0])]
    assert [due.message.pos for due in sent if due.message.type == "songpos"] == given_order
