"""TOML files that people write: each error names the file and the line, which `tomllib` does not report."""

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from live.setlist.toml_lines import Place, lines_of
from presets.errors import SegueError

TYPO_SIMILARITY = 0.6
"""How similar a word must be to count as a typing mistake, 0..1, as `difflib` measures it."""

RECEIVED = 60
"""How many characters of a line an error repeats."""


class TomlError(SegueError):
    """A TOML file cannot be read, or has a wrong value or key.

    Attributes:
        path: of the file.
        line: in it, from 1; None if it could not be read at all.
    """

    def __init__(self, path: Path, line: int | None, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}" if line is None else f"{path}, line {line}: {sentence}")
        self.path = path
        self.line = line


@dataclass(frozen=True, slots=True)
class TomlFile:
    """The content of a file, with the line of each value.

    A place is the keys and indices that lead to a value: `("preset", 2, "tempo")`.

    Attributes:
        path: of the file.
        content: as `tomllib` reads it.
        lines: the line of every place in the file, from 1.
    """

    path: Path
    content: dict[str, Any]
    lines: dict[Place, int]

    def line_of(self, *place: str | int) -> int:
        """Return the line, from 1, where a value begins; for a missing value, the line of its table."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def refuse(self, sentence: str, *place: str | int) -> NoReturn:
        """Raise `TomlError` with the file, the line of the place, and this sentence."""
        raise TomlError(self.path, self.line_of(*place), sentence)

    def table_at(self, *place: str | int) -> dict[str, Any]:
        """Return the table at an existing place; refuse any other value there."""
        found: Any = self.content
        for step in place:
            found = found[step]
        if not isinstance(found, dict):
            self.refuse(f"{_named(place)} must be a table, got {found!r}", *place)
        table: dict[str, Any] = found
        return table

    def tables_at(self, key: str) -> list[Any]:
        """Return the tables under `[[key]]` lines, or an empty list; refuse any other value of the key."""
        found = self.content.get(key, [])
        if not isinstance(found, list):
            self.refuse(f"each {key} must have its own line [[{key}]], with double brackets", key)
        return found

    def check_keys(self, known: Iterable[str], *place: str | int) -> None:
        """Refuse the table at a place if it has an unknown key."""
        words = tuple(known)
        for key in self.table_at(*place):
            if key not in words:
                self.refuse(f"there is no key {key!r} here{nearest(key, words)}", *place, key)


def read_toml(path: Path) -> TomlFile:
    """Read a TOML file.

    Raises:
        TomlError: if it cannot be read, or is not valid TOML.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TomlError(path, None, f"cannot read it: {error.strerror or error}") from error
    try:
        text = data.decode("utf-8-sig")  # Windows' editors may write a byte order mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TomlError(path, line, "the file must be UTF-8 text: save it as UTF-8") from error
    return parse_toml(text, path)


def parse_toml(text: str, path: Path) -> TomlFile:
    """Return a text as the content of the file at this path; raise `TomlError` if it is not valid TOML."""
    try:
        file = TomlFile(path, tomllib.loads(text), lines_of(text))
        _check_numbers(file, file.content)
    except RecursionError as error:
        raise TomlError(
            path, None, "its brackets are nested too deeply: write fewer inside one another"
        ) from error
    except ValueError as error:  # also for a number with thousands of digits
        line, reason = _reason(str(error), text)
        raise TomlError(path, line, reason) from error
    return file


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the end of an error about a wrong word: the nearest valid word, or else all of them."""
    valid = tuple(map(str, words))
    close = difflib.get_close_matches(word.lower(), valid, n=1, cutoff=TYPO_SIMILARITY)
    if close:
        return f"; nearest: {close[0]!r}"
    return f"; valid: {', '.join(map(repr, valid))}" if valid else ""


def _check_numbers(file: TomlFile, value: Any, *place: str | int) -> None:
    """Refuse integers that TOML does not allow; Python cannot even print the longest of them."""
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            _check_numbers(file, inner, *place, step)
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        file.refuse(f"{_named(place)} must fit in 64 bits: write a smaller number", *place)


def _named(place: Place) -> str:
    """Return the last key of a place, to name it in an error."""
    return next((step for step in reversed(place) if isinstance(step, str)), "the file")


def _reason(message: str, text: str) -> tuple[int, str]:
    """Return the line of a `tomllib` error, and the error as a sentence for people."""
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", message, re.DOTALL)
    said = found[1] if found is not None else message
    lines = text.rstrip().split("\n")
    number = min(int(found[2]), len(lines)) if found is not None and found[2] else len(lines)
    received = lines[number - 1].strip()[:RECEIVED]
    return number, (
        f"every line must be TOML ({said[:1].lower()}{said[1:]}), got {received!r}; write [TABLE] or "
        "KEY = VALUE, each key once, text in quotes"
    )
