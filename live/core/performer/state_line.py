"""A state as one line of bytes, and back: for a process that goes on where another one ended.

The line is JSON behind a number of its format and a checksum. It holds values only - no class, no code - and
whoever reads it says which type it must be: each value is checked against the annotations of that type.
"""

import json
import types
import typing
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, NamedTuple, TypeVar, Union

from presets.errors import SegueError
from presets.music.event import Event

FORMAT = 1
"""Goes up whenever a state of an earlier version would be misunderstood."""

_State = TypeVar("_State")


class StateLineError(SegueError):
    """A line is no state of this version, or it is damaged."""


def to_line(state: object) -> bytes:
    """Return a state as a line of ASCII, without a newline.

    Args:
        state: a frozen dataclass. Its fields, and theirs, are dataclasses, named tuples, events, enums,
            numbers, texts, bytes, None, and tuples, frozen sets or unions with None of these; a mapping must
            hold what JSON can hold.
    """
    kind: Any = type(state)
    body = _encode(_rows_of(kind).write(state)).encode()
    return b"%d %08x %b" % (FORMAT, zlib.crc32(body), body)


def from_line(kind: type[_State], line: bytes) -> _State:
    """Return the state in a line.

    Args:
        kind: the type of the state.
        line: what `to_line` returned.

    Raises:
        StateLineError: if the line is damaged, or of another version of segue.
    """
    number, _, rest = line.partition(b" ")
    checksum, _, body = rest.partition(b" ")
    if number != b"%d" % FORMAT:
        raise StateLineError(
            f"a state must have format {FORMAT}, got {number[:20]!r}: another version of segue wrote it"
        )
    if checksum != b"%08x" % zlib.crc32(body):
        raise StateLineError(f"a state must be whole, got {len(line)} damaged bytes")
    try:
        rows: Any = kind
        state: _State = _rows_of(rows).read(json.loads(body))
    except (AttributeError, LookupError, RecursionError, SegueError, TypeError, ValueError) as error:
        raise StateLineError(f"the state is of another version of segue: {error}") from error
    return state


class _Rows(NamedTuple):
    """How values of a type become what JSON can hold, and back.

    Attributes:
        write: returns what JSON can hold.
        read: returns the value; raises an error if it is none of the type.
        is_plain: whether JSON can hold the value itself.
    """

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    is_plain: bool = False


@cache
def _rows_of(kind: Any) -> _Rows:
    """Return how values of an annotated type are written and read."""
    if kind in _KNOWN:
        return _KNOWN[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (one for one in arguments if one is not type(None))
        return _optional(_rows_of(inner))
    if origin is tuple and arguments[1:] == (...,):
        return _sequence(_rows_of(arguments[0]))
    if origin is tuple:
        return _fixed(tuple, [_rows_of(one) for one in arguments])
    if origin is frozenset:
        items = _sequence(_rows_of(arguments[0]))
        return _Rows(lambda value: items.write(sorted(value)), lambda row: frozenset(items.read(row)))
    if origin is Mapping:
        return _Rows(dict, lambda row: dict(row.items()))
    if issubclass(kind, Enum):
        return _Rows(lambda value: value.name, lambda row: kind[row])
    hints = typing.get_type_hints(kind)
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else list(kind._fields)
    make: Callable[..., Any] = kind
    return _fixed(lambda row: make(*row), [_rows_of(hints[name]) for name in names], names)


def _plain(*kinds: type) -> _Rows:
    def read(row: Any) -> Any:
        if type(row) not in kinds:
            raise TypeError(f"{kinds[-1].__name__} expected, got {row!r}")
        return row

    return _Rows(lambda value: value, read, is_plain=True)


def _optional(inner: _Rows) -> _Rows:
    return _Rows(
        lambda value: None if value is None else inner.write(value),
        lambda row: None if row is None else inner.read(row),
        inner.is_plain,
    )


def _sequence(inner: _Rows) -> _Rows:
    write = list if inner.is_plain else lambda values: [inner.write(value) for value in values]
    return _Rows(write, lambda row: tuple(inner.read(one) for one in _listed(row)))


def _fixed(make: Callable[[Any], Any], inner: list[_Rows], names: list[str] | None = None) -> _Rows:
    """Return how a value with a fixed number of fields is written and read, by their order."""
    is_plain = all(one.is_plain for one in inner)

    def write(value: Any) -> Any:
        values = value if names is None else [getattr(value, name) for name in names]
        return values if is_plain else [one.write(item) for one, item in zip(inner, values, strict=True)]

    def read(row: Any) -> Any:
        return make([one.read(item) for one, item in zip(inner, _listed(row), strict=True)])

    return _Rows(write, read)


def _listed(row: Any) -> list[Any]:
    if not isinstance(row, list):
        raise TypeError(f"a list expected, got {row!r}")
    return row


_KNOWN: dict[Any, _Rows] = {
    bool: _plain(bool),
    int: _plain(int),
    float: _plain(int, float),
    str: _plain(str),
    bytes: _Rows(bytes.hex, bytes.fromhex),
    Event: _Rows(Event.to_json, Event.from_json),
}

_encode = json.JSONEncoder(separators=(",", ":")).encode
