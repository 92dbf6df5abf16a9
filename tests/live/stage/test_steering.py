"""What keys of the computer and controllers ask for, on a whole stage on virtual time."""

from itertools import pairwise
from pathlib import Path

import pytest
from mido import Message

from live.core.controls.actions import Action
from live.core.controls.binding import Binding
from live.core.controls.mode import Mode
from live.core.planning.states import State
from live.core.planning.style import Style
from live.ports.reports import MessageReceived
from presets.bundles.bundle import read_bundle
from presets.bundles.settings import Part
from presets.errors import SegueError
from tests.live.stage.alphabet import CONTROLS, A, RhythmicAlphabet, seed, spell
from tests.live.stage.transcript import transcript
from tests.live.stage.virtual_stage import VirtualStage
from tests.live.stage.watched_stage import pass_time

STEPS = read_bundle(Path(__file__).parents[2] / "golden" / "steps")


def other(name, channel, **options):
    return Style(name, RhythmicAlphabet(480), (Part(name, channel),), CONTROLS, **options)


def on_stage(*bindings, **options):
    stage = VirtualStage(bindings=bindings, **options)
    stage.performer.start()
    return stage


def cc(stage, at, control, value):
    stage.at(at, MessageReceived(at, 0, Message("control_change", control=control, value=value)))


def strike(stage, at, note, held=0.1, channel=0, velocity=90):
    stage.strike(note, at, held, velocity, channel)


def onsets(stage, channel=0):
    return [at for at, message in stage.sent if message.type == "note_on" and message.channel == channel]


def loop(stage, until, delay):
    """Play on, and let everything that is sent come in again, so many seconds later."""
    returned = len(stage.sent)
    while stage.clock.now() < until:
        now = stage.clock.now() + 0.005
        stage.play_until(now)
        for at, message in stage.sent[returned:]:
            stage.at(max(at + delay, now), MessageReceived(max(at + delay, now), 1, message))
        returned = len(stage.sent)


def test_a_bound_note_does_its_work_and_is_no_music():
    stage = on_stage(Binding(Action.STOP, note=20))
    strike(stage, 1.0, 20)
    strike(stage, 2.0, 20)
    stage.play_until(3.0)
    assert not [at for at in onsets(stage) if 1.0 <= at < 2.0]
    assert [at for at in onsets(stage) if at > 2.0]
    assert all(20 not in event.note_numbers for event in stage.status.window)


def test_a_knob_is_picked_up_and_then_turns():
    stage = on_stage(Binding("velocity", control=21))
    for step, value in enumerate((0, 40, 70, 100)):
        cc(stage, 0.5 + step / 100, 21, value)
    stage.play_until(0.515)
    assert stage.status.controls.velocity == 64  # 20 and 51 are below it: not there yet
    assert "turn it up" in stage.stage._notices.most_urgent(stage.status)
    stage.play_until(1.0)
    assert stage.status.controls.velocity == 99


def test_an_encoder_turns_the_tempo_by_its_clicks_however_quick():
    from live.core.controls.binding import Encoding

    stage = on_stage(Binding("tempo", control=21, encoding=Encoding.RELATIVE))
    for step in range(10):
        cc(stage, 0.5 + step / 1000, 21, 1)
    stage.play_until(1.0)
    assert stage.status.clock.bpm == 130


def test_program_changes_and_pads_switch_presets_on_their_line():
    stage = on_stage(Binding(2, note=36), others=(other("organ", 4), other("bells", 5)))
    stage.at(0.5, MessageReceived(0.5, 0, Message("program_change", program=1)))
    strike(stage, 2.5, 36)
    stage.play_until(6.0)
    assert onsets(stage, channel=4)[0] == pytest.approx(2.1)
    assert onsets(stage, channel=5)[0] == pytest.approx(4.1)


def test_next_and_previous_go_through_the_set_and_stop_at_its_ends():
    stage = on_stage(others=(other("organ", 4), other("bells", 5)), switch="beat")
    for index, key in enumerate("nnnbbb"):
        stage.type(key, 0.3 + index)
    numbers = []
    for index in range(6):
        stage.play_until(1.2 + index)
        numbers.append(stage.display.last.setlist.number)
    assert numbers == [1, 2, 2, 1, 0, 0]


def test_what_a_preset_of_a_set_brings_along_comes_with_it_on_the_line():
    loud = other("organ", 4, bpm=60, mode=Mode.HOLD)
    last = other("bells", 5, bpm=240, mode=Mode.STREAM)
    stage = on_stage(others=(loud, last))
    stage.type("2", 0.5)
    stage.play_until(2.11)
    assert (stage.status.mode, stage.status.clock.bpm) == (Mode.HOLD, 60)
    assert stage.display.last.setlist.coming is None
    stage.type("3", 3.0)
    stage.play_until(12.0)
    # A bar at 60 bpm lasts 4 s; then a beat lasts 0.25 s.
    assert onsets(stage, channel=4) == []
    assert onsets(stage, channel=5)[:3] == [pytest.approx(at) for at in (6.1, 6.35, 6.6)]


def test_the_same_preset_stands_in_a_set_twice():
    network = RhythmicAlphabet(480)
    quick, slow = (
        Style(name, network, (Part(name, channel),), CONTROLS, bpm=bpm)
        for name, channel, bpm in (("quick", 4, 240), ("slow", 5, 60))
    )
    stage = on_stage(others=(quick, slow), switch="beat")
    for at, key in ((0.3, "2"), (1.3, "3"), (3.4, "2")):
        stage.type(key, at)
    stage.play_until(5.0)
    gaps = [round(b - a, 3) for a, b in pairwise(onsets(stage, 4) + onsets(stage, 5))]
    assert {0.25, 1.0} <= set(gaps)
    assert stage.display.last.setlist.number == 1


def test_mute_ends_the_notes_and_the_music_goes_on_unheard():
    stage = on_stage()
    stage.type("u", 1.0)
    stage.type("u", 2.0)
    stage.play_until(3.0)
    assert stage.sounding() == set() or stage.performer.state is State.PLAYING
    heard = onsets(stage)
    assert not [at for at in heard if 1.0 <= at < 2.0]
    assert heard[-1] > 2.0
    # What was not heard was played all the same: the alphabet has gone on.
    notes = [message.note for _, message in stage.sent if message.type == "note_on"]
    assert notes[-1] - notes[0] == round((heard[-1] - heard[0]) / 0.25)


def test_restart_begins_with_the_presets_seed_on_the_first_bar():
    first = Style("mine", RhythmicAlphabet(480), (Part("piano"),), CONTROLS, seed=seed("kl"))
    stage = on_stage(others=(first,), switch="beat")
    stage.type("2", 0.3)
    stage.type("r", 3.3)
    stage.play_until(4.0)
    assert spell(stage.status.window)[:2] == "kl"
    assert stage.status.clock.transport.origin == pytest.approx(3.4, abs=0.01)


def test_arrows_choose_a_knob_and_turn_it():
    stage = on_stage()
    names = [dial.name for dial in stage.stage._snapshot().panel.dials]
    assert "density" not in names  # of score presets only
    for _ in range(names.index("transpose") if "transpose" in names else names.index("swing")):
        stage.type("down", 0.5)
    for _ in range(3):
        stage.type("right", 0.6)
    stage.play_until(1.0)
    assert stage.display.last.panel.dials[stage.display.last.panel.chosen].text == "53"
    assert stage.performer.control_state(1.0).swing == 53


def test_midi_learn_binds_the_chosen_knob_and_saves_it():
    stage = on_stage()
    stage.type("l", 0.5)
    for step, value in enumerate((60, 61, 62, 63, 64, 65, 66, 67)):
        cc(stage, 0.6 + step / 100, 74, value)
    stage.play_until(0.8)
    (binding,) = stage.saved
    assert (binding.target, binding.control) == ("temperature", 74)
    assert "CC 74 now controls temperature" in stage.display.last.notice
    for step, value in enumerate((60, 70, 127)):
        cc(stage, 1.0 + step / 100, 74, value)
    stage.play_until(1.2)
    assert stage.status.controls.sampling.temperature == 2
    assert stage.display.last.panel.dials[0].bound == "CC 74"


def test_an_action_is_learned_from_a_pad_and_escape_learns_nothing():
    stage = on_stage()
    stage.type("l", 0.5)
    stage.play_until(0.6)
    learning = stage.stage._snapshot().panel.learning
    place = [target.name for target in learning.targets].index("panic")
    for _ in range(place - learning.chosen):
        stage.type("down", 0.7)
    strike(stage, 0.8, 36, channel=9)
    stage.play_until(1.0)
    assert [(binding.target, binding.note) for binding in stage.saved] == [(Action.PANIC, 36)]
    stage.type("l", 1.1)
    stage.type("escape", 1.2)
    strike(stage, 1.3, 40)
    stage.play_until(1.6)
    assert len(stage.saved) == 1
    assert stage.stage._snapshot().panel.learning is None


def test_x_forgets_what_is_bound_to_what_is_chosen_and_only_while_learning():
    stage = on_stage(
        Binding("temperature", control=21),
        Binding("temperature", control=22),
        Binding("velocity", control=23),
    )
    stage.type("x", 0.4)
    stage.play_until(0.5)
    assert stage.stage._snapshot().panel.dials[0].bound == "CC 22"
    for at, key in ((0.6, "l"), (0.7, "x"), (0.8, "escape")):
        stage.type(key, at)
    stage.play_until(0.9)
    assert stage.display.last.notice == "nothing controls temperature any more"
    assert [dial.bound for dial in stage.stage._snapshot().panel.dials if dial.bound] == ["CC 23"]
    assert stage.forgotten == ["temperature"]


def test_what_is_not_bound_cannot_be_forgotten():
    stage = on_stage()
    stage.type("l", 0.5)
    stage.type("\x7f", 0.6)
    stage.play_until(0.9)
    assert stage.display.last.notice == "nothing controls temperature"
    assert not stage.forgotten


def test_what_cannot_be_forgotten_in_the_file_is_forgotten_tonight():
    stage = on_stage(Binding("temperature", control=21))

    def refuse(_target):
        raise SegueError("the disk is full")

    stage.steering._learning._forget = refuse
    stage.type("l", 0.5)
    stage.type("x", 0.6)
    stage.play_until(0.9)
    assert stage.display.last.notice.endswith("any more, but only until you quit: the disk is full")
    assert stage.stage._snapshot().panel.dials[0].bound is None


def test_what_cannot_be_saved_holds_tonight_and_says_so(monkeypatch):
    stage = on_stage()

    def refuse(_binding):
        raise SegueError("the disk is full")

    stage.steering._learning._save = refuse
    stage.type("l", 0.5)
    for step, value in enumerate((60, 61, 62, 63, 64, 65, 66, 67)):
        cc(stage, 0.6 + step / 100, 74, value)
    stage.play_until(0.8)
    assert stage.display.last.notice.endswith("but only until you quit: the disk is full")


def test_a_pedal_that_is_down_before_learning_comes_up_in_the_music():
    stage = on_stage(mode=Mode.CONTINUE)
    cc(stage, 0.5, 64, 127)
    strike(stage, 0.6, 60)
    stage.type("l", 0.8)
    cc(stage, 0.9, 64, 0)
    stage.play_until(1.0)
    assert not stage.performer._keyboard.held


def test_transposing_leaves_no_gap():
    """Turned up an octave in the middle, the same events come at the same moments, an octave higher."""

    def play(*turns):
        stage = VirtualStage(preset=STEPS, bindings=[Binding("transpose", control=21)])
        stage.performer.start()
        for at, value in turns:
            cc(stage, at, 21, value)
        stage.play_until(8.0)
        return [(at, message.note) for at, message in stage.sent if message.type == "note_on"]

    plain, turned = play(), play((3.0, 64), (3.01, 127))
    assert [at for at, _ in turned] == [at for at, _ in plain]
    higher = [after - before for (_, before), (_, after) in zip(plain, turned, strict=True)]
    assert higher == sorted(higher)
    assert set(higher) == {0, 12}
    assert plain[higher.index(12)][0] < 3.2


def test_hands_go_through_and_share_a_note_with_segue():
    stage = on_stage(thru=[""], mode=Mode.STREAM)
    # d, e, f: segue strikes f at 0.6 for an eighth of a second; the hand strikes it then and holds on.
    strike(stage, 0.65, A + 5, held=0.5, velocity=100)
    stage.play_until(1.3)
    assert [line for line in transcript(stage.sent) if line.split()[-1] == str(A + 5)] == [
        "0.600 ch1 on 65",
        "0.650 ch1 off 65",
        "0.650 ch1 on 65",
        "1.150 ch1 off 65",
    ]


def test_a_lost_keyboard_lets_go_of_what_it_leads_through():
    stage = on_stage(thru=["3"], mode=Mode.HOLD)
    stage.at(0.5, MessageReceived(0.5, 0, Message("note_on", note=60, velocity=90)))
    stage.play_until(1.0)
    assert stage.sounding() == {(2, 60)}
    stage.keyboards.inputs[0].lose()
    stage.play_until(3.5)
    assert stage.sounding() == set()


def test_segue_does_not_hear_itself():
    """Everything that is sent comes in again; the first two notes may be heard twice, until it is proven."""
    stage = on_stage()
    loop(stage, 4.0, 0.1)
    played = [chr(m.note - A + ord("a")) for _, m in stage.sent if m.type == "note_on"]
    first, second, *others = played
    assert spell(stage.status.window) == "".join(["abc", first * 2, second * 2, *others])
    assert "hears itself" in stage.display.last.notice


@pytest.mark.parametrize("delay", [0.01, 0.05, 0.1, 0.14])
@pytest.mark.parametrize("thru", [[""], ["5"], ["1:5"], ["1:5", "5:1"]], ids=str)
def test_a_loop_that_goes_through_ends_and_leaves_nothing_sounding(thru, delay):
    stage = on_stage(thru=thru)
    strike(stage, 0.3, 40, held=0.9)
    strike(stage, 1.7, 41, held=0.3)
    loop(stage, 4.0, delay)
    stage.type(" ", 4.0)
    loop(stage, 5.0, delay)
    assert "hears itself" in stage.display.last.notice
    assert stage.sounding() == set()
    assert not [at for at, _ in stage.sent if at > 4.5]


def test_the_key_that_is_followed_is_shown():
    stage = VirtualStage(preset=STEPS, mode=Mode.STREAM, bindings=[Binding("key", control=21)])
    stage.performer.start()
    cc(stage, 0.2, 21, 2)  # the first of 27 zones, where the knob is picked up: the preset's own key
    cc(stage, 0.3, 21, 7)  # the second: follow
    for index, note in enumerate((62, 64, 66, 67, 69, 71, 73, 74, 69, 66, 62, 69, 74, 66, 62)):
        strike(stage, 0.5 + index * 0.25, note)
    stage.play_until(6.0)
    key = next(dial for dial in stage.stage._snapshot().panel.dials if dial.name == "key")
    assert key.text == "~D major"


def test_a_knob_that_is_swept_leaves_time_to_play():
    """Two hundred messages a second, and a network that needs 4 ms an event."""

    class Thinking(RhythmicAlphabet):
        def predict(self, *arguments):
            pass_time(stage, 0.004)
            return super().predict(*arguments)

    stage = VirtualStage(
        predictor=Thinking(120), bindings=[Binding("temperature", control=21)], lead_seconds=0.02
    )
    stage.performer.start()
    for step in range(1, 2000):
        cc(stage, step * 0.005, 21, 64 + round(60 * abs((step % 100) / 50 - 1)))
    stage.play_until(10.0)
    assert stage.status.rested == 0
    assert stage.display.last.timekeeping.lateness.worst == 0
    assert len(onsets(stage)) == pytest.approx(8 * 10, abs=2)
