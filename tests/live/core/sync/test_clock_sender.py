import numpy as np
import pytest
from mido import Message

from live.core.beat.transport import Transport
from live.core.sync.clock_follower import ClockFollower, Started, Stopped
from live.core.sync.clock_sender import LAST_SIXTEENTH, SIXTEENTH, START_LEAD, ClockSender
from presets.music.event import PPQ

STEADY = Transport.steady(10.0, 120)


def lines(due):
    return [
        f"{each.at:.4f} {each.message.type}"
        + (f" {each.message.pos}" if each.message.type == "songpos" else "")
        for each in due
    ]


def test_a_beginning_is_start_and_then_the_first_clock():
    sender = ClockSender()
    assert lines(sender.begin(STEADY, 0) + sender.pump(STEADY, 10.05)) == [
        "9.9980 start",
        "10.0000 clock",
        "10.0208 clock",
        "10.0417 clock",
    ]


def test_in_mid_song_the_position_comes_first_and_then_continue():
    sender = ClockSender()
    assert lines(sender.begin(STEADY, 16 * SIXTEENTH) + sender.pump(STEADY, 12.03)) == [
        "11.9980 songpos 16",
        "11.9980 continue",
        "12.0000 clock",
        "12.0208 clock",
    ]


def test_each_clock_is_said_once_however_often_it_is_asked_for():
    sender = ClockSender()
    sender.begin(STEADY, 0)
    due = [each for until in np.arange(9.9, 20.0, 0.0037) for each in sender.pump(STEADY, until)]
    due += sender.pump(STEADY, 20.0)
    assert [each.at for each in due] == [STEADY.seconds_at(20 * n) for n in range(480)]


def test_a_clock_due_at_the_very_moment_waits_for_the_next_time():
    sender = ClockSender()
    sender.begin(STEADY, 0)
    assert sender.pump(STEADY, 10.0) == []


def test_a_tempo_map_that_changes_neither_repeats_a_clock_nor_goes_back():
    sender = ClockSender()
    due = sender.begin(STEADY, 0) + sender.pump(STEADY, 12.0)
    faster = Transport.through(96 * 20, 11.9, 180)
    due += sender.pump(faster, 14.0)
    clocks = [each.at for each in due if each.message.type == "clock"]
    assert clocks == sorted(clocks)
    assert len(clocks) == len([n for n in range(1000) if faster.seconds_at(20 * n) < 14.0])
    assert clocks[96] == clocks[95], "what is late comes at once"


def test_the_end_is_a_stop_and_no_more_clocks():
    sender = ClockSender()
    sender.begin(STEADY, 0)
    sender.pump(STEADY, 11.0)
    assert lines(sender.end(11.0)) == ["11.0000 stop"]
    assert sender.pump(STEADY, 12.0) == []
    assert sender.end(13.0) == []


def test_a_stop_does_not_overtake_a_clock():
    sender = ClockSender()
    sender.begin(STEADY, 0)
    newest = sender.pump(STEADY, 11.0)[-1]
    assert sender.end(10.5)[0].at == newest.at


def test_nothing_is_said_before_the_beginning():
    assert ClockSender().pump(STEADY, 99.0) == []


@pytest.mark.parametrize("tick", [1, 20, -SIXTEENTH])
def test_a_beginning_that_no_song_position_can_name_is_refused(tick):
    with pytest.raises(ValueError, match=rf"^a master must begin on a multiple of 120 ticks, got {tick}$"):
        ClockSender().begin(STEADY, tick)


def test_beyond_the_last_song_position_it_goes_on_without_one():
    last, beyond = LAST_SIXTEENTH * SIXTEENTH, (LAST_SIXTEENTH + 1) * SIXTEENTH
    assert [due.message.type for due in ClockSender().begin(STEADY, last)] == ["songpos", "continue"]
    assert [due.message.type for due in ClockSender().begin(STEADY, beyond)] == ["continue"]


@pytest.mark.parametrize("begin", [0, 37 * SIXTEENTH])
def test_a_follower_of_the_sender_has_its_position_and_its_tempo(begin):
    transport = Transport.steady(1.0, 87.3).changed(begin + 8 * PPQ, 133.37)
    sender, follower = ClockSender(), ClockFollower(120)
    due = sender.begin(transport, begin)
    due += sender.pump(transport, end := transport.seconds_at(begin + 32 * PPQ))
    changes, newest = [], begin - 20
    for each in due:
        changes += follower.hear(each.message, each.at)
        if each.message.type == "clock":
            newest += 20
            if newest > begin and transport.bpm_at(newest - 97 * 20) == transport.bpm_at(newest):
                assert follower.bpm == pytest.approx(transport.bpm_at(newest), abs=1e-6)
                assert follower.transport.seconds_at(newest) == pytest.approx(each.at, abs=1e-9)
    changes = [change for change in changes if change.tick != begin or isinstance(change, Started)]
    [stop] = sender.end(end)
    changes += follower.hear(stop.message, stop.at)
    assert changes == [Started(begin), Stopped(begin + 32 * PPQ)]


def test_a_follower_that_knows_the_tempo_is_told_of_the_start_before_the_first_clock():
    before, sender, follower = ClockSender(), ClockSender(), ClockFollower(120)
    for each in before.begin(STEADY, 0) + before.pump(STEADY, 12.0) + before.end(12.0):
        follower.hear(each.message, each.at)
    follower.hear(Message("clock"), 12.0)
    again = Transport.steady(12.0 + 2.5 / 120, 120)
    [start] = sender.begin(again, 0)
    assert start.at == again.seconds_at(0) - START_LEAD
    assert follower.hear(start.message, start.at) == [Started(0)]
    assert follower.transport.seconds_at(PPQ) == pytest.approx(again.seconds_at(PPQ), abs=1e-9)
