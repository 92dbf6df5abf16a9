"""One training from corpus to run folder; and a row of them, one for each folder and one of all."""

import importlib.metadata
import math
import platform
from dataclasses import dataclass, replace
from pathlib import Path

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from presets.errors import SegueError, UsageError
from training.corpus import SOURCE_FILE, Corpus, read_corpus
from training.fitting import Ending, fit, targets_an_epoch
from training.history import read_history
from training.plan import Plan
from training.run_folder import Run, RunError
from training.screen import TrainingScreen

ALL = "all"
"""Name of the model of all folders together."""


@dataclass(frozen=True, slots=True)
class Order:
    """What one call of `segue train` asks for.

    Attributes:
        plan: what is trained, and how.
        epochs: in all, those of earlier calls included.
        command: the command line, for the record.
        minutes: begin no epoch that would not end in this time; None for no limit.
        resume: whether to continue the run that is there.
    """

    plan: Plan
    epochs: int
    command: str
    minutes: float | None = None
    resume: bool = False


def train_corpus(
    corpus_folder: Path,
    run_folder: Path,
    order: Order,
    console: Console | None = None,
    source_folder: Path | None = None,
) -> Ending:
    """Train one network.

    Args:
        corpus_folder: the music.
        run_folder: is made, or continued if the order says so.
        order: what is asked for.
        console: where progress is shown; standard output by default.
        source_folder: where `corpus.toml` lies; the corpus by default.

    Raises:
        CorpusError: if the corpus cannot be read at all.
        RunError: if the run folder is there and should not be, or should be and is not, or is another's.
    """
    console = console or Console(markup=False)
    plan = order.plan
    if order.resume:
        run = Run.open(run_folder)
    else:
        Run.check_new(run_folder)
    corpus = _read(corpus_folder, source_folder or corpus_folder, console)
    if order.resume:
        run.check_same(plan, corpus)
    else:
        run = Run.create(run_folder, plan, corpus, order.command)
        run.add_facts(**_workshop())
    training_tokens = sum(map(len, run.training_rows))
    console.print(
        f"{len(corpus.pieces)} pieces, {len(corpus)} tokens, {len(run.vocabulary)} classes; training on "
        f"{training_tokens} tokens, {len(run.held_out_rows)} pieces held out",
        highlight=False,
    )
    done = len(read_history(run.history_path))
    per_epoch = targets_an_epoch(plan, training_tokens)
    with TrainingScreen(console, order.epochs, done, per_epoch) as screen:
        ending = fit(run, order.epochs, math.inf if order.minutes is None else order.minutes, screen)
    if order.resume and len(read_history(run.history_path)) > done:
        # Only what trained has made the weights.
        run.add_facts(commands=[*run.facts()["commands"], order.command], **_workshop())
    console.print(_farewell(run, ending, order.command), highlight=False, soft_wrap=True)
    return ending


def train_each_folder(
    corpus_folder: Path, run_folder: Path, order: Order, console: Console | None = None
) -> None:
    """Train one network for each folder in a folder, and one of all; each in a run folder of its name.

    A folder that cannot be trained on is named and passed by. With `resume`, runs that are there are
    continued and the others begun. Arguments as for `train_corpus`; epochs and minutes are for each network.

    Raises:
        UsageError: if there are no folders in the folder, or one has the name of the model of all.
        SegueError: if none of them could be trained.
    """
    console = console or Console(markup=False)
    folders = sorted(path for path in corpus_folder.glob("*/") if not path.name.startswith("."))
    if not folders:
        raise UsageError(
            f"the corpus of the recipe {order.plan.recipe.name!r} must be a folder of folders, one for each "
            f"network, got {str(corpus_folder)!r}, which holds none: sort the files into folders, or take "
            "the recipe 'chopin'"
        )
    if Run.exists(run_folder):
        raise RunError(
            f"a run folder of several networks must not be a run itself, and {str(run_folder)!r} is one: "
            "choose another with --run"
        )
    if any(folder.name == ALL for folder in folders):
        raise UsageError(
            f"no folder of the corpus may be named {ALL!r}, the network of all of them: rename it"
        )
    failures = 0
    for folder in [*folders, corpus_folder]:
        name = ALL if folder is corpus_folder else folder.name
        console.rule(name)
        try:
            again = order.resume and Run.exists(run_folder / name)
            ending = train_corpus(
                folder,
                run_folder / name,
                replace(order, resume=again),
                console,
                folder if (folder / SOURCE_FILE).exists() else corpus_folder,
            )
        except SegueError as error:
            failures += 1
            console.print(f"passed by: {error}", highlight=False, soft_wrap=True)
            continue
        if ending == "interrupted":
            return
    if failures > len(folders):
        raise SegueError(f"none of the {failures} networks could be trained; the reasons stand above")


def _read(folder: Path, source_folder: Path, console: Console) -> Corpus:
    """Read a corpus behind a progress bar, and name what was left out."""
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("reading", total=None)
        corpus = read_corpus(
            folder,
            source_folder=source_folder,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    for name, reason in corpus.unreadable:
        console.print(f"left out {name}: {reason}", highlight=False, soft_wrap=True)
    if corpus.unreadable:
        console.print(
            f"{len(corpus.unreadable)} files were left out, {len(corpus.pieces)} read", highlight=False
        )
    return corpus


def _workshop() -> dict[str, object]:
    """Return what trains: backend and versions, for the record."""
    packages = ("segue", "keras", keras.config.backend(), "music21", "numpy")
    versions = {}
    for package in packages:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue  # Not installed under this name: run from a checkout, or a backend built by hand.
    return {
        "backend": keras.config.backend(),
        "versions": {"python": platform.python_version(), **versions},
    }


def _farewell(run: Run, ending: Ending, command: str) -> str:
    """Return the last sentences: what is kept, and how to go on."""
    facts = run.facts()
    resume = command if command.endswith("--resume") else f"{command} --resume"
    if "best_epoch" not in facts:
        return f"stopped before the first epoch ended, so nothing is kept yet; go on with `{resume}`"
    kept = (
        f"the best of {facts['epochs']} epochs is kept: epoch {facts['best_epoch']}, in {run.path.as_posix()}"
    )
    if ending == "epochs":
        return f"trained; {kept}"
    why = "stopped" if ending == "interrupted" else "the time is up"
    return f"{why}; {kept}; go on with `{resume}`"
