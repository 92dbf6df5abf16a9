"""One preset gives way to another, in the middle of the music."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from live.core.controls.table import Controls
from live.core.planning.states import Length, State
from live.core.planning.style import Style
from live.inference.opening import open_predictor
from live.inference.preset_loader import PresetReady
from live.setlist.repertoire import LOADING
from presets.bundles.bundle import read_bundle
from presets.bundles.settings import Meter, Part
from tests.live.stage.alphabet import CONTROLS, AlphabetPredictor, RhythmicAlphabet, spell
from tests.live.stage.transcript import transcript
from tests.live.stage.virtual_stage import VirtualStage

BAR = 2.0  # seconds of 4/4 at 120 bpm
ORIGIN = 0.1
STEPS = read_bundle(Path(__file__).parents[3] / "golden" / "steps")


def organ(predictor=None, **options):
    """Another preset: on channel 5, with a sound of its own."""
    options.setdefault("name", "organ")
    parts = options.pop("parts", (Part("organ", channel=4, program=19),))
    return Style(predictor=predictor or RhythmicAlphabet(480), parts=parts, controls=CONTROLS, **options)


def on_stage(*others, **options):
    stage = VirtualStage(others=others or (organ(),), **options)
    stage.performer.start()
    return stage


def notes(stage, channel):
    return [
        (round(at, 6), message.note)
        for at, message in stage.sent
        if message.type == "note_on" and message.channel == channel
    ]


def test_a_switch_as_it_is_heard():
    stage = on_stage()
    stage.type("2", at=1.0)
    stage.play_until(3.2)
    assert [line for line in transcript(stage.sent) if 1.5 < float(line.split()[0]) < 3.2] == [
        "1.600 ch1 on 69",
        "1.725 ch1 off 69",
        "1.850 ch1 on 70",
        "1.975 ch1 off 70",
        # Bar 2: the organ's sound, then its first note, which goes on from the piano's last.
        "2.100 ch5 program 19",
        "2.100 ch5 on 71",
        "2.225 ch5 off 71",
        "2.600 ch5 on 72",
        "2.725 ch5 off 72",
        "3.100 ch5 on 73",
    ]
    assert stage.display.last.setlist.preset == "organ"


@pytest.mark.parametrize("rng_seed", range(5))
def test_asked_in_time_it_is_on_the_next_line_and_asked_later_on_the_one_after(rng_seed):
    """A hundred switches in all, each at its own moment before bar 4, from 1.9 s to nothing."""
    rng = np.random.default_rng(rng_seed)
    for _ in range(20):
        stage = on_stage(organ(think_seconds=0.02), lead_seconds=0.025)
        line = ORIGIN + 3 * BAR
        before = rng.uniform(0.0, 1.9)
        stage.type("2", at=line - before)
        stage.play_until(line + 2 * BAR)
        commit_lead = 0.025 + 2 * 0.02
        first = round(line if before > commit_lead else line + BAR, 6)
        assert notes(stage, channel=4)[0][0] == first
        assert max(notes(stage, channel=0))[0] < first
        assert stage.status.rested == 0
        assert (stage.link.dropped, stage.display.last.timekeeping.lateness.worst) == (0, 0)


def test_between_the_request_and_the_line_it_is_announced():
    stage = on_stage()
    stage.type("2", at=1.0)
    stage.play_until(1.5)
    coming = stage.display.last.setlist.coming
    assert (coming.preset, coming.tick) == ("organ", 1920)
    stage.play_until(2.5)
    assert stage.display.last.setlist.coming is None


def test_the_notes_of_the_one_before_end_on_the_line():
    class Pedal(AlphabetPredictor):
        def _event_of(self, letter, moment, controls):
            event = super()._event_of(letter, moment, controls)
            return type(event).of(event.ioi, [type(event.notes[0])(event.notes[0].note, 4000, 64)])

    stage = on_stage(predictor=Pedal())
    stage.type("2", at=1.0)
    stage.play_until(2.2)
    assert {line for line in transcript(stage.sent) if "ch1 off" in line} == {
        f"2.100 ch1 off {note}" for note in range(63, 71)
    }
    assert stage.sounding() == {(4, 71)}


def test_the_window_goes_over_and_a_chord_finds_the_parts_of_the_new_preset():
    duo = (Part("high", 4, register=90), Part("low", 5, register=31))
    stage = on_stage(organ(RhythmicAlphabet(480), parts=duo))
    stage.keys("ax", at=1.2)
    stage.type("2", at=1.0)
    stage.play_until(2.6)
    before = [event for event in stage.status.window if len(event.notes) == 2]
    assert [[(note.note, note.part) for note in event.notes] for event in before] == [[(60, 1), (83, 0)]]


def test_the_newest_request_counts():
    other = organ(name="flute", parts=(Part("flute", 6, program=73),))
    stage = on_stage(organ(), other)
    stage.type("2", at=1.0)
    stage.type("3", at=1.5)
    stage.play_until(2.2)
    assert notes(stage, channel=4) == []
    assert notes(stage, channel=6) == [(2.1, 71)]


def test_asking_twice_does_not_put_it_off():
    stage = on_stage()
    stage.type("2", at=1.0)
    stage.type("2", at=2.095)
    stage.play_until(2.2)
    assert notes(stage, channel=4) == [(2.1, 71)]


def test_asking_for_what_plays_calls_it_off():
    stage = on_stage()
    stage.type("2", at=1.0)
    stage.type("1", at=1.5)
    stage.play_until(4.0)
    assert notes(stage, channel=4) == []
    assert [at for at, _ in notes(stage, channel=0)] == pytest.approx([0.1 + 0.25 * i for i in range(16)])


def test_asking_when_it_is_committed_already_brings_it_back_a_bar_later():
    stage = on_stage(lead_seconds=0.08)
    stage.type("2", at=1.0)
    stage.type("1", at=2.05)
    stage.play_until(4.5)
    assert [at for at, _ in notes(stage, channel=4)] == [2.1, 2.6, 3.1, 3.6]
    assert notes(stage, channel=0)[8:] == [(4.1, 75), (4.35, 76)]


@pytest.mark.parametrize(("switch", "first"), [("beat", 1.1), ("now", 1.0375)])
def test_a_switch_on_the_beat_or_at_once(switch, first):
    stage = on_stage(switch=switch)
    stage.type("2", at=1.0)
    stage.play_until(3.0)
    assert notes(stage, channel=4)[0][0] == pytest.approx(first)


def test_while_nothing_plays_it_takes_over_at_once_and_its_sound_is_told():
    stage = VirtualStage(others=(organ(),))
    stage.type("2", at=0.5)
    stage.play_until(0.6)
    assert transcript(stage.sent) == ["0.500 ch5 program 19"]
    stage.type("s", at=1.0)
    stage.play_until(1.2)
    assert notes(stage, channel=4) == [(1.1, 63)]


def test_what_was_asked_for_before_a_stop_plays_after_it():
    stage = on_stage()
    stage.type("2", at=1.0)
    stage.type(" ", at=1.5)
    stage.type("s", at=2.0)
    stage.play_until(2.7)
    assert notes(stage, channel=4) == [(2.1, 69), (2.6, 70)]
    assert "1.500 ch5 program 19" in transcript(stage.sent)


def test_a_preset_that_cannot_be_played_is_said_and_the_music_goes_on():
    stage = on_stage()
    stage.type("7", at=0.5)
    stage.play_until(1.0)
    assert stage.display.last.notice == "there is no preset 7: there are 2"
    assert stage.status.switch is None


def test_a_preset_that_was_asked_for_too_early_comes_when_it_is_loaded():
    stage = VirtualStage(others=(organ(),))
    stage.performer.start()
    style = stage.repertoire.choose(1)
    stage.repertoire._styles[1] = LOADING
    stage.type("2", at=0.5)
    stage.at(3.0, PresetReady(1, style))
    stage.play_until(2.0)
    assert stage.display.last.notice == "organ is still loading: it will take over as soon as it is ready"
    stage.play_until(4.2)
    assert notes(stage, channel=4) == [(4.1, 79)]


def test_an_answer_to_a_key_leaves_the_screen_again():
    stage = on_stage()
    stage.type("7", at=0.5)
    stage.play_until(7.0)
    assert stage.display.last.notice is None


def test_a_preset_in_another_meter_is_said():
    stage = on_stage(organ(corpus_meter=Meter(3, 4)))
    stage.type("2", at=0.5)
    stage.play_until(1.0)
    assert stage.display.last.notice == "organ was made for 3/4, but will play in 4/4"


def test_a_part_without_a_sound_does_not_inherit_one():
    plain = organ(name="plain", parts=(Part("any", 4),))
    stage = on_stage(organ(), plain)
    stage.type("2", at=1.0)
    stage.type("3", at=3.0)
    stage.play_until(4.2)
    programs = [line for line in transcript(stage.sent) if "program" in line]
    assert programs == ["2.100 ch5 program 19", "4.100 ch5 program 0"]


def test_the_other_preset_has_controls_of_its_own():
    loud = Style("loud", AlphabetPredictor(), (Part("loud", 4),), Controls(CONTROLS.sampling, 1.0, 0.5, 120))
    stage = on_stage(loud)
    stage.type("2", at=1.0)
    stage.play_until(3.2)
    struck = [m.velocity for _, m in stage.sent if m.type == "note_on" and m.channel == 4]
    assert struck == [120, 120, 120]
    stage.set_controls(CONTROLS)
    stage.type("1", at=3.3)
    stage.type("2", at=5.0)
    stage.play_until(6.2)
    assert [m.velocity for _, m in stage.sent if m.type == "note_on" and m.channel == 4][-1] == 64


def test_a_length_holds_over_a_switch():
    stage = on_stage(length=Length(ticks=3 * 1920))
    stage.type("2", at=3.0)
    stage.play_until(60)
    assert stage.stage.is_leaving
    assert stage.performer.state is State.FINISHED
    assert max(notes(stage, channel=4))[0] == pytest.approx(ORIGIN + 3 * BAR - 0.5)
    assert stage.sounding() == set()


def test_a_real_preset_goes_on_from_what_another_played():
    steps = Style(
        "steps", open_predictor(STEPS), STEPS.settings.parts, Controls.of(STEPS.settings), think_seconds=0.01
    )
    stage = on_stage(steps)
    stage.type("2", at=1.0)
    stage.play_until(2.6)
    played = [
        line for line in transcript(stage.sent) if float(line.split()[0]) > 2.05 and " off " not in line
    ]
    # The piano rose by a semitone, and so do the steps; on the bar line the bass begins.
    assert played == [
        "2.100 ch1 program 73",
        "2.100 ch2 program 32",
        "2.100 ch1 on 71",
        "2.100 ch2 on 36",
        "2.475 ch1 on 72",
        "2.600 ch1 on 73",
    ]
    assert spell(stage.status.window)[:3] == "abc"


def test_forty_switches_lose_nothing_and_leave_nothing():
    stage = on_stage(organ(), organ(name="flute", parts=(Part("flute", 6, program=73),)))
    for index in range(40):
        stage.type("123"[index % 3], at=1.0 + 1.37 * index)
    stage.type(" ", at=60.0)
    stage.play_until(61.0)
    assert stage.sounding() == set()
    onsets = sorted(at for channel in (0, 4, 6) for at, _ in notes(stage, channel))
    gaps = [later - earlier for earlier, later in pairwise(onsets)]
    assert max(gaps) == pytest.approx(0.5)
    lines = [at for at, message in stage.sent if message.type == "program_change" and at > 0.1]
    bars = [(at - ORIGIN) / BAR for at in lines]
    assert bars == pytest.approx([round(bar) for bar in bars], abs=1e-6)


class Thinking(RhythmicAlphabet):
    """Takes its time, on the stage's own clock."""

    stage = None
    seconds = 0.0

    def predict(self, *arguments):
        if self.stage is not None:
            self.stage.clock.jump_to(self.stage.clock.now() + self.seconds)
        return super().predict(*arguments)


def test_hands_that_strike_just_before_the_line_do_not_move_it():
    """The other preset's first event is drawn anew, and too late: what takes over takes over on the line."""
    slow = Thinking(480)
    stage = on_stage(organ(slow, bpm=60), lead_seconds=0.02)
    stage.type("2", at=1.0)
    stage.keys("m", at=2.0, held=0.02)
    stage.play_until(2.04)
    slow.stage, slow.seconds = stage, 0.1
    stage.play_until(6.0)
    (line,) = [at for at, message in stage.sent if message.type == "program_change" and message.channel == 4]
    assert line == pytest.approx(2.1)
    assert stage.status.clock.transport.seconds_at(4 * 480 + 480) == pytest.approx(3.1)
    # Its events keep to the beat, which lasts a second from then on.
    assert notes(stage, channel=4)[0][0] == pytest.approx(3.1)
    assert stage.link.dropped == 0
