"""`segue export`: from a run folder to a preset that `segue play` plays."""

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from export.default_controls import (
    add_control_arguments,
    control_words,
    read_default_controls,
)
from presets.bundles.library import user_presets_folder
from presets.errors import UsageError
from training.quiet import quiet_loading

if TYPE_CHECKING:
    from presets.bundles.bundle import Bundle
    from training.runs.run_folder import Run

SUMMARY = "make a preset of a trained network"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `segue export`."""
    parser.add_argument("run", type=Path, metavar="RUNDIR", help="folder that `segue train` made")
    parser.add_argument("--preset", required=True, metavar="NAME", help="what the preset is called")
    parser.add_argument(
        "--into", type=Path, metavar="FOLDER", help="where the preset's folder is made (your own presets)"
    )
    parser.add_argument(
        "--weights",
        choices=("best", "last"),
        default="best",
        help="of the epoch with the lowest held-out loss, or of the last one (%(default)s)",
    )
    parser.add_argument("--force", action="store_true", help="replace a preset of this name")
    score = parser.add_argument_group(
        "for runs of the recipe score", "How the preset plays unless the player says otherwise."
    )
    add_control_arguments(score)
    score.add_argument(
        "--int8",
        action="store_true",
        help="store the weights as 8-bit integers: a quarter of the size, almost the same music",
    )
    score.add_argument(
        "--report", type=Path, metavar="FILE.md", help="what `segue evaluate` found, for the model card"
    )


def run(arguments: argparse.Namespace) -> int:
    """Convert, prove, write, and say what was proved. Returns the exit code."""
    # TensorFlow takes seconds to load; `--help` must be instant.
    with quiet_loading():
        from rich.console import Console

        from presets.bundles.bundle import check_place, write_bundle
        from training.kinds import open_run

    folder = (arguments.into or user_presets_folder()) / arguments.preset
    check_place(folder, replace=arguments.force)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    bundle, proof = _make_bundle(open_run(arguments.run), arguments)
    console.print(proof)
    write_bundle(folder, bundle, replace=arguments.force)
    console.print(f"wrote the preset {arguments.preset!r} to {folder.as_posix()}")
    return 0


def _make_bundle(trained: "Run", arguments: argparse.Namespace) -> tuple["Bundle", str]:
    """Make the preset of a run as its kind does; return it with what was proved of it."""
    with quiet_loading():
        from export.exporters import EXPORTERS
        from export.order import ExportOrder

    exporter = EXPORTERS[trained.kind]
    for kind, other in EXPORTERS.items():
        for name in other.options:
            if name not in exporter.options and getattr(arguments, name) not in (None, False):
                raise UsageError(
                    f"--{name.replace('_', '-')} is for runs of the kind {kind!r}, got it with one of "
                    f"{trained.kind!r}: leave it out"
                )
    order = ExportOrder(
        arguments.preset,
        arguments.weights,
        command_line(arguments),
        read_default_controls(arguments),
        arguments.int8,
        _read_report(arguments.report),
    )
    return exporter.make_bundle(trained, order)


def _read_report(path: Path | None) -> list[str]:
    """Return the lines of a report; none if there is none."""
    if path is None:
        return []
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise UsageError(f"--report must be a text file, got {path.as_posix()!r}: {error}") from error


def command_line(arguments: argparse.Namespace) -> str:
    """Return the command that says the same as the arguments, but for where it was written."""
    words = ["segue", "export", arguments.run.as_posix(), "--preset", arguments.preset]
    if arguments.weights != "best":
        words += ["--weights", arguments.weights]
    words += control_words(arguments)
    if arguments.int8:
        words.append("--int8")
    return shlex.join(words)
