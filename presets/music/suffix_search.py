"""Finding, in many sequences of symbols, the longest passage that ends as a given one does."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

BITS = 20
"""Of a symbol: 0..2**20 - 1."""

WIDTH = 3
"""Bytes of a symbol where passages are compared as text, the most significant first."""

_BEGIN = (1 << 8 * WIDTH) - 1
"""Stands before each sequence, and is no symbol."""

_DEPTH = 12
"""Symbols by which the places are sorted: three, doubled twice."""


class Match(NamedTuple):
    """A passage of a sequence.

    Attributes:
        symbols: its length; 0 is no passage.
        last: place of its last symbol in the text that is searched.
    """

    symbols: int = 0
    last: int = 0


class SuffixSearch:
    """All sequences as one text, the last symbol first, and its places in alphabetical order.

    Backwards, what ends in the same way stands together: the longest match of a passage's end is beside the
    place where it would be sorted in. Immutable; any thread may search.

    Args:
        lengths: of each sequence, in symbols.
        symbols: of all sequences, one after the other.
    """

    def __init__(self, lengths: Sequence[int], symbols: npt.NDArray[np.uint32]) -> None:
        starts = [0, *accumulate(lengths)][: len(lengths)]
        self._begins = [start + number for number, start in enumerate(starts)]
        text = np.insert(symbols, starts, _BEGIN)[::-1]
        self._size = len(text)
        self._text = text.astype(">u4").view(np.uint8).reshape(-1, 4)[:, -WIDTH:].tobytes()
        self._order = _sort(text).data

    def goes_on(self, match: Match, symbol: bytes) -> Match | None:
        """Return the match one symbol longer if it goes on with this one where it stands.

        Then it is the longest: none can be longer than the longest before it by more than one.
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
        # What agrees in more symbols than are sorted by stands in any order.
        near = self._order[max(first - 1, 0) : max(end, first + 1)]
        return max((Match(self._common(place, backwards), place) for place in near), default=Match())

    def position(self, match: Match) -> tuple[int, int]:
        """Return the sequence of a match, and the place of its last symbol in it, both from 0."""
        forward = self._size - 1 - match.last
        sequence = bisect_right(self._begins, forward) - 1
        return sequence, forward - self._begins[sequence] - 1

    def _word(self, place: int) -> bytes:
        return self._text[place * WIDTH : (place + _DEPTH) * WIDTH]

    def _common(self, place: int, backwards: bytes) -> int:
        """Return how many symbols agree."""
        fewest, most = 0, len(backwards) // WIDTH
        while fewest < most:
            count = (fewest + most + 1) // 2
            if self._text[place * WIDTH : (place + count) * WIDTH] == backwards[: count * WIDTH]:
                fewest = count
            else:
                most = count - 1
        return fewest


def _sort(text: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
    """Return the places of a text in the order of the `_DEPTH` symbols from each on.

    By doubling: what is sorted by its first symbols is sorted by twice as many through the ranks of both
    halves. Source: Manber and Myers 1990, "Suffix Arrays: A New Method for On-Line String Searches".
    """
    # 0 is the end of the text, and the mark before a sequence is the symbol after the last.
    symbols = np.pad(np.minimum(text, 1 << BITS).astype(np.int64) + 1, (0, 2))
    keys = (symbols[:-2] << 42) | (symbols[1:-1] << 21) | symbols[2:]
    for depth in (3, 6):
        order = np.argsort(keys)
        rising = keys[order]
        ranks = np.zeros(len(text) + depth, dtype=np.int64)
        ranks[order] = np.cumsum(np.concatenate([[1], rising[1:] != rising[:-1]]))[: len(text)]
        keys = (ranks[: len(text)] << 32) | ranks[depth:]
    return np.argsort(keys).astype(np.int32)
