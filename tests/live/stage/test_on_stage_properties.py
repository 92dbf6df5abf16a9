"""Whatever a player asks for, in whatever way of playing, and with hands on the keys: what always holds."""

from collections import Counter
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mido import Message

from live.core.controls.actions import Action
from live.core.controls.binding import Binding, Encoding
from live.core.controls.knobs import KNOBS
from live.core.controls.mode import Mode
from live.core.output.schedule import LATE_LIMIT
from live.core.planning.states import Length, State
from live.core.planning.style import Style
from live.ports.reports import MessageReceived
from live.stage.inbox import Typed
from presets.bundles.settings import Meter, Part
from presets.music.event import Event, Note
from tests.live.stage.alphabet import CONTROLS, A, RhythmicAlphabet, seed
from tests.live.stage.watched_stage import (
    COMMANDS,
    OWN_VELOCITY,
    SPELLS,
    ByChance,
    WatchedStage,
    check_heard,
    check_order,
    check_paired,
    check_pumps,
    check_rests,
    check_watched,
    check_written,
    hesitate,
    lead,
    own_strikes,
)

TURNED = [knob for knob in KNOBS if not knob.is_switch]
CHOSEN = [knob for knob in KNOBS if knob.choices]
PADS = 9
"""The channel of the pads; what hands play comes in on others."""

BINDINGS = (
    *(Binding(knob.name, control=70 + place) for place, knob in enumerate(TURNED)),
    *(
        Binding(knob.name, control=20 + place, encoding=Encoding.RELATIVE)
        for place, knob in enumerate(TURNED)
    ),
    *(Binding(action, note=36 + place, channel=PADS) for place, action in enumerate(Action)),
    *(Binding(knob.name, note=50 + place, channel=PADS) for place, knob in enumerate(CHOSEN)),
    *(Binding(number, note=60 + number, channel=PADS) for number in range(5)),
    Binding(Action.GO, control=66),
)


def evening(thinks):
    """Five entries: the first network twice, and each brings something else along."""
    think, other = thinks
    piano = ByChance(24)
    own = {"controls": CONTROLS, "think_seconds": think}
    yield Style("piano", piano, (Part("piano", 0, 1),), **own)
    waltz = {"corpus_meter": Meter(3, 4), "bpm": 90, "seed": seed("ab")}
    yield Style("organ", ByChance(48, False), (Part("organ", 0, 19),), CONTROLS, **waltz)
    yield Style("piano", piano, (Part("piano", 0, 1),), **own, bpm=200, mode=Mode.HOLD)
    yield Style(
        "flute",
        ByChance(72),
        (Part("flute", 0, 73),),
        CONTROLS,
        think_seconds=other,
        meter=Meter(7, 8),
        mode=Mode.ANSWER,
    )
    parts = Part("low", 0, 40), Part("high", 1, 40)
    yield Style("duo", ByChance(36, parts=2), parts, CONTROLS, mode=Mode.ACCOMPANY, outputs=(0, 1), bpm=120)


MOMENTS = st.integers(0, 1200).map(lambda hundredths: hundredths / 100)
KEYS = [*"srpugnbto+-lmmm? 12345", "up", "down", "left", "right", "escape"]
CHANNELS = st.sampled_from([0, 0, 0, 1])
SOURCES = st.sampled_from([0, 0, 1])
VELOCITIES = st.sampled_from([1, 90, 91, 127])
NOTES = st.integers(24, 83)
HELD = st.sampled_from([0.0, 0.01, 0.1, 0.5, 3.0])

DEEDS = st.one_of(
    st.tuples(st.just("type"), st.sampled_from(KEYS)),
    st.tuples(
        st.just("strike"), SOURCES, CHANNELS, st.lists(NOTES, min_size=1, max_size=4), VELOCITIES, HELD
    ),
    st.tuples(st.just("trill"), st.integers(1, 30), NOTES, st.sampled_from([0.03, 0.1, 0.3])),
    st.tuples(st.just("note"), SOURCES, CHANNELS, NOTES, st.sampled_from([0, 90])),
    st.tuples(st.just("pad"), st.integers(36, 66), HELD),
    st.tuples(
        st.just("control"),
        SOURCES,
        CHANNELS,
        st.sampled_from([1, 64, 64, 66, 120, 123]),
        st.sampled_from([0, 70, 127]),
    ),
    st.tuples(st.just("knob"), st.integers(20, 90), st.integers(0, 127)),
    st.tuples(st.just("sweep"), st.integers(70, 90), st.integers(0, 127), st.integers(0, 127)),
    st.tuples(
        st.just("encoder"), st.integers(20, 40), st.sampled_from([1, 3, 65, 127, 126]), st.integers(1, 12)
    ),
    st.tuples(st.just("program"), st.integers(0, 6)),
    st.tuples(st.just("unplug"), st.sampled_from([0.1, 0.6, 2.5])),
    st.tuples(st.just("lose"), st.integers(0, 1), st.sampled_from([0.1, 2.5])),
)
GAPS = st.sampled_from([0.0, 0.01, 0.03, 0.05, 0.1, 0.3, 0.5, 1.0, 1.7])
SCRIPTS = st.lists(st.tuples(GAPS, DEEDS), max_size=30).map(
    lambda timed: list(zip(accumulate(gap for gap, _ in timed), (deed for _, deed in timed), strict=True))
)

STAGES = st.fixed_dictionaries(
    {
        "thinks": st.tuples(*[st.sampled_from([0.0, 0.02, 0.08])] * 2),
        "swing": st.sampled_from([50, 66.7, 75]),
        "latency_seconds": st.sampled_from([0.0, 0.08, -0.08]),
        "bpm": st.sampled_from([120, 40, 133.3, 400]),
        "mode": st.sampled_from(Mode),
        "switch": st.sampled_from(["bar", "beat", "now"]),
        "thru": st.sampled_from([None, [""], ["1:2"]]),
    },
    optional={
        "lead_seconds": st.sampled_from([0.012, 0.08]),
        "count_in": st.just(1),
        "wait": st.just(True),
        "length": st.sampled_from([Length(ticks=4000), Length(events=9)]),
        "leads": st.just(True),
        "own_meters": st.just(True),
    },
)


def on_stage(options, **more):
    options = {**options, **more}
    wait = options.get("wait")
    stage = WatchedStage(
        played_by=list(evening(options.pop("thinks"))),
        bindings=BINDINGS,
        outputs=2,
        sends_clock=options.pop("leads", False),
        **options,
    )
    if not wait:
        stage.performer.start()
    return stage


def perform(stage: WatchedStage, script, woken=()) -> WatchedStage:
    """Let a stage play a script to its end; a key that means nothing wakes it in between."""
    happenings = []
    for number, (at, deed) in enumerate(script):
        happenings += [(when, number, what) for when, what in spread(stage, at, deed)]
    until = 4.0 + max((at for at, *_ in happenings), default=0.0)
    happenings += [(at, -1, lambda: stage.type("z", stage.clock.now())) for at in woken if at < until]
    for at, _, happen in sorted(happenings, key=lambda happening: happening[:2]):
        stage.play_until(at)
        if stage.stage.is_leaving:
            return stage
        happen()
    stage.play_until(until)
    return stage


def spread(stage: WatchedStage, at, deed):
    """Return what happens when."""

    def hears(when, source, *messages):
        return when, lambda: stage.hear(source, *messages)

    match deed:
        case "type", key:
            yield at, lambda: stage.type(key, at)
        case "strike", source, channel, notes, velocity, held:
            keys = [{"channel": channel, "note": note} for note in notes]
            yield hears(at, source, *(Message("note_on", velocity=velocity, **key) for key in keys))
            yield hears(at + held, source, *(Message("note_off", **key) for key in keys))
        case "trill", times, note, gap:
            for time in range(times):
                key = {"note": note + 2 * (time % 2)}
                yield hears(at + time * gap, 0, Message("note_on", velocity=90, **key))
                yield hears(at + (time + 0.6) * gap, 0, Message("note_off", **key))
        case "note", source, channel, note, velocity:
            kind = "note_on" if velocity else "note_off"
            yield hears(at, source, Message(kind, channel=channel, note=note, velocity=velocity))
        case "pad", note, held:
            yield hears(at, 0, Message("note_on", channel=PADS, note=note, velocity=90))
            yield hears(at + held, 0, Message("note_off", channel=PADS, note=note))
        case "control", source, channel, control, value:
            yield hears(at, source, Message("control_change", channel=channel, control=control, value=value))
        case "knob", control, value:
            yield hears(at, 0, Message("control_change", control=control, value=value))
        case "sweep", control, begin, end:
            way = 1 if begin <= end else -1
            for step, value in enumerate(range(begin, end + way, way)):
                yield hears(at + step * 0.004, 0, Message("control_change", control=control, value=value))
        case "encoder", control, value, times:
            for step in range(times):
                yield hears(at + step * 0.01, 1, Message("control_change", control=control, value=value))
        case "program", program:
            yield hears(at, 0, Message("program_change", program=program))
        case "unplug", seconds:
            yield at, stage.keyboards.unplug
            yield at + seconds, stage.keyboards.plug_in
        case "lose", output, seconds:
            yield at, lambda: stage.lose(output)
            yield at + seconds, lambda: stage.find(output)
        case _:
            raise AssertionError(deed)


def follow(options, script, commands) -> WatchedStage:
    """Let a stage that follows a master play a script."""
    kept = {name: what for name, what in options.items() if name not in ("count_in", "leads", "wait")}
    stage = on_stage(kept, follows=True)
    until = lead(stage, commands)
    perform(stage, script)
    stage.play_until(until)
    return stage


def check_music(stage: WatchedStage, late=0.0) -> None:
    check_heard(stage)
    check_paired(stage)
    check_written(stage)
    check_rests(stage, late)
    check_pumps(stage)


def check_all(stage: WatchedStage) -> None:
    check_music(stage)
    check_order(stage)
    check_watched(stage)
    assert stage.stage.lateness.summary().worst == 0
    assert stage.link.dropped == 0
    assert stage.status.rested == 0


def check_silence(stage: WatchedStage) -> None:
    """Whoever stops everything and lets go leaves silence; what is over rings out."""
    while stage.performer.state in (State.PLAYING, State.LISTENING):
        stage.type(" ", stage.clock.now())
        stage.play_until(stage.clock.now())
    stage.let_go()
    if stage.performer.state is State.FINISHED:
        stage.play_until(stage.clock.now() + 60)
        assert stage.stage.is_leaving
        stage.close_ports()
    assert stage.sounding() == set()


def check_leaving(stage: WatchedStage) -> None:
    """Whoever stops leaves silence, can start again, and leaves silence by closing."""
    check_silence(stage)
    if stage.stage.is_leaving:
        return
    now = stage.clock.now()
    while stage.status.mode is not Mode.STREAM:
        stage.type("m", now)
        stage.play_until(now)
    if stage.status.muted:
        stage.type("u", now)
    stage.type("s", now + 5.0)
    stage.play_until(now + 5.0)
    before = len(own_strikes(stage))
    stage.play_until(now + 5.0 + 4 * 6.0)
    assert len(own_strikes(stage)) > before or stage.stage.is_leaving
    stage.type("q", stage.clock.now() + 1.0)
    stage.play_until(stage.clock.now() + 2.0)
    assert stage.stage.is_leaving
    stage.close_ports()
    assert stage.sounding() == set()


def note(at, channel, number, velocity=90):
    kind = "note_on" if velocity else "note_off"
    return MessageReceived(at, 0, Message(kind, channel=channel, note=number, velocity=velocity))


def pedal(at, value):
    return MessageReceived(at, 0, Message("control_change", control=64, value=value))


def played_on(*items, **options):
    stage = WatchedStage(played_by=list(evening((0.0, 0.0))), bindings=BINDINGS, outputs=2, **options)
    stage.performer.start()
    for item in items:
        stage.at(item.at, item)
    return stage


def test_a_preset_begins_in_its_own_sound_where_swing_and_its_tempo_move_the_line():
    stage = played_on(Typed("2", 0.2), switch="now", bpm=400, swing=75)
    stage.play_until(3.0)
    check_all(stage)


def test_what_a_pad_does_when_learning_begins_is_over_with_its_note():
    pad = PADS, BINDINGS[-2].note
    stage = played_on(
        note(1.0, *pad),
        Typed("l", 1.1),
        note(1.2, *pad, 0),
        note(1.3, *pad),
        Typed("l", 1.4),
        note(1.5, *pad, 0),
        thru=[""],
        mode=Mode.HOLD,
    )
    stage.play_until(1.25)
    assert stage.status.switch is not None
    stage.play_until(1.6)
    assert stage.sounding() == set()
    assert not stage.performer._keyboard.held


def test_a_program_change_asks_for_a_preset_also_while_something_is_learned():
    program = MessageReceived(0.6, 0, Message("program_change", program=1))
    stage = played_on(Typed("l", 0.5), program, thru=[""])
    stage.play_until(3.0)
    assert stage.performer.style.name == "organ"
    check_all(stage)


def test_a_pedal_that_was_down_when_it_was_learned_comes_up_in_the_music():
    stage = played_on(
        pedal(1.0, 70),
        Typed("l", 1.1),
        *(Typed("up", 1.2 + number / 100) for number in range(3)),
        pedal(1.3, 127),
        pedal(1.5, 0),
        thru=[""],
        mode=Mode.HOLD,
    )
    stage.play_until(2.0)
    assert [binding.control for binding in stage.saved] == [64]
    stage.keys("a", 3.0)
    stage.play_until(4.0)
    assert not stage.performer._keyboard.held
    values = [m.value for _, m in stage.sent if m.type == "control_change" and m.control == 64]
    assert values == [70, 0]


def test_a_panic_just_before_the_line_does_not_call_off_a_preset_that_comes_to_rest():
    stage = played_on(Typed("2", 1.0), Typed("p", 2.09), mode=Mode.HOLD)
    stage.play_until(2.2)
    assert stage.status.switch is None
    assert stage.performer.style.name == "organ"


def test_a_preset_in_the_same_mode_goes_on_with_segues_turn_from_its_line():
    organ, flute = (
        Style(name, ByChance(48, False), (Part(name, 0, 19),), CONTROLS, mode=Mode.CONTINUE) for name in "ab"
    )
    stage = WatchedStage(played_by=[organ, flute], mode=Mode.CONTINUE)
    stage.performer.start()
    stage.keys("a", 0.2)
    stage.type("2", 2.2)
    stage.play_until(6.0)
    struck = sorted({at for at, _ in own_strikes(stage)})
    assert pytest.approx(4.1) in struck
    assert {round(later - earlier, 3) for earlier, later in pairwise(struck)} == {0.25}
    assert stage.status.rested == 0


@pytest.mark.parametrize("key", "25")
def test_a_preset_takes_over_on_its_line_also_before_segues_turn(key):
    stage = played_on(Typed("g", 4.9), Typed(key, 5.2), mode=Mode.ANSWER, switch="beat")
    stage.play_until(7.0)
    changed = [at for at, message in stage.sent if message.type == "program_change"]
    assert changed[-1] == pytest.approx(5.6)
    check_all(stage)


def test_muted_it_does_not_count_in_either():
    stage = played_on(Typed("u", 1.05), mode=Mode.HOLD, count_in=1)
    stage.play_until(3.0)
    assert [round(at, 3) for at, message in stage.sent if message.type == "note_on"] == [0.1, 0.6]


def test_it_sleeps_until_the_last_event_has_sounded_on_an_instrument_that_is_slow():
    stage = WatchedStage(
        played_by=[Style("alphabet", RhythmicAlphabet(480), (Part("piano"),), CONTROLS)],
        length=Length(events=3),
        latency_seconds=-0.5,
        lead_seconds=0.08,
    )
    stage.performer.start()
    stage.play_until(2.05)
    stage.performer.change_mode(Mode.HOLD, 2.05)
    stage.play_until(3.0)
    assert stage.performer.state is State.FINISHED
    assert max(Counter(stage.pumps).values()) < 30


class Staccato(RhythmicAlphabet):
    """Plays quick and very short notes."""

    def _event_of(self, letter, moment, controls):
        return Event.of(30, [Note(A + letter % 26, 1, OWN_VELOCITY)])


def test_what_waits_is_left_to_a_hand_also_where_it_would_have_ended_before_the_next():
    stage = WatchedStage(
        played_by=[Style("staccato", Staccato(), (Part("staccato"),), CONTROLS)],
        mode=Mode.ACCOMPANY,
        lead_seconds=0.08,
    )
    stage.performer.start()
    stage.play_until(1.0)
    waiting = sorted(stage.server.outputs[0]._schedule._strikes)
    at, number = next((strike.at, strike.note) for strike in waiting if strike.at > 1.02)
    stage.at(1.01, note(1.01, 0, number))
    stage.play_until(1.3)
    assert (at, number) not in own_strikes(stage)


@settings(max_examples=15)
@given(STAGES, SCRIPTS)
@pytest.mark.slow
def test_whatever_a_player_asks_for_holds(options, script):
    stage = perform(on_stage(options), script)
    check_leaving(stage)
    check_all(stage)


@settings(max_examples=12)
@given(STAGES, SCRIPTS, SPELLS)
@pytest.mark.slow
def test_whatever_a_slow_network_does_holds(options, script, spells):
    stage = on_stage(options, is_quick=False)
    hesitate(stage, spells)
    perform(stage, script)
    check_leaving(stage)
    check_music(stage)


@settings(max_examples=12)
@given(STAGES, SCRIPTS, st.lists(MOMENTS, max_size=60))
@pytest.mark.slow
def test_how_often_a_machine_finds_time_never_changes_the_music(options, script, moments):
    stage = perform(on_stage(options), script)
    awake = perform(on_stage(options), script, moments)
    assert awake.sent == stage.sent


@settings(max_examples=15)
@given(STAGES, SCRIPTS, COMMANDS)
@pytest.mark.slow
def test_whatever_a_master_does_holds(options, script, commands):
    stage = follow(options, script, commands)
    check_silence(stage)
    check_music(stage, late=LATE_LIMIT)
