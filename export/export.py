"""`segue export`: makes a preset for `segue play` from a run folder."""

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

SUMMARY = "make a preset from a trained network"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `segue export`."""
    parser.add_argument("run", type=Path, metavar="RUNDIR", help="the folder that `segue train` made")
    parser.add_argument("--preset", required=True, metavar="NAME", help="the name of the preset")
    parser.add_argument(
        "--into", type=Path, metavar="FOLDER", help="where to create the preset's folder (your own presets)"
    )
    parser.add_argument(
        "--weights",
        choices=("best", "last"),
        default="best",
        help="use the weights of the epoch with the lowest validation loss, or of the last epoch "
        "(%(default)s)",
    )
    parser.add_argument("--force", action="store_true", help="replace an existing preset of this name")
    score = parser.add_argument_group("for runs of the recipe score", "How the preset plays by default.")
    add_control_arguments(score)
    score.add_argument(
        "--int8",
        action="store_true",
        help="store the weights as 8-bit integers: a quarter of the size, and almost the same music",
    )
    score.add_argument(
        "--report", type=Path, metavar="FILE.md", help="the report of `segue evaluate`, for the model card"
    )


def run(arguments: argparse.Namespace) -> int:
    """Convert and check the network, write the preset and print the check. Return the exit code."""
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
    """Return the preset that the run's exporter makes, and the sentence that states the proof."""
    with quiet_loading():
        from export.exporters import EXPORTERS
        from export.order import ExportOrder

    exporter = EXPORTERS[trained.kind]
    for kind, other in EXPORTERS.items():
        for name in other.options:
            if name not in exporter.options and getattr(arguments, name) not in (None, False):
                raise UsageError(
                    f"--{name.replace('_', '-')} works only with runs of the kind {kind!r}, and this run is "
                    f"of the kind {trained.kind!r}: leave it out"
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
    """Return the lines of a report; an empty list without one."""
    if path is None:
        return []
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise UsageError(f"--report must be a text file, got {path.as_posix()!r}: {error}") from error


def command_line(arguments: argparse.Namespace) -> str:
    """Return the command line for these arguments, without the folder to write to."""
    words = ["segue", "export", arguments.run.as_posix(), "--preset", arguments.preset]
    if arguments.weights != "best":
        words += ["--weights", arguments.weights]
    words += control_words(arguments)
    if arguments.int8:
        words.append("--int8")
    return shlex.join(words)
