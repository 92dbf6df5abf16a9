"""Finds which chord a melody is likely to be over, where nobody plays that chord."""

from collections import deque
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from live.core.controls.scales import Key
from live.core.input.key_finder import KEYS_IN_ORDER
from presets.bundles.bar_lines import BarLines
from presets.music.event import PPQ, Note

Floats = NDArray[np.float64]

CHORD_NOTES = 0.77
"""How often a note of a melody is a note of its chord, by its duration: measured on the training tunes of
`folk`, whose chords are written."""

WEIGHT = 0.7
"""Weight of a sixteenth of a note, below 1: successive ones carry less information than independent ones."""

STAYS = 0.88
"""How often a chord is the same on the next beat of the bar, measured on the same tunes; else it is one of
those that follow at a bar line."""

_I, _II, _III, _IV, _V, _VI = (0, ""), (2, "m"), (4, "m"), (5, ""), (7, ""), (9, "m")
_i, _Ilow, _iv, _v, _VIlow, _VII = (0, "m"), (3, ""), (5, "m"), (7, ""), (8, ""), (10, "")

FOLLOWS = {
    "major": {
        _I: {_I: 0.45, _IV: 0.23, _V: 0.15, _II: 0.11, _VI: 0.04},
        _II: {_V: 0.61, _II: 0.19, _I: 0.11, _IV: 0.04, _VI: 0.03},
        _III: {_VI: 0.4, _IV: 0.3, _II: 0.1, _V: 0.1, _I: 0.1},
        _IV: {_I: 0.61, _V: 0.19, _IV: 0.1, _II: 0.08},
        _V: {_I: 0.79, _V: 0.11, _IV: 0.04, _VI: 0.04, _II: 0.01},
        _VI: {_II: 0.44, _VI: 0.2, _V: 0.15, _I: 0.12, _IV: 0.08},
    },
    "minor": {
        _i: {_i: 0.55, _VII: 0.13, _v: 0.14, _Ilow: 0.07, _iv: 0.07, _VIlow: 0.03},
        _Ilow: {_i: 0.32, _VIlow: 0.32, _VII: 0.22, _iv: 0.1, _Ilow: 0.03},
        _iv: {_i: 0.6, _v: 0.29, _VII: 0.1},
        _v: {_i: 0.89, _v: 0.06, _iv: 0.04},
        _VIlow: {_Ilow: 0.39, _iv: 0.22, _VII: 0.2, _v: 0.1, _VIlow: 0.1},
        _VII: {_i: 0.63, _VII: 0.22, _Ilow: 0.12, _v: 0.02},
    },
}
"""How often a triad follows another one at a bar line, in major and minor keys: semitones above the tonic,
and quality. Measured on the same tunes and rounded; of III in major, which they hardly have, a guess."""

OTHERS = 0.005
"""The share of any other triad."""

SETTLES = 4
"""Bars after which it hardly matters with which chord the music began."""

DECIDED = 6
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
    stays within a bar and mostly changes at a bar line, to one that often follows it in the likely keys;
    most of a melody is made of its notes.
    """

    def __init__(self) -> None:
        self._heard: deque[tuple[int, tuple[int, ...]]] = deque()
        self._found: tuple[object, tuple[float, ...]] = (None, ())

    @property
    def heard(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """The tick and the pitch classes of each event that counts, in order."""
        return tuple(self._heard)

    def go_on(self, heard: Iterable[tuple[int, tuple[int, ...]]]) -> None:
        """Go on from what another one heard."""
        self._heard = deque(heard)

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

    def shares(self, tick: int, now: int, bars: BarLines, keys: Floats, at_home: Floats) -> tuple[float, ...]:
        """Return how likely each pitch class is a note of the chord at a tick, C first, (12,).

        Empty if nothing was played in the last four whole notes.

        Args:
            tick: the tick, now or later.
            now: the tick up to which is known what was played.
            bars: where the bar lines are.
            keys: the probability of each key in `KEYS_IN_ORDER`, and of none of them, (25,).
            at_home: how much each pitch class is at home in them, 0..1, (12,).
        """
        if not self._heard or self._heard[-1][0] < tick - MEMORY:
            return ()
        asked = tick // SIXTEENTH, now // SIXTEENTH, self._heard[-1], len(self._heard), bars
        if self._found[0] != asked:
            follows = np.tensordot(keys, _follows(), axes=1)
            self._found = asked, self._follow(tick, now, bars, follows, _log_chances(at_home))
        return self._found[1]

    def _follow(
        self, tick: int, now: int, bars: BarLines, follows: Floats, log_chances: Floats
    ) -> tuple[float, ...]:
        triads = np.full(24, 1 / 24) @ np.linalg.matrix_power(follows, SETTLES)
        first = self._heard[0][0] // PPQ * PPQ
        sounding = list(_in_sixteenths(self._heard, first, now))
        for beat in range(first, tick + 1, PPQ):
            stays = 0.0 if bars.line_before(beat) > beat - PPQ else STAYS
            logs = np.log(stays * triads + (1 - stays) * (triads @ follows))
            place = (beat - first) // SIXTEENTH
            for pitch_classes in sounding[place : place + PPQ // SIXTEENTH]:
                logs += WEIGHT * log_chances[:, pitch_classes].sum(axis=1)
            triads = np.exp(logs - logs.max())
            triads /= triads.sum()
        shares: Floats = triads**DECIDED @ _TRIADS
        return tuple((shares / shares.max()).tolist())


def _in_sixteenths(
    heard: Iterable[tuple[int, tuple[int, ...]]], first: int, until: int
) -> Iterable[Sequence[int]]:
    """Yield the pitch classes that sound on each sixteenth from a tick to another one, that not included."""
    events = list(heard)
    index = -1
    for at in range(first, until, SIXTEENTH):
        while index + 1 < len(events) and events[index + 1][0] < at + SIXTEENTH // 2:
            index += 1
        sounds = index >= 0 and events[index][0] > at - LONGEST
        yield list(events[index][1]) if sounds else []


@cache
def _follows() -> Floats:
    """Return how often a triad follows another one in each key, and at last in no key, (25, 24, 24)."""
    shares = np.full((len(KEYS_IN_ORDER) + 1, 24, 24), OTHERS)
    for of_key, key in zip(shares, KEYS_IN_ORDER, strict=False):
        for before, followers in FOLLOWS[key.scale].items():
            for after, share in followers.items():
                of_key[_place(before, key), _place(after, key)] = share
    found: Floats = shares / shares.sum(axis=2, keepdims=True)
    return found


def _place(degree: tuple[int, str], key: Key) -> int:
    """Return the place of a degree of a key among the triads."""
    step, quality = degree
    return (key.tonic + step) % 12 + (12 if quality == "m" else 0)


def _log_chances(at_home: Floats) -> Floats:
    """Return the log probability of each pitch class over each triad, (24, 12)."""
    chances = _TRIADS * CHORD_NOTES / 3 + (1 - _TRIADS) * (1 - CHORD_NOTES) * at_home / at_home.sum()
    found: Floats = np.log(chances + 1e-4)
    return found
