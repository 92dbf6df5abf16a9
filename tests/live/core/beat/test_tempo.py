"""Tempo, swing, latency, count-in, stop and go on: where notes and clocks fall."""

import gc
from itertools import pairwise

import pytest

from live.core.beat.tempo import TempoChange
from live.core.output.schedule import Schedule
from live.core.planning.states import Length, State
from presets.bundles.settings import Meter
from presets.errors import SegueError
from tests.live.stage.alphabet import AlphabetPredictor
from tests.live.stage.transcript import transcript
from tests.live.stage.virtual_stage import VirtualStage

ORIGIN = 0.1


def on_stage(**options):
    stage = VirtualStage(**options)
    stage.performer.start()
    return stage


def onsets(stage, since=0.0):
    return [round(at, 6) for at, message in stage.sent if message.type == "note_on" and at >= since]


def clock(stage):
    kinds = ("clock", "start", "stop", "continue", "songpos")
    return [(round(at, 6), message.type) for at, message in stage.sent if message.type in kinds]


def test_a_planned_jump_of_tempo():
    stage = on_stage(tempo_changes=[TempoChange(960, 60)])
    stage.play_until(3.2)
    assert onsets(stage) == [0.1, 0.35, 0.6, 0.85, 1.1, 1.6, 2.1, 2.6, 3.1]


def test_a_planned_ramp_lands_on_its_tempo():
    stage = on_stage(tempo_changes=[TempoChange(0, 60, ramp=1920)])
    stage.play_until(6)
    assert stage.status.clock.bpm == 60
    gaps = [b - a for a, b in pairwise(onsets(stage))]
    assert gaps[:8] == sorted(gaps[:8])
    assert gaps[8:] == pytest.approx([0.5] * len(gaps[8:]), abs=2e-6)


def test_a_tempo_that_is_set_holds_from_the_commit_lead_on_and_moves_nothing_that_was_handed_over():
    stage = on_stage(lead_seconds=0.03)
    stage.play_until(1.0)
    stage.performer.change_tempo(60, stage.clock.now())
    stage.play_until(4.0)
    # Committed were 20 + 30 ms, up to tick 912 + 1; from there the eighth at 960 takes 47 ms and not 48/2.
    at_913 = ORIGIN + 913 * 60 / (120 * 480)
    assert onsets(stage)[4] == pytest.approx(at_913 + 47 * 60 / (60 * 480), abs=1e-5)
    later = onsets(stage)[4:]
    assert [b - a for a, b in pairwise(later)] == pytest.approx([0.5] * 5, abs=1e-5)
    assert stage.display.last.timekeeping.lateness.worst == 0


def test_a_long_note_ends_where_its_ticks_come_to_lie():
    class Long(AlphabetPredictor):
        def _event_of(self, letter, moment, controls):
            event = super()._event_of(letter, moment, controls)
            return type(event).of(1920, [type(event.notes[0])(event.notes[0].note, 1900, 64)])

    stage = on_stage(predictor=Long())
    stage.play_until(0.5)
    stage.performer.change_tempo(60, stage.clock.now())
    stage.play_until(6)
    first_off = next(at for at, message in stage.sent if message.type == "note_off")
    changed = 0.1 + stage.status.clock.transport.segments[-1].tick * 60 / (120 * 480)
    rest = 1900 - stage.status.clock.transport.segments[-1].tick
    assert first_off == pytest.approx(changed + rest * 60 / (60 * 480))


def test_keys_nudge_the_tempo_and_add_up():
    stage = on_stage(bpm=120.4)
    for index in range(3):
        stage.type("+", at=0.5 + index * 0.001)
    stage.type("-", at=1.0)
    stage.play_until(1.5)
    assert stage.display.last.clock.bpm == 122


def test_a_tempo_that_is_set_while_it_stands_is_that_it_goes_on_in():
    stage = on_stage()
    stage.type(" ", at=1.0)
    for index in range(3):
        stage.type("t", at=2.0 + index)
    stage.play_until(4.5)
    assert stage.display.last.clock.bpm == 60
    stage.type(" ", at=5.0)
    stage.play_until(6.0)
    assert stage.display.last.clock.bpm == 60


def test_a_tempo_that_is_set_in_the_count_in_is_that_of_its_clicks():
    stage = on_stage(count_in=2)
    stage.play_until(0.7)
    stage.performer.change_tempo(60, stage.clock.now())
    stage.play_until(5.0)
    assert [round(b - a, 2) for a, b in pairwise(onsets(stage))][2:] == [1.0] * 3


def test_taps_set_the_tempo():
    stage = on_stage()
    for index in range(4):
        stage.type("t", at=1.0 + index * 0.6)
    stage.play_until(4)
    assert stage.display.last.clock.bpm == pytest.approx(100)


def test_no_key_leaves_the_range_of_tempos():
    stage = on_stage(bpm=399)
    for index in range(5):
        stage.type("+", at=0.5 + index * 0.1)
    stage.play_until(1.5)
    assert stage.display.last.clock.bpm == 400


def test_swing_moves_the_second_eighth_only():
    stage = on_stage(swing=200 / 3, length=Length(ticks=1920))
    stage.play_until(60)
    thirds = [beat * 0.5 + late for beat in range(4) for late in (0, 1 / 3)]
    assert onsets(stage) == pytest.approx([ORIGIN + at for at in thirds], abs=1e-5)


def test_a_key_on_a_swung_eighth_is_heard_on_the_straight_one():
    stage = on_stage(swing=75)
    stage.keys("m", at=ORIGIN + 2 * 0.5 + 0.375)
    stage.play_until(2.0)
    [played] = [entry for entry in stage.status.history if entry.source.name == "PLAYER"]
    assert played.tick == 2 * 480 + 240


@pytest.mark.parametrize("latency", [0.04, -0.04])
def test_latency_lets_notes_leave_earlier_and_the_clock_where_it_is(latency):
    stage = on_stage(latency_seconds=latency, sends_clock=True)
    stage.play_until(1.0)
    # What leaves before its beat needs its time before the first one, too.
    first = ORIGIN + max(0.0, latency)
    assert onsets(stage)[:3] == pytest.approx([first + beat - latency for beat in (0, 0.25, 0.5)])
    assert clock(stage)[1] == (pytest.approx(first), "clock")
    assert stage.display.last.timekeeping.lateness.worst == 0


def test_a_count_in_clicks_on_channel_10_and_then_the_music_begins():
    stage = on_stage(count_in=1, meter=Meter(3, 4))
    stage.play_until(1.7)
    assert [line for line in transcript(stage.sent) if " on " in line] == [
        "0.100 ch10 on 76",
        "0.600 ch10 on 77",
        "1.100 ch10 on 77",
        "1.600 ch1 on 63",
    ]
    assert stage.sounding() == {(0, 63)}


def test_what_is_played_in_a_count_in_is_answered():
    stage = on_stage(count_in=1)
    stage.keys("m", at=1.6)
    stage.play_until(2.4)
    assert transcript(stage.sent)[-3].endswith("on 73")


def test_a_stop_in_a_count_in_is_silence_and_no_start_is_said():
    stage = on_stage(count_in=2, sends_clock=True)
    stage.type(" ", at=1.0)
    stage.play_until(3.0)
    assert stage.sounding() == set()
    assert len(onsets(stage)) == 2
    assert clock(stage) == []
    stage.type("s", at=3.0)
    stage.play_until(7.5)
    assert clock(stage)[:2] == [(7.098, "start"), (7.1, "clock")]


def test_space_stops_and_goes_on_where_it_was():
    stage = on_stage()
    stage.type(" ", at=0.93)
    stage.play_until(3.0)
    assert stage.performer.state is State.STOPPED
    stage.type(" ", at=3.0)
    stage.play_until(4.0)
    # Stopped at tick 797, it goes on at 840; the next eighth is 960.
    sixteenth = 3.1
    assert onsets(stage, since=3.0)[0] == pytest.approx(sixteenth + 120 * 60 / (120 * 480))
    assert stage.status.history[-4].event.note_numbers == (67,)


def test_a_start_begins_in_the_tempo_that_was_set_and_going_on_in_the_one_it_had():
    stage = on_stage(tempo_changes=[TempoChange(960, 60)])
    stage.type(" ", at=2.0)
    stage.type(" ", at=3.0)
    stage.play_until(4.5)
    assert stage.status.clock.bpm == 60
    stage.type(" ", at=4.5)
    stage.type("s", at=5.0)
    stage.play_until(5.5)
    assert stage.status.clock.bpm == 120


def test_tempo_changes_that_are_yet_to_come_come_after_going_on():
    stage = on_stage(tempo_changes=[TempoChange(1920, 60)])
    stage.type(" ", at=1.0)
    stage.type(" ", at=2.0)
    stage.play_until(8.0)
    gaps = [round(b - a, 4) for a, b in pairwise(onsets(stage, since=2.0))]
    assert gaps == [0.25] * 4 + [0.5] * 9


def test_going_on_in_a_ramp_takes_the_rest_of_it():
    stage = on_stage(tempo_changes=[TempoChange(0, 60, ramp=1920)])
    stage.type(" ", at=1.4)
    stage.type(" ", at=3.0)
    stage.play_until(9.0)
    assert stage.status.clock.bpm == 60
    assert 60 < stage.status.clock.transport.bpm_at(stage.status.clock.first_tick + 10) < 120


def test_a_tempo_set_by_hand_stands_until_the_next_start():
    stage = on_stage(tempo_changes=[TempoChange(4 * 1920, 60)])
    stage.type("+", at=1.0)
    stage.type(" ", at=2.0)
    stage.type(" ", at=2.5)
    stage.play_until(12.0)
    assert stage.status.clock.bpm == 121
    stage.type(" ", at=12.0)
    stage.type("s", at=12.5)
    stage.play_until(22.0)
    assert stage.status.clock.bpm == 60


def test_a_master_says_start_clocks_stop_and_continue_with_a_song_position():
    stage = on_stage(sends_clock=True)
    stage.type(" ", at=0.93)
    stage.type(" ", at=3.0)
    stage.type("s", at=3.3)
    stage.play_until(3.35)
    said = clock(stage)
    assert said[0] == (0.098, "start")
    first = [at for at, kind in said if kind == "clock" and at < 0.93]
    assert first == pytest.approx([0.1 + n * 60 / (120 * 24) for n in range(len(first))], abs=1e-6)
    assert [kind for _, kind in said if kind != "clock"] == ["start", "stop", "songpos", "continue"]
    position = next(message for _, message in stage.sent if message.type == "songpos")
    assert position.pos * 120 == 840
    assert next(at for at, kind in said if kind == "continue") == pytest.approx(3.098)
    assert next(at for at, kind in said if kind == "clock" and at > 3) == pytest.approx(3.1)


def test_the_clock_follows_every_change_of_tempo_and_ends_with_the_music():
    stage = on_stage(
        sends_clock=True,
        tempo_changes=[TempoChange(1920, 90, ramp=1920)],
        length=Length(ticks=3 * 1920),
    )
    stage.play_until(60)
    said = clock(stage)
    assert len(said) == 1 + 3 * 96 + 1
    transport = stage.status.clock.transport
    clocks = [at for at, kind in said if kind == "clock"]
    assert clocks == pytest.approx([transport.seconds_at(20 * n) for n in range(3 * 96)], abs=1e-6)
    assert said[-1] == (round(transport.seconds_at(3 * 1920), 6), "stop")


@pytest.mark.slow
def test_a_day_of_music_is_in_time_and_nothing_adds_up():
    """Twenty-four hours: every note-on on its tick, as many note-offs, and no memory taken."""
    bars = 24 * 3600 // 2
    stage = VirtualStage(length=Length(ticks=bars * 1920), step=4.0)
    performer, schedule = stage.performer, Schedule()
    performer.start()
    now, onsets, offs, worst, sizes = 0.0, 0, 0, 0.0, []
    while performer.state is not State.FINISHED:
        for strike in performer.pump(now).strikes:
            schedule.add(strike)
        for due in schedule.pump(now):
            if due.message.type == "note_on":
                worst = max(worst, abs(due.at - (ORIGIN + onsets * 2.0)))
                onsets += 1
                if onsets in (bars // 2, bars - 10):
                    gc.collect()
                    sizes.append(len(gc.get_objects()))
            else:
                offs += 1
        stage.predictor.asked.windows.clear()
        now = max(now, min(performer.deadline, schedule.deadline))
    offs += len(schedule.pump(stage.status.quiet_at))
    assert (onsets, offs, stage.status.rested) == (bars, bars, 0)
    assert worst < 1e-6
    assert abs(sizes[1] - sizes[0]) < 100


def test_a_tempo_out_of_range_is_refused_and_changes_nothing():
    stage = on_stage()
    with pytest.raises(SegueError, match="the tempo"):
        stage.performer.change_tempo(500, 0.0)
    assert stage.status.clock.bpm == 120
