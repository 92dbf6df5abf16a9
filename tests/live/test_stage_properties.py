"""Whatever a player does, and in whatever order: what holds on every stage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, cycle, pairwise, takewhile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mido import Message

from live.core.controls import Controls
from live.core.leading import Leading
from live.core.performance import Entry, Source, State
from live.core.prediction import Moment
from live.core.style import Style
from live.core.timing import Timing
from live.stage import Heard
from presets.event import Event, Note
from presets.settings import Part
from presets.window import Window
from tests.io.memory_ports import MemoryOutput
from tests.live.alphabet import CONTROLS, AlphabetPredictor
from tests.live.virtual_stage import VirtualStage

SECONDS = 8.0
"""How long a script is."""


class ByChance(AlphabetPredictor):
    """Tells anything from a semiquaver's triplet to a half note, in its own octave, and chords too.

    Attributes:
        octave: its lowest note: by its notes a listener knows a preset.
        thinking: called before each event, with the stage's clock in its hands.
    """

    def __init__(self, octave: int, has_rhythm: bool = True) -> None:
        super().__init__()
        self.octave = octave
        self.has_rhythm = has_rhythm
        self.thinking = lambda: None

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        self.thinking()
        interval = int(rng.choice([20, 40, 80, 120, 240, 480, 960]))
        interval = interval if self.has_rhythm else controls.step_ticks
        notes = {int(number) for number in rng.integers(12, size=int(rng.integers(1, 4)))}
        return Event.of(
            interval if moment.ioi is None else moment.ioi,
            [Note(self.octave + note, int(rng.choice([1, 60, 120, 500, 4000])), 64) for note in notes],
        )


def styles(thinks: Sequence[float]) -> list[Style]:
    """Three presets that share a channel, each with a sound and an octave of its own."""
    return [
        Style(name, ByChance(octave, rhythm), (Part(name, 0, program),), CONTROLS, think_seconds=think)
        for name, octave, rhythm, program, think in zip(
            ("piano", "organ", "flute"), (24, 48, 72), (True, False, True), (1, 19, 73), thinks, strict=True
        )
    ]


PROGRAMS = {2: 1, 4: 19, 6: 73}
"""Which sound each octave of notes belongs to."""


class WatchedStage(VirtualStage):
    """Looks at the performer after each pump; its ports keep messages back until their moments, as JACK's."""

    def __init__(self, thinks=(0.0, 0.0, 0.0), **options) -> None:
        self.styles = styles(thinks)
        piano, *others = self.styles
        super().__init__(predictor=piano.predictor, parts=piano.parts, others=others, **options)
        self.takes: list[tuple[int, Entry]] = []
        self._pump, self.stage.pump = self.stage.pump, self._watch

    def open_port(self) -> MemoryOutput:
        super().open_port()
        self.ports[-1] = MemoryOutput("memory:out", *self._lead, clock=self.clock)
        return self.ports[-1]

    def _watch(self, *came) -> None:
        self._pump(*came)
        performer, newest = self.performer, self.takes[-1][1] if self.takes else None
        new = list(takewhile(lambda entry: entry is not newest, reversed(performer.history)))
        self.takes += [(performer.takes, entry) for entry in reversed(new)]
        events = performer.window.events
        assert len({id(event) for event in events}) == len(events)
        if performer.switch is not None:
            assert performer.switch.line % performer.meter.bar_ticks == 0


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
        "timing": st.builds(Timing, st.sampled_from([50, 66.7, 75]), st.sampled_from([0.0, 0.08, -0.08])),
        "bpm": st.sampled_from([40, 120, 133.3, 400]),
        "count_in": st.sampled_from([0, 0, 1]),
        "wait": st.sampled_from([False, False, True]),
    },
    optional={"lead_seconds": st.sampled_from([0.012, 0.08])},
)


def play(options, script: Script, prepare: Callable[[VirtualStage], None] | None = None) -> WatchedStage:
    """Let a stage play a script, to its end."""
    stage = WatchedStage(leading=Leading(), **options)
    if prepare is not None:
        prepare(stage)
    if not options.get("wait"):
        stage.performer.start()
    script.on(stage)
    happenings = [(at, lambda controls=controls: _turn(stage, controls)) for at, controls in script.controls]
    for at, seconds in script.losses:
        happenings += [(at, lambda: _lose(stage)), (at + seconds, lambda: _plug_in(stage))]
    for at, happen in sorted(happenings, key=lambda happening: happening[0]):
        stage.play_until(at)
        happen()
    stage.play_until(SECONDS + 4.0)
    return stage


def _turn(stage: VirtualStage, controls: Controls) -> None:
    stage.performer.controls = controls


def _lose(stage: VirtualStage) -> None:
    stage.refuse_ports = True
    stage.ports[-1].lose()


def _plug_in(stage: VirtualStage) -> None:
    stage.refuse_ports = False


def check_heard(stage: WatchedStage) -> None:
    """Every listener hears each note once, in the sound of its preset: none beyond the line of a switch."""
    for port in stage.ports:
        program, sounding = None, set()
        for _, message in port.sent:
            match message.type:
                case "program_change":
                    program = message.program
                case "note_on" if message.channel == 0:
                    assert PROGRAMS[message.note // 12 // 2 * 2] == program
                    assert message.note not in sounding
                    sounding.add(message.note)
                case "note_off" if message.channel == 0:
                    sounding.discard(message.note)


def check_order(stage: WatchedStage) -> None:
    """What has a moment leaves in order of time."""
    for port in stage.ports:
        # What is sent at once, greetings and the ends of notes, leaves behind what was handed over before it.
        moments = [at for at, message in port.sent if message.type not in ("program_change", "note_off")]
        assert moments == sorted(moments)


def check_watched(stage: WatchedStage) -> None:
    """Segue's own events come one after the other."""
    told = [(take, entry.tick) for take, entry in stage.takes if entry.source is Source.SEGUE]
    assert all(earlier < later for earlier, later in pairwise(told)), told


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
    stage.band.close()
    assert stage.sounding() == set()
    assert {message.type for _, message in stage.sent} >= {"start", "stop"}


def test_a_chord_struck_just_after_an_event_that_leaves_after_its_tick_is_one_with_it():
    stage = VirtualStage(timing=Timing(latency_seconds=-0.08), lead_seconds=0.08)
    stage.performer.start()
    stage.keys("m", at=0.1 + 0.25 + 0.003)
    stage.play_until(1.0)
    assert [event.note_numbers for event in stage.performer.window][3:6] == [(63,), (64, 72), (73,)]


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
    _lose(stage)
    stage.play_until(3.0)
    _plug_in(stage)
    stage.play_until(6.0)
    check_heard(stage)
    assert any(message.type == "note_on" for _, message in stage.ports[-1].sent)


def test_a_stop_while_an_event_is_drawn_does_not_count_as_a_slow_network():
    stage = WatchedStage()
    stage.performer.start()
    stage.play_until(1.0)
    horizon = stage.performer.horizon
    stage.performer.controls = CONTROLS
    stage.stage.pump()  # it draws anew
    stage.performer.stop(1.0)
    stage.play_until(3600.0)
    stage.type("s", 3600.0)
    stage.play_until(3600.1)
    assert stage.performer.horizon == horizon


def test_a_stop_and_a_start_at_once_and_a_stop_again_say_stop_once():
    stage = WatchedStage(leading=Leading())
    stage.performer.start()
    for _ in range(3):
        stage.type(" ", 1.0)
    stage.play_until(2.0)
    assert [message.type for _, message in stage.sent].count("stop") == 1


@settings(max_examples=25)
@given(STAGES, SCRIPTS)
def test_whatever_is_done_each_note_ends_and_has_its_moment_and_its_sound(options, script):
    stage = play(options, script)
    check_end(stage)
    check_heard(stage)
    check_order(stage)
    check_watched(stage)
    assert stage.stage.lateness.summary().worst == 0
    assert stage.band.dropped == 0


@settings(max_examples=12)
@given(STAGES, SCRIPTS, st.lists(MOMENTS, max_size=60))
def test_how_often_a_machine_finds_time_never_changes_the_music(options, script, moments):
    """A key that means nothing wakes the stage, and it plans ahead as far as it can."""
    stage = play(options, script)
    awake = play(options, replace(script, typed=[*script.typed, *((at, "z") for at in moments)]))
    assert awake.sent == stage.sent


@settings(max_examples=12)
@given(STAGES, st.lists(st.sampled_from([0.0, 0.001, 0.015]), min_size=1, max_size=30))
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
    assert hesitant.performer.rested == 0


SPELLS = st.lists(st.sampled_from([0.15, 0.3, 0.6]), min_size=1, max_size=3)


@settings(max_examples=12)
@given(STAGES, SCRIPTS, st.lists(st.tuples(st.integers(0, 60), SPELLS), min_size=1, max_size=3))
def test_whatever_a_slow_network_does_each_note_ends_and_has_its_sound(options, script, spells):
    def slow(stage: VirtualStage) -> None:
        asked = count()
        pauses = {number + index: s for number, spell in spells for index, s in enumerate(spell)}
        for style in stage.styles:
            style.predictor.thinking = lambda: pass_time(stage, pauses.get(next(asked), 0.0))

    stage = play(options, script, slow)
    check_end(stage)
    check_heard(stage)
    check_watched(stage)


CLOCKING = st.sampled_from(["start", "stop", "continue", "songpos", "faster", "slower", "away", "odd"])


@settings(max_examples=30)
@given(STAGES, SCRIPTS, st.lists(st.tuples(st.integers(0, 400), CLOCKING, st.integers(0, 90)), max_size=12))
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
    stage.band.close()
    assert stage.sounding() == set()
    check_heard(stage)


def follow(options, script: Script, commands) -> WatchedStage:
    """Let a stage that follows hear a master: so many clocks, at its tempo, and commands between them."""
    options = {name: value for name, value in options.items() if name not in ("wait", "count_in")}
    stage = WatchedStage(follows=True, **options)
    stage.performer.start()
    script.on(stage)
    at, interval = 0.5, 0.02
    for clock in range(400):
        for when, command, value in commands:
            match command if when == clock else None:
                case None:
                    pass
                case "songpos":
                    say(stage, at - 0.001, Message("songpos", pos=value))
                case "faster":
                    interval = max(0.01, interval * 0.8)
                case "slower":
                    interval = min(0.1, interval * 1.25)
                case "away":
                    at += value / 20
                case "odd":
                    say(stage, at - 0.0005, Message("clock"))
                case _:
                    say(stage, at - 0.001, Message(command))
        say(stage, at, Message("clock"))
        at += interval
    stage.play_until(at)
    return stage


def say(stage: VirtualStage, at: float, message: Message) -> None:
    stage.at(at, Heard(at, 0, message))


def pass_time(stage: VirtualStage, seconds: float) -> None:
    """Let time pass while the network thinks; the player's thread goes on."""
    until = stage.clock.now() + seconds
    while stage.band.deadline <= until:
        stage.clock.jump_to(max(stage.clock.now(), stage.band.deadline))
        stage.band.pump()
    stage.clock.jump_to(until)
