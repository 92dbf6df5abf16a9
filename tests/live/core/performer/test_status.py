"""The status of a performer: one frozen value a moment, for everyone who watches."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from live.core.controls.mode import Mode
from live.core.input.keyboard import CHORD_SPAN, DELIVERY
from live.core.performer.engine import START_DELAY
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.planning.states import Source, State
from live.core.planning.style import Style
from presets.bundles.settings import Meter, Part
from presets.music.event import PPQ
from tests.live.stage.alphabet import CONTROLS, AlphabetPredictor, seed, spell

BEAT = 0.5
"""Seconds, at 120 beats per minute."""


def style(name="alphabet", **controls):
    return Style(name, AlphabetPredictor(), (Part("piano"),), replace(CONTROLS, **controls))


def perform(**options):
    return Performer(Performance(style(), seed("abc"), Meter(3, 4), 120, **options), np.random.default_rng(0))


def play_until(performer, until, now=0.0):
    """Pump from deadline to deadline; return what was struck."""
    strikes = []
    while (now := max(now, performer.deadline)) <= until:
        strikes += performer.pump(now).strikes
    return strikes


def test_before_the_first_start_there_is_no_beat():
    status = perform(count_in=2).status(1.5)
    assert (status.at, status.state, status.style.name) == (1.5, State.STOPPED, "alphabet")
    clock = status.clock
    assert (clock.meter, clock.bpm, clock.tick, clock.transport, clock.take) == (
        Meter(3, 4),
        120,
        None,
        None,
        0,
    )
    assert (spell(status.window), status.history, status.played, status.rested) == ("abc", (), 0, 0)
    assert (status.copies.current.length, status.copies.longest, status.copies.limit) == (0, None, None)
    assert (status.trouble, status.switch, status.quiet_at) == (None, None, float("-inf"))


def test_it_says_where_the_music_is():
    performer = perform()
    performer.start()
    strikes = play_until(performer, 2.0)
    status = performer.status(START_DELAY + 3.5 * BEAT)
    assert (status.state, status.clock.tick, status.clock.take) == (State.PLAYING, 3.5 * PPQ, 1)
    assert status.clock.transport.seconds_at(0) == pytest.approx(START_DELAY)
    assert spell(entry.event for entry in status.history) == "defghijk"
    assert status.played == len(status.history)
    assert spell(status.window).endswith("ijk")
    assert status.quiet_at == max(strike.until for strike in strikes)


def test_ticks_of_a_count_in_are_negative():
    performer = perform(count_in=1)
    performer.start()
    play_until(performer, 1.0)
    assert performer.status(0.0).clock.tick == performer.status(0.0).clock.first_tick == -3 * PPQ
    assert performer.status(START_DELAY + 2 * BEAT).clock.tick == -PPQ


def test_stopped_it_says_where_the_music_goes_on():
    performer = perform()
    performer.start()
    play_until(performer, 1.2)
    performer.stop(START_DELAY + 2 * BEAT)
    clock = performer.status(1.2).clock
    assert (clock.tick, clock.transport, clock.goes_on_at) == (None, None, 2 * PPQ)
    performer.resume()
    play_until(performer, 2.0, now=1.2)
    clock = performer.status(2.0).clock
    assert (clock.goes_on_at, clock.first_tick, clock.take) == (None, 2 * PPQ, 2)


def test_a_status_is_of_its_moment():
    performer = perform()
    performer.start()
    play_until(performer, 1.0)
    status = performer.status(1.0)
    kept = replace(status)
    play_until(performer, 3.0, now=1.0)
    performer.stop(3.0)
    assert status == kept
    assert performer.status(3.0) != kept
    with pytest.raises(FrozenInstanceError):
        status.played = 0


def test_who_asks_changes_nothing():
    asked, alone = perform(), perform()
    asked.start()
    alone.start()
    now, strikes = 0.0, []
    while (now := max(now, asked.deadline)) <= 5.0:
        asked.status(now)
        strikes += asked.pump(now).strikes
        asked.status(now + 1.0)
    assert strikes == play_until(alone, 5.0)


@pytest.mark.parametrize("mode", Mode)
def test_whose_turn_it_is_where_turns_are_taken(mode):
    status = perform(mode=mode).status(0.0)
    assert status.mode is mode
    assert status.whose_turn is (Source.PLAYER if mode in (Mode.CONTINUE, Mode.ANSWER) else None)


def test_a_turn_of_segue():
    performer = perform(mode=Mode.ANSWER, wait=True)
    performer.press((0, 0, 72), 64, 1.0)
    performer.release((0, 0, 72), 1.2)
    performer.go()
    play_until(performer, 2.0, now=1.3)
    assert performer.status(2.0).whose_turn is Source.SEGUE


def test_it_announces_a_switch():
    performer, organ = perform(), style("organ")
    performer.start()
    play_until(performer, 1.0)
    performer.request(organ, 1.0)
    status = performer.status(1.0)
    assert (status.style.name, status.switch.style, status.switch.line) == ("alphabet", organ, 3 * PPQ)
    play_until(performer, 2.0, now=1.0)
    status = performer.status(2.0)
    assert (status.style, status.switch) == (organ, None)


def test_controls_are_as_they_were_set_last():
    performer = perform(swing=60)
    status = performer.status(0.0)
    assert (status.clock.swing, status.clock.bpm, status.muted) == (60, 120, False)
    controls, before = replace(CONTROLS, originality=8), performer.control_state(0.0)
    performer.apply(replace(before, bpm=90, muted=True, controls=controls), 0.0)
    status = performer.status(0.0)
    assert (status.clock.bpm, status.muted) == (90, True)
    assert status.controls is controls
    assert status.copies.limit == 8


def test_a_chord_takes_time_before_an_event_can_know_it():
    performer = perform()
    performer.pump(0.0, lead_seconds=0.08)
    status = performer.status(0.0)
    assert status.commit_lead >= 0.08
    assert status.key_lead == pytest.approx(status.commit_lead + CHORD_SPAN + DELIVERY)
