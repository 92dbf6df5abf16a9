"""The knobs of the table of controls, which change the control state of a performance.

A knob's range is what is useful on stage. A command or a file may set values beyond it; the knob continues
from there.
"""

import difflib
from dataclasses import dataclass, replace
from typing import Protocol

from live.core.controls.control import ChoiceKnob, Control, NumberKnob, value_at, with_value
from live.core.controls.control_state import ControlState
from live.core.controls.scales import KEYS, Key
from live.core.controls.table import ANY, CONTROLS, FOLLOW
from presets.bundles.settings import Range, SettingsError


class _Place(Protocol):
    """Where in the control state a knob's value is."""

    def read(self, control_state: ControlState) -> float: ...

    def write(self, control_state: ControlState, value: float) -> ControlState: ...


@dataclass(frozen=True, slots=True)
class _Number:
    """A number, at the end of a path of fields."""

    fields: tuple[str, ...]

    def read(self, control_state: ControlState) -> float:
        return float(value_at(control_state, self.fields))

    def write(self, control_state: ControlState, value: float) -> ControlState:
        return with_value(control_state, self.fields, value)


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of several values, by its number from 0."""

    fields: tuple[str, ...]
    values: tuple[object, ...]

    def read(self, control_state: ControlState) -> float:
        return self.values.index(value_at(control_state, self.fields))

    def write(self, control_state: ControlState, value: float) -> ControlState:
        return with_value(control_state, self.fields, self.values[round(value)])


class _KeyChoice:
    """The preset's own key, the musician's, any, or one of the 24 keys: two fields.

    The preset's own key reads as one of the 24 keys if it is one of them, so that each click moves on.
    """

    def read(self, control_state: ControlState) -> float:
        key = control_state.controls.key
        if control_state.controls.follow_key:
            return _FOLLOW
        if key is None:
            return _OWN if control_state.controls.follow_key is None else _ANY
        if key in KEYS:
            return _ANY + 1 + KEYS.index(key)
        if key == control_state.own_key:
            return _OWN
        # Another scale: use major or minor, according to its third.
        third = "minor" if (key.tonic + 3) % 12 in key.pitch_classes else "major"
        return _ANY + 1 + KEYS.index(Key(key.tonic, third))

    def write(self, control_state: ControlState, value: float) -> ControlState:
        place = round(value)
        if place in (_OWN, _FOLLOW):
            key = control_state.own_key
        else:
            key = None if place == _ANY else KEYS[place - _ANY - 1]
        follow = control_state.own_follow_key if place == _OWN else place == _FOLLOW
        return replace(control_state, controls=replace(control_state.controls, key=key, follow_key=follow))


_OWN, _FOLLOW, _ANY = range(3)


@dataclass(frozen=True, slots=True)
class Knob:
    """A knob, which changes one value of the control state.

    Attributes:
        name: its name on the screen and in files.
        low: its value at the left end.
        high: its value at the right end.
        step: by how much one click of an encoder, or an arrow key, changes it.
        place: where in the control state its value is.
        rhythm: whether it means something only to presets that know rhythm, or only to those that do not;
            None if it means something to every preset.
        choices: the names of its values 0, 1, 2...; empty if its value is a number.
        written: the format specification for showing its number.
    """

    name: str
    low: float
    high: float
    step: float
    place: _Place
    rhythm: bool | None = None
    choices: tuple[str, ...] = ()
    written: str = ".2f"

    @property
    def is_switch(self) -> bool:
        """Whether the musician presses it instead of turning it, even with a control change."""
        return len(self.choices) == 2

    def value_of(self, control_state: ControlState) -> float:
        """Return its value, which may be outside `low`..`high` if a command or a file set it."""
        return self.place.read(control_state)

    def turned(self, control_state: ControlState, value: float) -> ControlState:
        """Return the control state with this value, rounded and limited to the knob's range.

        If the present value is outside `low`..`high`, the range extends to it: the value does not jump.
        """
        now = self.value_of(control_state)
        low, high = min(self.low, now), max(self.high, now)
        rounded = self.rounded(max(low, min(high, value)))
        return self.place.write(control_state, max(low, min(high, rounded)))

    def stepped(self, control_state: ControlState, steps: int) -> ControlState:
        """Return the control state with this knob turned by a number of steps, to the right if above 0."""
        return self.turned(control_state, self.value_of(control_state) + steps * self.step)

    def text_of(self, control_state: ControlState) -> str:
        """Return its value as the screen shows it: `0.95`, `+3`, `C minor`, `answer`."""
        value = self.value_of(control_state)
        controls = control_state.controls
        if isinstance(self.place, _KeyChoice) and round(value) != _ANY:
            return FOLLOW if controls.follows(control_state.mode) else str(controls.key or ANY)
        return self.text(value)

    def text(self, value: float) -> str:
        """Return a value as the screen shows it."""
        if self.choices:
            return self.choices[round(value)]
        shown = format(value, self.written)
        # Show zero without a sign.
        return shown if float(shown) else shown.lstrip("+-")

    def check_end(self, value: float) -> None:
        """Raise `SettingsError` unless a binding may have this value at one end of the knob."""
        Range(f"an end of {self.name}", self.low, self.high, whole=bool(self.choices)).check(value)

    def position_of(self, control_state: ControlState) -> float:
        """Return its position between its ends, 0..1."""
        value = max(self.low, min(self.high, self.value_of(control_state)))
        return (value - self.low) / (self.high - self.low)

    def rounded(self, value: float) -> float:
        """Return a value rounded to the knob's precision."""
        return round(value, 2) if self.step < 1 else round(value)


def _knob(control: Control, knob: NumberKnob | ChoiceKnob) -> Knob:
    name, rhythm = control.name, control.rhythm
    match knob:
        case NumberKnob():
            place = _Number(control.fields)
            return Knob(name, knob.low, knob.high, knob.step, place, rhythm, written=knob.format)
        case ChoiceKnob():
            chosen = _Choice(control.fields, knob.values) if knob.values else _KeyChoice()
            return Knob(name, 0, len(knob.names) - 1, 1, chosen, rhythm, knob.names)


KNOBS = tuple(
    _knob(control, knob)
    for control, knob in sorted(
        ((control, control.knob) for control in CONTROLS if control.knob is not None),
        key=lambda row: row[1].order,
    )
)
"""Every knob, in the order of the screen."""

_BY_NAME = {knob.name: knob for knob in KNOBS}


def knob_named(name: str) -> Knob:
    """Return a knob of the table; raise `SettingsError`, with the nearest name, for an unknown one."""
    if name not in _BY_NAME:
        nearest = difflib.get_close_matches(name, _BY_NAME, n=1, cutoff=0)
        raise SettingsError(
            f"a knob must be one of {', '.join(_BY_NAME)}, got {name!r}; nearest: {nearest[0]!r}"
        )
    return _BY_NAME[name]
