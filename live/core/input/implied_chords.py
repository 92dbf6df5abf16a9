"""Finds which chord a melody is likely to be over, where nobody plays that chord."""

from collections import deque
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from live.core.input.key_finder import KEYS_IN_ORDER
from presets.bundles.bar_lines import BarLines
from presets.music.event import PPQ, Note

Floats = NDArray[np.float64]

CHORD_NOTES = 0.77
"""How often a note of a melody is a note of its chord, by its duration: measured on the training tunes of
`folk`, whose chords are written."""

WEIGHT = 0.7
"""Weight of a sixteenth of a note, below 1: successive ones carry less information than independent ones."""

STAYS, STAYS_OVER_BAR_LINE = 0.86, 0.28
"""How often a chord is the same on the next beat, measured on the same tunes."""

DEGREES = {
    "major": {(0, ""): 0.46, (7, ""): 0.24, (5, ""): 0.11, (9, "m"): 0.09, (2, "m"): 0.08, (4, "m"): 0.02},
    "minor": {(0, "m"): 0.45, (7, ""): 0.2, (5, "m"): 0.12, (8, ""): 0.08, (10, ""): 0.08, (3, ""): 0.07},
}
"""How often each triad occurs in a key: semitones above the tonic, and quality. Those of major keys are those
of the same tunes, rounded."""

OTHERS = 0.004
"""The share of any other triad."""

DECIDED = 3
"""The power of the probability of each triad in what is sure: above 1, the likeliest one counts more."""

SIXTEENTH = PPQ // 4

MEMORY = 16 * PPQ
"""Ticks of the melody that are listened to."""

LONGEST = 4 * PPQ
"""Ticks that a note counts at most: it may have been released long ago."""

_TRIADS = np.zeros((24, 12))
for _root in range(12):
    _TRIADS[_root, [(_root + step) % 12 for step in (0, 4, 7)]] = 1
    _TRIADS[12 + _root, [(_root + step) % 12 for step in (0, 3, 7)]] = 1


class ImpliedChords:
    """Follows the chords that a melody implies. Owned by one thread.

    It keeps the probability of each of the 24 major and minor triads (a hidden Markov model, as of Simon,
    Morris and Basu 2008, "MySong: automatic accompaniment generation for vocal melodies"): a chord mostly
    stays within a bar and mostly changes at a bar line, to those that are frequent in the likely keys; most
    of a melody is made of its notes.
    """

    def __init__(self) -> None:
        self._heard: deque[tuple[int, tuple[int, ...]]] = deque()
        self._found: tuple[object, tuple[float, ...]] = (None, ())

    def reset(self) -> None:
        """Forget everything: the music restarts, and its ticks with it."""
        self._heard.clear()

    def hear(self, notes: Iterable[Note], tick: int) -> None:
        """Take in notes that were played together, at a tick."""
        pitch_classes = tuple(sorted({note.note % 12 for note in notes}))
        if self._heard and tick < self._heard[-1][0]:
            self.reset()
        if pitch_classes:
            self._heard.append((tick, pitch_classes))
        while self._heard and self._heard[0][0] < tick - MEMORY:
            self._heard.popleft()

    def shares(self, tick: int, bars: BarLines, keys: Floats, at_home: Floats) -> tuple[float, ...]:
        """Return how likely each pitch class is a note of the chord at a tick, C first, (12,).

        Empty if nothing was played in the last four whole notes.

        Args:
            tick: the tick.
            bars: where the bar lines are.
            keys: the probability of each key in `KEYS_IN_ORDER`, and of none of them, (25,).
            at_home: how much each pitch class is at home in them, 0..1, (12,).
        """
        if not self._heard or self._heard[-1][0] < tick - MEMORY:
            return ()
        asked = tick // SIXTEENTH, self._heard[-1], len(self._heard), bars
        if self._found[0] != asked:
            self._found = asked, self._follow(tick, bars, keys @ _degrees(), _log_chances(at_home))
        return self._found[1]

    def _follow(self, tick: int, bars: BarLines, usual: Floats, log_chances: Floats) -> tuple[float, ...]:
        triads = usual = usual / usual.sum()
        first = self._heard[0][0] // PPQ * PPQ
        sounding = list(_in_sixteenths(self._heard, first, tick))
        for place in range(0, len(sounding), PPQ // SIXTEENTH):
            beat = first + place * SIXTEENTH
            stays = STAYS_OVER_BAR_LINE if bars.line_before(beat) > beat - PPQ else STAYS
            logs = np.log(stays * triads + (1 - stays) * usual)
            for pitch_classes in sounding[place : place + PPQ // SIXTEENTH]:
                logs += WEIGHT * log_chances[:, pitch_classes].sum(axis=1)
            triads = np.exp(logs - logs.max())
            triads /= triads.sum()
        shares: Floats = triads**DECIDED @ _TRIADS
        return tuple((shares / shares.max()).tolist())


def _in_sixteenths(
    heard: Iterable[tuple[int, tuple[int, ...]]], first: int, until: int
) -> Iterable[Sequence[int]]:
    """Yield the pitch classes that sound on each sixteenth from a tick up to another one, that included."""
    events = list(heard)
    index = -1
    for at in range(first, until + 1, SIXTEENTH):
        while index + 1 < len(events) and events[index + 1][0] < at + SIXTEENTH // 2:
            index += 1
        sounds = index >= 0 and events[index][0] > at - LONGEST
        yield list(events[index][1]) if sounds else []


@cache
def _degrees() -> Floats:
    """Return how often each triad occurs in each key, and at last in music that is in none, (25, 24)."""
    shares = np.full((len(KEYS_IN_ORDER) + 1, 24), OTHERS)
    for row, key in zip(shares, KEYS_IN_ORDER, strict=False):
        for (step, quality), share in DEGREES[key.scale].items():
            row[(key.tonic + step) % 12 + (12 if quality == "m" else 0)] = share
    return shares


def _log_chances(at_home: Floats) -> Floats:
    """Return the log probability of each pitch class over each triad, (24, 12)."""
    chances = _TRIADS * CHORD_NOTES / 3 + (1 - _TRIADS) * (1 - CHORD_NOTES) * at_home / at_home.sum()
    found: Floats = np.log(chances + 1e-4)
    return found
