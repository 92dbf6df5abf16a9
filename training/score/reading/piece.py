"""A piece as score networks see it: its events, and the position of each in the bar."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Self

from presets.bundles.settings import Meter
from presets.errors import SegueError
from presets.music.encoding import Position
from presets.music.event import Event


class PieceError(SegueError):
    """A file gives no piece; the message is the reason in the report of the corpus."""


@dataclass(frozen=True, slots=True)
class ScorePiece:
    """The events of one file.

    Attributes:
        name: the path of the file inside the corpus, with forward slashes.
        sha256: the sha256 of the file's bytes, in hexadecimal.
        events: at least one, in ticks of PPQ 480; every onset lies on the corpus's grid, the first at 0.
        positions: the position in the bar of each event's onset, in the same ticks.
        bpm: quarter notes per minute, the mean over the length of the piece.
        meter: the time signature of most of the piece, by ticks.
        remarks: what the reader ignored in the file, as sentences.
    """

    name: str
    sha256: str
    events: tuple[Event, ...]
    positions: tuple[Position, ...]
    bpm: float
    meter: Meter
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.events:
            raise PieceError("a piece must have at least one note, got none")
        if len(self.positions) != len(self.events):
            raise PieceError(
                f"each of {len(self.events)} events must have one position, got {len(self.positions)}"
            )

    def __len__(self) -> int:
        return len(self.events)

    @property
    def content(self) -> str:
        """The sha256 of the notes and their onsets, independent of the key; equal for duplicates.

        It ignores durations, velocities, parts, tempo and bar lines, because these differ between editions of
        the same performance.
        """
        lowest = min(event.notes[0].note for event in self.events)
        rows: list[tuple[int, list[int]]] = []
        onset = -self.events[0].ioi
        for event in self.events:
            onset += event.ioi
            rows.append((onset, sorted({note.note - lowest for note in event.notes})))
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "events": [event.to_json() for event in self.events],
            "positions": [[position.tick, position.bar] for position in self.positions],
            "bpm": self.bpm,
            "meter": str(self.meter),
            **({"remarks": list(self.remarks)} if self.remarks else {}),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Read what `to_json` returned."""
        numerator, denominator = value["meter"].split("/")
        return cls(
            value["name"],
            value["sha256"],
            tuple(map(Event.from_json, value["events"])),
            tuple(Position(tick, bar) for tick, bar in value["positions"]),
            float(value["bpm"]),
            Meter(int(numerator), int(denominator)),
            tuple(value.get("remarks", ())),
        )
