"""What a stage hands over, and what it makes of it again."""

from dataclasses import replace

import numpy as np
import pytest

from live.core.performer.performer import Performer
from live.core.performer.recovery import Comeback
from live.core.performer.state_line import StateLineError
from live.core.planning.style import Style
from live.inference.preset_loader import PresetFailed, PresetReady
from live.setlist.repertoire import Repertoire
from live.stage.stage_state import LatePresets, StageState
from presets.bundles.settings import Part
from tests.live.stage.alphabet import CONTROLS, RhythmicAlphabet
from tests.live.stage.virtual_stage import VirtualStage, entry

NAMES = ("alphabet", "organ", "flute")


def others():
    return tuple(Style(name, RhythmicAlphabet(480), (Part(name, 4),), CONTROLS) for name in NAMES[1:])


def on_stage():
    stage = VirtualStage(others=others())
    stage.performer.start()
    stage.type("2", at=0.5)
    stage.play_until(3.0)
    stage.set_controls(replace(CONTROLS, velocity=99))
    stage.performer.set_controls(stage.repertoire.choose(0), replace(CONTROLS, velocity=33))
    stage.type("3", at=3.5)
    stage.play_until(3.6)
    return stage


def line_of(stage):
    state = StageState.of(stage.performer, stage.repertoire, stage.recorder, stage.clock.now())
    assert StageState.from_line(state.to_line()) == state
    return state.to_line()


def test_another_process_loads_the_preset_that_plays_first_and_the_others_get_their_controls_later():
    stage = on_stage()
    state = StageState.from_line(line_of(stage))
    checkpoint = state.checkpoint
    assert (checkpoint.preset, checkpoint.switch.preset) == (1, 2)
    assert state.recorder.preset == "organ"

    organ, _ = others()
    repertoire = Repertoire([entry(name) for name in NAMES], organ, lambda _, style: style, number=1)
    performance = checkpoint.performance(replace(stage.performer.performance, style=organ))
    performer = Performer(performance, np.random.default_rng(3))
    line = performer.recover(checkpoint, repertoire.ready, Comeback(3.6, 5.0))
    late = LatePresets(checkpoint, performer, repertoire)
    assert line == 4 * 1920  # at 8.1
    status = performer.status(5.0)
    assert (status.style, status.switch, status.controls.velocity) == (organ, None, 99)

    alphabet = Style("alphabet", RhythmicAlphabet(240), (Part("piano"),), CONTROLS)
    for news in (PresetReady(0, alphabet), PresetFailed(2, "no file")):
        repertoire.take(news)
        late.preset_came()
    performer.request(alphabet, 5.0)
    now = 5.0
    while performer.status(now).style is organ:
        performer.pump(now)
        now = max(now + 0.001, performer.deadline)
    assert performer.status(now).controls.velocity == 33


def test_a_line_that_is_not_whole_is_refused():
    line = line_of(on_stage())
    with pytest.raises(StateLineError, match=r"^a state must be whole, got \d+ damaged bytes$"):
        StageState.from_line(line[:-3] + b"xyz")
