"""A stage that follows a master's clock, as a listener on its port hears it."""

import pytest
from mido import Message

from live.core.planning.states import State
from live.ports.reports import MessageReceived
from tests.live.stage.transcript import transcript
from tests.live.stage.virtual_stage import VirtualStage

TICK = 60 / (120 * 24)


def on_stage(**options):
    stage = VirtualStage(follows=True, **options)
    stage.performer.start()
    return stage


def say(stage, at, kind, **fields):
    stage.at(at, MessageReceived(at, 0, Message(kind, **fields)))


def clocks(stage, start, count, bpm=120.0):
    """Let the master send so many clocks; return when the next one would come."""
    for index in range(count):
        say(stage, start + index * 60 / (bpm * 24), "clock")
    return start + count * 60 / (bpm * 24)


def onsets(stage, since=0.0):
    return [round(at, 4) for at, message in stage.sent if message.type == "note_on" and at >= since]


def test_it_waits_for_start_and_plays_from_the_first_clock_after_it():
    stage = on_stage()
    # The clock runs before the start, as most masters' does.
    clocks(stage, 1.0, 400)
    stage.play_until(2.0)
    assert stage.display.last.state is State.WAITING
    assert onsets(stage) == []
    assert stage.display.last.clock.bpm == pytest.approx(120, abs=0.01)
    say(stage, 1.0 + 100 * TICK - 0.005, "start")
    stage.play_until(5.0)
    first = 1.0 + 100 * TICK
    assert onsets(stage) == pytest.approx([first + 0.25 * i for i in range(len(onsets(stage)))], abs=2e-4)
    assert len(onsets(stage)) == 8


def test_a_start_out_of_nowhere_plays_with_its_first_clock():
    stage = on_stage()
    say(stage, 1.0, "start")
    clocks(stage, 1.002, 100)
    stage.play_until(2.5)
    assert onsets(stage)[0] == pytest.approx(1.002)
    assert onsets(stage)[1:] == pytest.approx([1.002 + 0.25 * i for i in range(1, 6)], abs=1e-3)


def test_stop_silences_and_continue_goes_on_from_there():
    stage = on_stage()
    clocks(stage, 0.5, 200)
    say(stage, 0.995, "start")
    say(stage, 1.6, "stop")
    stage.play_until(2.0)
    assert stage.sounding() == set()
    assert transcript(stage.sent)[-1] == "1.600 ch1 off 65"
    assert stage.display.last.state is State.WAITING
    played = len(onsets(stage))
    say(stage, 3.0 + 0.001, "continue")
    stage.play_until(4.0)
    # Clock 29 of the music would have been the next; 36 is the next eighth.
    clock_of_continue = 0.5 + 121 * TICK
    assert onsets(stage)[played] == pytest.approx(clock_of_continue + 7 * TICK, abs=1e-3)
    assert stage.performer.state is State.PLAYING


def test_a_master_that_names_the_sixteenth_it_stopped_in_goes_on_there():
    stage = on_stage()
    clocks(stage, 0.5, 400)
    say(stage, 0.499, "start")
    # Clock 40 would have been the next: it lies in sixteenth 6, that is clocks 36 to 41.
    say(stage, 0.5 + 39.5 * TICK, "stop")
    say(stage, 2.0, "songpos", pos=6)
    say(stage, 2.001, "continue")
    stage.play_until(3.0)
    # Eighths fall on clocks 48, 60...; clock 36 is the next after 2.001.
    clock_36 = 0.5 + 73 * TICK
    assert onsets(stage, since=2.0)[0] == pytest.approx(clock_36 + 12 * TICK, abs=1e-3)


def test_what_is_due_with_the_continue_itself_is_not_left_out():
    stage = on_stage(lead_seconds=0.025)
    clocks(stage, 0.5, 400)
    say(stage, 0.499, "start")
    say(stage, 0.5 + 35.5 * TICK, "stop")
    say(stage, 2.0 + 0.001, "continue")
    stage.play_until(3.0)
    # It stopped before clock 36, and an eighth is due there.
    assert onsets(stage, since=2.0)[:2] == pytest.approx([0.5 + 73 * TICK, 0.5 + 85 * TICK], abs=2e-3)


def test_a_start_in_mid_song_begins_on_its_next_bar_line():
    stage = on_stage()
    clocks(stage, 0.5, 400)
    say(stage, 0.9, "songpos", pos=20)
    say(stage, 0.995, "continue")
    stage.play_until(4.0)
    # Sixteenth 20 is the second beat of bar 2: three beats later bar 3 begins.
    assert onsets(stage)[0] == pytest.approx(1.0 + 3 * 0.5, abs=1e-3)
    assert stage.status.history[0].tick == 2 * 1920


def test_a_master_that_gets_faster_is_followed_and_nothing_is_late():
    stage = on_stage()
    at = 0.5
    truth = []
    say(stage, 0.499, "start")
    for clock in range(8 * 96):
        say(stage, at, "clock")
        truth.append(at)
        at += 60 / (24 * (90 + 50 * clock / (8 * 96)))
    stage.play_until(at)
    played = onsets(stage)
    expected = [truth[12 * index] for index in range(len(played))]
    assert max(abs(a - b) for a, b in zip(played[2:], expected[2:], strict=True)) < 0.004
    assert len(played) == 8 * 8
    assert stage.link.dropped == 0


def test_long_notes_end_where_the_master_brings_their_ticks():
    stage = on_stage()
    say(stage, 0.499, "start")
    at = clocks(stage, 0.5, 3, bpm=120)
    clocks(stage, at, 100, bpm=60)
    stage.play_until(1.2)
    offs = [at for at, message in stage.sent if message.type == "note_off"]
    # Half of an eighth: three clocks at 120, the other three at 60.
    assert offs[0] == pytest.approx(0.5 + 3 * TICK + 3 * 2 * TICK, abs=0.03)


def test_a_master_that_vanishes_is_said_and_the_music_goes_on_until_it_returns():
    stage = on_stage()
    clocks(stage, 0.5, 96)
    say(stage, 0.499, "start")
    stage.play_until(4.0)
    assert stage.display.last.notice == "the MIDI clock is gone: segue keeps 120 bpm until it comes back"
    assert len(onsets(stage)) == 15
    clocks(stage, 0.5 + 200 * TICK, 100)
    stage.play_until(6.0)
    assert stage.display.last.notice is None
    assert onsets(stage) == pytest.approx([0.5 + 0.25 * i for i in range(23)], abs=1e-3)


def test_a_stop_by_hand_disarms_and_a_start_by_hand_arms_again():
    stage = on_stage()
    clocks(stage, 0.5, 400)
    say(stage, 0.499, "start")
    stage.type(" ", at=1.0)
    say(stage, 2.001, "start")
    stage.play_until(3.0)
    assert onsets(stage, since=1.01) == []
    stage.type("s", at=3.0)
    say(stage, 3.501, "start")
    stage.play_until(4.0)
    assert onsets(stage, since=3.0)[0] == pytest.approx(0.5 + 145 * TICK, abs=1e-3)


def test_who_comes_in_late_joins_on_the_masters_next_bar_line():
    stage = on_stage()
    clocks(stage, 0.5, 400)
    say(stage, 0.499, "start")
    stage.type(" ", at=1.0)
    stage.type(" ", at=1.5)
    stage.play_until(5.0)
    assert onsets(stage, since=1.01)[0] == pytest.approx(2.5, abs=1e-3)
    assert stage.status.history[-1].tick % 240 == 0


def test_only_one_master_is_followed():
    stage = on_stage()
    clocks(stage, 0.5, 100, bpm=120)
    say(stage, 0.499, "start")
    for index in range(60):
        stage.at(0.6 + index * 0.03, MessageReceived(0.6 + index * 0.03, 1, Message("clock")))
    stage.play_until(2.5)
    assert onsets(stage) == pytest.approx([0.5 + 0.25 * i for i in range(8)], abs=2e-3)


def test_the_tempo_keys_say_that_the_master_has_it():
    stage = on_stage()
    clocks(stage, 0.5, 100)
    stage.type("+", at=1.0)
    stage.play_until(1.2)
    assert stage.display.last.notice == "the tempo comes from the MIDI clock: change it on that device"
    assert stage.status.clock.bpm == pytest.approx(120, abs=0.1)


def test_clock_messages_mean_nothing_to_a_stage_that_leads():
    stage = VirtualStage()
    stage.performer.start()
    clocks(stage, 0.2, 50, bpm=200)
    say(stage, 0.5, "stop")
    stage.play_until(2.0)
    assert onsets(stage) == pytest.approx([0.1 + 0.25 * i for i in range(8)])


def test_a_switch_falls_on_the_masters_bar_line():
    from tests.live.core.performer.test_switching import organ

    stage = on_stage(others=(organ(),))
    clocks(stage, 0.5, 400, bpm=133.37)
    say(stage, 0.499, "start")
    stage.type("2", at=1.0)
    stage.play_until(4.0)
    first = next(at for at, message in stage.sent if message.type == "note_on" and message.channel == 4)
    assert first == pytest.approx(0.5 + 96 * 60 / (133.37 * 24), abs=1e-3)
