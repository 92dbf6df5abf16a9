"""Open a preset to evaluate, with the music for judging it."""

from pathlib import Path

from export.evaluation.evaluation import Exam, OnStep, network_files
from export.order import ExportOrder
from export.score.pack import make_bundle
from presets.bundles.bundle import Bundle
from presets.bundles.library import load_preset
from presets.errors import UsageError
from training.corpus.description import read_about, read_about_folder
from training.corpus.journals import Players
from training.corpus.reading import read_corpus
from training.score.learning.run import ScoreRun
from training.score.learning.trainer import score_reader
from training.score.reading.layout import layout_from_toml
from training.score.reading.split import split


def open_run(path: Path) -> tuple[Bundle, Exam]:
    """Return the preset that a run would become, and its training and test pieces.

    Raises:
        RunError: if the folder does not hold a score run.
        ConversionError: if the run has not finished an epoch.
        ParityError: if its graphs do not predict the same as its network.
    """
    run = ScoreRun.open(path)
    bundle, _ = make_bundle(run, ExportOrder("run", "best", command=""))
    corpus = run.facts()["corpus"]["name"] or path.as_posix()
    return bundle, Exam(corpus, run.pieces("train"), run.pieces("test"))


def open_preset(
    name: str, place: Path | None, about_file: Path | None, players: Players, stage: OnStep
) -> tuple[Bundle, Exam]:
    """Return a preset, and its corpus divided as for training.

    Args:
        name: the name of the preset, or the path of its folder.
        place: the corpus, as `read_corpus` takes it; None if the user named none, which is an error.
        about_file: the description of the corpus; None for the `corpus.toml` in it.
        players: whose notes to read from journals.
        stage: called with the progress.

    Raises:
        UsageError: if there is no such preset, or no corpus is named.
        EvaluationError: if it is not a score preset.
        SegueError: if the corpus cannot be read or divided.
    """
    bundle = load_preset(name)
    network_files(bundle)
    if place is None:
        raise UsageError(f"evaluating the preset {name!r} needs its corpus: name it with --corpus")
    about = read_about(about_file) if about_file else read_about_folder(place)
    corpus = read_corpus(
        place,
        score_reader(about.layout, players),
        about,
        progress=lambda done, total: stage("reading", done, total),
    )
    parted = split(corpus.pieces, layout_from_toml(about.layout))
    pieces = {piece.name: piece for piece in corpus.pieces}
    exam = Exam(
        about.source.name or place.as_posix(),
        [pieces[name] for name in parted.train],
        [pieces[name] for name in parted.test],
    )
    return bundle, exam
