"""The table of controls against what reads it: options, set files, knobs, documentation, music."""

import argparse
import re
from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from export.offline import play_offline
from live.arguments.performance import add_performance_arguments
from live.core.controls.control import value_at
from live.core.controls.control_state import ControlState
from live.core.controls.knobs import KNOBS
from live.core.controls.mode import Mode
from live.core.controls.table import CONTROLS, OPTIONS, Controls
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.planning.states import Length
from live.core.planning.style import Style
from live.inference.opening import open_predictor
from live.setlist.set_values import control_names
from presets.bundles.kinds import CLASSIC, KINDS, SCORE
from presets.bundles.library import load_preset
from presets.bundles.settings import SettingsError
from presets.music.readings import shipped_readings

DOCS = Path(__file__).parents[2] / "docs"

OF_THE_ENGINE = {"avoid", "resting_parts", "leanings", "harmony", "implied", "rate"}
"""Fields that a musician does not set: what they play does."""

PRESETS = {"score": "pop", "classic": str(Path(__file__).parents[1] / "golden" / "alphabet")}
"""A preset of each kind."""

TEXTS = {"key": ("F# major",), "range": ("C4-C5",), "me": ("melody",), "chords": ("C4", "none")}
"""Values for the controls that are no numbers."""

options = pytest.mark.parametrize("control", OPTIONS, ids=lambda control: control.name)


def test_each_name_is_there_once():
    assert len({control.name for control in CONTROLS}) == len(CONTROLS)


def test_options_and_keys_of_a_set_are_the_rows_in_their_order():
    parser = argparse.ArgumentParser(description="plays")
    add_performance_arguments(parser)
    arguments = [name for name in vars(parser.parse_args([])) if name not in ("seed", "rng_seed")]
    rows = [control.argument for control in OPTIONS]
    assert sorted(arguments) == sorted(rows)
    assert list(control_names()) == rows
    for kind in KINDS.values():
        of_one_kind = [control.argument for control in OPTIONS if control.rhythm is kind.has_rhythm]
        assert [name for name in arguments if name in of_one_kind] == of_one_kind


def test_knobs_are_the_rows_that_have_one():
    assert {knob.name for knob in KNOBS} == {control.name for control in CONTROLS if control.knob is not None}
    orders = {control.name: control.knob.order for control in CONTROLS if control.knob is not None}
    assert [orders[knob.name] for knob in KNOBS] == sorted(orders.values())


def test_every_field_is_set_by_a_row_and_every_row_sets_a_field():
    controls = Controls.of(load_preset(PRESETS["score"]).settings)
    state = ControlState(controls, swing=50, bpm=120, mode=Mode.STREAM, muted=False)
    set_by_rows = set()
    for control in CONTROLS:
        if control.read is not None:
            set_by_rows |= {
                f"controls.{field}" for text in TEXTS[control.name] for field in control.read(text)
            }
        else:
            value_at(state, control.fields)
            set_by_rows.add(".".join(control.fields[:2]))
    of_state = {field.name for field in fields(ControlState)} - {"controls", "own_key", "own_follow_key"}
    of_controls = {f"controls.{field.name}" for field in fields(Controls)} - {
        f"controls.{name}" for name in OF_THE_ENGINE
    }
    assert set_by_rows == of_state | of_controls


@options
def test_its_limits_are_kept(control):
    controls = Controls.of(load_preset(PRESETS["classic" if control.rhythm is False else "score"]).settings)
    if control.limits is None:
        # Only a preset knows whether it has a part of some name.
        wrong = [""] if control.name == "me" else ["", "H", "nothing"]
    else:
        assert any(controls != controls.given(control, value) for value in candidates(control))
        wrong = [control.limits.low - 1, control.limits.high + 1, "1", True]
    for value in wrong:
        with pytest.raises(SettingsError):
            controls.given(control, value)
    if control.optional:
        without = controls.given(control, None)
        assert without == controls.given(control, candidates(control)[0]).given(control, None)
    elif control.limits is not None:
        with pytest.raises(SettingsError):
            controls.given(control, None)


@options
def test_the_documentation_has_a_line_of_it(control):
    (line,) = re.findall(
        rf"^\| [^|]*`--{control.name}[ `][^|]*\|.*\|$",
        (DOCS / "controls.md").read_text(encoding="utf-8"),
        re.M,
    )
    *_, values, score, classic = (cell.strip() for cell in line.strip("|").split("|"))
    assert (bool(score), bool(classic)) == (control.concerns(SCORE), control.concerns(CLASSIC))
    if "{limits}" in control.help:
        assert str(control.limits) in values
    assert f"`{control.argument}`" in (DOCS / "sets.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "control"),
    [
        pytest.param(kind, control, id=f"{kind}-{control.name}")
        for kind in PRESETS
        for control in OPTIONS
        # The classic preset of the tests was trained on nothing.
        if control.concerns(KINDS[kind])
        and (kind, control.name) != ("classic", "originality")
        # These take up a phrase of the musician's: `tests.live.core.performer.test_answers`.
        and control.name not in ("quote", "match", "chords")
    ],
)
def test_it_changes_the_music(kind, control):
    # In forty events pop plays none four of which are as in a song, and folk does.
    mine = preset("folk" if control.name == "originality" else PRESETS[kind])
    assert any(
        mine.play(own.given(control, value)) != mine.play(own)
        for own in (mine.at(1.0), mine.at(0.0), mine.at(10.0))
        for value in candidates(control)
    )


def candidates(control):
    """Return values of a control that are likely to be heard."""
    if control.limits is None:
        return TEXTS[control.name]
    low, high = control.limits.low, control.limits.high
    if control.name.endswith("top-p"):
        low = control.knob.low  # 0 would leave nothing to draw from
    return (low, low + 1, high) if control.limits.whole else (low, high)


@cache
def preset(name):
    return Preset(name)


class Preset:
    """A preset that plays the same seed with the same chance, under any controls."""

    def __init__(self, name):
        self.bundle = load_preset(name)
        self.predictor = open_predictor(self.bundle)
        self.index = self.bundle.network.read_index()
        self.played = {}

    def at(self, temperature):
        """Return the preset's own controls, but with this temperature everywhere."""
        controls = Controls.of(self.bundle.settings)
        for control in OPTIONS:
            if control.name.endswith("temperature"):
                controls = controls.given(control, temperature)
        return controls

    def play(self, controls):
        if controls not in self.played:
            self.played[controls] = self._play(controls)
        return self.played[controls]

    def _play(self, controls):
        settings, records = self.bundle.settings, []
        style = Style(
            settings.name,
            self.predictor,
            settings.parts,
            controls,
            settings.events_kept,
            originality=self.index,
            forms=self.bundle.network.read_forms(len(settings.parts)),
            readings=shipped_readings(),
        )
        performance = Performance(
            style, self.bundle.seeds[0], settings.meter, settings.bpm, length=Length(events=40)
        )
        performer = Performer(performance, np.random.default_rng(1))
        play_offline(performer, records.append, lambda played: None)
        return records[1:]
