"""A cache of the pieces read from files, by file content: reading 51 pieces takes half a minute, but once."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic

from presets.atomic import write_text
from training.corpus.piece import P


def user_cache_folder() -> Path:
    """Return this system's folder for files that segue can make again; it may not exist yet.

    `SEGUE_CACHE` overrides it. Otherwise it is in the XDG base directory on Linux, in Library/Caches on macOS
    and in LOCALAPPDATA on Windows.
    """
    if override := os.environ.get("SEGUE_CACHE"):
        return Path(override)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "segue" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "segue"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "segue"


class PieceCache(Generic[P]):
    """Pieces by the sha256 of their file, for one version of the reader.

    Args:
        folder: the folder of the entries; it is made when the first piece is stored.
        reader: the name and version of the reader; entries of other readers are ignored.
        from_json: makes a piece from what its `to_json` returned.
    """

    def __init__(self, folder: Path, reader: str, from_json: Callable[[dict[str, Any]], P]) -> None:
        self._folder = folder / reader
        self._from_json = from_json

    def get(self, sha256: str, name: str) -> P | None:
        """Return the piece with this content, under this name; None if it is missing or damaged."""
        try:
            value = json.loads((self._folder / f"{sha256}.json").read_text(encoding="utf-8"))
            return self._from_json({**value, "name": name, "sha256": sha256})
        except (OSError, ValueError, KeyError, TypeError):
            return None  # The entry is missing or damaged: the caller reads the file and stores it again.

    def put(self, piece: P) -> None:
        """Store a piece; if the cache cannot be written, go on without it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_text(self._folder / f"{piece.sha256}.json", json.dumps(piece.to_json()))
        except OSError:
            return
