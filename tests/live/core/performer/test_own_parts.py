"""The parts that the musician plays are left to them."""

from dataclasses import replace

import pytest

from live.core.controls.mode import Mode
from live.core.input.keyboard import Chord, Pressed
from live.core.planning.chord_events import chord_event
from live.core.planning.style import Style
from presets.bundles.library import load_preset
from presets.bundles.settings import Part
from tests.live.stage.alphabet import CONTROLS, RhythmicAlphabet
from tests.measurements.stages import on_stage

DUET = (Part("low", 0, register=48), Part("high", 1, register=72))


@pytest.mark.parametrize("mine", ["melody", "chords"])
@pytest.mark.parametrize("mode", [Mode.STREAM, Mode.ACCOMPANY])
def test_segue_never_plays_a_part_that_is_the_musicians(mine, mode):
    preset = load_preset("folk")
    stage = on_stage(preset, mode, bpm=120, rng_seed=0, me=mine)
    for beat in range(8):
        stage.strike(72 + beat % 5, 0.3 + beat * 0.5)
    stage.play_until(6.0)
    played = {preset.settings.parts[part].channel for part in (0, 1)}
    sounded = {message.channel for _, message in stage.sent if message.type == "note_on"}
    mine_channel = next(part.channel for part in preset.settings.parts if part.name == mine)
    assert sounded == played - {mine_channel}
    assert stage.display.last.mine == (mine,)


def event_of(number, **controls):
    style = Style("duet", RhythmicAlphabet(480), DUET, CONTROLS)
    chord = Chord(0.0, (Pressed((0, 0, number), 90, 0.0),))
    (note,) = chord_event(chord, style, replace(CONTROLS, **controls)).notes
    return note


def test_what_the_musician_plays_is_their_part_however_low():
    assert event_of(40).part == 0
    assert event_of(40, mine=frozenset({"high"})).part == 1
    assert event_of(80, mine=frozenset({"low"})).part == 0
    assert event_of(80, mine=frozenset({"flute"})).part == 1
