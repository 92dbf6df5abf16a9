"""The classifier two-sample test: folds by origin, the area under the ROC curve, and its interval."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata
from sklearn.model_selection import StratifiedGroupKFold

from export.judging.windows import Window

FOLDS = 5
RESAMPLES = 1000
INTERVAL = (2.5, 97.5)
"""Percentiles of the AUC over resampled pieces."""

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Classify = Callable[[Indices, Indices, int], Numbers]
"""Learns from the windows of the first indices, and returns how surely those of the second are generated; the
number of the fold is its seed."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Windows of two kinds of music, the corpus's first.

    Attributes:
        corpus: windows of the corpus.
        other: windows of the music that is judged.
    """

    corpus: Sequence[Window]
    other: Sequence[Window]

    @property
    def windows(self) -> list[Window]:
        """The windows of both sides."""
        return [*self.corpus, *self.other]

    @property
    def labels(self) -> Indices:
        """1 for each window of the music that is judged, 0 for the corpus: (n,)."""
        return np.repeat([0, 1], [len(self.corpus), len(self.other)])

    @property
    def pieces(self) -> Indices:
        """The number of the piece of each window, over both sides: (n,)."""
        return self._numbered([window.piece.name for window in self.windows])

    @property
    def origins(self) -> Indices:
        """The number of the origin of each window's piece, over both sides: (n,)."""
        return self._numbered([window.piece.origin for window in self.windows])

    def _numbered(self, names: Sequence[str]) -> Indices:
        named = list(zip(self.labels.tolist(), names, strict=True))
        numbers = {name: number for number, name in enumerate(dict.fromkeys(named))}
        return np.array([numbers[name] for name in named])


@dataclass(frozen=True, slots=True)
class Score:
    """How well a judge tells two kinds of music apart.

    Attributes:
        auc: area under the ROC curve over windows of pieces that it has not learned from: the probability
            that it finds a window of the judged music more generated than one of the corpus.
        low: lower end of the 95 % interval, by resampling pieces.
        high: upper end.
        accuracy: share of the windows that it puts on the right side.
    """

    auc: float
    low: float
    high: float
    accuracy: float

    def __str__(self) -> str:
        return f"{self.auc:.3f} [{self.low:.3f}, {self.high:.3f}]"


def judge_windows(sides: Sides, classify: Classify, rounds: int) -> Score:
    """Return how well a classifier tells the sides apart.

    Args:
        sides: pieces of at least `FOLDS` origins on each.
        classify: the judge.
        rounds: how often the origins are divided into folds; the scores of a window are averaged.
    """
    labels, pieces, origins = sides.labels, sides.pieces, sides.origins
    scores = np.zeros(len(labels))
    for number in range(rounds):
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=number)
        for fold, (known, unknown) in enumerate(folds.split(labels, labels, origins)):
            scores[unknown] += classify(known, unknown, FOLDS * number + fold)
    low, high = np.percentile(_resampled(scores, labels, pieces), INTERVAL)
    return Score(
        auc=_auc(scores, labels),
        low=float(low),
        high=float(high),
        accuracy=float(np.mean((scores > rounds / 2) == (labels == 1))),
    )


def _resampled(scores: Numbers, labels: Indices, pieces: Indices) -> list[float]:
    """Return the AUC for each of `RESAMPLES` draws of as many pieces of each side, with repetition."""
    rng = np.random.default_rng(0)
    windows = [np.flatnonzero(pieces == piece) for piece in range(pieces.max() + 1)]
    sides = [np.unique(pieces[labels == side]) for side in (0, 1)]
    found = []
    for _ in range(RESAMPLES):
        drawn = np.concatenate([windows[piece] for side in sides for piece in rng.choice(side, len(side))])
        found.append(_auc(scores[drawn], labels[drawn]))
    return found


def _auc(scores: Numbers, labels: Indices) -> float:
    """Return the area under the ROC curve, from the ranks (Mann and Whitney 1947); ties count half."""
    ones = int(labels.sum())
    above = float(rankdata(scores)[labels == 1].sum()) - ones * (ones + 1) / 2
    return above / (ones * (len(labels) - ones))
