"""The description of a corpus: whose music it is, and how it is laid out."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from presets.errors import SegueError

ABOUT_FILE = "corpus.toml"
"""The file beside the music that describes it; the model card quotes it."""

LAYOUT_KEYS = ("grid", "bars", "beats", "parts", "test", "valid", "leave_out")
"""Keys for the reader of the score networks, which checks their values; other readers ignore them."""


class CorpusError(SegueError):
    """A corpus is missing, empty, too small, or wrongly described."""


@dataclass(frozen=True, slots=True)
class Source:
    """Whose music it is. Each field is one line of text, empty if the description does not have it.

    Attributes:
        name: the name of the corpus.
        author: the person or project to credit.
        licence: the licence of the files.
        source: where the files come from.
    """

    name: str = ""
    author: str = ""
    licence: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """The contents of a description.

    Attributes:
        source: whose music it is.
        layout: the values of those `LAYOUT_KEYS` that the description has.
    """

    source: Source = Source()
    layout: Mapping[str, Any] = field(default_factory=dict)


def read_about(path: Path) -> About:
    """Read a description.

    Raises:
        CorpusError: if the file is not TOML, or has an unknown key or a wrong value.
    """
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise CorpusError(f"cannot read {path} as a TOML file: {reason}") from error
    known = [field.name for field in fields(Source)]
    layout = {key: value.pop(key) for key in LAYOUT_KEYS if key in value}
    for key, text in value.items():
        if key not in known or not isinstance(text, str) or not text.isprintable():
            near = get_close_matches(key, (*known, *LAYOUT_KEYS), n=1)
            hint = f"; did you mean {near[0]}?" if near and near[0] != key else ""
            raise CorpusError(
                f"{path} may have {', '.join(known)}, each one line of text, and {', '.join(LAYOUT_KEYS)}, "
                f"got {key} = {text!r}{hint}"
            )
    return About(Source(**value), layout)


def read_about_folder(folder: Path) -> About:
    """Read the `corpus.toml` of a folder; a folder without one gets an empty description.

    Raises:
        CorpusError: as in `read_about`.
    """
    path = folder / ABOUT_FILE
    return read_about(path) if path.is_file() else About()
