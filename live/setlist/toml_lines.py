"""Finds the line of each value in a TOML text.

The text is known to be valid, so this parses only what can contain brackets, commas and line ends: strings,
comments, and nested values (TOML 1.0.0, https://toml.io/en/v1.0.0).
"""

import re
import tomllib

Place = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

_BLANK = re.compile(r"[ \t]*")
_NOTHING = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # up to two quotes more belong to the text
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_WORD = re.compile(r"[^,\]}#\n]+")
"""A number, a boolean, or a date, which may contain a space."""


def lines_of(text: str) -> dict[Place, int]:
    """Return the line, from 1, on which each place of a valid TOML text first appears."""
    return _Scanner(text).lines


class _Scanner:
    """Scans a text once.

    Attributes:
        lines: the line of each place.
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self._text = text
        self._at = 0
        self._counted = 0
        self._line = 1
        self._lengths: dict[Place, int] = {}  # of the arrays of tables
        table: Place = ()
        self._skip(_NOTHING)
        while self._at < len(text):
            table = self._header() if self._next == "[" else self._statement(table)
            self._skip(_NOTHING)

    def _header(self) -> Place:
        """Read `[table]` or `[[table]]`, and return the place of what follows."""
        line = self._line_here()
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        keys = self._keys("]")
        self._at += 2 if is_array else 1
        place: Place = ()
        for key in keys[:-1]:
            place = self._newest((*place, key), line)
        place = (*place, keys[-1])
        if is_array:
            self._lengths[place] = self._lengths.get(place, 0) + 1
        return self._newest(place, line)

    def _newest(self, place: Place, line: int) -> Place:
        """Record a place and return it; for an array of tables, return the place of its newest table."""
        self.lines.setdefault(place, line)
        if place in self._lengths:
            place = (*place, self._lengths[place] - 1)
            self.lines.setdefault(place, line)
        return place

    def _statement(self, table: Place) -> Place:
        """Read `key = value` within a table, and return the table's place."""
        line = self._line_here()
        place = table
        for key in self._keys("="):
            place = (*place, key)
            self.lines.setdefault(place, line)
        self._at += 1
        self._skip(_BLANK)
        self._value(place)
        return table

    def _keys(self, end: str) -> list[str]:
        """Read the keys of a dotted name up to the character that ends it."""
        keys = []
        while self._next != end:
            self._skip(_BLANK)
            if self._next in "\"'":
                keys.append(tomllib.loads(f"key = {self._taken(_STRING)}")["key"])
            else:
                keys.append(self._taken(_BARE_KEY))
            self._skip(_BLANK)
            if self._next == ".":
                self._at += 1
        return keys

    def _value(self, place: Place) -> None:
        if self._next in "\"'":
            self._skip(_STRING)
        elif self._next == "[":
            self._within("]", place)
        elif self._next == "{":
            self._within("}", place)
        else:
            self._skip(_WORD)

    def _within(self, end: str, place: Place) -> None:
        """Read the values of an array, or the statements of an inline table."""
        self._at += 1
        index = 0
        self._skip(_NOTHING)
        while self._next != end:
            if end == "}":
                self._statement(place)
            else:
                self.lines[(*place, index)] = self._line_here()
                self._value((*place, index))
                index += 1
            self._skip(_NOTHING)
            if self._next == ",":
                self._at += 1
            self._skip(_NOTHING)
        self._at += 1

    @property
    def _next(self) -> str:
        return self._text[self._at]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._taken(pattern)

    def _taken(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found is not None  # the text is valid
        self._at = found.end()
        return found[0]

    def _line_here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line
