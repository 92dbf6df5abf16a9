"""Scales, and the keys that the musician can lock the music to."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from live.core.controls.note_names import NAMES, read_pitch_class
from presets.bundles.settings import SettingsError

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
}
"""Semitones above the tonic."""

OTHER_NAMES = {
    "": "major",
    "mi": "minor",
    "ma": "major",
    "ionian": "major",
    "aeolian": "minor",
    "natural minor": "minor",
    "wholetone": "whole tone",
}
"""Names of scales that are not the beginning of one of `SCALES`."""

SHORTEST_WORD = 3
"""Letters of a word of a scale that are enough: `maj`, `harm min`."""

_ACCIDENTALS = {"#": "#", "\u266f": "#", "sharp": "#", "b": "b", "\u266d": "b", "flat": "b"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key: a tonic and a scale.

    Attributes:
        tonic: pitch class 0..11.
        scale: one of `SCALES`.
    """

    tonic: int
    scale: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `C minor`, `F# dorian`, `Bb`, `Am` or `c maj`; raise `SettingsError` for anything else.

        A note alone is its major key, as chords are written: `M` is major, and `m` is minor.
        """
        words = " ".join(re.sub(r"(?<=\S)[-_](?=\S)", " ", text).split())
        for tonic, scale in _splits(words):
            if (known := _read_scale(scale)) is not None:
                return cls(read_pitch_class(tonic), known)
        raise SettingsError(
            f"a key must be a note and a scale ({', '.join(SCALES)}), got {text!r}; nearest: "
            f"'{_nearest(words)}'"
        )

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The pitch classes 0..11 of its notes."""
        return frozenset((self.tonic + semitones) % 12 for semitones in SCALES[self.scale])

    def __str__(self) -> str:
        return f"{NAMES[self.tonic]} {self.scale}"


def _splits(words: str) -> Iterator[tuple[str, str]]:
    """Yield each way to take a key apart into a note and a scale: `Bblues` begins with B, not with Bb."""
    accidental = "|".join(_ACCIDENTALS)
    for pattern in (rf"([a-g]) ?({accidental}) ?(.*)", r"([a-g])() ?(.*)"):
        if found := re.fullmatch(pattern, words, re.IGNORECASE):
            letter, sign, scale = found.groups()
            yield letter.upper() + _ACCIDENTALS.get(sign.lower(), ""), scale


def _read_scale(text: str) -> str | None:
    """Return the scale that is meant; None if it is none of `SCALES`, or may be several."""
    if text in ("m", "M"):
        return "minor" if text == "m" else "major"
    words = OTHER_NAMES.get(text.lower(), text.lower()).split()
    if any(len(word) < SHORTEST_WORD for word in words):
        return None
    found = [scale for scale in SCALES if _begins(scale.split(), words)]
    return found[0] if len(found) == 1 else None


def _begins(names: list[str], words: list[str]) -> bool:
    """Return whether each word is the beginning of a name, in the same order."""
    return len(names) == len(words) and all(map(str.startswith, names, words))


def _nearest(words: str) -> str:
    """Return a key that `Key.read` accepts and that looks like the text."""
    # In German, H is the note B.
    tonic, scale = next(_splits(re.sub("^[hH]", "B", words)), ("C", words))
    # `m` is for chords such as Am7; in German, the scales are dur and moll.
    meant = {**dict(zip(SCALES, SCALES, strict=True)), "m": "minor", "dur": "major", "moll": "minor"}
    near = difflib.get_close_matches(scale.lower(), meant, n=1, cutoff=0.4)
    return f"{tonic} {meant[near[0]] if near else 'major'}"


KEYS = tuple(Key(tonic, scale) for tonic in range(len(NAMES)) for scale in ("major", "minor"))
"""The 24 keys that a knob can choose: C major, C minor, C# major ... B minor."""
