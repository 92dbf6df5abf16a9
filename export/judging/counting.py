"""The counting judge: gradient-boosted trees over musical features."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from export.judging.features.shares import mean
from export.judging.features.table import feature_rows
from export.judging.two_sample import Indices, Numbers, Score, Sides, judge_windows

ROUNDS = 3
THIRDS = 3

SAME = 1e-9
"""Features that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a feature differs between the corpus and the judged music.

    Attributes:
        feature: its name.
        corpus: its mean over the corpus's windows.
        other: its mean over the windows of the judged music.
        deviations: by how many standard deviations of the corpus's windows they differ; for a feature that is
            the same in all of them, 0 if it is the same in the judged music, else infinite. Infinite too if
            one side alone has it, and 0 if neither has.
        course: its mean over the windows that begin in each third of the judged pieces.
    """

    feature: str
    corpus: float
    other: float
    deviations: float
    course: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """What the counting judge found.

    Attributes:
        score: how well it tells the sides apart.
        differences: of all features, the largest first.
    """

    score: Score
    differences: tuple[Difference, ...]


def judge_by_counting(sides: Sides, *, has_dynamics: bool) -> Count:
    """Return what the counting judge finds.

    Args:
        sides: pieces of at least five origins on each.
        has_dynamics: whether loudness is heard.
    """
    names, rows = feature_rows(sides.windows, has_dynamics=has_dynamics)
    labels = sides.labels

    def classify(known: Indices, unknown: Indices, seed: int) -> Numbers:
        trees = HistGradientBoostingClassifier(
            max_iter=150, learning_rate=0.08, max_leaf_nodes=8, min_samples_leaf=10, random_state=seed
        )
        # Trees take rows with gaps, but no column without a number.
        there = ~np.isnan(rows[known]).all(axis=0)
        trees.fit(rows[np.ix_(known, there)], labels[known])
        return np.asarray(trees.predict_proba(rows[np.ix_(unknown, there)])[:, 1])

    # The trees are small: more threads spend their time waiting for each other.
    with threadpool_limits(limits=1, user_api="openmp"):
        score = judge_windows(sides, classify, ROUNDS)
    thirds = np.array([window.third for window in sides.other])
    return Count(score, differences(names, rows[labels == 0], rows[labels == 1], thirds))


def differences(
    names: Sequence[str], corpus: Numbers, other: Numbers, thirds: Indices
) -> tuple[Difference, ...]:
    """Return how the features of two sides differ, the largest difference first.

    Args:
        names: of the features.
        corpus: a row of features for each window of the corpus.
        other: the same for the judged music.
        thirds: in which third of its piece each window of the judged music begins: 0, 1 or 2.
    """
    found = (
        _difference(name, corpus[:, column], other[:, column], thirds) for column, name in enumerate(names)
    )
    return tuple(sorted(found, key=lambda difference: -abs(difference.deviations)))


def _difference(name: str, corpus: Numbers, other: Numbers, thirds: Indices) -> Difference:
    known = corpus[~np.isnan(corpus)]
    expected, found = mean(known), _mean_of_known(other)
    spread = float(known.std()) if len(known) else math.nan
    apart = found - expected
    course = tuple(_mean_of_known(other[thirds == third]) for third in range(THIRDS))
    if math.isnan(apart):
        both_lack_it = math.isnan(expected) and math.isnan(found)
        return Difference(name, expected, found, 0.0 if both_lack_it else math.inf, course)
    if abs(apart) < SAME:
        return Difference(name, expected, found, 0.0, course)
    deviations = apart / spread if spread > SAME else math.copysign(math.inf, apart)
    return Difference(name, expected, found, deviations, course)


def _mean_of_known(values: Numbers) -> float:
    return mean(values[~np.isnan(values)])
