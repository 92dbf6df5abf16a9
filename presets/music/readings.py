"""Readings: how loudly players of a corpus play what, as a table of numbers. No music.

`readings.json` is made by `python -m training.score.learning.readings`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from presets.music.strokes import FEATURES, Stroke, features

SHIPPED = Path(__file__).with_name("readings.json")
"""The table that comes with segue."""

FARTHEST = 16.0
"""Maximum of the velocities that a stroke is above or below the mean, chance aside."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How loudly one piece was played: velocities above the mean of all notes.

    Attributes:
        lower: for 1 of each of `FEATURES`, in the parts below the highest one; (len(FEATURES),).
        upper: the same for the highest part.
        melody: how much louder the highest part is than the others.
        tops: how much louder the highest note of a chord is than the others; of the lower parts, and of the
            highest.
        bottoms: the same for the lowest note.
        spread: the standard deviation of what the numbers do not say, 0 or more.
    """

    lower: tuple[float, ...]
    upper: tuple[float, ...]
    melody: float
    tops: tuple[float, float]
    bottoms: tuple[float, float]
    spread: float

    def stroke(
        self, strokes: Sequence[Stroke], register: float, *, is_upper: bool, upper_share: float
    ) -> float:
        """Return the velocities that the last of a part's strokes is above the mean, chance aside.

        Args:
            strokes: at least one, oldest first.
            register: the part's mean note.
            is_upper: whether it is the highest part.
            upper_share: the share of the latest notes that are the highest part's, 0..1.
        """
        weights = self.upper if is_upper else self.lower
        numbers = features(strokes, register)
        louder = sum(weight * number for weight, number in zip(weights, numbers, strict=True))
        louder += self.melody * (is_upper - upper_share)
        return max(-FARTHEST, min(FARTHEST, louder))

    def chord(self, notes: Sequence[int], *, is_upper: bool) -> list[float]:
        """Return the velocities that each note of a stroke is above the stroke's mean.

        Args:
            notes: their MIDI numbers, at least one.
            is_upper: whether it is the highest part's.
        """
        if len(notes) == 1:
            return [0.0]
        top, bottom = self.tops[is_upper], self.bottoms[is_upper]
        mean = (top + bottom) / len(notes)
        return [top * (note == max(notes)) + bottom * (note == min(notes)) - mean for note in notes]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read what `to_json` returned."""
        lower, upper = tuple(map(float, value["lower"])), tuple(map(float, value["upper"]))
        if not len(lower) == len(upper) == len(FEATURES):
            raise ValueError(
                f"a reading has {len(FEATURES)} numbers a part, got {len(lower)} and {len(upper)}"
            )
        low_top, high_top = value["tops"]
        low_bottom, high_bottom = value["bottoms"]
        return cls(
            lower,
            upper,
            float(value["melody"]),
            (low_top, high_top),
            (low_bottom, high_bottom),
            float(value["spread"]),
        )


@cache
def shipped_readings() -> tuple[Reading, ...]:
    """Return the readings that come with segue, at least one."""
    table = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return tuple(map(Reading.from_json, table["readings"]))
