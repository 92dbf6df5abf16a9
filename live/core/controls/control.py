"""Defines a row of the table of controls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from presets.bundles.kinds import Kind
from presets.bundles.settings import Range

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class NumberKnob:
    """A knob that sets a number.

    Attributes:
        order: position on the screen, from 1. Knobs with equal numbers keep the order of the table.
        low: the value at the left end.
        high: the value at the right end.
        step: what one click of an encoder, or of an arrow key, adds. A step below 1 rounds the value to two
            decimals, any other to a whole number.
        format: how the number is shown, as a format specification.
    """

    order: int
    low: float
    high: float
    step: float
    format: str = ".2f"


@dataclass(frozen=True, slots=True)
class ChoiceKnob:
    """A knob that steps through choices; one with two choices is a switch.

    Attributes:
        order: as of a `NumberKnob`.
        names: of the choices, in order, as the screen and files call them.
        values: of the choices, in the same order; none if a choice sets more than one field.
    """

    order: int
    names: tuple[str, ...]
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """A row of the table: one thing that a musician can set.

    Attributes:
        name: as the screen, files and the documentation call it. The option is `--name`.
        limits: the range that a command or a file may set; None if the value is not a number. The ends of the
            knob may be closer: the range that is useful on stage.
        help: of the option, with `{limits}` for the limits; empty if the table declares no option.
        metavar: of the option; None for the name in capitals.
        rhythm: whether it means something only to presets that know rhythm, or only to those that do not;
            None if it means something to every preset.
        knob: its knob on the screen and by MIDI; None if it has no knob.
        path: of its value in `ControlState`, with dots; if empty, the field of `Controls` with its name.
        read: reads the text of the option into fields of `Controls`; None if the option is the number itself.
        optional: whether its value may also be None, which means off.
    """

    name: str
    limits: Range | None = None
    help: str = ""
    metavar: str | None = None
    rhythm: bool | None = None
    knob: NumberKnob | ChoiceKnob | None = None
    path: str = ""
    read: Callable[[str], Mapping[str, Any]] | None = None
    optional: bool = False

    @property
    def argument(self) -> str:
        """Its name among a command's parsed arguments, and its key in a set file."""
        return self.name.replace("-", "_")

    @property
    def explained(self) -> str:
        """The help of its option."""
        return self.help.format(limits=self.limits)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that lead from `ControlState` to its value."""
        return tuple((self.path or f"controls.{self.argument}").split("."))

    def concerns(self, kind: Kind) -> bool:
        """Return whether it means something to a kind of preset."""
        return self.rhythm in (None, kind.has_rhythm)


def value_at(record: Any, fields: Sequence[str]) -> Any:
    """Return the value at the end of a path of fields."""
    for field in fields:
        record = getattr(record, field)
    return record


def with_value(record: Record, fields: Sequence[str], value: Any) -> Record:
    """Return a frozen record with another value at the end of a path of fields."""
    field, *further = fields
    inner = with_value(getattr(record, field), further, value) if further else value
    changed: Record = replace(cast("Any", record), **{field: inner})
    return changed
