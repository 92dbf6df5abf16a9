"""`segue export`: from a run folder to a preset that `segue play` plays."""

import argparse
import shlex
from pathlib import Path

from presets.library import user_presets_folder
from training.quiet import quiet_loading

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


def run(arguments: argparse.Namespace) -> int:
    """Convert, prove, write, and say what was proved. Returns the exit code."""
    # TensorFlow takes seconds to load; `--help` must be instant.
    with quiet_loading():
        from rich.console import Console

        from export.classic.pack import make_bundle
        from presets.bundle import check_place, write_bundle
        from training.classic.run import ClassicRun

    folder = (arguments.into or user_presets_folder()) / arguments.preset
    check_place(folder, replace=arguments.force)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    trained = ClassicRun.open(arguments.run)
    bundle, proof = make_bundle(trained, arguments.preset, arguments.weights, command_line(arguments))
    console.print(proof.sentence())
    write_bundle(folder, bundle, replace=arguments.force)
    console.print(f"wrote the preset {arguments.preset!r} to {folder.as_posix()}")
    return 0


def command_line(arguments: argparse.Namespace) -> str:
    """Return the command that says the same as the arguments, but for where it was written."""
    words = ["segue", "export", arguments.run.as_posix(), "--preset", arguments.preset]
    if arguments.weights != "best":
        words += ["--weights", arguments.weights]
    return shlex.join(words)
