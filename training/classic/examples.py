"""The training examples of the articles' networks: windows of tokens, in a new order each epoch."""

import math
from collections.abc import Iterator, Sequence

import keras
import numpy as np
import numpy.typing as npt

from presets.music.vocabulary import Vocabulary
from training.classic.network import new_network
from training.classic.plan import ClassicPlan
from training.classic.transposition import Transposer
from training.classic.windows import (
    Windows,
    join_pieces,
    windows_with_all_targets,
    windows_with_last_target,
)
from training.runs.examples import Batch


class ClassicExamples:
    """The training and held-out examples of a run; a `training.runs.examples.Examples`.

    Args:
        plan: the plan of the training.
        vocabulary: the vocabulary of the whole corpus.
        training: the ids of each training piece, together longer than the plan's window.
        held_out: the ids of each held-out piece.
    """

    def __init__(
        self,
        plan: ClassicPlan,
        vocabulary: Vocabulary,
        training: Sequence[Sequence[int]],
        held_out: Sequence[Sequence[int]],
    ) -> None:
        self._plan = plan
        self._classes = len(vocabulary)
        self._training = training
        self._transposer = Transposer(vocabulary) if plan.transpose else None
        self._held_out = self._cut(join_pieces(held_out)) if sum(map(len, held_out)) > plan.window else None
        tokens = sum(map(len, training))
        self._windows = (tokens - 1) // plan.window if plan.targets == "all" else tokens - plan.window

    @property
    def updates(self) -> int:
        """Updates in an epoch."""
        return math.ceil(self._windows / self._plan.batch)

    @property
    def targets(self) -> int:
        """Targets in an epoch: tokens."""
        return self._windows * (self._plan.window if self._plan.targets == "all" else 1)

    def new_network(self) -> keras.Model:
        """Return the compiled network; the plan's seed fixes its initial weights."""
        return new_network(self._plan, self._classes)

    def epoch(self, number: int) -> Iterator[Batch]:
        """Yield the batches of an epoch in order; plan and number alone determine them."""
        plan, rows = self._plan, self._training
        rng = np.random.default_rng((plan.rng_seed, number))
        ids = join_pieces(self._transposer.in_random_keys(rows, rng) if self._transposer else rows)
        # A random offset only makes sense for adjoining windows.
        windows = self._cut(ids, int(rng.integers(len(ids))) if plan.targets == "all" else 0)
        order = rng.permutation(len(windows.inputs))
        yield from self._batches(Windows(windows.inputs[order], windows.targets[order]))

    def held_out(self) -> Iterator[Batch]:
        """Yield the held-out windows; none if there are no held-out pieces, or they are too short."""
        if self._held_out is not None:
            yield from self._batches(self._held_out)

    def _cut(self, ids: npt.NDArray[np.int32], offset: int = 0) -> Windows:
        if self._plan.targets == "all":
            return windows_with_all_targets(ids, self._classes, self._plan.window, offset)
        return windows_with_last_target(ids, self._classes, self._plan.window)

    def _batches(self, windows: Windows) -> Iterator[Batch]:
        for first in range(0, len(windows.inputs), self._plan.batch):
            inputs, targets = (part[first : first + self._plan.batch] for part in windows)
            yield Batch(inputs, targets, None, targets.size)
