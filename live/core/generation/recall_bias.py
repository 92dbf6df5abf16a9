"""How readily a motif that was played comes back: a bias towards what the phrase memory expects."""

import numpy as np
from numpy.typing import NDArray

from presets.music.phrase_memory import LONGEST_MATCH, Expectation

STRONGEST = 8.0
"""Nats by which the fullest recall favours the beginning of a motif."""


class RecallBias:
    """What the phrase memory expects of one event, as the chain of its fields is told.

    A network that was trained on real music follows its memory as often as real music does where the past
    is real; after a past that was drawn it hardly finds the beginning of a motif. So the longer the passage
    that agrees already, the less it is favoured: what goes on by itself needs no help, and would never end.

    Args:
        expectation: of the phrase memory; of what was played, so that no seed is recited, and in the same
            key, for a motif that comes back elsewhere leads away.
        recall: 0..1; 0 changes nothing.
    """

    def __init__(self, expectation: Expectation, recall: float) -> None:
        self._event = expectation.event
        self._bias = recall * STRONGEST * (1 - expectation.match / LONGEST_MATCH)

    def favour_interval(self, logits: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the logits of inter-onset intervals with the expected one favoured."""
        if self._event is None or not self._bias:
            return logits
        return self._favour(logits, self._event.ioi)

    def after(self, ioi: int) -> "RecallBias":
        """Return what is left of it if the event comes after so many grid ticks: nothing unless expected."""
        if self._event is None or self._event.ioi == ioi:
            return self
        return RecallBias(Expectation(), 0)

    def favour_note(self, logits: NDArray[np.floating], told: tuple[int, ...]) -> NDArray[np.floating]:
        """Return the logits of the next note symbol, STOP last, with the expected one favoured.

        Args:
            logits: shape (P * 88 + 1,).
            told: the event's symbols so far; once they differ from the expected ones, nothing is favoured.
        """
        if self._event is None or not self._bias:
            return logits
        expected = (*self._event.symbols, len(logits) - 1)
        if told != expected[: len(told)]:
            return logits
        return self._favour(logits, expected[len(told)])

    def _favour(self, logits: NDArray[np.floating], place: int) -> NDArray[np.floating]:
        favoured = np.array(logits, dtype=np.float64)
        favoured[place] += self._bias
        return favoured
