"""Recall: a bias towards what the phrase memory expects, so that motifs come back."""

import numpy as np
from numpy.typing import NDArray

from presets.music.phrase_memory import LONGEST_MATCH, Expectation

STRONGEST = 8.0
"""Nats by which recall 1 favours the beginning of a motif."""


class RecallBias:
    """Favours the event that the phrase memory expects, field by field.

    After real music, a network follows its memory as often as real music does. After generated music, it
    rarely finds the beginning of a motif. So the bias is strongest at the beginning, and becomes weaker the
    longer the passage that already agrees: such a passage continues without help, and a bias would make it
    endless.

    Args:
        expectation: what the phrase memory expects. Only music that was played here counts, so that no seed
            is recited, and only in the same key, because a transposed motif leads away from the key.
        recall: 0..1; 0 changes nothing.
    """

    def __init__(self, expectation: Expectation, recall: float) -> None:
        self._event = expectation.event
        self._bias = recall * STRONGEST * (1 - expectation.match / LONGEST_MATCH)

    def favour_interval(self, logits: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the logits of the inter-onset intervals, with the expected one favoured."""
        if self._event is None or not self._bias:
            return logits
        return self._favour(logits, self._event.ioi)

    def after(self, ioi: int) -> "RecallBias":
        """Return the bias for the notes of an event after `ioi` grid ticks: none if that was not expected."""
        if self._event is None or self._event.ioi == ioi:
            return self
        return RecallBias(Expectation(), 0)

    def favour_note(self, logits: NDArray[np.floating], told: tuple[int, ...]) -> NDArray[np.floating]:
        """Return the logits of the next note symbol, STOP last, with the expected one favoured.

        Args:
            logits: shape (P * 88 + 1,).
            told: the event's symbols so far; if they differ from the expected ones, nothing is favoured.
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
