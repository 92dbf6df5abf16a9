"""Finds the key that the musician plays in, and which notes belong to it while that is not yet sure."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from live.core.controls.scales import Key
from presets.music.event import PPQ, Note

PROFILES = {
    "major": (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
    "minor": (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
}
"""How often each pitch class occurs in major and minor keys, from the tonic up (Albrecht and Shanahan
2013, "The Use of Large Corpora to Train a New Type of Key-Finding Algorithm", Music Perception 31)."""

WEIGHT = 0.75
"""Weight of a note, below 1: successive notes carry less information than independent ones. Of the weights
0.5, 0.75 and 1, this gives the written signatures of phrases from the Nottingham tunes and Bach's chorales
the highest likelihood."""

CHANGE = 0.01
"""The probability that the key changes within a beat: once in 25 bars of 4/4."""

LIKELY, LIKELIER = 0.5, 0.8
"""Probabilities above which the first key is named, and above which another key replaces it."""

FORGETS = 8
"""Beats of playing after which a note that the musician played counts half."""

TRUST = 8
"""How often the musician must have played a pitch class for this to count as much as what the keys say."""

DECIDED = 3
"""The power of the probability of each key in what is at home: above 1, the likeliest key counts more."""

AT_HOME = 0.05
"""The share from which a pitch class is at home in a key: the rarest notes of a scale have about this."""

FIRMNESS = 6.0
"""The power of how much a pitch class is at home by which the probability of its notes is multiplied."""

KEYS_IN_ORDER = tuple(Key(tonic, scale) for scale in PROFILES for tonic in range(12))
"""The keys, in the order of their probabilities."""

_RELATIVES = np.array([*((tonic + 9) % 12 + 12 for tonic in range(12)), *((t + 3) % 12 for t in range(12))])
"""For each key, the place of its relative key, which has the same notes (C major: A minor)."""

_SHARES = np.array(
    [np.roll(profile, tonic) for profile in PROFILES.values() for tonic in range(12)] + [np.full(12, 1 / 12)]
)
"""The share of each pitch class in each key, and at last in music that is in none, (25, 12)."""

_LOG_SHARES = np.log(_SHARES)

_AT_HOME = np.minimum(1, _SHARES / AT_HOME)
"""How much each pitch class is at home in each key, and at last in music that is in none, 0..1; (25, 12)."""

_AT_HOME[range(12, 24), (np.arange(12) + 9) % 12] = 1  # the sixth of the melodic minor scale, however rare


@dataclass(frozen=True, slots=True)
class KeyBelief:
    """What a key finder believes.

    Attributes:
        probabilities: of each of `KEYS_IN_ORDER`, and at last of no key, (25,).
        played: how much each pitch class was played lately, C first, (12,).
        tick: of the newest notes.
        named: the index of the key that is named; None if none is.
    """

    probabilities: tuple[float, ...]
    played: tuple[float, ...]
    tick: int
    named: int | None


class KeyFinder:
    """Follows the key of the notes, and names it once it is likely. Owned by one thread.

    It keeps the probability of each of the 24 keys, and of none of them, and updates it with every note
    (Bayes; Temperley 2007, "Music and Probability", chapter 6). The key may change at any beat, so old notes
    count less and less. A key and its relative have the same notes, so only the probability of both together
    must be high. The likelier of the two is named. Music in which all pitch classes are alike is in no key.
    """

    def __init__(self) -> None:
        self._probabilities: NDArray[np.float64] = np.full(len(_SHARES), 1 / len(_SHARES))
        self._played: NDArray[np.float64] = np.zeros(12)
        self._tick = 0
        self._named: int | None = None

    @property
    def belief(self) -> KeyBelief:
        """What it believes now."""
        return KeyBelief(
            tuple(self._probabilities.tolist()), tuple(self._played.tolist()), self._tick, self._named
        )

    def believe(self, belief: KeyBelief) -> None:
        """Go on from what another key finder believed."""
        self._probabilities, self._played = np.array(belief.probabilities), np.array(belief.played)
        self._tick, self._named = belief.tick, belief.named

    @property
    def key(self) -> Key | None:
        """The key that the notes are in, major or minor; None until it is likely."""
        return None if self._named is None else KEYS_IN_ORDER[self._named]

    @property
    def leanings(self) -> tuple[float, ...]:
        """The nats by which to avoid each pitch class, C first: 0 for those most at home, else below 0.

        A pitch class is as much at home as the keys are likely that have it, and the more so the more often
        the musician has played it. A doubtful key forbids nothing, but what only some likely keys have is
        rare; music in no key is left alone; and a blue note that was played may be played back.
        """
        at_home = self.at_home
        return tuple((FIRMNESS * np.log(at_home / at_home.max())).tolist())

    @property
    def at_home(self) -> NDArray[np.float64]:
        """How much each pitch class is at home in the music, C first, above 0 and up to 1, (12,)."""
        likely = self.probabilities
        in_keys = likely @ _AT_HOME
        at_home: NDArray[np.float64] = (TRUST * in_keys + self._played) / (TRUST + self._played)
        return at_home

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """How much each key counts, and at last that the music is in none; the sum is 1, (25,)."""
        likely = self._probabilities**DECIDED
        probabilities: NDArray[np.float64] = likely / likely.sum()
        return probabilities

    @property
    def _likeliest(self) -> int | None:
        """The index of the likeliest key; None if it is likelier that the music is in none."""
        best = int(self._probabilities.argmax())
        return best if best < len(KEYS_IN_ORDER) else None

    def hear(self, notes: Iterable[Note], tick: int) -> None:
        """Take in notes that were played together, at a tick not before the previous one.

        Each pitch class counts once. Durations do not count: they are unknown when a note begins.
        """
        beats = max(0, tick - self._tick) / PPQ
        same = (1 - CHANGE) ** beats
        self._tick = tick
        pitch_classes = sorted({note.note % 12 for note in notes})
        self._played *= 0.5 ** (beats / FORGETS)
        self._played[pitch_classes] += 1
        likelihoods = np.exp(WEIGHT * _LOG_SHARES[:, pitch_classes].sum(axis=1))
        corrected = (self._probabilities * same + (1 - same) / len(_SHARES)) * likelihoods
        self._probabilities = corrected / corrected.sum()
        self._named = self._decide()

    def settle(self) -> None:
        """Name the likeliest key, however doubtful: the phrase is over, and segue answers in a key."""
        if self._played.any():
            self._named = self._likeliest

    def _decide(self) -> int | None:
        """Return the index of the key to name from now on; None if none is likely yet, or none any more."""
        if self._probabilities[len(KEYS_IN_ORDER)] > LIKELIER:
            return None
        best = int(self._probabilities[: len(KEYS_IN_ORDER)].argmax())
        relative = int(_RELATIVES[best])
        of_the_notes = self._probabilities[best] + self._probabilities[relative]
        if self._named is None:
            return best if of_the_notes > LIKELY else None
        if self._named == relative:
            return best if self._probabilities[best] > LIKELIER * of_the_notes else relative
        return best if of_the_notes > LIKELIER else self._named
