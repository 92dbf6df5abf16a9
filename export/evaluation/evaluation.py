"""The evaluation of a score preset: its surprise at the test pieces, and the music that it makes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from export.evaluation.baselines import measure_baselines
from export.evaluation.generation import generate
from export.evaluation.report import CorpusFacts, FieldBits, Report
from export.evaluation.statistics import Statistics
from export.evaluation.streams import FIELDS
from export.evaluation.surprise import Judge
from presets.bundles.bundle import Bundle
from presets.bundles.networks import ScoreFiles
from presets.counting import count_of
from presets.errors import SegueError
from presets.music.encoding import encode
from training.score.reading.piece import ScorePiece

OnStep = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


class EvaluationError(SegueError):
    """A preset cannot be evaluated with this corpus."""


@dataclass(frozen=True, slots=True)
class Exam:
    """What a preset is judged by.

    Attributes:
        name: of the corpus.
        train: the pieces that it was trained on.
        test: pieces that it never heard, and that did not choose its epoch either.
    """

    name: str
    train: Sequence[ScorePiece]
    test: Sequence[ScorePiece]


def network_files(bundle: Bundle) -> ScoreFiles:
    """Return the network of a score preset.

    Raises:
        EvaluationError: if it is of another kind.
    """
    if not isinstance(bundle.network, ScoreFiles):
        raise EvaluationError(
            f"a preset of kind 'score' is evaluated, got {bundle.settings.name!r} of kind "
            f"{bundle.settings.kind!r}; the measurements of another kind are in its CARD.md"
        )
    return bundle.network


def evaluate(
    bundle: Bundle,
    exam: Exam,
    pieces: int,
    length: int,
    rng_seed: int,
    stage: OnStep,
    originality: int | None = None,
) -> Report:
    """Return what a preset is worth.

    Args:
        bundle: a score preset.
        exam: the music that it is judged by.
        pieces: how many it generates.
        length: events of each.
        rng_seed: of what it generates.
        stage: called as it goes on.
        originality: so many events in a row are never as in a training piece; None for however many.

    Raises:
        EvaluationError: if it is no score preset, or there is nothing to test it on.
    """
    files, parts = network_files(bundle), len(bundle.settings.parts)
    test = [piece for piece in exam.test if len(piece) > 1]
    if not exam.train or not test:
        raise EvaluationError(
            "a preset is measured on pieces that were set aside, and that takes about ten pieces or sets, "
            f"got {count_of(len(exam.train), 'piece')} to learn from and {len(test)} set aside: add files, "
            "and train again"
        )
    bits = _network_bits(Judge(files, parts), test, stage)
    stage("counting n-grams", 0, 1)
    baselines = measure_baselines(
        *([encode(piece.events, piece.positions, parts) for piece in group] for group in (exam.train, test))
    )
    stage("counting n-grams", 1, 1)
    played = generate(
        bundle, pieces, length, rng_seed, lambda done: stage("generating", done, pieces), originality
    )
    index = files.read_index()
    runs = []
    for number, piece in enumerate(played):
        runs.append(index.longest_run(piece))
        stage("searching the corpus", number + 1, pieces)
    return Report(
        name=bundle.settings.name,
        facts=CorpusFacts(
            name=exam.name,
            training_pieces=len(exam.train),
            training_events=sum(map(len, exam.train)),
            test_pieces=tuple(piece.name for piece in test),
            test_events=sum(len(piece) - 1 for piece in test),
        ),
        bits={field: FieldBits(bits[field], baselines[field]) for field in FIELDS},
        corpus=Statistics.of([piece.events for piece in exam.train]),
        generated=Statistics.of(played),
        runs=tuple(runs),
    )


def _network_bits(judge: Judge, test: Sequence[ScorePiece], stage: OnStep) -> dict[str, float]:
    """Return the bits an event by field; a piece's first event is heard only, as by the n-grams."""
    sums = dict.fromkeys(FIELDS, 0.0)
    for number, piece in enumerate(test):
        surprise = judge.surprise(piece)
        for field in FIELDS:
            sums[field] += float(np.sum(getattr(surprise, field)[1:]))
        stage("asking the network", number + 1, len(test))
    events = sum(len(piece) - 1 for piece in test)
    return {field: bits / events for field, bits in sums.items()}
