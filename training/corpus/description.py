"""What is said of a corpus: whose music it is, and how it is laid out."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from presets.errors import SegueError

ABOUT_FILE = "corpus.toml"
"""Says beside the music what it is; the model card quotes it."""

LAYOUT_KEYS = ("grid", "bars", "beats", "parts", "test")
"""Keys for the score networks' reader, which checks their values; the others pass them by."""


class CorpusError(SegueError):
    """A corpus is missing, empty, too small, or wrongly described."""


@dataclass(frozen=True, slots=True)
class Source:
    """Whose music it is; each is one line of text, empty when nobody said it.

    Attributes:
        name: of the corpus.
        author: whoever must be named.
        licence: of the files.
        source: where they are from.
    """

    name: str = ""
    author: str = ""
    licence: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What a description says.

    Attributes:
        source: whose music it is.
        layout: the values of `LAYOUT_KEYS` that it has.
    """

    source: Source = Source()
    layout: Mapping[str, Any] = field(default_factory=dict)


def read_about(path: Path) -> About:
    """Read a description.

    Raises:
        CorpusError: if it is not TOML, or has a key or a value that it should not have.
    """
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise CorpusError(f"{path} must be a TOML file, got one that cannot be read: {reason}") from error
    known = [field.name for field in fields(Source)]
    layout = {key: value.pop(key) for key in LAYOUT_KEYS if key in value}
    for key, text in value.items():
        if key not in known or not isinstance(text, str) or not text.isprintable():
            near = get_close_matches(key, (*known, *LAYOUT_KEYS), n=1)
            hint = f"; did you mean {near[0]}?" if near and near[0] != key else ""
            raise CorpusError(
                f"{path} may say {', '.join(known)}, each a line of text, and {', '.join(LAYOUT_KEYS)}, got "
                f"{key} = {text!r}{hint}"
            )
    return About(Source(**value), layout)


def read_about_folder(folder: Path) -> About:
    """Read the `corpus.toml` of a folder; without one nothing is stated.

    Raises:
        CorpusError: as `read_about`.
    """
    path = folder / ABOUT_FILE
    return read_about(path) if path.is_file() else About()
