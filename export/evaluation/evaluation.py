"""Evaluate a score preset: how well it predicts the test pieces, and how its music resembles the corpus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from export.evaluation.baselines import measure_baselines
from export.evaluation.forms import form_facts
from export.evaluation.generation import Commission, generate
from export.evaluation.report import CorpusFacts, FieldBits, Report
from export.evaluation.statistics import Statistics
from export.evaluation.streams import FIELDS
from export.evaluation.surprise import Judge
from export.judging.hearing import Music
from export.judging.judgement import Judgements, judge, judge_halves
from presets.bundles.bundle import Bundle
from presets.bundles.networks import ScoreFiles
from presets.counting import count_of
from presets.errors import SegueError
from presets.music.encoding import encode
from training.score.reading.piece import ScorePiece

OnStep = Callable[[str, int, int], None]
"""Called with the name of a step, how much of it is done, and how much there is to do."""


class EvaluationError(SegueError):
    """A preset cannot be evaluated with this corpus."""


@dataclass(frozen=True, slots=True)
class Exam:
    """The music for judging a preset.

    Attributes:
        name: the name of the corpus.
        train: the pieces that it was trained on.
        test: pieces that were used neither for training nor for choosing the epoch.
    """

    name: str
    train: Sequence[ScorePiece]
    test: Sequence[ScorePiece]

    @property
    def music(self) -> list[Music]:
        """All these pieces, for the judges; those that chose the epoch are in neither."""
        return [music_of(piece) for piece in (*self.train, *self.test)]


@dataclass(frozen=True, slots=True)
class Human:
    """Another composer's music, which says what a good score of the judges is.

    Attributes:
        music: its pieces, with the numbers of the preset's parts.
        parts: the parts that it has; the corpus is compared by these alone.
    """

    music: Sequence[Music]
    parts: tuple[int, ...]


def music_of(piece: ScorePiece) -> Music:
    """Return a piece for the judges."""
    return Music(piece.name, piece.events, piece.positions)


def network_files(bundle: Bundle) -> ScoreFiles:
    """Return the network of a score preset.

    Raises:
        EvaluationError: if the preset is of another kind.
    """
    if not isinstance(bundle.network, ScoreFiles):
        raise EvaluationError(
            f"`segue evaluate` works only with presets of kind 'score', and {bundle.settings.name!r} is of "
            f"kind {bundle.settings.kind!r}; its measurements are in its CARD.md"
        )
    return bundle.network


def evaluate(
    bundle: Bundle,
    exam: Exam,
    commission: Commission,
    stage: OnStep,
    human: Human | None = None,
    halves: int = 0,
) -> Report:
    """Measure a preset, and return the report.

    Args:
        bundle: a score preset.
        exam: the music for judging it.
        commission: the music to generate.
        stage: called with the progress.
        human: another composer's music, for the judges.
        halves: in how many ways the corpus is divided in two, for the judges.

    Raises:
        EvaluationError: if it is not a score preset, or there are no pieces to train or test on.
    """
    files, parts = network_files(bundle), len(bundle.settings.parts)
    test = [piece for piece in exam.test if len(piece) > 1]
    if not exam.train or not test:
        raise EvaluationError(
            "evaluation needs pieces that were kept out of training, which takes about ten pieces or sets, "
            f"got {count_of(len(exam.train), 'piece')} to learn from and {len(test)} set aside: add files, "
            "and train again"
        )
    asked = Judge(files, parts)
    bits = _network_bits(asked, test, stage)
    told = _network_bits(asked, test, stage, outlined=True) if files.forms is not None else {}
    stage("counting n-grams", 0, 1)
    baselines = measure_baselines(
        *([encode(piece.events, piece.positions, parts) for piece in group] for group in (exam.train, test))
    )
    stage("counting n-grams", 1, 1)
    pieces = commission.pieces
    played = generate(bundle, commission, lambda done: stage("generating", done, pieces))
    index = files.read_index()
    runs = []
    for number, music in enumerate(played):
        runs.append(index.longest_run(music.events))
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
        bits={field: FieldBits(bits[field], baselines[field], told.get(field)) for field in FIELDS},
        corpus=Statistics.of([piece.events for piece in exam.train]),
        generated=Statistics.of([music.events for music in played]),
        runs=tuple(runs),
        judges=_ask_judges(exam.music, played, range(parts), human, halves, stage),
        form=form_facts(bundle, commission.rng_seed, played, exam.music),
    )


def _ask_judges(
    corpus: Sequence[Music],
    played: Sequence[Music],
    parts: Sequence[int],
    human: Human | None,
    halves: int,
    stage: OnStep,
) -> Judgements:
    generated = judge(corpus, played, parts, partial(stage, "judging"))
    other = None
    if human is not None:
        other = judge(corpus, human.music, human.parts, partial(stage, "judging the other composer"))
    return Judgements(generated, other, judge_halves(corpus, parts, halves, partial(stage, "judging halves")))


def _network_bits(
    judge: Judge, test: Sequence[ScorePiece], stage: OnStep, *, outlined: bool = False
) -> dict[str, float]:
    """Return the bits per event by field, without the first event of each piece, as for the n-grams."""
    sums = dict.fromkeys(FIELDS, 0.0)
    for number, piece in enumerate(test):
        surprise = judge.surprise(piece, outlined=outlined)
        for field in FIELDS:
            sums[field] += float(np.sum(getattr(surprise, field)[1:]))
        asked = "asking the network, with outlines" if outlined else "asking the network"
        stage(asked, number + 1, len(test))
    events = sum(len(piece) - 1 for piece in test)
    return {field: bits / events for field, bits in sums.items()}
