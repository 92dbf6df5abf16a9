from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mido import Message

from live.core.controls.actions import Action
from live.core.controls.binding import Binding, Encoding, PresetNamed, with_presets
from live.core.controls.control_map import Asked, AskedPreset, ControlMap, Passed, Turned
from live.core.controls.control_state import ControlState
from live.core.controls.knobs import KNOBS, knob_named
from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.controls.table import Controls
from presets.bundles.settings import Sampling, SettingsError

DESK = ControlState(Controls(Sampling(), 0.5, 1.0, 64), swing=50, bpm=120, mode=Mode.STREAM, muted=False)
NANO, LAUNCHPAD, PIANO = "nanoKONTROL2 MIDI 1", "Launchpad Mini", "Digital Piano"


def cc(value, control=21, channel=0):
    return Message("control_change", channel=channel, control=control, value=value)


def strike(note, channel=0, velocity=100):
    return Message("note_on", channel=channel, note=note, velocity=velocity)


def let_go(note, channel=0):
    return Message("note_off", channel=channel, note=note)


class Stage:
    """A control map, and the control state that it changes."""

    def __init__(self, *bindings, **control_state):
        self.surface = ControlMap(bindings)
        self.control_state = replace(DESK, **control_state)

    def hear(self, message, at=NANO):
        heard = self.surface.hear(at, message, self.control_state)
        if isinstance(heard, Turned):
            self.control_state = heard.control_state
        return heard

    def turn(self, *values, control=21, at=NANO):
        """Return what a control change at each of these values shows."""
        return [self.hear(cc(value, control), at).text for value in values]

    def set(self, name, value):
        """Change a value from elsewhere."""
        self.control_state = knob_named(name).turned(self.control_state, value)


def test_what_is_not_bound_is_music():
    stage = Stage(Binding("temperature", control=21), Binding(Action.GO, note=36, channel=9))
    music = [
        cc(64, control=1),
        strike(36),
        let_go(36),
        Message("pitchwheel"),
        Message("clock"),
        Message("start"),
    ]
    assert [stage.hear(message) for message in music] == [None] * 6


# Pick-up: what a knob shows on its way, and where the value is in the end.


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (
            [20, 40, 60, 63, 66, 70],
            [
                "temperature 1.00: knob at 0.31, turn it up",
                "temperature 1.00: knob at 0.62, turn it up",
                "temperature 1.00: knob at 0.94, turn it up",
                "temperature 0.98",
                "temperature 1.03",
                "temperature 1.10",
            ],
        ),
        (
            [127, 90, 50, 40],
            [
                "temperature 1.00: knob at 2.00, turn it down",
                "temperature 1.00: knob at 1.41, turn it down",
                "temperature 0.78",
                "temperature 0.62",
            ],
        ),
        ([64, 65], ["", "temperature 1.02"]),
    ],
    ids=["from below", "across it", "there already"],
)
def test_a_knob_must_reach_or_cross_the_value_first(values, shown):
    assert Stage(Binding("temperature", control=21)).turn(*values) == shown


def test_after_a_change_from_elsewhere_a_knob_must_pick_the_value_up_again():
    stage = Stage(Binding("tempo", control=21))
    assert stage.turn(50, 51, 60) == ["tempo 120: knob at 118, turn it up", "", "tempo 134"]
    stage.set("tempo", 100)
    assert stage.turn(61, 30, 31) == ["tempo 100: knob at 135, turn it down", "tempo 87", "tempo 88"]


def test_a_tempo_that_a_clock_rounds_is_not_lost():
    stage = Stage(Binding("tempo", control=21))
    stage.turn(51, 60)
    stage.control_state = replace(stage.control_state, bpm=stage.control_state.bpm + 1e-12)
    assert stage.turn(61) == ["tempo 135"]


def test_of_two_controllers_each_waits_until_it_meets_the_other_s_value():
    stage = Stage(
        Binding("temperature", control=21, input="nano"), Binding("temperature", control=1, input="launchpad")
    )
    assert stage.turn(64, 80) == ["", "temperature 1.25"]
    assert stage.turn(64, 90, control=1, at=LAUNCHPAD) == [
        "temperature 1.25: knob at 1.00, turn it up",
        "temperature 1.41",
    ]
    assert stage.turn(82, 91, control=21) == [
        "temperature 1.41: knob at 1.29, turn it up",
        "temperature 1.43",
    ]


def test_one_binding_for_all_controllers_still_knows_their_knobs_apart():
    stage = Stage(Binding("temperature", control=21))
    stage.turn(64, 100)
    assert stage.turn(10, at=LAUNCHPAD) == ["temperature 1.57: knob at 0.16, turn it up"]
    assert stage.turn(101) == ["temperature 1.59"]


def test_a_knob_that_works_the_other_way_round_says_which_way_to_turn_it():
    stage = Stage(Binding("density", control=21, low=1, high=-1))
    assert stage.turn(0, 127) == ["density 0.00: knob at +1.00, turn it up", "density -1.00"]


def test_a_knob_in_a_narrow_range_is_exact_in_its_middle():
    stage = Stage(Binding("tempo", control=21, low=100, high=140))
    assert stage.turn(64, 0, 127, 64)[1:] == ["tempo 100", "tempo 140", "tempo 120"]


def test_a_value_beyond_the_knob_is_picked_up_at_its_end():
    stage = Stage(Binding("tempo", control=21), bpm=300)
    assert stage.turn(100, 127)[0] == "tempo 300: knob at 197, turn it up"
    assert stage.control_state.bpm == 240


# Choices.


def test_a_knob_swept_over_the_modes_chooses_each_once():
    stage = Stage(Binding("mode", control=21))
    shown = [text for text in stage.turn(*range(128)) if text]
    assert shown == ["mode continue", "mode answer", "mode accompany", "mode hold"]


def test_a_knob_swept_over_the_keys_chooses_each_once_and_goes_back_to_the_preset_s():
    own = Key.read("D dorian")
    stage = Stage(Binding("key", control=21), own_key=own, controls=replace(DESK.controls, key=own))
    shown = [text for text in stage.turn(*range(128)) if text]
    assert len(shown) == 26
    assert shown[:4] == ["key follow", "key any", "key C major", "key C minor"]
    assert shown[-1] == "key B minor"
    stage.turn(0)
    assert stage.control_state.controls.key == own


def test_a_knob_that_trembles_between_two_modes_does_not():
    stage = Stage(Binding("mode", control=21))
    assert stage.turn(25, 26, 25, 26, 27, 26, 25, 26, 24) == [
        *[""] * 4,
        "mode continue",
        "",
        "",
        "",
        "mode stream",
    ]


def test_a_pad_steps_through_choices_and_begins_anew():
    stage = Stage(Binding("mode", note=36, low=1, high=3), Binding("mode", note=37, low=4, high=4))
    shown = [stage.hear(strike(36)).text for _ in range(4)] + [stage.hear(strike(37)).text]
    assert shown == ["mode continue", "mode answer", "mode accompany", "mode continue", "mode hold"]


def test_a_pad_follows_the_player_s_key_or_leaves_it_to_the_preset():
    stage = Stage(Binding("key", note=36, low=0, high=1))
    assert [stage.hear(strike(36)).text for _ in range(3)] == ["key follow", "key any", "key follow"]


# Encoders.


@pytest.mark.parametrize(
    ("encoding", "value", "bpm"),
    [
        ("relative", 1, 121),
        ("relative", 5, 125),
        ("relative", 127, 119),
        ("relative", 96, 88),
        ("relative", 65, 119),
        ("relative", 95, 89),
        ("relative", 0, 120),
        ("relative", 64, 120),
        ("relative-64", 65, 121),
        ("relative-64", 60, 116),
        ("relative-64", 64, 120),
    ],
)
def test_an_encoder_turns_by_steps_and_needs_no_pick_up(encoding, value, bpm):
    stage = Stage(Binding("tempo", control=21, encoding=Encoding(encoding)))
    stage.turn(value)
    assert stage.control_state.bpm == bpm


def test_an_encoder_ends_where_its_range_does_and_comes_back_at_once():
    stage = Stage(Binding("tempo", control=21, encoding=Encoding.RELATIVE, low=110, high=130))
    stage.turn(63, 63, 127)
    assert stage.control_state.bpm == 129


def test_an_encoder_never_jumps_to_its_range_but_comes_nearer():
    stage = Stage(Binding("tempo", control=21, encoding=Encoding.RELATIVE, low=80, high=100))
    stage.turn(1, 127, 127)
    assert stage.control_state.bpm == 118


def test_an_encoder_may_work_the_other_way_round():
    stage = Stage(Binding("mode", control=21, encoding=Encoding.RELATIVE, low=4, high=0))
    assert stage.turn(127, 1) == ["mode continue", "mode stream"]


# Buttons.


def test_a_sustain_pedal_for_go_asks_once_each_time_that_it_goes_down():
    stage = Stage(Binding(Action.GO, control=64))
    asked = [stage.hear(cc(value, 64)) for value in (0, 20, 63, 64, 100, 127, 70, 63, 0, 127)]
    assert asked == [Passed()] * 3 + [Asked(Action.GO)] + [Passed()] * 5 + [Asked(Action.GO)]


def test_a_button_that_was_never_heard_before_counts_at_its_first_press():
    assert Stage(Binding(Action.PANIC, control=64)).hear(cc(127, 64)) == Asked(Action.PANIC)


def test_a_pad_does_its_work_at_its_note_on_and_is_no_music():
    stage = Stage(Binding(Action.PANIC, note=36, channel=9), Binding(2, note=37))
    pressed = [strike(36, 9), Message("polytouch", channel=9, note=36, value=80), let_go(36, 9), strike(37)]
    assert [stage.hear(message) for message in pressed] == [
        Asked(Action.PANIC),
        Passed(),
        Passed(),
        AskedPreset(2),
    ]
    assert stage.hear(strike(37, velocity=0)) == Passed()


def test_a_key_that_was_held_when_it_was_bound_is_let_go_in_the_music():
    stage = Stage()
    assert stage.hear(strike(60)) is None
    stage.surface.add(Binding(Action.GO, note=60))
    assert stage.hear(let_go(60)) is None


def test_mute_is_pressed_whatever_it_is_bound_to():
    stage = Stage(Binding("mute", control=21), Binding("mute", note=36))
    assert stage.turn(127, 0, 127) == ["mute on", "", "mute off"]
    assert stage.hear(strike(36)).text == "mute on"


def test_a_program_change_asks_for_a_preset_from_anywhere():
    assert Stage().hear(Message("program_change", channel=5, program=3), PIANO) == AskedPreset(3)


def test_a_preset_of_another_evening_asks_for_nothing():
    bindings = with_presets(
        [
            Binding(PresetNamed("bach"), note=36),
            Binding(PresetNamed("folk"), note=37),
            Binding(Action.GO, note=38),
        ],
        ["chopin", "bach", "bach"],
    )
    stage = Stage(*bindings)
    assert [stage.hear(strike(note)) for note in (36, 37, 38)] == [
        AskedPreset(1),
        Passed("there is no preset 'folk' in this performance"),
        Asked(Action.GO),
    ]


# Which binding counts.


def test_tonight_goes_before_the_set_and_the_set_before_earlier_evenings():
    learned = [Binding("tempo", control=21, channel=0, input="nano"), Binding(Action.GO, note=36, channel=0)]
    surface = ControlMap(
        learned, of_the_set=[Binding(Action.MUTE, control=21), Binding(Action.STOP, note=40)]
    )
    assert surface.hear(NANO, cc(127), DESK) == Asked(Action.MUTE), "though the knob learned is more specific"
    assert surface.hear(NANO, strike(36), DESK) == Asked(Action.GO)
    surface.add(Binding(Action.TAP, note=40))
    assert surface.hear(NANO, strike(40), DESK) == Asked(Action.TAP)
    surface.add(Binding(Action.PANIC, control=22))
    assert [binding.target for binding in surface.bindings] == [
        "tempo",
        Action.GO,
        Action.MUTE,
        Action.TAP,
        Action.PANIC,
    ]


def test_what_is_unlearned_is_bound_to_nothing_and_uncovers_nothing_learned():
    surface = ControlMap([Binding("tempo", control=21)], of_the_set=[Binding(Action.MUTE, control=22)])
    surface.add(Binding(Action.GO, control=21))
    assert surface.remove(Action.GO) == ()
    assert surface.hear(NANO, cc(127), DESK) is None
    assert surface.remove(Action.MUTE) == (Binding(Action.MUTE, control=22),)
    assert surface.bindings == ()


def test_the_newest_for_the_same_handle_replaces_the_older():
    stage = Stage(Binding("temperature", control=21, input="NANO"), Binding("recall", control=22))
    stage.surface.add(Binding("swing", control=21, input="nano"))
    assert [binding.target for binding in stage.surface.bindings] == ["recall", "swing"]
    assert stage.turn(0, 1) == ["", ""]
    assert stage.turn(64) == ["swing 62"]


def test_the_one_that_names_its_input_and_its_channel_counts():
    stage = Stage(
        Binding(1, note=36, input="launchpad", channel=2),
        Binding(2, note=36, input="launchpad"),
        Binding(3, note=36),
        Binding(4, note=36, channel=9),
    )
    asked = [
        stage.hear(strike(36, channel), at).number
        for at, channel in ((LAUNCHPAD, 2), (LAUNCHPAD, 3), (NANO, 0), (NANO, 9))
    ]
    assert asked == [1, 2, 3, 4]


def test_the_screen_names_what_is_bound():
    assert [Binding("tempo", control=21).label, Binding("mute", note=36).label] == ["CC 21", "note 36"]


# What cannot be bound.


@pytest.mark.parametrize(
    ("binding", "reason"),
    [
        ({"target": "tempo"}, "a control is either a control change or a note, got None and None"),
        ({"target": "tempo", "control": 1, "note": 1}, "a control is either .* got 1 and 1"),
        ({"target": "tempo", "control": 120}, r"a control change's number must be 0\.\.119, got 120"),
        ({"target": "mute", "note": 128}, r"a control's note must be 0\.\.127, got 128"),
        ({"target": "tempo", "control": 1, "channel": 16}, r"a control's channel must be 0\.\.15, got 16"),
        ({"target": "temperatur", "control": 1}, ".* got 'temperatur'; nearest: 'temperature'"),
        ({"target": -1, "note": 1}, r"a preset's number \(from 0\) must be 0\.\.127, got -1"),
        (
            {"target": "tempo", "note": 1},
            "a note can only step through choices .* got tempo; bind a control .*",
        ),
        (
            {"target": Action.GO, "control": 1, "encoding": Encoding.RELATIVE},
            "only a control that turns .* got go; .*",
        ),
        (
            {"target": "mute", "control": 1, "encoding": Encoding.RELATIVE},
            "only a control that turns .* got mute; .*",
        ),
        (
            {"target": PresetNamed("bach"), "control": 1, "low": 1},
            "only a control that turns a knob can have .* got bach",
        ),
        ({"target": "tempo", "control": 1, "high": 400}, r"an end of tempo must be 40\.\.240, got 400"),
        ({"target": "mode", "control": 1, "high": 2.5}, "an end of mode must be a whole number, got 2.5"),
        ({"target": "mode", "control": 1, "low": 1, "high": 1}, "the two ends .* got continue twice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_bound_is_refused(binding, reason):
    with pytest.raises(SettingsError, match=f"^{reason}$"):
        Binding(**binding)


# Whatever comes in.

names = st.sampled_from([NANO, LAUNCHPAD, PIANO])
few_channels = st.integers(0, 1)
controls, notes = st.integers(20, 23), st.integers(36, 38)
any_channel, any_input = st.none() | few_channels, st.none() | st.sampled_from(["nano", "launch"])
any_knob, encodings = st.sampled_from(KNOBS), st.sampled_from(Encoding)
kinds = st.sampled_from(["knob", "button", "pad"])
buttons = st.sampled_from([*Action, 0, 5, PresetNamed("bach"), "mute"])
pads = buttons | st.sampled_from(["mode", "key"])


@st.composite
def bindings(draw):
    """Few numbers, so that messages meet them."""
    common = {"channel": draw(any_channel), "input": draw(any_input)}
    knob = draw(any_knob)
    match draw(kinds):
        case "knob" if not knob.is_switch:
            ends = (
                st.integers(int(knob.low), int(knob.high)) if knob.choices else st.floats(knob.low, knob.high)
            )
            low, high = draw(st.lists(ends, min_size=2, max_size=2, unique=True) | st.just((None, None)))
            encoding, control = draw(encodings), draw(controls)
            return Binding(knob.name, control=control, encoding=encoding, low=low, high=high, **common)
        case "pad":
            return Binding(draw(pads), note=draw(notes), **common)
        case _:
            return Binding(draw(buttons), control=draw(controls), **common)


messages = st.one_of(
    st.builds(cc, st.integers(0, 127), st.integers(20, 23), few_channels),
    st.builds(cc, st.integers(0, 127), st.integers(20, 23), few_channels),
    st.builds(strike, st.integers(36, 38), few_channels, st.integers(0, 127)),
    st.builds(let_go, st.integers(36, 38), few_channels),
    st.builds(Message, st.just("program_change"), program=st.integers(0, 127)),
)
elsewhere = st.tuples(st.sampled_from(KNOBS), st.floats())


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    st.lists(bindings(), max_size=8),
    st.lists(st.tuples(names, messages, st.none() | elsewhere), min_size=50, max_size=60),
    st.sampled_from([None, Key.read("D dorian"), Key.read("A minor")]),
)
@pytest.mark.slow
def test_ten_thousand_messages_never_raise_and_never_leave_a_range(bound, heard, own_key):
    stage = Stage(*bound, own_key=own_key)
    for name, message, change in heard:
        before = stage.control_state
        answer = stage.hear(message, name)
        if isinstance(answer, Turned):
            assert stage.control_state != before
            assert answer.text == f"{answer.knob.name} {answer.knob.text_of(stage.control_state)}"
        for knob in KNOBS:
            assert knob.low <= knob.value_of(stage.control_state) <= knob.high
            if not isinstance(answer, Turned) or knob is not answer.knob:
                assert knob.value_of(stage.control_state) == knob.value_of(before)
        if change is not None:
            stage.set(change[0].name, change[1])


@given(st.sampled_from([knob for knob in KNOBS if not knob.choices]), st.data())
def test_no_knob_jumps_by_more_than_the_hand_moved(knob, data):
    stage = Stage(Binding(knob.name, control=21))
    stage.set(knob.name, data.draw(st.floats(knob.low, knob.high)))
    before = None
    for value in data.draw(st.lists(st.integers(0, 127), min_size=1, max_size=20)):
        was = knob.position_of(stage.control_state)
        stage.turn(value)
        moved = abs(value - before) if before is not None else 1
        # Two steps of the control change to reach it, and what the rounding of the value makes.
        assert abs(knob.position_of(stage.control_state) - was) <= (moved + 2) / 126 + knob.step / (
            knob.high - knob.low
        )
        before = value
