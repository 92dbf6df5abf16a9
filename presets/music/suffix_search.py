"""Finds, in many sequences of symbols, the longest passage with the same end as a given one."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

BITS = 20
"""Bits in a symbol, which is 0..2**20 - 1."""

WIDTH = 3
"""Bytes in a symbol when passages are compared as text, the most significant first."""

_BEGIN = (1 << 8 * WIDTH) - 1
"""A mark before each sequence, which is not a symbol."""

_DEPTH = 12
"""Number of symbols by which the positions are sorted: three, doubled twice."""


class Match(NamedTuple):
    """A passage of a sequence.

    Attributes:
        symbols: its length in symbols; 0 for no passage.
        last: position of its last symbol in the text that is searched.
    """

    symbols: int = 0
    last: int = 0


class SuffixSearch:
    """All sequences as one text, the last symbol first, with its positions in alphabetical order.

    In a reversed text, passages with the same end are neighbours in this order: the longest match of a
    passage's end is next to where the passage itself would be sorted in. Immutable; any thread may search.

    Args:
        lengths: length of each sequence, in symbols.
        symbols: the symbols of all sequences in a row.
    """

    def __init__(self, lengths: Sequence[int], symbols: npt.NDArray[np.uint32]) -> None:
        starts = [0, *accumulate(lengths)][: len(lengths)]
        self._begins = [start + number for number, start in enumerate(starts)]
        text = np.insert(symbols, starts, _BEGIN)[::-1]
        self._size = len(text)
        self._text = text.astype(">u4").view(np.uint8).reshape(-1, 4)[:, -WIDTH:].tobytes()
        self._order = _sort(text).data

    def goes_on(self, match: Match, symbol: bytes) -> Match | None:
        """Return the match extended by a symbol if the text continues with it there; otherwise None.

        An extended match is the longest one: the longest match can only grow by one symbol at a time.
        """
        following = match.last - 1
        if not match.symbols or following < 0:
            return None
        agrees = self._text[following * WIDTH : match.last * WIDTH] == symbol
        return Match(match.symbols + 1, following) if agrees else None

    def find(self, backwards: bytes) -> Match:
        """Return the longest match of a passage, given as text with its last symbol first."""
        wanted = backwards[: _DEPTH * WIDTH]
        first = bisect_left(self._order, wanted, key=self._word)
        end = bisect_right(self._order, wanted, first, key=self._word)
        # Positions that agree in more symbols than the sorting depth are in no particular order.
        near = self._order[max(first - 1, 0) : max(end, first + 1)]
        return max((Match(self._common(place, backwards), place) for place in near), default=Match())

    def position(self, match: Match) -> tuple[int, int]:
        """Return the number of a match's sequence, and the index of its last symbol there, both from 0."""
        forward = self._size - 1 - match.last
        sequence = bisect_right(self._begins, forward) - 1
        return sequence, forward - self._begins[sequence] - 1

    def _word(self, place: int) -> bytes:
        return self._text[place * WIDTH : (place + _DEPTH) * WIDTH]

    def _common(self, place: int, backwards: bytes) -> int:
        """Return how many symbols of the text at a position agree with the passage."""
        fewest, most = 0, len(backwards) // WIDTH
        while fewest < most:
            count = (fewest + most + 1) // 2
            if self._text[place * WIDTH : (place + count) * WIDTH] == backwards[: count * WIDTH]:
                fewest = count
            else:
                most = count - 1
        return fewest


def _sort(text: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
    """Return the positions of a text, sorted by the `_DEPTH` symbols that begin there.

    It sorts by doubling: the ranks by the first symbols, taken at both halves, give the order by twice as
    many symbols. Source: Manber and Myers 1990, "Suffix Arrays: A New Method for On-Line String Searches".
    """
    # 0 is the end of the text, and the mark before a sequence comes after all symbols.
    symbols = np.pad(np.minimum(text, 1 << BITS).astype(np.int64) + 1, (0, 2))
    keys = (symbols[:-2] << 42) | (symbols[1:-1] << 21) | symbols[2:]
    for depth in (3, 6):
        order = np.argsort(keys)
        rising = keys[order]
        ranks = np.zeros(len(text) + depth, dtype=np.int64)
        ranks[order] = np.cumsum(np.concatenate([[1], rising[1:] != rising[:-1]]))[: len(text)]
        keys = (ranks[: len(text)] << 32) | ranks[depth:]
    return np.argsort(keys).astype(np.int32)
