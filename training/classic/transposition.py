"""Transpose pieces to every key."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from presets.music.encoding import TWELVE_KEYS
from presets.music.vocabulary import Vocabulary


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
                for shift in TWELVE_KEYS
            ],
            dtype=np.int32,
        )

    def transpose(self, ids: Sequence[int], shift: int) -> npt.NDArray[np.int32]:
        """Return the ids `shift` semitones higher; the shift is one of `TWELVE_KEYS`."""
        transposed: npt.NDArray[np.int32] = self._table[TWELVE_KEYS.index(shift)][np.asarray(ids)]
        return transposed

    def in_random_keys(
        self, rows: Sequence[Sequence[int]], rng: np.random.Generator
    ) -> list[npt.NDArray[np.int32]]:
        """Return each piece transposed to its own random key."""
        shifts = rng.integers(TWELVE_KEYS.start, TWELVE_KEYS.stop, size=len(rows))
        return [self.transpose(row, int(shift)) for row, shift in zip(rows, shifts, strict=True)]
