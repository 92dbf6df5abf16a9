"""Performances on virtual time, as a listener on the port hears them."""

import signal

import pytest
from mido import Message

from live.core.planning.states import Length, State
from live.midi.ports import CHECK_SECONDS
from live.ports.process import WATCH_SECONDS
from presets.sets.records import Sent
from presets.sets.transcription import transcribe
from tests.live.stage.alphabet import AlphabetPredictor, spell
from tests.live.stage.transcript import transcript
from tests.live.stage.virtual_stage import VirtualStage


def on_stage(**options):
    stage = VirtualStage(**options)
    if not options.get("wait"):
        stage.performer.start()
    return stage


def onsets(stage):
    return [round(at, 9) for at, message in stage.sent if message.type == "note_on"]


def test_a_golden_bar():
    stage = on_stage(length=Length(ticks=4 * 480))
    stage.play_until(60)
    assert transcript(stage.sent) == [
        "0.100 ch1 on 63",
        "0.225 ch1 off 63",
        "0.350 ch1 on 64",
        "0.475 ch1 off 64",
        "0.600 ch1 on 65",
        "0.725 ch1 off 65",
        "0.850 ch1 on 66",
        "0.975 ch1 off 66",
        "1.100 ch1 on 67",
        "1.225 ch1 off 67",
        "1.350 ch1 on 68",
        "1.475 ch1 off 68",
        "1.600 ch1 on 69",
        "1.725 ch1 off 69",
        "1.850 ch1 on 70",
        "1.975 ch1 off 70",
    ]
    assert stage.stage.is_leaving
    assert stage.clock.now() == pytest.approx(2.1)


def test_ten_minutes_are_2400_steps_each_on_its_moment():
    stage = on_stage(length=Length(ticks=600 * 2 * 480))
    stage.play_until(700)
    assert onsets(stage) == [round(0.1 + step * 0.25, 9) for step in range(2400)]
    assert stage.sounding() == set()


def test_the_keyboard_is_in_the_window_exactly_as_struck():
    stage = on_stage()
    scale = "acdfhik"
    for index, letter in enumerate(scale):
        stage.keys(letter, at=1.0 + index * 0.01 * 4)  # 40 ms apart: single notes
    stage.keys("ace", at=1.5)
    stage.play_until(2.0)
    played = [spell([entry.event]) for entry in stage.status.history if entry.source.name == "PLAYER"]
    assert played == [*scale, "(ace)"]
    assert "(ace)" in stage.predictor.asked[-1]


def test_the_screen_tells_where_space_goes_on():
    stage = on_stage()
    stage.type(" ", at=1.4)
    stage.play_until(2.0)
    shown = stage.display.last
    # Stopped 1.3 s after bar 1, at 2.6 beats: on the next sixteenth.
    assert (shown.state, shown.clock.tick, shown.clock.goes_on_at) == (State.STOPPED, None, 1320)
    stage.type(" ", at=2.0)
    stage.play_until(2.5)
    shown = stage.display.last
    assert (shown.state, shown.clock.goes_on_at, stage.status.clock.first_tick) == (State.PLAYING, None, 1320)


def test_the_screen_tells_no_place_where_space_begins_anew():
    stage = VirtualStage()
    stage.play_until(0.5)
    assert stage.display.last.clock.goes_on_at is None
    over = on_stage(length=Length(ticks=480))
    over.type(" ", at=1.4)
    over.play_until(3.0)
    assert over.display.last.clock.goes_on_at is None


def test_with_wait_the_phrase_is_the_whole_window():
    stage = on_stage(wait=True)
    stage.keys("m", at=1.0)
    stage.keys("mo", at=1.5)
    stage.play_until(5.0)
    assert stage.predictor.asked[0] == "m(mo)"
    # The last key came up at 1.7; two beats of rest, then 100 ms to the first bar.
    assert onsets(stage)[0] == pytest.approx(2.8)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_a_note_leaves_silence(number):
    stage = on_stage()
    stage.signal(number, at=0.4)
    stage.play_until(0.39)
    assert stage.sounding() == {(0, 64)}
    stage.play_until(60)
    assert stage.clock.now() == pytest.approx(0.4)
    stage.close_ports()
    assert stage.sounding() == set()
    assert stage.stage.signal == number
    assert stage.ports[0].closed


def test_a_failing_network_leaves_silence_and_the_music_goes_on():
    stage = on_stage()
    stage.play_until(1.0)
    stage.predictor.failing = 4
    stage.play_until(2.0)
    assert stage.display.last.notice == "the network failed: on purpose"
    # What was planned is played; then it rests.
    stage.play_until(3.8)
    assert stage.sounding() == set()
    stage.play_until(6.0)
    assert stage.display.last.notice is None
    assert stage.status.rested == 4
    assert len(onsets(stage)) == 24 - 4


def test_an_error_nobody_foresaw_comes_out_and_closing_leaves_silence():
    stage = on_stage()
    stage.play_until(0.4)
    assert stage.sounding()
    stage.predictor.failing = 1
    stage.predictor.error = ArithmeticError
    with pytest.raises(ArithmeticError):
        stage.play_until(2.0)
    stage.close_ports()
    assert stage.sounding() == set()


def test_space_stops_at_once_and_s_starts_again():
    stage = on_stage()
    stage.type(" ", at=0.4)
    stage.play_until(5.0)
    assert transcript(stage.sent)[-1] == "0.400 ch1 off 64"
    assert stage.performer.state is State.STOPPED
    stage.type("s", at=5.0)
    stage.play_until(5.2)
    assert transcript(stage.sent)[-1].startswith("5.100 ch1 on")


def test_panic_silences_every_channel_and_the_music_goes_on():
    stage = on_stage()
    stage.type("p", at=0.4)
    stage.play_until(1.0)
    after = [line for line in transcript(stage.sent) if line.startswith("0.400")]
    assert after[0] == "0.400 ch1 off 64"
    for channel in range(1, 17):
        for control in ("64=0", "123=0", "120=0"):
            assert f"0.400 ch{channel} cc {control}" in after
    # The note that waited went with the panic; the same step is drawn anew, from a window without it.
    assert onsets(stage) == pytest.approx([0.1, 0.35, 0.6, 0.85])
    assert spell(stage.status.window) == "abcdefg"
    assert stage.performer.state is State.PLAYING


def test_a_keyboard_that_is_unplugged_lets_go_of_its_keys():
    stage = on_stage(wait=True)
    stage.keyboards.inputs[0].play((0.5, Message("note_on", note=72, velocity=90)))
    stage.play_until(0.9)
    stage.keyboards.unplug()
    stage.play_until(5.0)
    assert "keyboard (lost)" in stage.display.last.ports.inputs
    # It was missed at 1.0, as if its keys had come up: after two beats the phrase is over.
    assert stage.predictor.asked[0] == "m"
    assert onsets(stage)[0] == pytest.approx(1.0 + 1.0 + 0.1, abs=3 * WATCH_SECONDS)


def test_all_notes_off_from_a_keyboard_lets_go_of_its_keys():
    stage = on_stage(wait=True)
    stage.keyboards.inputs[0].play((0.5, Message("note_on", note=72, velocity=90)))
    stage.play_until(0.9)
    stage.keyboards.inputs[0].play((0.9, Message("control_change", control=123)))
    stage.play_until(5.0)
    assert onsets(stage)[0] == pytest.approx(0.9 + 1.0 + 0.1)


def test_two_keyboards_are_heard_in_order_of_their_moments():
    stage = on_stage(wait=True)
    first, second = stage.keyboards.inputs
    first.play(
        (1.02, Message("note_on", note=60, velocity=90)), (1.045, Message("note_on", note=64, velocity=90))
    )
    second.play((1.0, Message("note_on", note=62, velocity=90)))
    stage.play_until(1.5)
    assert [entry.event.note_numbers for entry in stage.status.history] == [(60, 62), (64,)]


def test_q_leaves():
    stage = on_stage()
    stage.type("q", at=0.4)
    stage.play_until(60)
    assert stage.clock.now() == pytest.approx(0.4)


def test_a_lost_port_forgets_its_notes_and_panics_before_its_first_note():
    stage = on_stage()
    stage.play_until(0.4)
    assert stage.server.sounding
    stage.refuse_ports = True
    stage.ports[0].lose()
    stage.play_until(0.7)
    assert stage.server.sounding == frozenset()
    assert stage.ports[0].closed
    assert stage.display.last.ports.output == "lost (memory)"
    assert "is gone" in stage.display.last.notice
    stage.play_until(3.0)
    stage.refuse_ports = False
    stage.play_until(3.0 + 2 * CHECK_SECONDS)
    again = transcript(stage.ports[1].sent)
    first_note = next(index for index, line in enumerate(again) if " on " in line)
    assert sorted(line.split(" ", 1)[1] for line in again[:first_note]) == sorted(
        f"ch{channel} cc {control}" for channel in range(1, 17) for control in ("64=0", "123=0", "120=0")
    )
    assert stage.display.last.ports.output == f"{stage.ports[1].name} (memory)"
    # Still on the beat: the transport went on while there was no port.
    assert (onsets(stage)[-1] - 0.1) % 0.25 == pytest.approx(0, abs=1e-6)
    stage.close_ports()
    assert stage.sounding() - {(0, 64)} == set()


def test_where_all_ports_are_gone_it_says_so_of_the_one_that_is_played_into():
    stage = on_stage()
    stage.play_until(0.4)
    stage.keyboards.unplug()
    stage.play_until(1.0)
    assert "is lost: segue reconnects to it" in stage.display.last.notice
    stage.refuse_ports = True
    stage.ports[0].lose()
    stage.play_until(1.5)
    assert "is gone" in stage.display.last.notice
    stage.refuse_ports = False
    stage.play_until(1.5 + 2 * CHECK_SECONDS)
    assert "is lost: segue reconnects to it" in stage.display.last.notice


def test_a_port_that_fails_while_silent_is_noticed_by_its_check():
    stage = on_stage(wait=True)
    stage.refuse_ports = True
    stage.ports[0].lose()
    stage.play_until(2 * CHECK_SECONDS + 0.2)
    assert stage.display.last.ports.output == "lost (memory)"


def test_the_chronicle_has_what_was_sent_and_the_recording_its_notes():
    stage = on_stage(length=Length(ticks=8 * 480))
    stage.play_until(60)
    written = [(record.at, record.message) for record in stage.records if isinstance(record, Sent)]
    assert written == [(round(at, 6), bytes(message.bin())) for at, message in stage.sent]
    (track,) = transcribe(stage.records, "alphabet").tracks
    assert [(note.tick, note.duration) for note in track.notes] == [(240 * step, 120) for step in range(16)]


def test_the_screen_tells_the_bar_the_beat_and_the_lateness():
    stage = on_stage()
    stage.play_until(2.7)
    snapshot = stage.display.last
    clock, lateness = snapshot.clock, snapshot.timekeeping.lateness
    assert (snapshot.setlist.preset, clock.bpm, str(clock.meter)) == ("alphabet", 120, "4/4")
    assert clock.tick == pytest.approx((2.7 - 0.1) * 2 * 480, abs=100)
    assert lateness.count > 0
    assert lateness.worst == 0


def slow(stage_of, seconds):
    """A predictor that takes its time, while the sender's thread goes on."""

    class SlowPredictor(AlphabetPredictor):
        def predict(self, *asked):
            stage = stage_of()
            until = stage.clock.now() + seconds
            while stage.port_process.deadline <= until:
                stage.clock.jump_to(max(stage.clock.now(), stage.port_process.deadline))
                stage.pump_ports()
            stage.clock.jump_to(until)
            return super().predict(*asked)

    return SlowPredictor()


def test_a_predictor_that_is_slow_is_in_time_once_the_plan_is_filled():
    stage = on_stage(predictor=slow(lambda: stage, 0.15))
    stage.play_until(20)
    steps = [(at - stage.status.clock.transport.origin) / 0.25 for at in onsets(stage)]
    assert steps == pytest.approx(list(range(len(steps))))
    assert len(steps) > 75
    assert (stage.link.dropped, stage.status.rested, stage.display.last.timekeeping.lateness.worst) == (
        0,
        0,
        0,
    )


def test_a_predictor_that_is_slower_than_the_beat_rests_in_time_and_says_so():
    stage = on_stage(predictor=slow(lambda: stage, 0.3))
    stage.play_until(20)
    steps = [(at - stage.status.clock.transport.origin) / 0.25 for at in onsets(stage)]
    assert [step - round(step) for step in steps] == pytest.approx([0] * len(steps), abs=1e-6)
    assert len(set(map(round, steps))) == len(steps) > 60
    assert stage.status.rested > 5
    assert (stage.link.dropped, stage.display.last.timekeeping.lateness.worst) == (0, 0)
    assert "too slow" in stage.display.last.notice
