"""Whatever a player does, and in whatever order: what holds on every stage."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import cycle

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mido import Message

from live.core.controls.table import Controls
from live.core.planning.states import State
from tests.live.stage.alphabet import CONTROLS
from tests.live.stage.virtual_stage import VirtualStage
from tests.live.stage.watched_stage import (
    COMMANDS,
    SPELLS,
    WatchedStage,
    check_heard,
    check_order,
    check_paired,
    check_watched,
    check_written,
    hesitate,
    lead,
    pass_time,
    say,
)

SECONDS = 8.0
"""How long a script is."""


MOMENTS = st.integers(0, int(SECONDS * 1000)).map(lambda milliseconds: milliseconds / 1000)
WORDS = st.text("abcdefghijkz", min_size=1, max_size=4)


@dataclass
class Script:
    """What a player does, and what befalls them."""

    typed: list[tuple[float, str]] = field(default_factory=list)
    chords: list[tuple[float, str, float]] = field(default_factory=list)
    controls: list[tuple[float, Controls]] = field(default_factory=list)
    losses: list[tuple[float, float]] = field(default_factory=list)

    def on(self, stage: VirtualStage) -> None:
        for at, character in self.typed:
            stage.type(character, at)
        for at, word, held in self.chords:
            stage.keys(word, at, held)


SCRIPTS = st.builds(
    Script,
    typed=st.lists(st.tuples(MOMENTS, st.sampled_from("s  p+-tt123123")), max_size=14),
    chords=st.lists(st.tuples(MOMENTS, WORDS, st.sampled_from([0.0, 0.01, 0.2, 3.0])), max_size=8),
    controls=st.lists(
        st.tuples(MOMENTS, st.builds(replace, st.just(CONTROLS), step=st.sampled_from([0.05, 0.25, 2.0]))),
        max_size=2,
    ),
    losses=st.lists(st.tuples(MOMENTS, st.sampled_from([0.1, 2.5])), max_size=1),
)
STAGES = st.fixed_dictionaries(
    {
        "thinks": st.tuples(*[st.sampled_from([0.0, 0.02, 0.08])] * 3),
        "swing": st.sampled_from([50, 66.7, 75]),
        "latency_seconds": st.sampled_from([0.0, 0.08, -0.08]),
        "bpm": st.sampled_from([40, 120, 133.3, 400]),
        "count_in": st.sampled_from([0, 0, 1]),
        "wait": st.sampled_from([False, False, True]),
    },
    optional={"lead_seconds": st.sampled_from([0.012, 0.08])},
)


def play(options, script: Script, prepare: Callable[[VirtualStage], None] | None = None) -> WatchedStage:
    """Let a stage play a script, to its end."""
    stage = WatchedStage(sends_clock=True, **options)
    if prepare is not None:
        prepare(stage)
    if not options.get("wait"):
        stage.performer.start()
    script.on(stage)
    happenings = [(at, lambda controls=controls: _turn(stage, controls)) for at, controls in script.controls]
    for at, seconds in script.losses:
        happenings += [(at, stage.lose), (at + seconds, stage.find)]
    for at, happen in sorted(happenings, key=lambda happening: happening[0]):
        stage.play_until(at)
        happen()
    stage.play_until(SECONDS + 4.0)
    return stage


def _turn(stage: VirtualStage, controls: Controls) -> None:
    stage.set_controls(controls)


def check_end(stage: WatchedStage) -> None:
    """Stopped, it is silent; started, it plays; closed, it is silent."""
    now = stage.clock.now()
    while stage.performer.state is not State.STOPPED:
        stage.type(" ", now)
        stage.play_until(now)
    assert stage.sounding() == set()
    stage.type("s", now + 5.0)
    stage.play_until(now + 5.0)
    before = len(stage.sent)
    stage.play_until(now + 5.0 + 4 * 6.0)
    assert any(message.type == "note_on" for _, message in stage.sent[before:])
    stage.type("q", stage.clock.now() + 1.0)
    stage.play_until(stage.clock.now() + 2.0)
    assert stage.stage.is_leaving
    stage.close_ports()
    assert stage.sounding() == set()
    assert {message.type for _, message in stage.sent} >= {"start", "stop"}


def test_a_chord_struck_just_after_an_event_that_leaves_after_its_tick_is_one_with_it():
    stage = VirtualStage(latency_seconds=-0.08, lead_seconds=0.08)
    stage.performer.start()
    stage.keys("m", at=0.1 + 0.25 + 0.003)
    stage.play_until(1.0)
    assert [event.note_numbers for event in stage.status.window][3:6] == [(63,), (64, 72), (73,)]


def test_a_switch_falls_behind_what_a_slower_preset_has_committed():
    stage = WatchedStage(thinks=(0.0, 0.3, 0.0))
    stage.performer.start()
    stage.type("2", 0.2)
    # The organ, from 2.1 on, is committed 0.6 s ahead, beyond the bar line at 4.1; the flute could meet that.
    stage.type("3", 3.8)
    stage.play_until(7.0)
    changes = [at for at, message in stage.sent if message.type == "program_change"]
    assert changes == pytest.approx([0.0, 2.1, 6.1])
    check_heard(stage)
    check_paired(stage)
    check_written(stage)


def test_a_start_finds_the_sound_of_the_preset_that_took_over():
    stage = WatchedStage()
    stage.performer.start()
    stage.type("2", 1.0)
    stage.type(" ", 3.0)
    stage.type("s", 4.0)
    stage.play_until(6.0)
    assert [message.program for _, message in stage.sent if message.type == "program_change"] == [1, 19, 19]


def test_a_port_that_comes_back_finds_the_sound_of_the_preset_that_took_over():
    stage = WatchedStage()
    stage.performer.start()
    stage.type("2", 1.0)
    stage.play_until(1.5)
    stage.lose()
    stage.play_until(3.0)
    stage.find()
    stage.play_until(6.0)
    check_heard(stage)
    check_paired(stage)
    check_written(stage)
    assert any(message.type == "note_on" for _, message in stage.ports[-1].sent)


@pytest.mark.slow
def test_a_stop_while_an_event_is_drawn_does_not_count_as_a_slow_network():
    stage = WatchedStage()
    stage.performer.start()
    stage.play_until(1.0)
    commit_lead = stage.status.commit_lead
    stage.set_controls(CONTROLS)
    stage.stage.pump()  # it draws anew
    stage.performer.stop(1.0)
    stage.play_until(3600.0)
    stage.type("s", 3600.0)
    stage.play_until(3600.1)
    assert stage.status.commit_lead == commit_lead


def test_a_stop_and_a_start_at_once_and_a_stop_again_say_stop_once():
    stage = WatchedStage(sends_clock=True)
    stage.performer.start()
    for _ in range(3):
        stage.type(" ", 1.0)
    stage.play_until(2.0)
    assert [message.type for _, message in stage.sent].count("stop") == 1


# A preset arrives when the next one is requested already.
REQUESTED_BEFORE_IT_ARRIVES = Script(
    typed=[(0.001, "p"), (0.884, " "), (3.901, "2"), (2.624, "1"), (0.367, " "), (3.625, "3"), (1.205, "2")],
    chords=[(0.032, "i", 0.01), (1.473, "id", 3.0), (0.156, "gd", 0.2), (0.131, "az", 3.0)],
    controls=[],
    losses=[],
)


@settings(max_examples=15)
@given(STAGES, SCRIPTS)
@example(
    {
        "thinks": (0.0, 0.0, 0.02),
        "swing": 66.7,
        "latency_seconds": 0.08,
        "lead_seconds": 0.08,
        "bpm": 400,
        "count_in": 0,
        "wait": True,
    },
    REQUESTED_BEFORE_IT_ARRIVES,
)
@pytest.mark.slow
def test_whatever_is_done_each_note_ends_and_has_its_moment_and_its_sound(options, script):
    stage = play(options, script)
    check_end(stage)
    check_heard(stage)
    check_paired(stage)
    check_written(stage)
    check_order(stage)
    check_watched(stage)
    assert stage.stage.lateness.summary().worst == 0
    assert stage.link.dropped == 0


@settings(max_examples=12)
@given(STAGES, SCRIPTS, st.lists(MOMENTS, max_size=60))
@pytest.mark.slow
def test_how_often_a_machine_finds_time_never_changes_the_music(options, script, moments):
    """A key that means nothing wakes the stage, and it plans ahead as far as it can."""
    stage = play(options, script)
    awake = play(options, replace(script, typed=[*script.typed, *((at, "z") for at in moments)]))
    assert awake.sent == stage.sent


@settings(max_examples=12)
@given(STAGES, st.lists(st.sampled_from([0.0, 0.001, 0.015]), min_size=1, max_size=30))
@pytest.mark.slow
def test_how_long_a_network_thinks_never_changes_the_music(options, thoughts):
    """As long as it is in time: the plan is then less far ahead, and the chance is the same."""

    def slow(stage: VirtualStage) -> None:
        seconds = cycle(thoughts)
        stage.predictor.thinking = lambda: pass_time(stage, next(seconds))

    options = {**options, "wait": False, "bpm": min(120, options["bpm"])}
    stage, hesitant = play(options, Script()), play(options, Script(), slow)
    played, later = ([m for _, m in each.sent if m.type == "note_on"] for each in (stage, hesitant))
    both = min(len(played), len(later))
    assert both > 4
    assert later[:both] == played[:both]
    assert hesitant.status.rested == 0


@settings(max_examples=12)
@given(STAGES, SCRIPTS, SPELLS)
@pytest.mark.slow
def test_whatever_a_slow_network_does_each_note_ends_and_has_its_sound(options, script, spells):
    stage = play({**options, "is_quick": False}, script, lambda stage: hesitate(stage, spells))
    check_end(stage)
    check_heard(stage)
    check_paired(stage)
    check_written(stage)
    check_watched(stage)


@settings(max_examples=18)
@given(STAGES, SCRIPTS, COMMANDS)
@pytest.mark.slow
def test_whatever_a_master_does_each_note_ends_and_has_its_sound(options, script, commands):
    stage = follow(options, script, commands)
    now = stage.clock.now()
    while stage.performer.state is not State.STOPPED:
        stage.type(" ", now)
        stage.play_until(now)
    assert stage.sounding() == set()
    stage.type("s", now + 1.0)
    say(stage, now + 1.5, Message("start"))
    for clock in range(200):
        say(stage, now + 1.52 + clock * 0.02, Message("clock"))
    before = len(stage.sent)
    stage.play_until(now + 1.52 + 200 * 0.02)
    assert any(message.type == "note_on" for _, message in stage.sent[before:])
    stage.close_ports()
    assert stage.sounding() == set()
    check_heard(stage)
    check_paired(stage)
    check_written(stage)


def follow(options, script: Script, commands) -> WatchedStage:
    """Let a stage that follows hear a master: so many clocks, at its tempo, and commands between them."""
    options = {name: value for name, value in options.items() if name not in ("wait", "count_in")}
    stage = WatchedStage(follows=True, **options)
    stage.performer.start()
    script.on(stage)
    stage.play_until(lead(stage, commands))
    return stage
