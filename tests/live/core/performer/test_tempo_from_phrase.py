"""`--tempo-from-phrase`: what segue plays after the phrase is in its tempo, from a beat of it on."""

import pytest

from live.core.controls.mode import Mode
from live.core.planning.states import State
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from tests.live.stage.alphabet import RhythmicAlphabet
from tests.live.stage.virtual_stage import VirtualStage

BEGIN = 1.0


def after_phrase(bpm, *, letters="cegacegc", until=20.0, **options):
    """Play a letter a beat, and let segue go on."""
    stage = VirtualStage(
        **{"mode": Mode.ANSWER, "predictor": RhythmicAlphabet(PPQ)} | options,
        wait=True,
        tempo_from_phrase=True,
    )
    for beat, letter in enumerate(letters):
        stage.keys(letter, BEGIN + beat * 60 / bpm, held=0.8 * 60 / bpm)
    stage.play_until(until)
    return stage


def beats_struck(stage, bpm, channel=0):
    """When segue's notes were sent, in beats since the phrase began."""
    return [
        (at - BEGIN) * bpm / 60
        for at, message in stage.sent
        if message.type == "note_on" and message.channel == channel
    ]


@pytest.mark.parametrize("bpm", [84, 96, 112])
def test_segue_answers_in_the_tempo_of_the_phrase_on_its_beat(bpm):
    stage = after_phrase(bpm)
    assert stage.status.clock.bpm == pytest.approx(bpm, rel=0.005)
    # The last note ends at 7.8; two beats later the phrase is over, and the next beat is met.
    assert beats_struck(stage, bpm) == pytest.approx(range(10, 18), abs=0.06)


def test_the_phrase_is_counted_in_its_own_tempo():
    stage = after_phrase(84)
    window = stage.status.window.events
    assert [event.ioi for event in window[1:8]] == pytest.approx([PPQ] * 7, abs=3)
    assert window[0].notes[0].duration == pytest.approx(0.8 * PPQ, abs=3)
    # From the last note to bar 1 there are three beats.
    assert window[8].ioi == pytest.approx(3 * PPQ, abs=20)


def test_the_count_in_lies_on_the_beat_of_the_phrase():
    stage = after_phrase(96, count_in=1)
    assert beats_struck(stage, 96, channel=9) == pytest.approx(range(10, 14), abs=0.06)
    assert beats_struck(stage, 96)[0] == pytest.approx(14, abs=0.06)


def test_a_count_in_of_a_bar_of_five_eighths_leads_to_a_beat():
    stage = after_phrase(96, count_in=1, meter=Meter(5, 8), until=14.0)
    first = beats_struck(stage, 96)[0]
    assert first == pytest.approx(round(first), abs=0.06)


def test_latency_does_not_move_the_beat():
    stage = after_phrase(96, latency_seconds=0.05)
    # Beat 10 is too near: notes must leave 50 ms earlier.
    assert stage.status.clock.transport.origin == pytest.approx(BEGIN + 11 * 60 / 96, abs=0.04)


def test_asked_to_go_segue_begins_on_the_next_beat():
    stage = VirtualStage(
        mode=Mode.CONTINUE, predictor=RhythmicAlphabet(PPQ), wait=True, tempo_from_phrase=True
    )
    for beat, letter in enumerate("cegacegc"):
        stage.keys(letter, BEGIN + beat * 0.625, held=0.3)
    stage.type("g", BEGIN + 7.6 * 0.625)
    stage.play_until(10.0)
    assert beats_struck(stage, 96)[0] == pytest.approx(8, abs=0.06)


def test_a_phrase_without_a_tempo_keeps_the_set_one_and_segue_says_so():
    stage = after_phrase(96, letters="ce", until=4.0)
    assert stage.performer.state is State.PLAYING
    assert stage.status.clock.bpm == 120
    assert stage.display.last.notice == "no clear tempo in your phrase: 120 stays"
    stage.play_until(20.0)
    assert stage.display.last.notice is None


def test_a_tempo_that_is_turned_is_not_that_of_the_phrase():
    stage = after_phrase(96, letters="ce", until=4.0)
    stage.performer.change_tempo(90, 4.0)
    stage.play_until(4.2)
    assert stage.display.last.notice is None


def test_without_a_phrase_segue_begins_in_the_set_tempo():
    stage = after_phrase(96, letters="", until=0.5, mode=Mode.STREAM)
    stage.type("s", 1.0)
    stage.play_until(3.0)
    assert stage.performer.state is State.PLAYING
    assert stage.status.clock.bpm == 120
    assert stage.display.last.notice is None


def test_a_tempo_that_is_turned_while_segue_listens_gives_way_to_that_of_the_phrase():
    stage = VirtualStage(mode=Mode.ANSWER, predictor=RhythmicAlphabet(PPQ), wait=True, tempo_from_phrase=True)
    for beat, letter in enumerate("cegacegc"):
        stage.keys(letter, BEGIN + beat * 0.625, held=0.5)
    stage.type("+", 3.0)
    stage.play_until(12.0)
    assert stage.status.clock.bpm == pytest.approx(96, rel=0.005)
    assert [event.ioi for event in stage.status.window.events[1:8]] == pytest.approx([PPQ] * 7, abs=3)
