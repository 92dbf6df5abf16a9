from dataclasses import replace

import numpy as np
import pytest

from live.core.output.orders import Orders
from live.core.performer.engine import START_DELAY
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.planning.states import Length, Source, State
from live.core.planning.style import Style
from presets.bundles.settings import Meter, Part
from tests.live.stage.alphabet import CONTROLS, A, AlphabetPredictor, seed, spell

STEP = 0.25  # seconds an eighth at 120 bpm


def perform(word="abc", predictor=None, **options):
    style = Style(
        "alphabet",
        predictor or AlphabetPredictor(),
        options.pop("parts", (Part("piano", channel=2),)),
        options.pop("controls", CONTROLS),
    )
    performance = Performance(style, seed(word), options.pop("meter", Meter(4, 4)), 120, **options)
    return Performer(performance, np.random.default_rng(0))


def status(performer):
    """What it did, whenever that was."""
    return performer.status(0.0)


def run(performer, until, now=0.0, thinking=0.0):
    """Pump from deadline to deadline; each prediction takes `thinking` seconds."""
    strikes = []
    while performer.state is not State.FINISHED and (now := max(now, performer.deadline)) <= until:
        asked = len(performer.style.predictor.asked)
        strikes += performer.pump(now).strikes
        now += thinking * (len(performer.style.predictor.asked) - asked)
    return strikes


def heard(strikes, origin=START_DELAY):
    return [(round((s.at - origin) / STEP, 6), chr(s.note - A + ord("a"))) for s in strikes]


def press(performer, word, at):
    for index, letter in enumerate(word):
        note = (0, 0, A + ord(letter) - ord("a"))
        performer.press(note, 90, at + index * 0.01)
    for index, letter in enumerate(word):
        performer.release((0, 0, A + ord(letter) - ord("a")), at + 0.1 + index * 0.01)


def test_each_step_plays_what_follows_the_window():
    performer = perform()
    performer.start()
    assert heard(run(performer, until=1.0)) == [(0, "d"), (1, "e"), (2, "f"), (3, "g")]
    assert spell(status(performer).window) == "abcdefg"


def test_notes_have_the_parts_channel_the_controls_velocity_and_end_at_the_gate():
    performer = perform()
    performer.start()
    first = run(performer, until=0.2)[0]
    assert (first.channel, first.velocity) == (2, 64)
    assert first.until - first.at == pytest.approx(STEP / 2)


def test_a_network_as_slow_as_this_is_in_time_once_it_has_begun():
    performer = perform()
    performer.start()
    strikes = run(performer, until=4.5, thinking=0.15)
    assert [step for step, _ in heard(strikes, status(performer).clock.transport.origin)] == list(range(17))
    assert status(performer).rested == 0
    assert status(performer).trouble is None


def test_one_that_is_slower_than_the_beat_rests_in_time_and_says_so():
    performer = perform()
    performer.start()
    strikes = run(performer, until=3.8, thinking=0.3)
    # What it is ahead at the start lasts for seven eighths.
    steps = [step for step, _ in heard(strikes, status(performer).clock.transport.origin)]
    assert steps == [*range(8), 9, 10, 11, 12]
    assert status(performer).rested == 1
    trouble = "the network is too slow for this tempo: segue rests and keeps the beat"
    assert status(performer).trouble == trouble


def test_the_keyboard_enters_the_window_and_what_is_not_committed_is_told_anew():
    performer = perform()
    performer.start()
    run(performer, until=0.37)
    assert spell(status(performer).window) == "abcde"
    press(performer, "m", at=0.42)
    # `f` to `l` were planned; now it goes on from `m`.
    assert performer.style.predictor.asked[-1].startswith("abcdefgh")
    strikes = run(performer, until=1.0, now=0.53)
    assert heard(strikes) == [(2, "n"), (3, "o")]
    assert spell(status(performer).window) == "abcdemno"


def test_a_chord_is_one_event_and_its_keys_get_the_durations_they_were_held():
    performer = perform()
    for note, at in ((60, 1.0), (64, 1.01), (67, 1.02)):
        performer.press((0, 0, note), 90, at)
    performer.pump(1.2)
    assert [n.duration for n in status(performer).window.events[-1].notes] == [120, 120, 120]
    performer.release((0, 0, 64), 1.51)
    performer.release((0, 0, 60), 2.0)
    performer.release((0, 0, 67), 2.02)
    newest = status(performer).window.events[-1]
    assert newest.note_numbers == (60, 64, 67)
    assert [n.duration for n in newest.notes] == [960, 480, 960]
    assert [n.velocity for n in newest.notes] == [90, 90, 90]


def test_intervals_between_events_are_those_that_were_played():
    performer = perform()
    press(performer, "a", at=1.0)
    press(performer, "b", at=1.5)
    performer.pump(3.0)
    assert [event.ioi for event in status(performer).window.events[-2:]] == [240, 480]


def test_wait_listens_and_the_phrase_replaces_the_window():
    performer = perform(wait=True)
    assert performer.deadline == float("inf")
    for index, letter in enumerate("klm"):
        press(performer, letter, at=1.0 + index * 0.5)
    assert performer.state is State.LISTENING
    # The last key came up at 2.1; two beats at 120 bpm later the phrase is over.
    strikes = run(performer, until=3.09, now=2.2)
    assert performer.state is State.LISTENING
    assert strikes == []
    strikes = run(performer, until=3.3, now=3.09)
    assert performer.style.predictor.asked[0] == "klm"
    assert chr(strikes[0].note - A + ord("a")) == "n"


def test_a_held_key_keeps_the_phrase_open():
    performer = perform(wait=True)
    performer.press((0, 0, 60), 90, 1.0)
    performer.pump(1.2)
    assert run(performer, until=60.0, now=1.2) == []
    performer.release((0, 0, 60), 60.0)
    run(performer, until=61.2, now=60.0)
    assert performer.state is State.PLAYING


def test_start_ends_the_phrase_at_once_and_without_one_keeps_the_seed():
    performer = perform(wait=True)
    performer.start()
    performer.pump(0.0)
    assert performer.style.predictor.asked == ["abc"]


def test_a_length_in_ticks_ends_on_its_tick():
    performer = perform(length=Length(ticks=4 * 480))
    performer.start()
    strikes = run(performer, until=60.0)
    assert [step for step, _ in heard(strikes)] == list(range(8))
    assert performer.state is State.FINISHED
    assert status(performer).quiet_at == pytest.approx(START_DELAY + 7.5 * STEP)


def test_a_length_in_events_plays_exactly_so_many():
    performer = perform(length=Length(events=5))
    performer.start()
    assert len(run(performer, until=60.0)) == 5
    assert performer.state is State.FINISHED
    assert status(performer).played == 5


def test_a_failing_network_rests_says_so_and_the_music_goes_on():
    predictor = AlphabetPredictor(failing=0)
    performer = perform(predictor=predictor)
    performer.start()
    run(performer, until=0.4)
    predictor.failing = 2
    strikes = run(performer, until=1.5, now=0.4)
    assert status(performer).trouble == "the network failed: on purpose"
    strikes += run(performer, until=3.9, now=1.5)
    assert status(performer).trouble is None
    # What was planned is played; two steps rest; then it goes on from there.
    assert heard(strikes)[-7:] == [(7, "k"), (8, "l"), (11, "m"), (12, "n"), (13, "o"), (14, "p"), (15, "q")]
    assert status(performer).rested == 2


def test_a_network_that_never_works_still_ends_on_time():
    performer = perform(predictor=AlphabetPredictor(failing=10**6), length=Length(ticks=4 * 480))
    performer.start()
    assert run(performer, until=60.0) == []
    assert performer.state is State.FINISHED


def test_stop_plays_no_more_and_start_begins_at_the_first_bar_from_the_window():
    performer = perform()
    performer.start()
    run(performer, until=0.5)
    performer.stop(0.5)
    assert performer.pump(0.5).silence
    assert performer.deadline == float("inf")
    assert performer.pump(9.0) == Orders()
    performer.start()
    strikes = run(performer, until=10.2, now=10.0)
    assert strikes[0].at == pytest.approx(10.0 + START_DELAY)
    assert status(performer).history[-1].tick is not None


def test_history_tells_who_played_and_what_the_preset_does_not_know():
    performer = perform()
    performer.press((0, 0, 30), 90, 1.0)
    performer.pump(2.0)
    entry = status(performer).history[-1]
    assert entry.source is Source.PLAYER
    assert entry.tick is None
    assert not entry.understood.exact


def test_stopping_while_it_listens_keeps_the_phrase_and_what_follows_joins_it():
    performer = perform(wait=True)
    press(performer, "k", at=1.0)
    performer.pump(1.5)
    performer.stop(0.5)
    press(performer, "q", at=2.0)
    press(performer, "r", at=2.5)
    performer.pump(3.0)
    performer.start()
    performer.pump(3.1)
    assert performer.style.predictor.asked == ["kqr"]


def test_stop_after_the_end_lets_the_end_be_the_end():
    performer = perform(length=Length(ticks=480), controls=replace(CONTROLS, gate=4))
    performer.start()
    run(performer, until=60.0)
    performer.stop(0.5)
    assert performer.state is State.FINISHED
    assert status(performer).quiet_at == float("-inf")


def test_a_panic_lets_go_of_keys_that_hang():
    performer = perform(wait=True)
    performer.press((0, 0, 60), 90, 1.0)
    performer.pump(1.2)
    performer.panic(2.0)
    run(performer, until=3.1, now=2.0)
    assert performer.state is State.PLAYING


def test_one_keyboards_keys_are_let_go_and_the_others_stay():
    performer = perform(wait=True)
    performer.press((0, 0, 60), 90, 1.0)
    performer.press((1, 0, 64), 90, 1.0)
    performer.pump(1.2)
    performer.release_all(2.0, source=0)
    assert run(performer, until=60.0, now=2.0) == []
    performer.release_all(60.0, source=1)
    run(performer, until=61.1, now=60.0)
    assert performer.state is State.PLAYING


def test_a_phrase_is_corrected_when_its_keys_come_up():
    performer = perform(wait=True)
    press(performer, "k", at=1.0)
    performer.start()
    assert [note.duration for note in status(performer).window.events[0].notes] == [96]
