"""Summaries of all sets, through a cache: reading the journal of an hour of music takes seconds."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from export.set_tables import to_json
from presets.atomic import write_text
from presets.errors import SegueError
from presets.sets.reader import read_journal
from presets.sets.summary import summarize
from training.corpus.cache import user_cache_folder

CACHE_FILE = "sets-2.json"
"""The number goes up whenever the same journal would give another summary; older caches are then ignored."""

Rows = list[dict[str, Any]]


def read_sets(journals: Iterable[Path]) -> Rows:
    """Return the summary of each set, as `to_json` has it, with its `journal` and its `problem`.

    Journals that have not changed since they were last read come from the cache. The row of a journal that
    cannot be read has only `id`, `journal` and `problem`, the reason; `problem` is None for all others. A
    journal that disappears meanwhile is left out.
    """
    cache = user_cache_folder() / CACHE_FILE
    known = _read(cache)
    archive: dict[str, Any] = {}
    rows: Rows = []
    for path in journals:
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        stamp = [state.st_size, state.st_mtime_ns]
        kept = known.get(str(path))
        is_same = isinstance(kept, dict) and kept.get("stamp") == stamp
        row: dict[str, Any] = known[str(path)]["row"] if is_same else _row(path)
        rows.append(row)
        if row["problem"] is None:  # a later version of segue may be able to read the others
            archive[str(path)] = {"stamp": stamp, "row": row}
    if archive != known:
        _write(cache, archive)
    return rows


def _row(path: Path) -> dict[str, Any]:
    try:
        summary, _ = summarize(read_journal(path))
    except SegueError as error:
        return {"id": path.stem, "journal": str(path), "problem": str(error)}
    return {**to_json(summary), "journal": str(path), "problem": None}


def _read(cache: Path) -> dict[str, Any]:
    try:
        value = json.loads(cache.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # The cache is missing or damaged: it is made again.
    return value if isinstance(value, dict) else {}


def _write(cache: Path, archive: dict[str, Any]) -> None:
    """Write the cache; if it cannot be written, go on without it."""
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        write_text(cache, json.dumps(archive))
    except OSError:
        return
