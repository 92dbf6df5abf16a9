"""Scales, and the keys that the musician can lock the music to."""

import difflib
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
        """Read `C minor` or `F# dorian`; raise `SettingsError` for anything else."""
        tonic, _, scale = " ".join(text.split()).partition(" ")
        if scale.lower() not in SCALES:
            nearest = difflib.get_close_matches(scale.lower() or "major", SCALES, n=1, cutoff=0)
            raise SettingsError(
                f"a key must be a note and a scale ({', '.join(SCALES)}), got {text!r}; "
                f"nearest: '{tonic} {nearest[0]}'"
            )
        return cls(read_pitch_class(tonic), scale.lower())

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The pitch classes 0..11 of its notes."""
        return frozenset((self.tonic + semitones) % 12 for semitones in SCALES[self.scale])

    def __str__(self) -> str:
        return f"{NAMES[self.tonic]} {self.scale}"


KEYS = tuple(Key(tonic, scale) for tonic in range(len(NAMES)) for scale in ("major", "minor"))
"""The 24 keys that a knob can choose: C major, C minor, C# major ... B minor."""
