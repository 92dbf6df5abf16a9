"""Presets that bring their own meter along."""

import pytest
from mido import Message

from live.core.controls.binding import Binding
from live.core.controls.mode import Mode
from live.core.planning.states import Length, State
from live.core.planning.style import Style
from live.ports.reports import MessageReceived
from live.screen.words import coming_words
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter, Part
from presets.sets.records import Begun, MeterChanged
from presets.sets.transcription import transcribe
from tests.live.stage.alphabet import CONTROLS, RhythmicAlphabet
from tests.live.stage.virtual_stage import VirtualStage

THREE = Meter(3, 4)
BAR, WALTZ_BAR = 1920, 1440
BEAT = 0.5
START = 0.1
"""When tick 0 sounds: on a stage that starts at once, a little after."""


def waltz(name="waltz", **options):
    return Style(name, RhythmicAlphabet(480), (Part("organ", 4, 19),), CONTROLS, **options)


def on_stage(*others, **options):
    stage = VirtualStage(others=others or (waltz(meter=THREE),), **options)
    stage.performer.start()
    return stage


def changes(stage):
    """Return the tick and the meter of each change of the meter."""
    return [(since.tick, str(since.meter)) for since in stage.status.clock.bars.meters]


def first_note(stage, channel=4):
    return next(at for at, m in stage.sent if m.type == "note_on" and m.channel == channel)


def test_a_preset_brings_its_meter_on_the_bar_line_where_it_takes_over():
    stage = on_stage()
    stage.type("2", at=0.5)
    stage.play_until(4.0)
    assert changes(stage) == [(0, "4/4"), (BAR, "3/4")]
    assert first_note(stage) == pytest.approx(START + 4 * BEAT)
    assert str(stage.status.clock.bars.position(BAR + WALTZ_BAR)) == "3|1|000"


@pytest.mark.parametrize("switch", ["beat", "now"])
def test_it_waits_for_a_bar_line_although_others_take_over_earlier(switch):
    stage = on_stage(waltz(meter=THREE), waltz("other"), switch=switch)
    stage.type("2", at=0.5)
    stage.play_until(0.9)
    assert stage.status.switch.line == BAR
    stage.type("3", at=0.9)
    stage.play_until(0.91)
    assert stage.status.switch.line < BAR


def test_what_comes_after_it_keeps_its_meter_unless_it_sets_another_one():
    stage = on_stage(waltz(meter=THREE), waltz("other"), waltz("jig", meter=Meter(6, 8)))
    for key, at in (("2", 0.5), ("3", 3.0), ("4", 5.0)):
        stage.type(key, at)
    stage.play_until(8.0)
    assert changes(stage) == [(0, "4/4"), (BAR, "3/4"), (BAR + 2 * WALTZ_BAR, "6/8")]
    assert stage.status.style.meter == Meter(6, 8)


def test_only_when_told_to_does_a_preset_bring_the_meter_of_its_corpus():
    for own_meters, heard in ((False, [(0, "4/4")]), (True, [(0, "4/4"), (BAR, "3/4")])):
        stage = on_stage(waltz(corpus_meter=THREE), own_meters=own_meters)
        stage.type("2", at=0.5)
        stage.play_until(3.0)
        assert changes(stage) == heard


def test_a_switch_that_is_called_off_brings_no_meter():
    stage = on_stage()
    stage.type("2", at=0.5)
    stage.play_until(0.6)
    assert changes(stage) == [(0, "4/4"), (BAR, "3/4")]
    stage.type("1", at=0.7)
    stage.play_until(4.0)
    assert changes(stage) == [(0, "4/4")]


def test_the_newest_request_brings_the_meter():
    stage = on_stage(waltz(meter=THREE), waltz("five", meter=Meter(5, 4)))
    stage.type("2", at=0.5)
    stage.type("3", at=0.7)
    stage.play_until(4.0)
    assert changes(stage) == [(0, "4/4"), (BAR, "5/4")]


def test_by_a_key_the_current_preset_goes_on_in_its_own_meter_and_the_next_one_too():
    stage = on_stage(waltz(corpus_meter=THREE), waltz("polka", corpus_meter=Meter(2, 4)))
    stage.type("2", at=0.5)
    stage.play_until(2.5)
    assert stage.display.last.notice == "waltz was made for 3/4, but will play in 4/4"
    stage.type("o", at=2.6)
    stage.play_until(2.7)
    assert stage.display.last.notice == "each preset plays in its own meter"
    stage.play_until(4.5)
    assert changes(stage) == [(0, "4/4"), (2 * BAR, "3/4")]
    stage.type("3", at=4.6)
    stage.play_until(7.0)
    assert changes(stage)[-1] == (2 * BAR + WALTZ_BAR, "2/4")
    stage.type("o", at=7.1)
    stage.type("2", at=7.2)
    stage.play_until(9.0)
    assert changes(stage)[-1] == (2 * BAR + WALTZ_BAR, "2/4")
    assert stage.status.style.corpus_meter == THREE


def test_by_the_key_a_preset_that_is_about_to_take_over_brings_its_meter():
    stage = on_stage(waltz(corpus_meter=THREE))
    stage.type("2", at=0.5)
    stage.type("o", at=0.7)
    stage.play_until(3.0)
    assert changes(stage) == [(0, "4/4"), (BAR, "3/4")]


def test_a_button_does_what_the_key_does():
    stage = on_stage(waltz(corpus_meter=THREE), bindings=[Binding("meter", control=20)])
    stage.at(0.4, MessageReceived(0.4, 0, Message("control_change", control=20, value=127)))
    stage.type("2", at=0.5)
    stage.play_until(3.0)
    assert changes(stage) == [(0, "4/4"), (BAR, "3/4")]


def test_while_nothing_plays_it_takes_over_at_once_and_bars_are_counted_from_the_next_line():
    stage = on_stage()
    stage.type(" ", at=START + 2.2)  # after a bar and 192 ticks
    stage.type("2", at=2.5)
    stage.play_until(2.6)
    assert changes(stage) == [(0, "4/4"), (2 * BAR, "3/4")]
    stage.type(" ", at=2.7)
    stage.play_until(5.0)
    assert stage.status.state is State.PLAYING
    assert str(stage.status.clock.bars.position(2 * BAR + WALTZ_BAR)) == "4|1|000"


def test_begun_again_the_music_is_in_the_new_meter_from_its_first_bar():
    stage = on_stage(count_in=1)
    stage.type("2", at=2.5)
    stage.play_until(5.0)
    stage.type("r", at=5.1)
    stage.play_until(5.3)
    assert changes(stage) == [(0, "3/4")]
    assert stage.status.clock.first_tick == -WALTZ_BAR


def test_a_stop_does_not_forget_the_meter_of_a_requested_preset():
    stage = on_stage()
    stage.type("2", at=0.5)
    stage.type(" ", at=0.8)
    stage.type(" ", at=1.0)
    stage.play_until(4.0)
    assert changes(stage) == [(0, "4/4"), (BAR, "3/4")]


def test_segues_answer_still_ends_on_a_bar_line():
    stage = on_stage(mode=Mode.ANSWER)
    for at in (0.2, 0.7, 1.2, 1.7, 2.2, 2.7, 3.2):  # two bars
        stage.strike(60, at)
    stage.play_until(5.0)
    assert stage.status.turn.end == 4 * BAR
    stage.type("2", at=5.2)
    stage.play_until(6.2)
    assert stage.status.turn.end == 3 * BAR + WALTZ_BAR


def test_a_length_in_bars_counts_each_bar_as_it_is():
    stage = on_stage(length=Length(bars=3))
    stage.type("2", at=0.5)
    stage.play_until(9.0)
    assert stage.status.state is State.FINISHED
    last = max(at for at, message in stage.sent if message.type == "note_on")
    assert last == pytest.approx(START + (BAR + 2 * WALTZ_BAR - 480) / 480 * BEAT)


def test_a_master_has_no_bars_so_the_meter_stays():
    stage = VirtualStage(others=(waltz(meter=THREE, corpus_meter=THREE),), follows=True, own_meters=True)
    stage.performer.start()
    stage.type("2", at=0.2)
    stage.type("o", at=0.3)
    stage.play_until(1.0)
    assert stage.display.last.notice == "MIDI clock knows no bars: the meter stays as --meter gives it"
    assert changes(stage) == [(0, "4/4")]


def test_the_journal_says_where_the_meter_changes_and_its_recording_has_the_bars():
    stage = on_stage()
    stage.type("2", at=0.5)
    stage.play_until(4.0)
    stage.type("r", at=4.1)
    stage.play_until(6.0)
    kept = [record for record in stage.records if isinstance(record, Begun | MeterChanged)]
    first, changed, again, whole = kept
    assert (first.tick, changed) == (0, MeterChanged(2.1, 1, BAR, THREE))
    assert (again.tick, whole) == (0, MeterChanged(again.at, 2, 0, THREE))
    recording = transcribe(stage.records, "waltz")
    assert recording.meters == ((0, Meter(4, 4)), (BAR, THREE))
    bars = -(-(recording.end - BAR) // WALTZ_BAR)
    assert bars >= 3


def test_the_screen_says_in_which_meter_the_next_preset_comes():
    stage = on_stage()
    stage.type("2", at=0.5)
    stage.play_until(0.6)
    snapshot = stage.display.last
    assert coming_words(snapshot.setlist.coming, snapshot.clock).endswith("at bar 2, in 3/4")


@pytest.mark.parametrize("switch", ["beat", "now"])
def test_a_preset_in_the_same_meter_cuts_no_bar_short(switch):
    stage = on_stage(waltz(meter=Meter(4, 4)), switch=switch)
    stage.type("2", at=0.9)
    stage.play_until(3.0)
    assert stage.status.style.name == "waltz"
    assert changes(stage) == [(0, "4/4")]


@pytest.mark.parametrize(
    ("keys", "meter"), [("2", "3/4"), ("21", "4/4"), ("23", "4/4"), ("o", "4/4"), ("4", "4/4"), ("41", "4/4")]
)
def test_in_the_count_in_too_a_switch_that_is_called_off_brings_no_meter(keys, meter):
    stage = on_stage(waltz(meter=THREE), waltz("other"), waltz("polka", corpus_meter=Meter(2, 4)), count_in=2)
    for place, key in enumerate(keys):
        stage.type(key, at=0.5 + place * 0.3)
    stage.play_until(6.0)
    assert changes(stage) == [(0, meter)]


def test_the_key_pressed_twice_leaves_the_meter_as_it_was():
    stage = on_stage(waltz(corpus_meter=THREE))
    stage.type("2", at=0.5)
    stage.type("o", at=2.6)
    stage.type("o", at=2.9)
    stage.play_until(6.0)
    assert changes(stage) == [(0, "4/4")]


def test_a_switch_that_is_called_off_leaves_the_meter_of_the_key():
    stage = on_stage(waltz(corpus_meter=THREE), waltz("polka", corpus_meter=Meter(2, 4)))
    for key, at in (("2", 0.5), ("o", 2.6), ("3", 2.8), ("2", 3.0)):
        stage.type(key, at)
    stage.play_until(6.0)
    assert changes(stage) == [(0, "4/4"), (2 * BAR, "3/4")]


@pytest.mark.parametrize("stop", [START + 2.2, START + 2.0])
def test_while_stopped_a_preset_without_a_meter_keeps_the_one_that_was_chosen_before(stop):
    stage = on_stage(waltz(meter=THREE), waltz("other"))
    stage.type(" ", at=stop)
    stage.type("2", at=2.6)
    stage.type("3", at=2.8)
    stage.play_until(3.0)
    assert str(stage.status.clock.bars.newest) == "3/4"


def recorded(stage):
    """Return where bars begin in the recording, and where they began on stage, for as many bars."""
    recording = transcribe(stage.records, "waltz")
    lines = BarLines.through(recording.meters)
    return recording.meters, [lines.line(bar) for bar in range(lines.number(recording.end - 1) + 1)]


def test_a_count_in_is_recorded_in_bars_of_its_own():
    stage = VirtualStage(meter=THREE, count_in=2)
    stage.performer.start()
    stage.play_until(6.0)
    meters, lines = recorded(stage)
    assert meters == ((0, THREE),)
    assert lines[:4] == [0, WALTZ_BAR, 2 * WALTZ_BAR, 3 * WALTZ_BAR]


def test_a_take_that_goes_on_is_recorded_with_its_bar_lines():
    stage = on_stage(waltz(meter=THREE), waltz("reel", meter=Meter(4, 4)))
    stage.type("2", at=0.5)
    stage.type("3", at=START + 2.1)
    stage.type(" ", at=START + 4.2)
    stage.type(" ", at=5.0)
    stage.play_until(9.0)
    assert changes(stage) == [(0, "4/4"), (BAR, "3/4"), (BAR + WALTZ_BAR, "4/4")]
    at = {record.take: record.tick for record in stage.records if isinstance(record, MeterChanged)}
    assert (at[2] - BAR - WALTZ_BAR) % BAR == 0


def test_what_is_played_in_the_count_in_is_answered_from_the_first_bar_on():
    stage = on_stage(mode=Mode.ANSWER, count_in=2, predictor=RhythmicAlphabet(240))
    for place in range(6):
        stage.strike(60 + place, 0.2 + place * 0.3)
    stage.play_until(6.0)
    assert stage.status.turn is None or stage.status.turn.begin >= 0
    assert any(message.type == "note_on" and at >= START + 8 * BEAT for at, message in stage.sent)
