"""The baselines that a network must beat: bits per event of the test pieces by frequencies and by n-grams."""

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
from presets.music.encoding import TWELVE_KEYS, Columns


@dataclass(frozen=True, slots=True)
class Baseline:
    """The n-gram, of all orders and ways of training, that predicts the test pieces best.

    Attributes:
        bits: bits per event.
        order: 1..5; one more than the number of earlier symbols that it knows.
        knows: the things that it knows, in words.
    """

    bits: float
    order: int
    knows: str


@dataclass(frozen=True, slots=True)
class Baselines:
    """The cost of one field without a network.

    Attributes:
        unigram: bits per event by the frequencies in the training pieces, each count plus one.
        ngram: the best n-gram that knows earlier symbols of the same field.
        mixed: the best n-gram that also knows other fields; None for the notes, for which they do not help
            (tried).
    """

    unigram: float
    ngram: Baseline
    mixed: Baseline | None

    @property
    def best(self) -> float:
        """The lowest number of bits per event."""
        return min(self.unigram, self.ngram.bits, self.mixed.bits if self.mixed else self.ngram.bits)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A way to read a field: its name, and how to read training pieces and test pieces."""

    knows: str
    train: Callable[[Columns], SymbolStream]
    test: Callable[[Columns], SymbolStream]


def _in_all_keys(columns: Columns) -> SymbolStream:
    return notes(columns, TWELVE_KEYS)


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
    """Return the cost of each field of the test pieces, as predicted from the training pieces.

    The best order is chosen on the test pieces themselves, so no n-gram of these kinds can do better. The
    n-grams must learn by counting that the notes of an event rise and that STOP is never its first symbol.
    (Tried: telling them so saves 0.003 bits on Chopin.)

    Args:
        train: pieces, at least one of them with two or more events.
        test: other pieces, at least one of them with two or more events.
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
    """Return the bits per event by frequencies, and by the best order."""
    counted = SymbolStream.joined([kind.train(columns) for columns in train])
    tested = SymbolStream.joined([kind.test(columns) for columns in test])
    unigram = unigram_probabilities(counted)[tested.symbols]
    orders = NGram(counted).probabilities(tested)
    bits = -np.log2(orders).sum(axis=1) / events
    best = int(bits.argmin())
    return float(-np.log2(unigram).sum() / events), Baseline(float(bits[best]), best + 1, kind.knows)


def unigram_probabilities(stream: SymbolStream) -> npt.NDArray[np.float64]:
    """Return the probability of each class by its frequency, each count plus one."""
    counts = np.bincount(stream.symbols, minlength=stream.classes) + 1
    shares: npt.NDArray[np.float64] = counts / counts.sum()
    return shares
