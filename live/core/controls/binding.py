"""Which knob, pad or pedal of which controller does what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from live.core.controls.actions import Action
from live.core.controls.knobs import KNOBS, Knob, knob_named
from presets.bundles.settings import Range, SettingsError

CONTROL = Range("a control change's number", 0, 119, whole=True)
"""Numbers from 120 on are messages to a whole channel (MIDI 1.0 Detailed Specification, "Mode Messages")."""

_NOTE = Range("a control's note", 0, 127, whole=True)
_CHANNEL = Range("a control's channel", 0, 15, whole=True)
_PRESET = Range("a preset's number (from 0)", 0, 127, whole=True)


class Encoding(StrEnum):
    """What the value of a control change means; the enum's value is its name in files."""

    ABSOLUTE = "absolute"
    """The position of the knob."""
    RELATIVE = "relative"
    """How far it was turned: 1..63 up; down as two's complement (127 is -1) or with a sign bit (65 is -1)."""
    RELATIVE_64 = "relative-64"
    """How far it was turned: 64 + n."""

    def steps(self, value: int) -> int:
        """Return by how many steps a relative encoder with this value 0..127 was turned; below 0 for down."""
        if self is Encoding.RELATIVE_64:
            return value - 64
        return value if value < 64 else 64 - value if value < 96 else value - 128


@dataclass(frozen=True, slots=True)
class PresetNamed:
    """A preset by its name in a file, until its number in the performance is known."""

    name: str


Target = str | Action | int | PresetNamed
"""What a binding controls: a knob (its name), an action, or a preset (its number from 0, or its name)."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What one control change or one note does.

    Attributes:
        target: the knob, action or preset that it controls.
        control: number of the control change, 0..119; None for a note.
        note: MIDI number of the note, 0..127; None for a control change.
        channel: 0..15; None for any.
        input: part of the input's name, in capital or small letters; None for any input.
        encoding: what the value of the control change means.
        low: the target's value at the knob's left end, or its first choice; None for the target's own low
            end. A `low` above `high` reverses the knob.
        high: the value at the right end, or the last choice; None for the target's own high end.

    Raises:
        SettingsError: if there is no such control, or it cannot control this target.
    """

    target: Target
    control: int | None = None
    note: int | None = None
    channel: int | None = None
    input: str | None = None
    encoding: Encoding = Encoding.ABSOLUTE
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        match self.control, self.note:
            case int(control), None:
                CONTROL.check(control)
            case None, int(note):
                _NOTE.check(note)
            case _:
                raise SettingsError(
                    f"a control is either a control change or a note, got {self.control!r} and {self.note!r}"
                )
        if self.channel is not None:
            _CHANNEL.check(self.channel)
        if isinstance(self.target, int):
            _PRESET.check(self.target)
        self._check_handle(self.knob)
        if self.low is not None or self.high is not None:
            self._check_ends(self.knob)

    @property
    def knob(self) -> Knob | None:
        """The knob that it turns; None if it does something else."""
        return knob_of(self.target)

    @property
    def label(self) -> str:
        """The name of the control on the screen: `CC 21`, `note 36`."""
        return f"note {self.note}" if self.control is None else f"CC {self.control}"

    @property
    def is_button(self) -> bool:
        """Whether the musician presses the control instead of turning it."""
        return self.note is not None or self.knob is None or self.knob.is_switch

    @property
    def ends(self) -> tuple[float, float]:
        """The values at the knob's left and right ends."""
        knob = self.knob
        if knob is None:
            return 0, 0
        return knob.low if self.low is None else self.low, knob.high if self.high is None else self.high

    @property
    def handle(self) -> tuple[object, ...]:
        """Identifies the control: two bindings with the same handle bind the same knob, pad or pedal."""
        return self.control, self.note, self.channel, self.input and self.input.casefold()

    def fits(self, input_name: str, channel: int) -> bool:
        """Return whether it matches this input and channel."""
        return self.channel in (None, channel) and (
            self.input is None or self.input.casefold() in input_name.casefold()
        )

    def value_at(self, value: int) -> float:
        """Return the value of an absolute knob at 0..127; 64 is the exact middle, choices are zones."""
        position = value / 128 if value <= 64 else 0.5 + (value - 64) / 126
        low, high = self.ends
        if self.knob is None or not self.knob.choices:
            return low + position * (high - low)
        zones = round(abs(high - low)) + 1
        zone = min(zones - 1, int(position * zones))
        return low + zone if low <= high else low - zone

    def _check_handle(self, knob: Knob | None) -> None:
        if self.encoding is not Encoding.ABSOLUTE and self.is_button:
            raise SettingsError(
                f"only a control that turns a knob can be {self.encoding}, got {name_of(self.target)}; "
                "remove the encoding"
            )
        if knob is not None and self.note is not None and not knob.choices:
            choosing = ", ".join(other.name for other in KNOBS if other.choices)
            raise SettingsError(
                f"a note can only step through choices ({choosing}), got {knob.name}; "
                "bind a control change to it"
            )

    def _check_ends(self, knob: Knob | None) -> None:
        if knob is None or knob.is_switch:
            raise SettingsError(
                f"only a control that turns a knob can have a low and a high end, got {name_of(self.target)}"
            )
        for end in self.ends:
            knob.check_end(end)
        if not self.is_button and self.ends[0] == self.ends[1]:
            raise SettingsError(f"the two ends of a knob must differ, got {knob.text(self.ends[0])} twice")


def knob_of(target: Target) -> Knob | None:
    """Return the knob of a target; None if the target is an action or a preset."""
    return knob_named(target) if isinstance(target, str) and not isinstance(target, Action) else None


def name_of(target: Target) -> str:
    """Return the name of a target on the screen."""
    match target:
        case PresetNamed(name):
            return name
        case int(number):
            return f"preset {number + 1}"
    return str(target)


def with_presets(bindings: Iterable[Binding], names: Sequence[str]) -> tuple[Binding, ...]:
    """Return the bindings with the names of presets replaced by their numbers: the first with that name.

    A name that is not in the set stays as it is, and its binding does nothing.
    """
    return tuple(
        replace(binding, target=names.index(binding.target.name))
        if isinstance(binding.target, PresetNamed) and binding.target.name in names
        else binding
        for binding in bindings
    )
