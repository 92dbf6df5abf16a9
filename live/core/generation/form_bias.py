"""The form bias: what was played in a section so far is compared with its outline, and made up for.

A network that hears what it has drawn itself drifts: a thin chord is followed by thinner ones, and an even
rhythm by one that is more even. On real music it is right at every single event, so the outline that it sees
does not hold it back.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log2

import numpy as np
from numpy.typing import NDArray

from live.core.generation.played_bars import Played
from live.core.generation.prediction import Ahead
from presets.music.encoding import GRID, KEYS
from presets.music.outline import NOTES, RATE, VARIETY

FEWER_NOTES = 0.67
"""Nats by which form 1 favours a further note of a part for each note that its events lack in the mean."""

ENTRIES = 4.0
"""Nats by which form 1 favours that a part plays in an event, if it is to play in each and has played in
none."""

TOO_EVEN = 3.5
"""Nats by which form 1 favours another interval than the newest for each bit of variety that is lacking."""

TOO_DENSE = 0.27
"""By how much form 1 lowers the density where there have been twice as many events as there should be."""

MOST = 3.0
"""Nats of a bias at most."""

LEAST_RATE = 0.25
"""Events a quarter note at least that an outline is taken to ask for."""

BENEFIT_OF_DOUBT = 2.0
"""Quarter notes that a section is taken to have had already, just as its outline wants it."""


class FormBias:
    """Favours what brings a section back to its outline.

    Args:
        bars: the bar of the form in which the newest event is, and those that follow it; may be empty.
        played: the latest events, oldest first.
        form: how strictly the form is kept, 0 or more.
    """

    def __init__(self, bars: Sequence[Ahead], played: Sequence[Played], form: float) -> None:
        self._bars = bars if played and form else ()
        self._played = played
        self._form = form
        if self._bars:
            self._current = self._section(0)

    def favour_interval(self, logits: NDArray[np.floating], newest: int) -> NDArray[np.floating]:
        """Return the logits of the inter-onset intervals, with the newest one favoured or not.

        Args:
            logits: shape (385,).
            newest: grid ticks of the newest interval.
        """
        if not self._bars or not newest:
            return logits
        asked, played = self._current
        if len(played) < 2:
            return logits
        counts = Counter(later.onset - event.onset for event, later in pairwise(played)).values()
        heard = log2(len(played) - 1) - sum(count * log2(count) for count in counts) / (len(played) - 1)
        lacking = (float(asked[VARIETY]) - heard) * _weight(len(played), asked)
        biased = np.array(logits)
        biased[newest] -= _limited(lacking * TOO_EVEN * self._form)
        return biased

    def density(self, chosen: float, usual: float) -> float:
        """Return the density with which an interval is to be drawn, -1..1.

        Args:
            chosen: the density that the musician wants: 1 for twice as many events as usual.
            usual: that of the preset.
        """
        if not self._bars:
            return chosen
        asked, played = self._current
        if not played:
            return chosen
        wanted = max(float(asked[RATE]), LEAST_RATE) * 2.0 ** (chosen - usual)
        quarters = (played[-1].onset - played[0].onset) / 24 + BENEFIT_OF_DOUBT
        rate = (len(played) - 1 + BENEFIT_OF_DOUBT * wanted) / quarters
        return max(-1.0, min(1.0, chosen - TOO_DENSE * self._form * log2(rate / wanted)))

    def further_notes(self, ioi: int, parts: int) -> tuple[float, ...]:
        """Return the nats by which, in each part, a note is to be followed by another of the same part.

        So the bias changes how many notes a part has, but not whether it plays.

        Args:
            ioi: grid ticks from the newest event to the one whose notes are drawn.
            parts: P.
        """
        return tuple(_limited(lacking * FEWER_NOTES * self._form) for lacking, _ in self._lacking(ioi, parts))

    def entries(self, ioi: int, parts: int) -> tuple[float, ...]:
        """Return the nats by which the first note of each part in an event is favoured.

        So the bias changes whether a part plays, but not how many notes it then has. A part that is alone
        always plays.

        Args:
            ioi: grid ticks from the newest event to the one whose notes are drawn.
            parts: P.
        """
        if parts == 1:
            return (0.0,)
        return tuple(_limited(lacking * ENTRIES * self._form) for _, lacking in self._lacking(ioi, parts))

    def _lacking(self, ioi: int, parts: int) -> Sequence[tuple[float, float]]:
        """Return how many notes each part lacks in an event, and in which share of the events it is missing.

        Below 0 where it has too many. Both count as far as what was played of the section is to be trusted.

        Args:
            ioi: grid ticks from the newest event to the one whose notes are drawn.
            parts: P.
        """
        if not self._bars:
            return [(0.0, 0.0)] * parts
        asked, played = self._section(ioi)
        if not played:
            return [(0.0, 0.0)] * parts
        notes, entries = [0] * parts, [0] * parts
        for event in played:
            before = None
            for symbol in event.event.symbols:
                part = symbol // KEYS
                notes[part] += 1
                entries[part] += part != before
                before = part
        shares = asked[len(asked) - parts :] if parts > 1 else (1.0,)
        count, weight = len(played), _weight(len(played), asked)
        lacking = []
        for part, share in enumerate(shares):
            missing = float(asked[NOTES] * share) - notes[part] / count
            # The outline says how many notes a part has, but not in how many events. It is taken to have as
            # many in each as it had so far.
            silent = missing / (notes[part] / entries[part] if entries[part] else 1.0)
            lacking.append((missing * weight, min(silent, 1 - entries[part] / count) * weight))
        return lacking

    def _section(self, ticks: int) -> tuple[NDArray[np.float32], Sequence[Played]]:
        """Return the outline of a section, and what has been played of it.

        Args:
            ticks: grid ticks from the newest event to a place in the section.
        """
        passed = [bar for bar in self._bars if bar.begins <= ticks * GRID]
        bar = passed[-1] if passed else self._bars[0]
        begins = self._played[-1].onset + bar.section // GRID
        first = len(self._played)
        while first and self._played[first - 1].onset >= begins:
            first -= 1
        return bar.outline, self._played[first:]


def _weight(events: int, asked: NDArray[np.float32]) -> float:
    """Return how far to trust this many events of a section, 0..1."""
    return events / (events + BENEFIT_OF_DOUBT * max(float(asked[RATE]), LEAST_RATE))


def _limited(bias: float) -> float:
    return max(-MOST, min(MOST, bias))
