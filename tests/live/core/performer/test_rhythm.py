"""The performer with a network that says itself when an event comes."""

from itertools import accumulate, cycle, takewhile

import numpy as np
import pytest

from live.core.performer.engine import START_DELAY
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.planning.states import Length, Source, State
from live.core.planning.style import Style
from presets.bundles.seed import Seed
from presets.bundles.settings import Meter, Part
from presets.music.encoding import Position
from presets.music.event import Event, Note
from tests.live.core.performer.test_performer import press, run, status
from tests.live.stage.alphabet import CONTROLS, A, RhythmicAlphabet, events, spell

TICK = 60 / (120 * 480)


def perform(predictor, word="abc", position=None, **options):
    style = Style("alphabet", predictor, tuple(options.pop("parts", [Part("piano")])), CONTROLS)
    window, meter = Seed(events(word), position), options.pop("meter", Meter(4, 4))
    performer = Performer(Performance(style, window, meter, 120, **options), np.random.default_rng(0))
    if performer.state is State.STOPPED:
        performer.start()
    return performer


def heard(strikes, origin=START_DELAY):
    return [(round((s.at - origin) / TICK), chr(s.note - A + ord("a"))) for s in strikes]


def test_each_event_comes_when_the_network_says():
    performer = perform(RhythmicAlphabet(240, 60, 180, 480))
    strikes = run(performer, until=1.34)
    assert heard(strikes) == [(0, "d"), (240, "e"), (300, "f"), (480, "g"), (960, "h"), (1200, "i")]
    # Three eighths of the seed: from the last to the bar line it is the rest of the bar.
    assert [event.ioi for event in status(performer).window.events[-5:]] == [1920 - 480, 240, 60, 180, 480]


def test_the_first_event_falls_on_the_bar_line_and_the_network_knows_its_place():
    # The seed's three eighths begin on the second beat, so the last is on the third.
    predictor = RhythmicAlphabet(360, 120)
    run(perform(predictor, position=Position(480, 1920)), until=0.05)
    assert predictor.moments[:6] == ["960/1920+960", "0/1920", "360/1920", "480/1920", "840/1920", "960/1920"]


def test_a_seed_in_another_meter_is_followed_by_a_bar_line_of_its_own():
    predictor = RhythmicAlphabet(480)
    run(perform(predictor, position=Position(0, 1440), meter=Meter(6, 8)), until=0.2)
    assert predictor.moments[:2] == ["480/1440+960", "0/1440"]


def test_a_seed_that_ends_on_a_bar_line_is_a_bar_away_from_the_next():
    predictor = RhythmicAlphabet(480)
    run(perform(predictor, position=Position(1440, 1920)), until=0.05)
    assert predictor.moments[0] == "0/1920+1920"


def test_an_event_follows_what_the_player_struck_and_stays_on_the_grid():
    predictor = RhythmicAlphabet(480)
    performer = perform(predictor)
    # `e` is on its way to the second beat; the player strikes `m` 33 ticks before it and `p` 207 after.
    strikes = run(performer, until=0.63)
    press(performer, "m", at=START_DELAY + 447 * TICK)
    strikes += run(performer, until=0.9, now=0.63)
    assert spell(status(performer).window) == "abcdme"
    press(performer, "p", at=START_DELAY + 687 * TICK)
    strikes += run(performer, until=1.9, now=0.93)
    # What follows `p` comes a quarter after it, at the nearest grid tick.
    assert heard(strikes) == [(0, "d"), (480, "e"), (1160, "q"), (1640, "r")]
    assert [event.ioi for event in status(performer).window.events[-5:]] == [447, 33, 207, 1160 - 687, 480]
    assert "680/1920" in predictor.moments


def test_what_is_struck_on_segues_own_onset_is_one_event_with_it():
    performer = perform(RhythmicAlphabet(480))
    run(performer, until=0.62)
    press(performer, "m", at=START_DELAY + 473 * TICK)
    run(performer, until=1.2, now=0.63)
    assert spell(status(performer).window) == "abcd(em)n"
    assert [spell([entry.event]) for entry in status(performer).history] == ["d", "e", "m", "n"]
    assert [note.duration for note in status(performer).window.events[4].notes] == [120, 96]


def test_a_panic_drops_what_is_on_its_way_and_draws_it_anew():
    predictor = RhythmicAlphabet(960, 480)
    performer = perform(predictor)
    # `e` is on its way to 960; at 725 the player strikes `m`, and `e` gives way.
    run(performer, until=0.9)
    press(performer, "m", at=START_DELAY + 725 * TICK)
    performer.panic(at=1.0)
    strikes = run(performer, until=1.6, now=1.0)
    assert "720/1920" in predictor.moments
    assert heard(strikes)[0] == (1200, "n")


def test_a_chord_that_is_heard_of_late_stands_where_it_was_struck():
    performer = perform(RhythmicAlphabet(480))
    run(performer, until=START_DELAY + 480 * TICK + 0.001)
    # `e` has come at 480; only now a chord from 420 comes in.
    press(performer, "m", at=START_DELAY + 420 * TICK)
    run(performer, until=1.1, now=0.72)
    assert spell(status(performer).window) == "abcdmef"
    assert [event.ioi for event in status(performer).window.events[-3:]] == [420, 60, 480]
    assert [spell([entry.event]) for entry in status(performer).history] == ["d", "e", "m", "f"]


def test_an_event_whose_moment_has_passed_waits_for_its_own_interval_again():
    performer = perform(RhythmicAlphabet(160, 480))
    # Thinking takes half a second, a quarter: the triplet after 640 comes a triplet later, and so on.
    strikes = run(performer, until=4.0, thinking=0.5)
    ticks = [tick for tick, _ in heard(strikes, status(performer).clock.transport.origin)]
    assert ticks == [0, 160, 640, 960, 1440, 1920, 2400, 2880]
    assert status(performer).rested == 5


def test_a_network_that_failed_goes_on_from_the_rest():
    predictor = RhythmicAlphabet(120)
    performer = perform(predictor)
    strikes = run(performer, until=0.2)
    predictor.failing = 2
    strikes += run(performer, until=2.9, now=0.2)
    # What was planned, up to a bar ahead; two eighths of rest; from there it goes on in sixteenths.
    assert heard(strikes)[-3:] == [(1920, "t"), (2520, "u"), (2640, "v")]
    assert status(performer).rested == 2


def test_a_phrase_begins_on_a_bar_line_and_is_answered_on_one():
    predictor = RhythmicAlphabet(480)
    performer = perform(predictor, wait=True)
    for letter, at in (("k", 1.0), ("l", 1.5), ("m", 2.25)):
        press(performer, letter, at=at)
    strikes = run(performer, until=5.0, now=2.4)
    assert predictor.moments[0] == "1200/1920+720"
    assert heard(strikes, status(performer).clock.transport.origin)[0] == (0, "n")
    assert [event.ioi for event in status(performer).window.events[1:5]] == [480, 720, 720, 480]


@pytest.mark.parametrize(
    ("struck", "moment"),
    [(1209, "1200/1920+720"), (1211, "1220/1920+700"), (1915, "0/1920+1920"), (1925, "0/1920+1920")],
)
def test_a_phrase_that_ends_beside_the_grid_is_answered_on_a_bar_line_of_the_grid(struck, moment):
    predictor = RhythmicAlphabet(480)
    performer = perform(predictor, wait=True)
    press(performer, "k", at=1.0)
    press(performer, "l", at=1.0 + struck * TICK)
    run(performer, until=7.0, now=3.1)
    assert predictor.moments[0] == moment


def test_after_a_stop_the_music_goes_on_from_where_it_was_in_the_bar():
    predictor = RhythmicAlphabet(720)
    performer = perform(predictor)
    run(performer, until=START_DELAY + 0.8)
    performer.stop(START_DELAY + 0.8)
    performer.start()
    run(performer, until=10.3, now=10.0)
    assert predictor.moments[-4:-2] == ["720/1920+1200", "0/1920"]


def test_each_note_goes_to_the_channel_of_its_part():
    class Duet(RhythmicAlphabet):
        def _event_of(self, letter, moment, controls):
            return Event.of(moment.ioi or 480, [Note(40, 480, 50, 1), Note(70, 240, 90)])

    parts = [Part("melody", 3, register=72), Part("bass", 5, register=40)]
    strikes = run(perform(Duet(480), parts=parts), until=0.6)
    assert sorted((s.channel, s.note, s.velocity) for s in strikes) == [
        *[(3, 70, 90), (3, 70, 90)],
        *[(5, 40, 50), (5, 40, 50)],
    ]


def test_what_the_keyboard_plays_goes_to_the_part_of_its_register():
    parts = [Part("melody", 0, register=72), Part("bass", 1, register=40)]
    performer = perform(RhythmicAlphabet(480), parts=parts, wait=True)
    for note in (43, 67, 71):
        performer.press((0, 0, note), 90, 1.0)
    performer.pump(1.2)
    assert status(performer).history[-1].source is Source.PLAYER
    assert [(n.note, n.part) for n in status(performer).history[-1].event.notes] == [
        (43, 1),
        (67, 0),
        (71, 0),
    ]


def test_a_length_ends_on_its_tick_whatever_the_rhythm():
    performer = perform(RhythmicAlphabet(700), length=Length(ticks=1920))
    assert [tick for tick, _ in heard(run(performer, until=60))] == [0, 700, 1400]
    assert performer.state is State.FINISHED


def test_ten_minutes_of_any_rhythm_lie_where_the_network_said():
    iois = (20, 460, 7000, 160, 160, 160, 240, 240, 480, 120, 120, 40, 200)
    strikes = run(perform(RhythmicAlphabet(*iois), length=Length(ticks=600 * 960)), until=700)
    ticks = [tick for tick, _ in heard(strikes)]
    assert ticks == [0, *takewhile(lambda tick: tick < 600 * 960, accumulate(cycle(iois)))]
