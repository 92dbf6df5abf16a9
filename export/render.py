"""`segue render`: runs the live engine on a virtual clock and writes files."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress

from export.files.formats import FORMATS, check_files, write_files
from export.offline import play_offline
from live.arguments.performance import (
    DEFAULT_PRESET,
    add_performance_arguments,
    choose_seed,
    open_seed,
    read_controls,
    read_rng,
    refuse_foreign,
    remarks_on_seeds,
)
from live.arguments.time import (
    add_time_arguments,
    read_bpm,
    read_meter,
    read_swing,
    read_tempo_changes,
)
from live.core.controls.table import Controls
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.performer.status import Status
from live.core.planning.states import Length
from live.core.planning.style import Style
from live.inference.opening import open_predictor
from presets.bundles.bundle import Bundle
from presets.bundles.library import load_preset
from presets.counting import count_of
from presets.errors import UsageError
from presets.music.readings import shipped_readings
from presets.sets.recording import Recording
from presets.sets.records import Record
from presets.sets.transcription import transcribe

SUMMARY = "write a preset's music as a MIDI file, as audio, as sheet music or as a picture"

FURTHER = {"wav": ".wav", "musicxml": ".musicxml", "svg": ".svg", "png": ".png"}
"""Options that write another file, and the ending that its name must have."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue render`."""
    parser.add_argument(
        "preset",
        nargs="?",
        default=DEFAULT_PRESET,
        metavar="PRESET",
        help="name of a preset (`segue presets` lists them), or the path of its folder (%(default)s)",
    )
    add_performance_arguments(parser)
    add_time_arguments(parser)
    files = parser.add_argument_group("files")
    files.add_argument(
        "-o",
        "--output",
        type=Path,
        action="append",
        required=True,
        metavar="OUT.mid",
        help=f"the file to write; its ending sets the format: {', '.join(FORMATS)}; may be repeated",
    )
    for option, ending in FURTHER.items():
        files.add_argument(
            f"--{option}", type=Path, metavar=f"FILE{ending}", help=f"also write {FORMATS[ending].name}"
        )
    files.add_argument(
        "--soundfont",
        type=Path,
        metavar="FILE.sf2",
        help="the SoundFont for audio (a small General MIDI one)",
    )
    parser.add_argument(
        "--events",
        type=int,
        default=500,
        metavar="N",
        help="how many events (notes and chords) to write (%(default)s)",
    )
    parser.add_argument(
        "--pieces",
        type=int,
        default=1,
        metavar="N",
        help="how many pieces to write, each from its own seed; several files are called OUT-1.mid, "
        "OUT-2.mid, ...",
    )
    parser.add_argument(
        "--argmax",
        action="store_true",
        help="always choose what is most likely, as the articles did: every temperature is 0, and the music "
        "soon repeats itself",
    )


def run(arguments: argparse.Namespace) -> int:
    """Render and return the exit code."""
    for name in ("events", "pieces"):
        if getattr(arguments, name) < 1:
            raise UsageError(f"--{name} must be 1 or more, got {getattr(arguments, name)}")
    files = [_files_of_piece(arguments, piece) for piece in range(1, arguments.pieces + 1)]
    refused = check_files([path for paths in files for path in paths], arguments.soundfont)
    failures = [*refused.values()]
    bundle = load_preset(arguments.preset)
    settings = bundle.settings
    refuse_foreign(arguments, settings)
    controls = read_controls(arguments, settings)
    if controls.follow_key:
        raise UsageError(
            "--key follow needs a musician, and `segue render` plays alone: name a key, or leave it out"
        )
    for name in ("quote", "match"):
        if getattr(arguments, name) is not None:
            raise UsageError(f"--{name} needs a musician, and `segue render` plays alone: leave it out")
    if arguments.argmax:
        controls = replace(
            controls,
            **{
                field: replace(getattr(controls, field), temperature=0.0)
                for field in ("sampling", "rhythm", "dynamics")
            },
        )
    rng = read_rng(arguments)
    open_seed(arguments)
    for remark in remarks_on_seeds([arguments.seed]):
        print(f"segue: {remark}", file=sys.stderr)
    for paths in files:
        performance = _make_performance(arguments, bundle, controls, rng)
        recording, status = _render(Performer(performance, rng), arguments.events)
        possible = [path for path in paths if path not in refused]
        written = write_files(recording, possible, arguments.soundfont)
        failures += written.failures
        if written.files:
            names = ", ".join(path.as_posix() for path in written.files)
            events = count_of(status.played, "event")
            print(f"{names}: {events} of {settings.name} at {status.clock.bpm:g} bpm")
    # The same reason may concern each piece.
    for sentence in dict.fromkeys(map(str, failures)):
        print(f"segue: {sentence}", file=sys.stderr)
    return max((error.exit_code for error in failures), default=0)


def _files_of_piece(arguments: argparse.Namespace, piece: int) -> list[Path]:
    """Return the files to write for a piece, numbered if there are several pieces."""
    wanted: list[Path] = [*arguments.output]
    for option, ending in FURTHER.items():
        path: Path | None = getattr(arguments, option)
        if path is None:
            continue
        if path.suffix.lower() != ending:
            raise UsageError(f"the file of --{option} must end in {ending}, got {path.name!r}")
        wanted.append(path)
    if arguments.pieces == 1:
        return wanted
    return [path.with_stem(f"{path.stem}-{piece}") for path in wanted]


def _make_performance(
    arguments: argparse.Namespace, bundle: Bundle, controls: Controls, rng: np.random.Generator
) -> Performance:
    settings = bundle.settings
    meter = read_meter(arguments, settings)
    return Performance(
        Style(
            settings.name,
            open_predictor(bundle),
            settings.parts,
            controls,
            settings.events_kept,
            originality=bundle.network.read_index(),
            forms=bundle.network.read_forms(len(settings.parts)),
            readings=shipped_readings(),
        ),
        meter=meter,
        bpm=read_bpm(arguments, settings),
        seed=choose_seed(arguments, settings, bundle.seeds, controls, rng),
        length=Length(events=arguments.events),
        swing=read_swing(arguments),
        tempo_changes=read_tempo_changes(arguments, meter),
    )


def _render(performer: Performer, events: int) -> tuple[Recording, Status]:
    """Let the performer play this many events, and show the progress on a terminal."""
    records: list[Record] = []
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("rendering", total=events)
        status = play_offline(
            performer, records.append, lambda played: progress.update(task, completed=played)
        )
    return transcribe(records, performer.style.name), status
