"""What the judges say of music that is compared with a corpus."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from export.judging.counting import Difference, judge_by_counting
from export.judging.hearing import Hearing, Music
from export.judging.piece import Piece
from export.judging.sequence import judge_by_listening
from export.judging.two_sample import FOLDS, Score, Sides
from export.judging.windows import LEAST, sample_windows

EDITION = 2
"""Scores by different editions of the judges cannot be compared."""

APART = 0.5
"""Features that differ by more standard deviations of the corpus's windows than this are counted as apart."""

TOO_FEW = f"judged are {FOLDS} pieces of {FOLDS} seeds or more, each of {LEAST}, on both sides"
"""Why there is no judgement."""

SEED = 0
"""Chooses the windows that the judges hear."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judges say of one collection of pieces.

    Attributes:
        corpus_windows: windows of the corpus that they heard.
        other_windows: windows of the judged music that they heard.
        counting: how well the counting judge tells them apart.
        listening: how well the sequence judge does.
        differences: of the counting judge's features, the largest first.
    """

    corpus_windows: int
    other_windows: int
    counting: Score
    listening: Score
    differences: tuple[Difference, ...]

    @property
    def apart(self) -> tuple[Difference, ...]:
        """The features that differ by more than `APART` standard deviations."""
        return tuple(difference for difference in self.differences if abs(difference.deviations) > APART)

    @property
    def count_apart(self) -> str:
        """How many features are apart, in words."""
        return f"{len(self.apart)} of {len(self.differences)} features"


@dataclass(frozen=True, slots=True)
class Judgements:
    """All that the judges say in an evaluation.

    Attributes:
        generated: of a preset's music; None if there is too little of it.
        human: of another composer's music; None if there is none.
        halves: how well the counting judge tells random halves of the corpus from each other.
    """

    generated: Judgement | None = None
    human: Judgement | None = None
    halves: tuple[float, ...] = ()


NOT_JUDGED = Judgements()
"""Nobody was asked."""


def judge(
    corpus: Sequence[Music],
    music: Sequence[Music],
    parts: Sequence[int],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Judgement | None:
    """Return what the judges say of music; None if either side has windows of fewer than `FOLDS` origins.

    Args:
        corpus: the pieces that it is compared with.
        music: the pieces that are judged.
        parts: the numbers of the parts that are heard.
        progress: called with the steps that are done, and all steps.
    """
    hearing = Hearing.between(corpus, music, parts)
    sides = _sides(*(list(map(hearing.piece, side)) for side in (corpus, music)))
    if sides is None:
        return None
    progress(1, 3)
    count = judge_by_counting(sides, has_dynamics=hearing.has_dynamics)
    progress(2, 3)
    listening = judge_by_listening(sides, has_dynamics=hearing.has_dynamics)
    progress(3, 3)
    return Judgement(len(sides.corpus), len(sides.other), count.score, listening, count.differences)


def judge_halves(
    corpus: Sequence[Music],
    parts: Sequence[int],
    times: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[float, ...]:
    """Return the AUC of the counting judge between random halves of a corpus: its noise around 0.5.

    Args:
        corpus: its pieces.
        parts: the numbers of the parts that are heard.
        times: how often it is divided.
        progress: called with the divisions that are done, and all of them.
    """
    hearing = Hearing.between(corpus, corpus, parts)
    pieces = list(map(hearing.piece, corpus)) if times else []
    found = []
    for number in range(times):
        order = np.random.default_rng(number).permutation(len(pieces))
        sides = _sides(*([pieces[index] for index in half] for half in np.array_split(order, 2)))
        if sides is not None:
            found.append(judge_by_counting(sides, has_dynamics=hearing.has_dynamics).score.auc)
        progress(number + 1, times)
    return tuple(found)


def _sides(corpus: Sequence[Piece], other: Sequence[Piece]) -> Sides | None:
    rng = np.random.default_rng(SEED)
    sides = Sides(sample_windows(corpus, rng), sample_windows(other, rng))
    origins = [len({window.piece.origin for window in side}) for side in (sides.corpus, sides.other)]
    return sides if min(origins) >= FOLDS else None
