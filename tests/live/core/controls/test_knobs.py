import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.controls.actions import Action
from live.core.controls.binding import Encoding
from live.core.controls.control_state import ControlState
from live.core.controls.knobs import KNOBS, knob_named
from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.controls.table import KEY_CHOICES, Controls
from presets.bundles.settings import Sampling, SettingsError

DESK = ControlState(Controls(Sampling(0.95), 0.5, 1.0, 64), swing=50, bpm=120, mode=Mode.STREAM, muted=False)
knobs = st.sampled_from(KNOBS)
names = pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)


def turned(name, value, control_state=DESK):
    return knob_named(name).turned(control_state, value)


@pytest.mark.parametrize(
    ("name", "value", "text", "where"),
    [
        (
            "temperature",
            1.254,
            "1.25",
            lambda control_state: control_state.controls.sampling.temperature == 1.25,
        ),
        (
            "rhythm-temperature",
            1.5,
            "1.50",
            lambda control_state: control_state.controls.rhythm.temperature == 1.5,
        ),
        (
            "dynamics-temperature",
            0,
            "0.00",
            lambda control_state: control_state.controls.dynamics.temperature == 0,
        ),
        ("top-p", 0.9, "0.90", lambda control_state: control_state.controls.sampling.top_p == 0.9),
        ("rhythm-top-p", 0.9, "0.90", lambda control_state: control_state.controls.rhythm.top_p == 0.9),
        ("dynamics-top-p", 0.9, "0.90", lambda control_state: control_state.controls.dynamics.top_p == 0.9),
        ("density", 0.4, "+0.40", lambda control_state: control_state.controls.density == 0.4),
        ("recall", 0.4, "0.40", lambda control_state: control_state.controls.recall == 0.4),
        ("velocity", 79.6, "80", lambda control_state: control_state.controls.velocity == 80),
        ("register", -0.5, "-0.50", lambda control_state: control_state.controls.register == -0.5),
        ("transpose", 3, "+3", lambda control_state: control_state.controls.transpose == 3),
        ("gate", 1.5, "1.50", lambda control_state: control_state.controls.gate == 1.5),
        ("swing", 58, "58", lambda control_state: control_state.swing == 58),
        ("tempo", 132, "132", lambda control_state: control_state.bpm == 132),
        ("key", 4, "C minor", lambda control_state: control_state.controls.key == Key(0, "minor")),
        ("key", 26, "B minor", lambda control_state: control_state.controls.key == Key(11, "minor")),
        ("key", 1, "follow", lambda control_state: control_state.controls.follow_key),
        ("mode", 2, "answer", lambda control_state: control_state.mode is Mode.ANSWER),
        ("mute", 1, "on", lambda control_state: control_state.muted),
    ],
)
def test_a_knob_turns_its_own_and_shows_it(name, value, text, where):
    control_state = turned(name, value)
    assert where(control_state)
    assert knob_named(name).text_of(control_state) == text
    assert [other.name for other in KNOBS if other.value_of(control_state) != other.value_of(DESK)] == [name]


@names
def test_its_ends_are_ends(knob):
    control_state = replace(DESK, own_key=Key.read("D dorian"))
    for value, position in ((-math.inf, 0), (knob.low, 0), (knob.high, 1), (math.inf, 1)):
        assert knob.position_of(knob.turned(control_state, value)) == position


@names
def test_clicks_lead_from_one_end_to_the_other(knob):
    control_state = knob.turned(DESK, knob.low)
    for _ in range(200):
        control_state = knob.stepped(control_state, 1)
    assert knob.value_of(control_state) == knob.high


@given(st.lists(st.tuples(knobs, st.floats())))
def test_no_value_raises_or_leaves_its_range(turns):
    control_state = DESK
    for knob, value in turns:
        control_state = knob.turned(control_state, value)
        assert knob.low <= knob.value_of(control_state) <= knob.high
        assert 0 <= knob.position_of(control_state) <= 1
        assert knob.text_of(control_state)


def test_a_tempo_beyond_the_knob_comes_nearer_click_by_click_and_never_jumps():
    fast = replace(DESK, bpm=300)
    tempo = knob_named("tempo")
    assert tempo.stepped(fast, -1).bpm == 299
    assert tempo.stepped(fast, 1).bpm == 300
    assert tempo.position_of(fast) == 1


def test_a_tempo_that_was_tapped_goes_to_whole_numbers():
    assert knob_named("tempo").text_of(replace(DESK, bpm=120.34)) == "120.3"
    assert knob_named("tempo").stepped(replace(DESK, bpm=120.34), 1).bpm == 121


def test_nothing_is_so_wild_that_a_preset_refuses_it():
    improbable = replace(DESK, controls=replace(DESK.controls, sampling=Sampling(top_p=0.004)))
    assert knob_named("top-p").turned(improbable, 0).controls.sampling.top_p == 0.004


def test_the_key_goes_back_to_the_preset_s_own():
    own = Key.read("D dorian")
    control_state = replace(DESK, own_key=own, controls=replace(DESK.controls, key=own))
    key = knob_named("key")
    assert (key.value_of(control_state), key.text_of(control_state)) == (0, "D dorian")
    elsewhere = key.turned(control_state, 20)
    assert key.text_of(elsewhere) == "Ab minor"
    assert key.turned(elsewhere, 0) == control_state
    assert key.turned(elsewhere, 1).controls.key == own, "until the player's is known"
    assert key.turned(elsewhere, 2).controls.key is None


def test_a_key_that_no_knob_has_lies_where_its_third_does():
    key = knob_named("key")
    for scale, neighbour in (("blues", "minor"), ("lydian", "major")):
        control_state = replace(DESK, controls=replace(DESK.controls, key=Key(7, scale)))
        assert key.text_of(control_state) == f"G {scale}"
        assert key.text(key.value_of(control_state)) == f"G {neighbour}"


def test_a_name_that_nobody_knows_is_refused_with_the_nearest():
    with pytest.raises(SettingsError, match=r"^a knob must be one of temperature, .*nearest: 'density'$"):
        knob_named("densty")


DOCUMENT = (Path(__file__).parents[4] / "docs" / "control-by-midi.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("knob", [knob for knob in KNOBS if not knob.choices], ids=lambda knob: knob.name)
def test_the_documentation_has_each_number_as_it_is(knob):
    classic = " ✓ |" if knob.rhythm is None else " |"
    assert f"| `{knob.name}` | {knob.low:g} .. {knob.high:g} | {knob.step:g} | ✓ |{classic}\n" in DOCUMENT


@pytest.mark.parametrize(
    "word", [*Action, *Mode, *(knob.name for knob in KNOBS), *Encoding, *KEY_CHOICES[:6]]
)
def test_the_documentation_has_every_word(word):
    assert f"`{word}`" in DOCUMENT
