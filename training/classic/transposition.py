"""Hearing each piece in every key."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from presets.music.vocabulary import Vocabulary

SHIFTS = range(-5, 7)
"""Semitones: each key once, as near as it can be."""


class Transposer:
    """Transposes pieces that are token ids.

    Args:
        vocabulary: what is not in it after a shift becomes its nearest token: at the ends of the range a note
            moves by octaves, and a chord class that the corpus has in some keys only is simplified.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._table = np.array(
            [
                [
                    vocabulary.match([note + shift for note in token.notes]).token_id
                    for token in vocabulary.tokens
                ]
                for shift in SHIFTS
            ],
            dtype=np.int32,
        )

    def transpose(self, ids: Sequence[int], shift: int) -> npt.NDArray[np.int32]:
        """Return the ids `shift` semitones higher; the shift is one of `SHIFTS`."""
        transposed: npt.NDArray[np.int32] = self._table[SHIFTS.index(shift)][np.asarray(ids)]
        return transposed

    def in_random_keys(
        self, rows: Sequence[Sequence[int]], rng: np.random.Generator
    ) -> list[npt.NDArray[np.int32]]:
        """Return each piece in a key of its own."""
        shifts = rng.integers(SHIFTS.start, SHIFTS.stop, size=len(rows))
        return [self.transpose(row, int(shift)) for row, shift in zip(rows, shifts, strict=True)]
