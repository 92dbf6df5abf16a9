"""What a score network sees of the form, of earlier bars and of the keyboard before it predicts an event."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from live.core.generation.prediction import Ahead
from live.core.generation.score_state import ScoreState
from presets.music.bar_memory import REACH, ticks_back
from presets.music.encoding import GRID, KEYS, Position
from presets.music.keyboard_planes import KeyboardView, keyboard_planes
from presets.music.outline import events_a_beat, groups, numbers, outline_features
from presets.music.rhythm_lanes import rhythm_lanes

Floats = NDArray[np.float32]

_INTERVALS = np.arange(1, REACH + 1)


class FormView:
    """Makes the inputs for one event. Owned by one thread.

    Args:
        bars: the bar of the form in which the newest event is, and those that follow it; may be empty.
        score_state: what has been played up to there; it is only read.
        position: where in the bar the newest event is.
        parts: P.
    """

    def __init__(
        self, bars: Sequence[Ahead], score_state: ScoreState, position: Position, parts: int
    ) -> None:
        self._bars = bars
        self._state = score_state
        self._position, self._bar = np.array(position.tick // GRID), np.array(position.bar // GRID)
        self._parts = parts
        self._begins = np.array([ahead.begins // GRID for ahead in bars], dtype=np.int64)
        self._returns = np.array([ahead.back // GRID for ahead in bars], dtype=np.int64)

    def of_rhythm(self) -> dict[str, Floats]:
        """Return the inputs of the head of the inter-onset interval."""
        everywhere = np.broadcast_to(self._bar, _INTERVALS.shape)
        back = np.moveaxis(ticks_back(everywhere, self._back(_INTERVALS)), -1, -2)
        outline = self._outline(0)
        lanes = rhythm_lanes(
            self._state.bars.onsets_after(back),
            self._state.sounding.ravel(),
            self._position,
            self._bar,
            events_a_beat(outline, self._parts),
        )
        return {"outline": outline, "lanes": lanes}

    def struck(self, ioi: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return what was struck at this place of earlier bars, `ioi` grid ticks from now.

        See `PlayedBars.struck`: (4, P, 88), (4,).
        """
        return self._state.bars.struck(ioi, ticks_back(self._bar, self._back(np.array(ioi))))

    def of_notes(
        self,
        ioi: int,
        ringing: NDArray[np.uint8],
        expected: NDArray[np.bool_],
        struck: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    ) -> dict[str, Floats]:
        """Return the inputs for the notes of an event.

        Args:
            ioi: grid ticks from the newest event to this one.
            ringing: class of the time left + 1 of each note that still sounds, (P * 88,).
            expected: whether the phrase memory expects each note, (P * 88,).
            struck: what `struck` returned.
        """
        shape = (self._parts, KEYS)
        state, outline = self._state, self._outline(ioi)
        planes = keyboard_planes(
            KeyboardView(
                state.last,
                ringing.reshape(shape),
                state.keys.traces,
                state.keys.outer,
                state.keys.loudness,
                expected.reshape(shape),
                *struck,
                outline,
            )
        )
        return {"next_outline": outline, "planes": planes}

    def _index(self, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the index of the bar so many grid ticks from now."""
        return np.maximum(np.searchsorted(self._begins, ticks, side="right") - 1, 0)

    def _back(self, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how far back what returns is, so many grid ticks from now; 0 if nothing does."""
        if not self._bars:
            return np.zeros(ticks.shape, dtype=np.int64)
        found: NDArray[np.int64] = self._returns[self._index(ticks)]
        return found

    def _outline(self, ticks: int) -> Floats:
        """Return the features of the outline so many grid ticks from now."""
        given = np.full(len(groups(self._parts)), fill_value=bool(self._bars))
        if not self._bars:
            return outline_features(np.zeros(len(numbers(self._parts)), dtype=np.float32), given, self._parts)
        ahead = self._bars[int(self._index(np.array(ticks)))]
        return outline_features(ahead.outline, given, self._parts)
