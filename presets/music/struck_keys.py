"""Which keys were struck lately, and where the outer voices and each part's lowest one were last. P parts."""

from copy import copy
from typing import Self

import numpy as np
import numpy.typing as npt

FADES = (0.5, 0.8, 0.95)
"""How much of each trace is left after an event: of two, five and twenty events in the mean."""

VOICES = 2
"""The outer voices: the highest, then the lowest."""

DIES_AWAY = 0.95
"""How much of a key's loudness is left after each event."""

LOUDEST = 32
"""The number of velocity classes."""

_KEEPS = np.array(FADES, dtype=np.float32)[:, np.newaxis, np.newaxis]


class StruckKeys:
    """Follows the keys event after event. Owned by one thread.

    A struck key leaves traces that fade with each event, faster and slower ones: together they say which keys
    the music uses now, which ones it has used for a while, and how often.

    Args:
        parts: P, the number of the preset's parts.
        keys: the keys of each part.

    Attributes:
        outer: the key + 1 that the highest and the lowest voice struck last, 0 before they struck any: a note
            belongs to the highest voice if nothing sounds above it; uint8 (2,).
        lowest: the lowest key + 1 of what each part struck last, 0 before it struck any; uint8 (P,).
    """

    def __init__(self, parts: int, keys: int) -> None:
        self.outer = np.zeros(VOICES, dtype=np.uint8)
        self.lowest = np.zeros(parts, dtype=np.uint8)
        self._traces = np.zeros((len(FADES), parts, keys), dtype=np.float32)
        self._loudness = np.zeros((parts, keys), dtype=np.float32)

    @property
    def traces(self) -> npt.NDArray[np.uint8]:
        """The traces, each 0 (not struck) to 255 (struck by every event): uint8 (3, P, keys)."""
        return np.rint(self._traces * 255).astype(np.uint8)

    @property
    def loudness(self) -> npt.NDArray[np.uint8]:
        """How loudly each key was struck last, less the longer ago: 0 (not) to 255; uint8 (P, keys)."""
        return np.rint(self._loudness * 255).astype(np.uint8)

    def copy(self) -> Self:
        """Return an independent copy."""
        # Nothing is changed in place.
        return copy(self)

    def strike(self, velocities: npt.NDArray[np.uint8], ringing: npt.NDArray[np.bool_]) -> None:
        """Take in an event.

        Args:
            velocities: class of the velocity + 1 of each key that it strikes, 0 for the others; (P, keys).
            ringing: which keys sounded before and still do, (P, keys).
        """
        struck = velocities > 0
        loudness = np.where(struck, velocities / LOUDEST, self._loudness * DIES_AWAY)
        self._loudness = loudness.astype(np.float32)
        self._traces = (self._traces * _KEEPS + struck * (1 - _KEEPS)).astype(np.float32)
        new, old = np.flatnonzero(struck.any(axis=0)), np.flatnonzero(ringing.any(axis=0))
        self.outer = self.outer.copy()
        if not len(old) or new[-1] >= old[-1]:
            self.outer[0] = new[-1] + 1
        if not len(old) or new[0] <= old[0]:
            self.outer[1] = new[0] + 1
        self.lowest = np.where(struck.any(axis=1), struck.argmax(axis=1) + 1, self.lowest).astype(np.uint8)
