"""`segue sets`: the sets that were played, and the files that they can become."""

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

SUMMARY = "list the sets that were played, and make files of them"

WHICH = "ID of a set, its beginning, 'last' for the newest, or the path of a journal"


class NoMusicError(SegueError):
    """There is nothing in a set that could become a file."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue sets`."""
    parser.description = "List the sets that were played: `segue play` keeps a journal of each."
    parser.add_argument("--json", action="store_true", help="as JSON")
    actions = parser.add_subparsers(title="for one set", dest="action", metavar="ACTION")
    show = actions.add_parser("show", help="say more of a set", description="Say more of a set.")
    show.add_argument("id", metavar="ID", help=WHICH)
    # Without a default: it may stand before the action as well.
    show.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="as JSON")
    export = actions.add_parser("export", help="make files of a set", description="Make files of a set.")
    export.add_argument("id", metavar="ID", help=WHICH)
    export.add_argument(
        "-o",
        "--output",
        type=Path,
        action="append",
        required=True,
        metavar="FILE",
        help="a file to write; give it again for another. What it becomes, its ending says: "
        + ", ".join(f"{ending} {form.name}" for ending, form in FORMATS.items()),
    )
    export.add_argument(
        "--soundfont", type=Path, metavar="FILE.sf2", help="what audio sounds with (a small General MIDI one)"
    )
    export.add_argument("--force", action="store_true", help="replace files that are there")


def run(arguments: argparse.Namespace) -> int:
    """List, show or export; exit code 1 if a journal of the list cannot be read."""
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
        print(f"no sets yet: `segue play` keeps a journal of each in {journals_folder()}")
    return 0 if all(row["problem"] is None for row in rows) else 1


def _show(path: Path, as_json: bool) -> int:
    summary, recording = summarize(read_journal(path))
    if as_json:
        print(json.dumps({**to_json(summary), "journal": str(path), **music_to_json(recording)}, indent=2))
    else:
        show_set(Console(), summary, recording, path)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    check_files(arguments.output, arguments.soundfont, replace=arguments.force)
    summary, recording = summarize(read_journal(find_journal(arguments.id)))
    if summary.unreadable:
        lines = count_of(summary.unreadable, "line")
        print(f"segue: left out what cannot be read: {lines} of the journal", file=sys.stderr)
    if not recording.tracks:
        raise NoMusicError(f"a set must have a note to become a file, and {summary.id!r} has none")
    written = write_files(recording, arguments.output, arguments.soundfont)
    notes = count_of(sum(len(part.notes) for part in recording.tracks), "note")
    tracks = count_of(len(recording.tracks), "track")
    print(f"{', '.join(path.as_posix() for path in written)}: {notes} on {tracks} of {summary.id}")
    return 0
