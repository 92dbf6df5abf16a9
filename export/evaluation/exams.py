"""Open a preset to evaluate, with the music for judging it."""

from pathlib import Path

from export.evaluation.evaluation import EvaluationError, Exam, Human, OnStep, music_of, network_files
from export.judging.hearing import renumbered
from export.order import ExportOrder
from export.score.pack import make_bundle
from presets.bundles.bundle import Bundle
from presets.bundles.library import load_preset
from presets.errors import UsageError
from training.corpus.description import read_about, read_about_folder
from training.corpus.journals import Players
from training.corpus.reading import read_corpus, still_reading
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
        slow=lambda name: stage(still_reading(name), 0, 1),
    )
    parted = split(corpus.pieces, layout_from_toml(about.layout))
    pieces = {piece.name: piece for piece in corpus.pieces}
    exam = Exam(
        about.source.name or place.as_posix(),
        [pieces[name] for name in parted.train],
        [pieces[name] for name in parted.test],
    )
    return bundle, exam


def open_human(
    bundle: Bundle, place: Path, about_file: Path | None, players: Players, stage: OnStep
) -> Human:
    """Return another composer's music, to be judged like a preset's.

    Args:
        bundle: the preset. Parts are matched by their names; of one part each, whatever they are called.
        place: the folder of the music.
        about_file: its description; None for the `corpus.toml` in it.
        players: whose notes to read from journals.
        stage: called with the progress.

    Raises:
        EvaluationError: if it has none of the preset's parts.
        SegueError: if the music cannot be read.
    """
    about = read_about(about_file) if about_file else read_about_folder(place)
    theirs = [part.name for part in layout_from_toml(about.layout).parts]
    ours = [part.name for part in bundle.settings.parts]
    if len(theirs) <= 1 and len(ours) == 1:
        numbers = {0: 0}
    else:
        numbers = {theirs.index(name): number for number, name in enumerate(ours) if name in theirs}
    if not numbers:
        raise EvaluationError(
            f"the music of --human must have a part that the preset has, {' or '.join(map(repr, ours))}, got "
            f"{', '.join(map(repr, theirs)) or 'no named parts'}: name its parts in a description, "
            "--human-about"
        )
    corpus = read_corpus(
        place,
        score_reader(about.layout, players),
        about,
        progress=lambda done, total: stage("reading the other composer", done, total),
        slow=lambda name: stage(still_reading(name), 0, 1),
    )
    return Human(
        [renumbered(music_of(piece), numbers) for piece in corpus.pieces], tuple(sorted(numbers.values()))
    )
