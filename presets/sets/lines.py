"""The lines of a journal: writes each record as a JSON object, and reads it back.

docs/journal.md lists every field. A later version of the same format may add fields and types; this module
ignores both.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from presets.bundles.settings import Meter, SettingsError
from presets.errors import SegueError
from presets.sets.records import (
    FORMAT,
    Beat,
    Begun,
    Closed,
    Copied,
    Halted,
    Heard,
    Interrupted,
    MeterChanged,
    Opened,
    PartPlays,
    Plays,
    Record,
    Section,
    Sent,
    Use,
)


class LineError(SegueError):
    """A line is not a record: it is torn, damaged, or something else."""


class LaterFormatError(LineError):
    """The journal has a format that this version does not know."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a line.

    Attributes:
        key: key in the file.
        attribute: attribute of the record.
        read: converts the file's value to the record's; raises a `ValueError`, `TypeError`, `LookupError` or
            `SettingsError` if it cannot.
        write: converts the record's value to the file's.
        usual: the default, if the line has no such field; `...` if the field is required.
    """

    key: str
    attribute: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = lambda value: value
    usual: Any = ...


def to_line(record: Record) -> str:
    """Return a record as a line in ASCII with its newline; fields with default values are left out.

    Times are rounded to microseconds.
    """
    name, fields = _NAMES[type(record)]
    value: dict[str, Any] = {"type": name}
    if name == "opened":
        value["format"] = FORMAT
    for field in fields:
        of_it = getattr(record, field.attribute)
        if of_it != field.usual:
            value[field.key] = field.write(of_it)
    return _encode(value) + "\n"


def from_line(line: str) -> Record | None:
    """Return the record in a line; None if it has a type that only a later version knows.

    Raises:
        LineError: if the line is not a record.
        LaterFormatError: if the line says that the journal has a later format.
    """
    try:
        value = json.loads(line)
        name = value["type"]
        if not isinstance(name, str):
            raise TypeError(f"a type must be text, got {name!r}")
        if name == "opened" and _whole(value["format"]) != FORMAT:
            raise LaterFormatError(
                f"it has format {value['format']}, but this version reads {FORMAT}: install a newer segue"
            )
        if name not in TYPES:
            return None
        kind, fields = TYPES[name]
        return kind(**{field.attribute: _read(field, value) for field in fields})
    except (AttributeError, LookupError, RecursionError, SettingsError, TypeError, ValueError) as error:
        raise LineError(f"not a line of a journal ({error}): {line[:80]!r}") from error


def _read(field: _Field, value: dict[str, Any]) -> Any:
    if field.key in value:
        return field.read(value[field.key])
    if field.usual is ...:
        raise KeyError(field.key)
    return field.usual


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _GREATEST:
        raise ValueError(f"a whole number expected, got {value!r}")
    return value


def _count(value: Any) -> int:
    if _whole(value) < 0:
        raise ValueError(f"a number of 0 or more expected, got {value!r}")
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"a number expected, got {value!r}")
    return float(value)


def _tempo(value: Any) -> float:
    if _number(value) <= 0:
        raise ValueError(f"a tempo above 0 expected, got {value!r}")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, got {value!r}")
    # JSON can hold half of a character (a port's name may have one), which no terminal or picture can show.
    return value.encode("utf-8", "replace").decode("utf-8")


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"a list of texts expected, got {value!r}")
    return tuple(_text(one) for one in value)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"true or false expected, got {value!r}")
    return value


def _channel(value: Any) -> int:
    if not 1 <= _whole(value) <= 16:
        raise ValueError(f"a channel 1..16 expected, got {value!r}")
    return int(value) - 1


def _meter(value: Any) -> Meter:
    numerator, denominator = _text(value).split("/")
    return Meter(int(numerator), int(denominator))


def _midi(value: Any) -> bytes:
    """Return the bytes of one message: a status byte, then the data bytes that belong to it."""
    message = bytes.fromhex(_text(value))
    status, data = message[0], message[1:]
    if status == _SYSEX:
        is_whole = data[-1:] == b"\xf7" and all(byte < 0x80 for byte in data[:-1])
    else:
        length = _DATA_LENGTHS.get(status if status >= _SYSEX else status & 0xF0)
        is_whole = len(data) == length and all(byte < 0x80 for byte in data)
    if not is_whole:
        raise ValueError(f"a MIDI message expected, got {value!r}")
    return message


def _parts(value: Any) -> tuple[PartPlays, ...]:
    if not isinstance(value, list):
        raise TypeError(f"a list of parts expected, got {value!r}")
    return tuple(
        PartPlays(_text(part["name"]), _channel(part["channel"]), _count(part.get("output", 0)))
        for part in value
    )


def _written_parts(parts: tuple[PartPlays, ...]) -> list[dict[str, Any]]:
    written: list[dict[str, Any]] = []
    for part in parts:
        output = {"output": part.output} if part.output else {}
        written.append({"name": part.name, "channel": part.channel + 1, **output})
    return written


def _optional(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


_GREATEST = 2**53
"""Larger whole numbers are not exact in every JSON reader."""

_SYSEX = 0xF0

_DATA_LENGTHS = {
    **dict.fromkeys((0x80, 0x90, 0xA0, 0xB0, 0xE0), 2),
    **dict.fromkeys((0xC0, 0xD0), 1),
    **dict.fromkeys((0xF1, 0xF3), 1),
    0xF2: 2,
    **dict.fromkeys((0xF6, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF), 0),
}
"""Number of data bytes by status byte; channel messages without channel (MIDI 1.0, "Status bytes")."""

_AT = _Field("at", "at", _number, lambda seconds: round(seconds, 6))
_TAKE, _TICK = _Field("take", "take", _count), _Field("tick", "tick", _whole)
_ANY_TAKE = _Field("take", "take", _optional(_count), usual=None)
_ANY_TICK = _Field("tick", "tick", _optional(_whole), usual=None)
_MIDI = _Field("midi", "message", _midi, lambda message: message.hex(" "))

TYPES: dict[str, tuple[type[Record], tuple[_Field, ...]]] = {
    "opened": (
        Opened,
        (
            _Field("began", "began", _text),
            _Field("name", "name", _optional(_text), usual=None),
            _Field("meter", "meter", _meter, str),
            _Field("bpm", "bpm", _tempo),
            _Field("outputs", "outputs", _texts, list),
            _Field("inputs", "inputs", _texts, list),
        ),
    ),
    "plays": (
        Plays,
        (
            _AT,
            _ANY_TAKE,
            _ANY_TICK,
            _Field("preset", "preset", _text),
            _Field("parts", "parts", _parts, _written_parts),
            _Field("title", "title", _optional(_text), usual=None),
        ),
    ),
    "section": (Section, (_AT, _TAKE, _TICK, _Field("label", "label", _text))),
    "meter": (MeterChanged, (_AT, _TAKE, _TICK, _Field("meter", "meter", _meter, str))),
    "begun": (Begun, (_AT, _TAKE, _TICK)),
    "beat": (Beat, (_AT, _TAKE, _TICK)),
    "halted": (Halted, (_AT, _TAKE, _TICK)),
    "sent": (
        Sent,
        (
            _AT,
            _ANY_TAKE,
            _ANY_TICK,
            _MIDI,
            _Field("out", "output", _count, usual=0),
            _Field("hand", "hand", _yes_or_no, usual=False),
        ),
    ),
    "heard": (
        Heard,
        (
            _AT,
            _ANY_TAKE,
            _ANY_TICK,
            _MIDI,
            _Field("in", "input", _count, usual=0),
            _Field("use", "use", Use, lambda use: use.value, usual=Use.MUSIC),
        ),
    ),
    "copied": (
        Copied,
        (
            _AT,
            _TAKE,
            _TICK,
            _Field("events", "events", _count),
            _Field("piece", "piece", _text),
            _Field("preset", "preset", _text),
        ),
    ),
    "interrupted": (
        Interrupted,
        (
            _AT,
            _ANY_TAKE,
            _ANY_TICK,
            _Field("seconds", "seconds", _number, lambda seconds: round(seconds, 6)),
            _Field("why", "why", _text),
        ),
    ),
    "closed": (
        Closed,
        (
            _AT,
            _Field("events", "events", _count),
            _Field("dropped", "dropped", _count),
            _Field("rested", "rested", _count),
        ),
    ),
}
"""The record and the fields, in order, of each type of line."""

_NAMES = {kind: (name, fields) for name, (kind, fields) in TYPES.items()}

_encode = json.JSONEncoder(separators=(",", ":")).encode
