"""Suggestions: a bias towards what an answer takes up of the musician's phrase."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from live.core.controls.table import Controls
from live.core.generation.prediction import Suggestion
from presets.bundles.settings import Part
from presets.music.encoding import KEYS, LOWEST_KEY, duration_class, duration_ticks, ioi_class

REACH = 7
"""Semitones below its register down to which a part may take a suggested note before a lower part does."""


AS_HIGH = 3
"""Semitones by which a part may be lower than another and still count as one as high."""

CLOSE = 2
"""Semitones below the suggested note in which no other note sounds: they would blur it."""


class SuggestionBias:
    """Favours the moment of a suggested event, and its note as the highest of the event.

    Args:
        suggestion: what is suggested; None for nothing.
        controls: their transposition and resting parts are used.
        parts: the parts of the preset.
    """

    def __init__(self, suggestion: Suggestion | None, controls: Controls, parts: Sequence[Part]) -> None:
        self._interval: int | None = None
        self._symbol: int | None = None
        self._odds = 0.0
        self._ticks: int | None = None
        if suggestion is None:
            return
        self._interval, self._odds = ioi_class(suggestion.ioi), suggestion.odds
        self._ticks = suggestion.ticks
        if suggestion.note is None:
            return
        key = suggestion.note - controls.transpose - LOWEST_KEY
        if 0 <= key < KEYS:
            self._symbol = _part_of(key + LOWEST_KEY, controls, parts) * KEYS + key

    def favour_interval(self, logits: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the logits of the inter-onset intervals; the suggested one has its odds, or more."""
        if self._interval is None:
            return logits
        favoured = np.array(logits, dtype=np.float64)
        others = np.delete(favoured, self._interval)
        favoured[self._interval] = max(favoured[self._interval], np.logaddexp.reduce(others) + self._odds)
        return favoured

    def after(self, interval: int) -> None:
        """Take in the class of the event's interval; a note is suggested for the suggested one only."""
        if interval != self._interval:
            self._symbol = None

    def lasting(self, symbol: int, duration: int) -> int:
        """Return the class of the duration of a note: the suggested one is not much shorter than its time.

        Args:
            symbol: of the note.
            duration: its class as the network means it. After a fast passage, a network means notes too short
                for a slower phrase.
        """
        if symbol != self._symbol or self._ticks is None or 2 * duration_ticks(duration) >= self._ticks:
            return duration
        return duration_class(self._ticks)

    def favour_note(
        self,
        logits: NDArray[np.floating],
        drawn: Sequence[int],
        possible: NDArray[np.bool_],
        *,
        last: bool = False,
    ) -> NDArray[np.floating]:
        """Return the logits of the next note symbol, STOP last, so that the suggested one is the highest.

        Until it has been drawn, it gets the probability of all that must not come before it: of higher notes
        and of those close below it, of symbols after it, of STOP, and among several parts of all that its own
        part would play. So what sounds below it is as the network means it.

        Args:
            logits: shape (P * 88 + 1,).
            drawn: the event's symbols so far.
            possible: which symbols may be drawn, bool (P * 88 + 1,).
            last: whether the event has room for one note only.
        """
        symbol = self._symbol
        if symbol is None:
            return logits
        symbols = np.arange(len(logits))
        depth = symbol % KEYS - symbols % KEYS
        depth[-1] = CLOSE + 1  # STOP
        below = depth >= 0
        favoured = np.array(logits, dtype=np.float64)
        if possible[symbol]:
            others = (depth <= CLOSE) | (symbols > symbol) | last
            if len(logits) > KEYS + 1:
                others |= symbols // KEYS == symbol // KEYS
            others[symbol] = False
            favoured[symbol] = np.logaddexp.reduce([favoured[symbol], *favoured[others]])
            favoured[others] = -np.inf
        elif symbol in drawn:
            favoured[~below] = -np.inf
        return favoured


def _part_of(note: int, controls: Controls, parts: Sequence[Part]) -> int:
    """Return the part that takes a note: the highest one that reaches down to it, or else the lowest.

    Of parts that are about as high, the last one has the melody.
    """
    playing = [part for part in range(len(parts)) if part not in controls.resting_parts] or [0]
    reaching = [part for part in playing if parts[part].register - REACH <= note]
    if not reaching:
        return min(playing, key=lambda part: parts[part].register)
    highest = max(parts[part].register for part in reaching)
    return max(part for part in reaching if parts[part].register >= highest - AS_HIGH)
