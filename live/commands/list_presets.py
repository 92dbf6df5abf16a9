"""`segue presets`: lists the presets."""

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from presets.bundles.bundle import read_bundle
from presets.bundles.library import preset_folders, user_presets_folder
from presets.errors import SegueError

SUMMARY = "list the presets, and check that each is intact"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue presets`."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """List every preset; exit code 1 if one is damaged."""
    rows = [_describe(name, folder) for name, folder in preset_folders().items()]
    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        _show(rows)
    return 0 if all(row["problem"] is None for row in rows) else 1


def _describe(name: str, folder: Path) -> dict[str, Any]:
    own = folder.parent == user_presets_folder()
    row: dict[str, Any] = {"name": name, "folder": str(folder), "own": own, "problem": None}
    try:
        bundle = read_bundle(folder)
    except SegueError as error:
        return {**row, "problem": str(error)}
    settings = bundle.settings
    return {
        **row,
        "description": settings.description,
        "kind": settings.kind,
        "bpm": settings.bpm,
        "meter": str(settings.meter),
        "parts": [part.name for part in settings.parts],
        "seeds": len(bundle.seeds),
        "megabytes": round(bundle.network.size / 1e6, 1),
    }


def _show(rows: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("preset", "kind", "bpm", "meter", "MB", "description"):
        table.add_column(column)
    for row in rows:
        name = row["name"] + (" (your own)" if row["own"] else "")
        if row["problem"]:
            cells = [name, "damaged", "", "", "", row["problem"]]
        else:
            figures = [f"{row['bpm']:g}", row["meter"], str(row["megabytes"])]
            cells = [name, row["kind"], *figures, row["description"]]
        # As texts: rich would read a bracket in a description as markup.
        table.add_row(*map(Text, cells))
    Console().print(table)
