"""Train one network from corpus to run folder, or several: one for each folder, and one for all of them."""

import importlib.metadata
import math
import platform
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from presets.counting import count_of
from presets.errors import SegueError, UsageError
from training.corpus.description import ABOUT_FILE, About, CorpusError, read_about, read_about_folder
from training.corpus.journals import journal_sources
from training.corpus.reading import Corpus, Reader, read_corpus, still_reading
from training.kinds import TRAINING_KINDS
from training.runs.fitting import Ending, fit
from training.runs.history import read_history
from training.runs.plan import Plan
from training.runs.run_folder import Run, RunError
from training.runs.screen import TrainingScreen

ALL = "all"
"""Name of the network that is trained on all folders together."""


@dataclass(frozen=True, slots=True)
class Order:
    """The choices of one call of `segue train`.

    Attributes:
        plan: the network to train, and how to train it.
        epochs: the total number of epochs, including those of earlier calls.
        command: the command line, for the record.
        about: the file that describes the corpus; None for the `corpus.toml` in the corpus.
        minutes: start no epoch that would end after this many minutes; None for no limit.
        resume: whether to continue an existing run.
        start: the folder of the run that a new one goes on from; None to begin with fresh weights.
    """

    plan: Plan
    epochs: int
    command: str
    about: Path | None = None
    minutes: float | None = None
    resume: bool = False
    start: Path | None = None


def train_corpus(
    corpus_place: Path, run_folder: Path, order: Order, console: Console | None = None
) -> Ending:
    """Train one network.

    Args:
        corpus_place: the folder of the music, or a library's corpus in the form that `read_corpus` takes.
        run_folder: the run folder to create, or to continue if the order says so.
        order: the choices for this training.
        console: where to show progress; standard output by default.

    Raises:
        CorpusError: if the corpus cannot be read at all.
        RunError: if the run folder exists and should be new, if it should exist and does not, or if it
            belongs to another training.
    """
    console = console or Console(markup=False)
    plan = order.plan
    trainer = TRAINING_KINDS[plan.recipe.kind].load_trainer()
    if order.resume:
        if not Run.exists(run_folder):
            raise RunError(
                f"cannot resume: there is no run in {str(run_folder)!r}; start one without --resume"
            )
        run = trainer.run.open(run_folder)
    else:
        trainer.run.check_new(run_folder)
    # Now, and not once the corpus is read, which takes long.
    start = _open_start(trainer.run, order)
    about = read_about(order.about) if order.about else read_about_folder(corpus_place)
    try:
        reader = trainer.reader(about.layout, plan.players)
    except SegueError as error:
        raise CorpusError(f"{order.about or corpus_place / ABOUT_FILE}: {error}") from error
    corpus = _read(corpus_place, reader, about, console)
    if order.resume:
        run.check_same(plan, corpus)
        run.check_same_start(start)
    else:
        run = trainer.run.create(run_folder, plan, corpus, order.command, start)
        heard = journal_sources(corpus.files.values(), plan.players)
        run.add_facts(**_workshop(), **({"journals": heard.to_json()} if heard is not None else {}))
    console.print(run.summary(), highlight=False, soft_wrap=True)
    examples = trainer.examples(run)
    done = len(read_history(run.history_path))
    with TrainingScreen(console, order.epochs, done, examples.targets, run.unit) as screen:
        minutes = math.inf if order.minutes is None else order.minutes
        ending = fit(run, examples, order.epochs, minutes, screen)
    if order.resume and len(read_history(run.history_path)) > done:
        # A call that trained no epoch has no part in the weights, so it is not recorded.
        run.add_facts(commands=[*run.facts()["commands"], order.command], **_workshop())
    console.print(_farewell(run, ending, order.command), highlight=False, soft_wrap=True)
    return ending


def train_each_folder(
    corpus_folder: Path, run_folder: Path, order: Order, console: Console | None = None
) -> None:
    """Train one network for each folder inside the corpus, and one for all; each gets its own run folder.

    A folder that cannot be trained on is reported and skipped. With `resume`, existing runs are continued
    and missing ones are started. The arguments are those of `train_corpus`; epochs and minutes apply to each
    network.

    Raises:
        UsageError: if the corpus holds no folders, or if one of them is called `ALL`.
        SegueError: if none of the networks could be trained.
    """
    console = console or Console(markup=False)
    folders = _folders_in(corpus_folder, order.plan.recipe.name)
    if Run.exists(run_folder):
        raise RunError(
            f"{str(run_folder)!r} holds a run of one network, but this recipe trains several and gives each "
            "a folder inside it: choose another folder with --run"
        )
    failures = 0
    for folder in [*folders, corpus_folder]:
        name = ALL if folder is corpus_folder else folder.name
        console.rule(name)
        try:
            again = order.resume and Run.exists(run_folder / name)
            about = order.about or _find_about(folder, corpus_folder)
            ending = train_corpus(
                folder, run_folder / name, replace(order, resume=again, about=about), console
            )
        except SegueError as error:
            failures += 1
            console.print(f"skipped: {error}", highlight=False, soft_wrap=True)
            continue
        if ending == "interrupted":
            return
    if failures > len(folders):
        raise SegueError(f"none of the {failures} networks could be trained; see the reasons above")


def _open_start(kind: type[Run], order: Order) -> Run | None:
    """Open the run that the new one goes on from; a resumed one has a copy, so its folder may be gone."""
    if order.start is None or (order.resume and not Run.exists(order.start)):
        return None
    return kind.open(order.start)


def _folders_in(corpus_folder: Path, recipe: str) -> list[Path]:
    """Return the folders of a corpus; a `SegueError` if there are none, or if one is called `ALL`."""
    if not corpus_folder.is_dir():
        raise CorpusError(
            f"the corpus must be a folder of folders, got {str(corpus_folder)!r}, which "
            f"{'is no folder' if corpus_folder.exists() else 'does not exist'}"
        )
    folders = sorted(path for path in corpus_folder.glob("*/") if not path.name.startswith("."))
    if not folders:
        raise UsageError(
            f"the recipe {recipe!r} needs a folder of folders, one for each network, and "
            f"{str(corpus_folder)!r} holds no folders: sort the files into folders, or use the recipe "
            "'chopin'"
        )
    if any(folder.name == ALL for folder in folders):
        raise UsageError(
            f"no folder of the corpus may be called {ALL!r}, because the network of all folders has that "
            "name: rename the folder"
        )
    return folders


def _find_about(*folders: Path) -> Path | None:
    """Return the first description found in these folders; None if there is none."""
    return next((path for folder in folders if (path := folder / ABOUT_FILE).is_file()), None)


def _read(place: Path, reader: Reader[Any], about: About, console: Console) -> Corpus[Any]:
    """Read a corpus while showing a progress bar, and list what was ignored, and the files left out."""
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("reading", total=None)
        corpus = read_corpus(
            place,
            reader,
            about,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
            slow=lambda name: console.print(still_reading(name), highlight=False, soft_wrap=True),
        )
    for name, remark in corpus.remarks:
        console.print(f"{name}: {remark}", highlight=False, soft_wrap=True)
    for name, reason in corpus.unreadable:
        console.print(f"left out {name}: {reason}", highlight=False, soft_wrap=True)
    if corpus.unreadable:
        console.print(
            f"left out {count_of(len(corpus.unreadable), 'file')}, read {len(corpus.pieces)}", highlight=False
        )
    return corpus


def _workshop() -> dict[str, object]:
    """Return the backend and the versions that train, for the record."""
    packages = ("segue", "keras", keras.config.backend(), "music21", "numpy")
    versions = {}
    for package in packages:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue  # No package has this name: segue runs from a checkout, or someone built the backend.
    return {
        "backend": keras.config.backend(),
        "versions": {"python": platform.python_version(), **versions},
    }


def _farewell(run: Run, ending: Ending, command: str) -> str:
    """Return the closing sentence: which weights were kept, and how to continue."""
    facts = run.facts()
    resume = command if command.endswith("--resume") else f"{command} --resume"
    if "best_epoch" not in facts:
        return f"stopped before the first epoch ended, so nothing is saved yet; continue with `{resume}`"
    epochs = count_of(facts["epochs"], "epoch")
    kept = f"kept the best of {epochs}: epoch {facts['best_epoch']}, in {run.path.as_posix()}"
    loss = "held-out"
    if all(math.isnan(epoch.held_out_loss) for epoch in read_history(run.history_path)):
        loss = "training"
        kept += " (the one with the lowest training loss, because no pieces are held out)"
    if ending == "epochs":
        return f"trained; {kept}"
    if ending == "patience":
        return f"stopped: the {loss} loss has not improved for {run.plan.patience} epochs; {kept}"
    why = "stopped" if ending == "interrupted" else "the time is up"
    return f"{why}; {kept}; continue with `{resume}`"
