"""What was read from each file, kept by the file's content: reading 51 pieces takes half a minute, once."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic

from presets.atomic import write_text
from training.corpus.piece import P


def user_cache_folder() -> Path:
    """Return this system's folder for what segue can make again; it may not exist yet.

    `SEGUE_CACHE` overrides; else the XDG base directory on Linux, Library/Caches on macOS, LOCALAPPDATA on
    Windows.
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
        folder: where the entries lie; made when the first is stored.
        reader: names the reader and its version; entries of another reader are not seen.
        from_json: makes a piece of what its `to_json` returned.
    """

    def __init__(self, folder: Path, reader: str, from_json: Callable[[dict[str, Any]], P]) -> None:
        self._folder = folder / reader
        self._from_json = from_json

    def get(self, sha256: str, name: str) -> P | None:
        """Return the piece of this content under this name, or None if it is not stored whole."""
        try:
            value = json.loads((self._folder / f"{sha256}.json").read_text(encoding="utf-8"))
            return self._from_json({**value, "name": name, "sha256": sha256})
        except (OSError, ValueError, KeyError, TypeError):
            return None  # Not there, or spoilt: it is read again and stored again.

    def put(self, piece: P) -> None:
        """Store a piece; a cache that cannot be written is not worth stopping for."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_text(self._folder / f"{piece.sha256}.json", json.dumps(piece.to_json()))
        except OSError:
            return
