"""`segue evaluate`: measures a score preset; anyone can repeat the measurements."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from presets.counting import count_of
from presets.errors import UsageError
from training.corpus.journals import PLAYERS
from training.quiet import quiet_loading

if TYPE_CHECKING:
    from export.evaluation.evaluation import Exam, OnStep
    from export.evaluation.report import Report
    from presets.bundles.bundle import Bundle

SUMMARY = "measure how well a preset knows its style"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `segue evaluate`."""
    parser.description = (
        "Measure a score preset: how well its network predicts its test pieces, in bits an event, compared "
        "with n-grams; how the music it makes compares with its corpus; how well judges tell the two apart "
        "(0.5: not at all, 1: always); and the longest passage it copies."
    )
    parser.add_argument(
        "network",
        metavar="PRESET|RUNDIR",
        help="the name or folder of a preset, or a folder that `segue train` made",
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        metavar="DIR",
        help="the corpus of the preset, split by the same rule as for training; a run has its own",
    )
    parser.add_argument(
        "--players",
        choices=PLAYERS,
        default=PLAYERS[0],
        help="whose notes to read from journals in the corpus, as in training (%(default)s)",
    )
    parser.add_argument(
        "--about", type=Path, metavar="FILE.toml", help="the description of the corpus (its corpus.toml)"
    )
    parser.add_argument(
        "--jsb",
        type=Path,
        metavar="FILE.json",
        help="compute only the literature's benchmark, nats a frame, for a run that was trained on this file",
    )
    parser.add_argument(
        "--pieces", type=int, default=48, metavar="N", help="how many pieces to make (%(default)s)"
    )
    parser.add_argument(
        "--events", type=int, default=512, metavar="N", help="how many events each piece has (%(default)s)"
    )
    parser.add_argument(
        "--originality",
        type=int,
        metavar="N",
        help="make pieces that never have N events in a row as a piece of the corpus has them",
    )
    parser.add_argument(
        "--search",
        type=int,
        default=0,
        metavar="N",
        help="first try N ways of drawing with other random numbers, and measure the one whose music is "
        "nearest to the corpus (%(default)s)",
    )
    parser.add_argument(
        "--human",
        type=Path,
        metavar="DIR",
        help="another composer's music, to be judged too: it says what a good score is",
    )
    parser.add_argument(
        "--human-about", type=Path, metavar="FILE.toml", help="its description (its corpus.toml)"
    )
    parser.add_argument(
        "--halves",
        type=int,
        default=0,
        metavar="N",
        help="judge N random halves of the corpus, too, which should score 0.5 (%(default)s)",
    )
    parser.add_argument(
        "--rng-seed", type=int, default=0, metavar="K", help="the same K gives the same music (%(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    parser.add_argument("--picture", type=Path, metavar="FILE.png", help="draw the report as a picture")
    parser.add_argument("--report", type=Path, metavar="FILE.md", help="write the report for a model card")


def run(arguments: argparse.Namespace) -> int:
    """Measure, show the report and return the exit code."""
    # TensorFlow takes seconds to load; `--help` must be instant.
    with quiet_loading():
        from rich.console import Console

        from export.evaluation.evaluation import evaluate
        from export.evaluation.exams import open_human
        from export.evaluation.generation import Commission
        from export.evaluation.search import search
        from export.evaluation.tables import show_report

    _check(arguments)
    human = found = None
    with _progress() as stage:
        if arguments.jsb is not None:
            return _evaluate_chorales(arguments, stage)
        bundle, exam = _open(arguments, stage)
        if arguments.human is not None:
            human = open_human(bundle, arguments.human, arguments.human_about, arguments.players, stage)
        if arguments.search:
            tries = arguments.search
            found = search(
                bundle,
                exam.music,
                tries,
                arguments.originality,
                lambda done: stage("searching", done, tries),
            )
            bundle = replace(bundle, settings=found.settings)
        commission = Commission(arguments.pieces, arguments.events, arguments.rng_seed, arguments.originality)
        report = evaluate(bundle, exam, commission, stage, human, arguments.halves)
    _write(arguments, report)
    if arguments.json:
        search_json = None if found is None else found.to_json()
        print(json.dumps({**report.to_json(), "search": search_json}, indent=2))
    else:
        console = Console(markup=False, highlight=False)
        show_report(console, report)
        if found is not None:
            console.print(f"\n{found}")
    return 0


def _check(arguments: argparse.Namespace) -> None:
    """Raise `UsageError` if a value is out of range, or options do not go together."""
    from live.arguments.performance import refusing
    from presets.bundles.settings import ORIGINALITY

    for name, least in (("pieces", 1), ("events", 100), ("halves", 0), ("search", 0), ("rng_seed", 0)):
        value = getattr(arguments, name)
        if value < least:
            raise UsageError(f"--{name.replace('_', '-')} must be at least {least}, got {value}")
    if arguments.originality is not None:
        with refusing():
            ORIGINALITY.check(arguments.originality)
    if arguments.jsb is not None:
        for name in ("corpus", "about", "originality", "human", "picture", "report"):
            if getattr(arguments, name) is not None:
                raise UsageError(f"--{name} does not work with --jsb: leave one of them out")


def _open(arguments: argparse.Namespace, stage: "OnStep") -> tuple["Bundle", "Exam"]:
    """Return the preset, or that of the run, with the music for judging it."""
    from export.evaluation.exams import open_preset, open_run
    from training.runs.run_folder import Run

    trained = Path(arguments.network)
    if not Run.exists(trained):
        return open_preset(arguments.network, arguments.corpus, arguments.about, arguments.players, stage)
    if arguments.corpus is not None:
        raise UsageError(
            f"--corpus does not work with a run, because a run has its own test pieces, got it with "
            f"{arguments.network!r}: leave --corpus out"
        )
    return open_run(trained)


def _write(arguments: argparse.Namespace, report: "Report") -> None:
    """Write the picture and the report, where they are asked for."""
    from rich.console import Console

    from export.evaluation.picture import draw_report
    from export.evaluation.tables import show_report

    try:
        if arguments.picture is not None:
            draw_report(arguments.picture, report)
        if arguments.report is not None:
            text = StringIO()
            show_report(Console(file=text, width=110), report)
            lines = [line.rstrip() for line in text.getvalue().strip().splitlines()]
            arguments.report.write_text("\n".join(["```text", *lines, "```", ""]), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {error.filename!r}: {error.strerror}") from error


def _evaluate_chorales(arguments: argparse.Namespace, stage: "OnStep") -> int:
    from export.evaluation.chorales import evaluate_chorales
    from export.evaluation.evaluation import network_files
    from export.evaluation.exams import open_run
    from training.score.learning.run import ScoreRun

    trained = Path(arguments.network)
    bundle, _ = open_run(trained)
    result = evaluate_chorales(ScoreRun.open(trained), network_files(bundle), arguments.jsb, stage)
    if arguments.json:
        print(json.dumps(asdict(result), indent=2))
    else:
        print(
            f"{result.nats:.3f} nats a frame ({result.notes:.3f} for the notes alone) in "
            f"{result.frames:,} frames of {count_of(result.pieces, 'test piece')}"
        )
    return 0


@contextmanager
def _progress() -> Iterator["OnStep"]:
    """Show the progress on standard error."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def stage(doing: str, done: int, total: int) -> None:
            if doing not in tasks:
                tasks[doing] = bars.add_task(doing, total=total)
            bars.update(tasks[doing], completed=done)

        yield stage
