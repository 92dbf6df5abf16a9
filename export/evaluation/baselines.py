"""What the test pieces cost by frequencies and by n-grams, in bits an event: what a network has to beat."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from export.evaluation.ngram import NGram
from export.evaluation.streams import (
    FIELDS,
    SymbolStream,
    durations,
    durations_by_place,
    iois,
    iois_in_the_bar,
    notes,
    velocities,
    velocities_by_place,
)
from presets.music.encoding import Columns
from training.score.learning.batches import SHIFTS


@dataclass(frozen=True, slots=True)
class Baseline:
    """The best n-gram of one kind: that order, and way of training, that does best on the test pieces.

    Attributes:
        bits: an event.
        order: 1..5; one more than the symbols that it knows.
        knows: what it counted, in words.
    """

    bits: float
    order: int
    knows: str


@dataclass(frozen=True, slots=True)
class Baselines:
    """What one field costs without a network.

    Attributes:
        unigram: bits an event by the frequencies of the training pieces, each counted once more than it is.
        ngram: by what came before in the same field.
        mixed: by other fields too; None for the notes, where (tried) they do not help.
    """

    unigram: float
    ngram: Baseline
    mixed: Baseline | None

    @property
    def best(self) -> float:
        """The fewest bits."""
        return min(self.unigram, self.ngram.bits, self.mixed.bits if self.mixed else self.ngram.bits)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A way to read a field: how training pieces are read, how test pieces are, and what this is called."""

    knows: str
    train: Callable[[Columns], SymbolStream]
    test: Callable[[Columns], SymbolStream]


def _in_all_keys(columns: Columns) -> SymbolStream:
    return notes(columns, SHIFTS)


OWN_PAST = {
    "ioi": (_Kind("intervals before", iois, iois),),
    "note": (
        _Kind("notes before, as written", notes, notes),
        _Kind("notes before, in 12 keys", _in_all_keys, notes),
    ),
    "duration": (_Kind("durations before", durations, durations),),
    "velocity": (_Kind("velocities before", velocities, velocities),),
}
MIXED = {
    "ioi": _Kind("position and intervals before", iois_in_the_bar, iois_in_the_bar),
    "duration": _Kind("place, interval and durations before", durations_by_place, durations_by_place),
    "velocity": _Kind("place, interval and velocities before", velocities_by_place, velocities_by_place),
}


def measure_baselines(train: Sequence[Columns], test: Sequence[Columns]) -> dict[str, Baselines]:
    """Return what each field of the test pieces costs by what the training pieces show.

    The best order is chosen on the test pieces themselves: no n-gram of these kinds does better. That an
    event's notes rise, and that STOP is never its first symbol, the n-grams learn by counting (tried: knowing
    it saves them 0.003 bits on Chopin).

    Args:
        train: pieces, at least one of two events or more.
        test: other pieces, likewise.
    """
    events = sum(len(columns) - 1 for columns in test)
    found = {}
    for field in FIELDS:
        first, *others = OWN_PAST[field]
        unigram, ngram = _measure(first, train, test, events)
        for kind in others:
            _, other = _measure(kind, train, test, events)
            ngram = min(ngram, other, key=lambda baseline: baseline.bits)
        mixed = _measure(MIXED[field], train, test, events)[1] if field in MIXED else None
        found[field] = Baselines(unigram, ngram, mixed)
    return found


def _measure(
    kind: _Kind, train: Sequence[Columns], test: Sequence[Columns], events: int
) -> tuple[float, Baseline]:
    """Return the bits an event by frequencies, and by the best order."""
    counted = SymbolStream.joined([kind.train(columns) for columns in train])
    tested = SymbolStream.joined([kind.test(columns) for columns in test])
    unigram = unigram_probabilities(counted)[tested.symbols]
    orders = NGram(counted).probabilities(tested)
    bits = -np.log2(orders).sum(axis=1) / events
    best = int(bits.argmin())
    return float(-np.log2(unigram).sum() / events), Baseline(float(bits[best]), best + 1, kind.knows)


def unigram_probabilities(stream: SymbolStream) -> npt.NDArray[np.float64]:
    """Return the probability of each class by its frequency, each counted once more than it is."""
    counts = np.bincount(stream.symbols, minlength=stream.classes) + 1
    shares: npt.NDArray[np.float64] = counts / counts.sum()
    return shares
