"""What is likely of rhythms: how they go on, and how much each kind of evidence about a beat counts.

The numbers were learned from half of the pieces of piano-midi.de, half of the folk tunes of Nottingham, and
exercises in plain rhythms. The rhythms were counted. The weights make the written beat as likely as possible
beside all others (a conditional logit), and then let as many phrases as possible have it.
`tests.measurements.call_tempo_learning` does both again and prints them.
"""

from dataclasses import dataclass
from string import ascii_letters

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PARTS_OF_BEAT = 24
"""Parts that a beat is counted in."""

PARTS = (0, 3, 4, 6, 8, 9, 12, 15, 16, 18, 20, 21)
"""The parts on which onsets are meant to be: 32nds, and triplets of eighths and sixteenths."""

INTERVALS = np.array(
    [3, 4, 6, 8, 9, 12, 16, 18, 20, 24, 28, 30, 32, 36, 40, 42, 48, 60, 72, 84, 96, 120, 144, 192]
)
"""Parts from one onset to the next: up to eight beats."""

TEMPO = ("tempo", "tempo_squared")
"""The logarithm of the seconds of a beat, and its square: some tempos are likelier than others."""

ACCENTS = ("count", "loud", "low", "chord", "long")
"""What counts of the onsets on a beat and of those halfway between two beats: their number, and their
accents."""

CARRIED = (
    "rhythm",
    "timing",
    "ornaments",
    "beats",
    *(f"{accent}_on_beat" for accent in ACCENTS),
    *(f"{accent}_halfway" for accent in ACCENTS),
)
"""The evidence that grows with each onset: how likely the rhythm and the timing are (log probabilities), how
many onsets are ornaments beside the parts of the beat, how many beats have passed, and the accents."""

EVIDENCE = (
    *TEMPO,
    *CARRIED,
    "density",
    "density_squared",
    "density_times_tempo",
    "tempo_of_chords",
    "tempo_squared_of_chords",
    "density_of_chords",
    *(f"returns_after_{beats}" for beats in (1, 2, 3, 4)),
)
"""All the evidence. The density is the logarithm of the onsets in a beat; it counts also squared and times
the tempo. Chords are written in other tempos than single notes: tempo and density count again times the mean
logarithm of the notes of an onset. An onset returns if another follows after so many beats; what counts is
how much oftener than by chance."""

NATS = 0.25
"""The steps of the tables below: A is a probability of 1, B is exp(-0.25), and z the least."""


@dataclass(frozen=True, slots=True)
class Rhythms:
    """How likely rhythms are, as log probabilities.

    Attributes:
        first: of each part of the beat for the first onset, (24,).
        intervals: of each interval after an onset on each part of the beat, (24, intervals).
    """

    first: Floats
    intervals: Floats


def _rhythms(first: str, *intervals: str) -> Rhythms:
    """Return the rhythms of a table: the first onset on each of `PARTS`, then a row of intervals for each."""
    firsts = np.full(PARTS_OF_BEAT, -30.0)
    rows = np.full((PARTS_OF_BEAT, len(INTERVALS)), -30.0)
    firsts[list(PARTS)] = _nats(first)
    rows[list(PARTS)] = [_nats(row) for row in intervals]
    return Rhythms(firsts, rows)


def _nats(letters: str) -> list[float]:
    return [-NATS * _LETTERS.index(letter) for letter in letters]


_LETTERS = ascii_letters.swapcase()

SIMPLE = _rhythms(
    "DVULNUFVOKTR",
    "SQJMXEbOjEwfpPmfMdTmXkjy",
    "AzPzXOzYzRzozczpYmfqjrqs",
    "zAzUzPnzhStztdszaogslsst",
    "KzBzkSzQzazkzizgiwoztzzz",
    "zFzBzVazyYmzzjyzgumyryyz",
    "AzQzgPzbzSzpzdzqangsksst",
    "PMGcSCzXzSzlzXzzkdqjzzzz",
    "AzQzfOzbzRzozczpZnfrkrrs",
    "zGzBzVYzyXzzzjyzgumyryyz",
    "JzBzqYzbzYzezmzqjxqzuzzz",
    "zAzWzQozsTcztejzaohslttu",
    "AzTzjSzezVzszfzscqjunuuv",
)
"""A beat of two eighths."""

COMPOUND = _rhythms(
    "EkNkGjMiFkNW",
    "SJWDzOFpXJzzeoZzVzfzqzzz",
    "NzUzgSzhzNziziziZigiiiii",
    "zAzRzQazZeyzvzszqzxzzzzz",
    "PzUzgSzhzNziziziZigiiiii",
    "zHzBzXUzylzzozczxzzzzzzz",
    "IzUzhSzizNzjzizjZigjijjj",
    "RAmTyTbzsfzzwztzrhyzzzzz",
    "QzVzGTzizOzjzjzjZjhjjjjj",
    "zIzBzkezziizfzzzkzzzzzzz",
    "NzUzgSzhzNziziziZigiiiii",
    "zAzRzkbzsbzzwztzqzyzzzzz",
    "BzczpazqzVzrzqzrhqorqrrr",
)
"""A beat of three eighths."""

_WEIGHTS = {
    "tempo": -26.85,
    "tempo_squared": -9.28,
    "rhythm": 1.03,
    "timing": 0.89,
    "ornaments": -3.00,
    "beats": -2.12,
    "count_on_beat": -0.24,
    "loud_on_beat": 0.79,
    "low_on_beat": 0.70,
    "chord_on_beat": 0.59,
    "long_on_beat": 1.18,
    "count_halfway": 0.03,
    "loud_halfway": 0.17,
    "low_halfway": 0.34,
    "chord_halfway": 0.43,
    "long_halfway": 0.36,
    "density": -14.81,
    "density_squared": 1.28,
    "density_times_tempo": 1.58,
    "tempo_of_chords": 0.25,
    "tempo_squared_of_chords": -0.73,
    "density_of_chords": -0.57,
    "returns_after_1": 3.97,
    "returns_after_2": 3.02,
    "returns_after_3": 1.75,
    "returns_after_4": 3.68,
}

WEIGHTS: Floats = np.array([_WEIGHTS[kind] for kind in EVIDENCE])
"""How much each kind of evidence counts."""
