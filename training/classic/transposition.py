"""Transpose pieces to every key."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from presets.music.vocabulary import Vocabulary

SHIFTS = range(-5, 7)
"""Semitones: each of the twelve keys once, by the smallest shift."""


class Transposer:
    """Transposes pieces in the form of token ids.

    Args:
        vocabulary: a shifted token that it lacks becomes the nearest token that it has: at the ends of the
            range a note moves by octaves, and a chord that the corpus has only in some keys is simplified.
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
        """Return each piece transposed to its own random key."""
        shifts = rng.integers(SHIFTS.start, SHIFTS.stop, size=len(rows))
        return [self.transpose(row, int(shift)) for row, shift in zip(rows, shifts, strict=True)]
