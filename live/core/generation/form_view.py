"""What a score network sees of the form, of earlier bars and of the keyboard before it predicts an event."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from live.core.generation.prediction import Ahead
from live.core.generation.score_state import ScoreState
from presets.music.bar_memory import REACH, newest_of, ticks_back
from presets.music.encoding import GRID, KEYS, Position
from presets.music.keyboard_planes import KeyboardView, keyboard_planes
from presets.music.outline import groups, numbers, outline_features
from presets.music.rhythm_lanes import RhythmView, rhythm_lanes

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Scalar = TypeVar("Scalar", bound=np.generic)

_INTERVALS = np.arange(1, REACH + 1)


def in_rows(rows: int, values: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return rows that all have the same values."""
    return values[np.newaxis].repeat(rows, axis=0)


class FormView:
    """Makes the inputs for one event, in R rows: the first is told the form, a second one is not.

    Owned by one thread.

    Args:
        bars: the bar of the form in which the newest event is, and those that follow it; may be empty.
        score_state: what has been played up to there; it is only read.
        position: where in the bar the newest event is.
        parts: P.
        form: how strictly the form is kept; with 1 there is one row, as there is without bars.
    """

    def __init__(
        self, bars: Sequence[Ahead], score_state: ScoreState, position: Position, parts: int, form: float = 1
    ) -> None:
        self._bars = bars
        self._state = score_state
        self._position, self._bar = position.tick // GRID, position.bar // GRID
        self._parts = parts
        self._begins = np.array([ahead.begins // GRID for ahead in bars], dtype=np.int64)
        self._returns = np.array([ahead.back // GRID for ahead in bars], dtype=np.int64)
        # What the network sees of the outline of each bar, once something has asked for it.
        self._outlines: dict[int, Floats] = {}
        self._told = np.array([True, False] if bars and form != 1 else [bool(bars)])

    @property
    def rows(self) -> int:
        """R, the number of rows: 1 or 2."""
        return len(self._told)

    def of_rhythm(self) -> dict[str, Floats]:
        """Return the inputs of the head of the inter-onset interval."""
        outline, state = self._outline(0), self._state
        earlier = self._told_or_not(state.bars.onsets_after(self._back(_INTERVALS).T))
        interval, position, bar = map(np.array, (state.interval, self._position, self._bar))
        lanes = rhythm_lanes(RhythmView(earlier, state.sounding, interval, position, bar, outline))
        return {"outline": outline, "lanes": lanes}

    def of_notes(
        self, ioi: int, ringing: Bytes, expected: NDArray[np.bool_]
    ) -> tuple[dict[str, Floats], Bytes]:
        """Return the inputs for the notes of an event, and what was struck at its place of earlier bars.

        Args:
            ioi: grid ticks from the newest event to this one.
            ringing: class of the time left + 1 of each note that still sounds, (P * 88,).
            expected: whether the phrase memory expects each note, (P * 88,).

        Returns:
            The inputs by name; the class of the duration + 1 of each note of earlier bars, (R, P * 88).
        """
        struck, lowest_then = self._state.bars.struck(ioi, self._back(np.array(ioi)))
        earlier = self._told_or_not(struck)
        state, outline, shape = self._state, self._outline(ioi), (self._parts, KEYS)
        keys = state.keys
        planes = keyboard_planes(
            KeyboardView(
                state.last,
                ringing.reshape(shape),
                keys.traces,
                keys.outer,
                keys.loudness,
                expected.reshape(shape),
                earlier,
                keys.lowest,
                self._told_or_not(lowest_then),
                outline,
            )
        )
        return {"next_outline": outline, "planes": planes}, newest_of(earlier).reshape(self.rows, -1)

    def _index(self, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the index of the bar so many grid ticks from now."""
        return np.maximum(np.searchsorted(self._begins, ticks, side="right") - 1, 0)

    def _back(self, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how far back the earlier bars are, from places after the newest event: (...) -> (..., 4)."""
        returns = self._returns[self._index(ticks)] if self._bars else np.zeros_like(ticks)
        return ticks_back(np.full(ticks.shape, self._bar), returns)

    def _told_or_not(self, earlier: NDArray[Scalar]) -> NDArray[Scalar]:
        """Return what was in the earlier bars for each row; the one that returns is part of the form.

        Args:
            earlier: (4, ...); the last is the bar that returns.
        """
        rows = in_rows(self.rows, earlier)
        rows[~self._told, -1] = 0
        return rows

    def _outline(self, ticks: int) -> Floats:
        """Return the features of the outline so many grid ticks from now: (R, O + G)."""
        if not self._bars:
            return np.zeros(
                (self.rows, len(numbers(self._parts)) + len(groups(self._parts))), dtype=np.float32
            )
        bar = int(self._index(np.array(ticks)))
        if bar not in self._outlines:
            told = np.repeat(self._told[:, np.newaxis], len(groups(self._parts)), axis=1)
            self._outlines[bar] = outline_features(self._bars[bar].outline, told, self._parts)
        return self._outlines[bar]
