"""An interpolated n-gram with modified Kneser-Ney smoothing; it gives every symbol a proper probability.

Source: Chen and Goodman 1998, "An Empirical Study of Smoothing Techniques for Language Modeling", section 3.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from export.evaluation.streams import RADIX, SymbolStream

Keys = npt.NDArray[np.int64]
"""n-grams as numbers: the symbol + classes * (the nearest context + RADIX * (the next + RADIX * ...))."""

LEAST_DISCOUNT = 0.1
"""Minimum discount of each count, so that unseen symbols keep some probability even if the estimate is 0."""


class NGram:
    """Models of all orders, up to one more than the length of the stream's contexts.

    Order 1 uses no context, order 2 the first symbol of it, and so on. Each order interpolates with the order
    below, and order 1 with the uniform distribution.

    Args:
        stream: the symbols to count, at least one.
    """

    def __init__(self, stream: SymbolStream) -> None:
        self._classes = stream.classes
        self._orders = stream.contexts.shape[1] + 1
        keys = _keys(stream, self._orders)
        keys.sort()
        found, counts = _count(keys)
        del keys  # for a large corpus in all keys, they need more memory than all tables together
        self._full = [_Table.of(found, counts, stream.classes)]
        self._lower: list[_Table] = []
        for order in range(self._orders - 1, 0, -1):
            shorter = found % (stream.classes * RADIX ** (order - 1))
            by_key = np.argsort(shorter, kind="stable")
            shorter, counts = shorter[by_key], counts[by_key]
            # A lower order counts in how many contexts an n-gram appeared, not how often: "Francisco" is
            # frequent, but only after "San".
            counts = np.add.reduceat(counts, _starts(shorter))
            found, contexts = _count(shorter)
            self._full.insert(0, _Table.of(found, counts, stream.classes))
            self._lower.insert(0, _Table.of(found, contexts, stream.classes))

    def probabilities(self, stream: SymbolStream) -> npt.NDArray[np.float64]:
        """Return the probability of each symbol after its context, for the model of each order.

        The probabilities of all symbols in a context add up to 1, even in a context that was never seen.

        Args:
            stream: n symbols of the same classes.

        Returns:
            Shape (orders, n); row k is order k + 1.
        """
        below = np.full(len(stream.symbols), 1 / self._classes)
        rows = []
        for order in range(1, self._orders + 1):
            keys = _keys(stream, order)
            rows.append(self._full[order - 1].interpolated(keys, below))
            if order < self._orders:
                below = self._lower[order - 1].interpolated(keys, below)
        return np.array(rows)


@dataclass(frozen=True, slots=True)
class _Table:
    """The counts of one order: m n-grams in c contexts.

    Attributes:
        classes: number of symbol classes.
        keys: the n-grams, rising, (m,).
        counts: the count of each n-gram, (m,).
        discounts: the discounts of the counts 0, 1, 2, and 3 or more.
        contexts: the keys without their symbols, rising, (c,).
        totals: the sum of the counts in each context, (c,).
        spared: the sum of the discounts in each context, (c,).
    """

    classes: int
    keys: Keys
    counts: npt.NDArray[np.int32]
    discounts: npt.NDArray[np.float64]
    contexts: Keys
    totals: npt.NDArray[np.int64]
    spared: npt.NDArray[np.float64]

    @classmethod
    def of(cls, keys: Keys, counts: npt.NDArray[np.int64], classes: int) -> Self:
        discounts = _discounts(counts)
        of_context = keys // classes
        starts = _starts(of_context)
        return cls(
            classes,
            keys,
            counts.astype(np.int32),
            discounts,
            of_context[starts],
            np.add.reduceat(counts, starts),
            np.add.reduceat(discounts[np.minimum(counts, 3)], starts),
        )

    def interpolated(self, keys: Keys, below: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the probabilities of n-grams, given those of the order below."""
        context, known = _find(self.contexts, keys // self.classes)
        place, seen = _find(self.keys, keys)
        counts = np.where(seen, self.counts[place], 0)
        left = counts - self.discounts[np.minimum(counts, 3)]
        mixed: npt.NDArray[np.float64] = (left + self.spared[context] * below) / self.totals[context]
        return np.where(known, mixed, below)


def _keys(stream: SymbolStream, order: int) -> Keys:
    keys = stream.symbols.astype(np.int64)
    for back in range(order - 1):
        keys += stream.contexts[:, back] * np.int64(stream.classes * RADIX**back)
    return keys


def _starts(rising: Keys) -> npt.NDArray[np.int64]:
    """Return the index of the first occurrence of each value."""
    return np.flatnonzero(np.concatenate([[True], rising[1:] != rising[:-1]]))


def _count(rising: Keys) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Return the distinct keys and the count of each."""
    starts = _starts(rising)
    return rising[starts], np.diff(starts, append=len(rising))


def _find(rising: Keys, wanted: Keys) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return an index for each wanted key, and whether the key is really there."""
    place = np.minimum(np.searchsorted(rising, wanted), len(rising) - 1)
    return place, rising[place] == wanted


def _discounts(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the discounts of the counts 0, 1, 2, and 3 or more; a discount is never more than the count."""
    once, twice, thrice, four_times = (int(np.count_nonzero(counts == count)) for count in (1, 2, 3, 4))
    ratio = once / (once + 2 * twice) if once else 0.0
    estimates = [
        count - (count + 1) * ratio * more / fewer if fewer else count / 2
        for count, fewer, more in ((1, once, twice), (2, twice, thrice), (3, thrice, four_times))
    ]
    return np.array([0.0, *np.clip(estimates, LEAST_DISCOUNT, (1, 2, 3))])
