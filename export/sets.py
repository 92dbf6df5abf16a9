"""`segue sets`: lists the sets you played, and exports them as files."""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track

from export.files.formats import FORMATS, check_files, write_files
from export.set_list import read_sets
from export.set_tables import music_to_json, show_set, show_sets, to_json
from presets.counting import count_of
from presets.errors import SegueError
from presets.sets.reader import find_journal, journals_folder, list_journals, read_journal
from presets.sets.summary import summarize

SUMMARY = "list the sets you played, and export them as files"

WHICH = "the ID of a set or its beginning, 'last' for the newest set, or the path of a journal"


class NoMusicError(SegueError):
    """A set has no note to export."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue sets`."""
    parser.description = "List the sets you played. `segue play` keeps a journal of each one."
    parser.add_argument("--json", action="store_true", help="print JSON")
    actions = parser.add_subparsers(title="actions for one set", dest="action", metavar="ACTION")
    show = actions.add_parser("show", help="show more about a set", description="Show more about a set.")
    show.add_argument("id", metavar="ID", help=WHICH)
    # No default: it would overwrite the option when it comes before the action.
    show.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")
    export = actions.add_parser("export", help="export a set as files", description="Export a set as files.")
    export.add_argument("id", metavar="ID", help=WHICH)
    export.add_argument(
        "-o",
        "--output",
        type=Path,
        action="append",
        required=True,
        metavar="FILE",
        help="a file to write; may be repeated. Its ending sets the format: "
        + ", ".join(f"{ending} {form.name}" for ending, form in FORMATS.items()),
    )
    export.add_argument(
        "--soundfont",
        type=Path,
        metavar="FILE.sf2",
        help="the SoundFont for audio (a small General MIDI one)",
    )
    export.add_argument("--force", action="store_true", help="overwrite files that exist")


def run(arguments: argparse.Namespace) -> int:
    """List, show or export; return exit code 1 if a journal in the list cannot be read."""
    match arguments.action:
        case "show":
            return _show(find_journal(arguments.id), arguments.json)
        case "export":
            return _export(arguments)
        case _:
            return _list(arguments.json)


def _list(as_json: bool) -> int:
    console = Console(stderr=True)
    silent = not console.is_terminal
    reading = track(list_journals(), "reading", console=console, transient=True, disable=silent)
    rows = read_sets(reading)
    if as_json:
        print(json.dumps(rows, indent=2))
    elif rows:
        show_sets(Console(), rows)
    else:
        print(f"no sets yet: `segue play` keeps a journal of each set in {journals_folder()}")
    return 0 if all(row["problem"] is None for row in rows) else 1


def _show(path: Path, as_json: bool) -> int:
    summary, recording = summarize(read_journal(path))
    if as_json:
        print(json.dumps({**to_json(summary), "journal": str(path), **music_to_json(recording)}, indent=2))
    else:
        show_set(Console(), summary, recording, path)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    refused = check_files(arguments.output, arguments.soundfont, replace=arguments.force)
    summary, recording = summarize(read_journal(find_journal(arguments.id)))
    if summary.unreadable:
        lines = count_of(summary.unreadable, "line")
        print(f"segue: left out {lines} of the journal that cannot be read", file=sys.stderr)
    if not recording.tracks:
        raise NoMusicError(f"cannot export {summary.id!r}: the set has no notes")
    possible = [path for path in arguments.output if path not in refused]
    written = write_files(recording, possible, arguments.soundfont)
    if written.files:
        notes = count_of(sum(len(part.notes) for part in recording.tracks), "note")
        tracks = count_of(len(recording.tracks), "track")
        names = ", ".join(path.as_posix() for path in written.files)
        print(f"{names}: {notes} on {tracks} of {summary.id}")
    failures = [*refused.values(), *written.failures]
    for error in failures:
        print(f"segue: {error}", file=sys.stderr)
    return max((error.exit_code for error in failures), default=0)
