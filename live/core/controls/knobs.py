"""What can be turned, by whatever turns it: one table.

A knob's range is what is useful on a stage; a command or a file may set more, and a knob goes on from there.
"""

import difflib
from dataclasses import dataclass, replace
from typing import Any, Protocol

from live.core.controls.control_state import ControlState
from live.core.controls.mode import Mode
from live.core.controls.note_names import NAMES
from live.core.controls.scales import Key
from presets.bundles.settings import SettingsError


class _Place(Protocol):
    """Where on the desk a knob's value stands."""

    def read(self, control_state: ControlState) -> float: ...

    def write(self, control_state: ControlState, value: float) -> ControlState: ...


@dataclass(frozen=True, slots=True)
class _InState:
    """A field of the desk itself."""

    field: str

    def read(self, control_state: ControlState) -> float:
        return float(getattr(control_state, self.field))

    def write(self, control_state: ControlState, value: float) -> ControlState:
        changed: dict[str, Any] = {self.field: value}
        return replace(control_state, **changed)


@dataclass(frozen=True, slots=True)
class _OfControls:
    """A field of the controls, or of one of their ways of drawing."""

    field: str
    of_it: str = ""

    def read(self, control_state: ControlState) -> float:
        value = getattr(control_state.controls, self.field)
        return float(getattr(value, self.of_it) if self.of_it else value)

    def write(self, control_state: ControlState, value: float) -> ControlState:
        field: dict[str, Any] = {self.of_it: value}
        whole: dict[str, Any] = {
            self.field: replace(getattr(control_state.controls, self.field), **field) if self.of_it else value
        }
        return replace(control_state, controls=replace(control_state.controls, **whole))


class _OfMode:
    def read(self, control_state: ControlState) -> float:
        return _MODES.index(control_state.mode)

    def write(self, control_state: ControlState, value: float) -> ControlState:
        return replace(control_state, mode=_MODES[round(value)])


class _OfMute:
    def read(self, control_state: ControlState) -> float:
        return float(control_state.muted)

    def write(self, control_state: ControlState, value: float) -> ControlState:
        return replace(control_state, muted=round(value) == 1)


class _OfKey:
    """The preset's own key, the player's, any, or one of the 24 keys.

    What stands on the desk is read as one of the 24 wherever it is one, also where it is the preset's own:
    so every click leads on.
    """

    def read(self, control_state: ControlState) -> float:
        key = control_state.controls.key
        if control_state.controls.follow_key:
            return _FOLLOW
        if key is None:
            return _ANY
        if key in _KEYS:
            return _ANY + 1 + _KEYS.index(key)
        if key == control_state.own_key:
            return _OWN
        # Another scale: the key that it is nearest to, by its third.
        third = "minor" if (key.tonic + 3) % 12 in key.pitch_classes else "major"
        return _ANY + 1 + _KEYS.index(Key(key.tonic, third))

    def write(self, control_state: ControlState, value: float) -> ControlState:
        place = round(value)
        key = (
            control_state.own_key
            if place in (_OWN, _FOLLOW)
            else None
            if place == _ANY
            else _KEYS[place - _ANY - 1]
        )
        return replace(
            control_state, controls=replace(control_state.controls, key=key, follow_key=place == _FOLLOW)
        )


_MODES = tuple(Mode)
_OWN, _FOLLOW, _ANY = range(3)
_KEYS = tuple(Key(tonic, scale) for tonic in range(len(NAMES)) for scale in ("major", "minor"))


@dataclass(frozen=True, slots=True)
class Knob:
    """Something that can be turned.

    Attributes:
        name: as the screen and files call it.
        low: its value at the left end.
        high: its value at the right end.
        step: how far one click of an encoder, or an arrow key, turns it.
        place: where on the desk its value stands.
        kind: the only kind of presets that it means something to; None if it does to all.
        choices: what its values 0, 1, 2... are called, if it chooses; empty if it is a number.
        written: how its number is shown, as a format.
    """

    name: str
    low: float
    high: float
    step: float
    place: _Place
    kind: str | None = None
    choices: tuple[str, ...] = ()
    written: str = ".2f"

    @property
    def is_switch(self) -> bool:
        """Whether it is pressed, and not turned, also where it is a control change."""
        return len(self.choices) == 2

    def value_of(self, control_state: ControlState) -> float:
        """Return its value; outside `low`..`high` if a command or a file has set it there."""
        return self.place.read(control_state)

    def turned(self, control_state: ControlState, value: float) -> ControlState:
        """Return the desk with this value, rounded; whatever the value, nothing leaves its range.

        A value that stands outside `low`..`high` is not drawn into it by a step, but can only come nearer.
        """
        now = self.value_of(control_state)
        low, high = min(self.low, now), max(self.high, now)
        rounded = self.rounded(max(low, min(high, value)))
        return self.place.write(control_state, max(low, min(high, rounded)))

    def stepped(self, control_state: ControlState, steps: int) -> ControlState:
        """Return the desk with this knob turned by so many steps, to the right if above 0."""
        return self.turned(control_state, self.value_of(control_state) + steps * self.step)

    def text_of(self, control_state: ControlState) -> str:
        """Return its value as the screen shows it: `0.95`, `+3`, `C minor`, `answer`."""
        value = self.value_of(control_state)
        if (
            isinstance(self.place, _OfKey)
            and control_state.controls.key
            and not control_state.controls.follow_key
        ):
            return str(control_state.controls.key)
        return self.text(value)

    def text(self, value: float) -> str:
        """Return a value as the screen shows it."""
        if self.choices:
            return self.choices[round(value)]
        shown = format(value, self.written)
        # No sign for nothing at all.
        return shown if float(shown) else shown.lstrip("+-")

    def position_of(self, control_state: ControlState) -> float:
        """Return where it stands between its ends, 0..1."""
        value = max(self.low, min(self.high, self.value_of(control_state)))
        return (value - self.low) / (self.high - self.low)

    def rounded(self, value: float) -> float:
        """Return a value as finely as the knob sets it."""
        return round(value, 2) if self.step < 1 else round(value)


KEY_CHOICES = ("preset", "follow", "any", *map(str, _KEYS))
"""What the key can be: the preset's own, the player's, any, or one of 24."""

KNOBS = (
    Knob("temperature", 0, 2, 0.05, _OfControls("sampling", "temperature")),
    Knob("rhythm-temperature", 0, 2, 0.05, _OfControls("rhythm", "temperature"), kind="score"),
    Knob("dynamics-temperature", 0, 2, 0.05, _OfControls("dynamics", "temperature"), kind="score"),
    Knob("top-p", 0.05, 1, 0.01, _OfControls("sampling", "top_p")),
    Knob("rhythm-top-p", 0.05, 1, 0.01, _OfControls("rhythm", "top_p"), kind="score"),
    Knob("dynamics-top-p", 0.05, 1, 0.01, _OfControls("dynamics", "top_p"), kind="score"),
    Knob("density", -1, 1, 0.05, _OfControls("density"), kind="score", written="+.2f"),
    Knob("recall", 0, 1, 0.05, _OfControls("recall"), kind="score"),
    Knob("velocity", 20, 120, 1, _OfControls("velocity"), written=".0f"),
    Knob("register", -1, 1, 0.05, _OfControls("register"), kind="score", written="+.2f"),
    Knob("transpose", -12, 12, 1, _OfControls("transpose"), kind="score", written="+.0f"),
    Knob("gate", 0.1, 2, 0.05, _OfControls("gate")),
    Knob("swing", 50, 75, 1, _InState("swing"), written=".0f"),
    Knob("tempo", 40, 240, 1, _InState("bpm"), written=".4g"),
    Knob("key", 0, len(KEY_CHOICES) - 1, 1, _OfKey(), kind="score", choices=KEY_CHOICES),
    Knob("mode", 0, len(_MODES) - 1, 1, _OfMode(), choices=tuple(map(str, _MODES))),
    Knob("mute", 0, 1, 1, _OfMute(), choices=("off", "on")),
)
"""Every knob, in the order of the screen."""

_BY_NAME = {knob.name: knob for knob in KNOBS}


def knob_named(name: str) -> Knob:
    """Return a knob of the table; `SettingsError` for a name that is not there, with the nearest."""
    if name not in _BY_NAME:
        nearest = difflib.get_close_matches(name, _BY_NAME, n=1, cutoff=0)
        raise SettingsError(
            f"what can be turned is {', '.join(_BY_NAME)}, got {name!r}; nearest: {nearest[0]!r}"
        )
    return _BY_NAME[name]
