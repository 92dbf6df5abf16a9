"""An event: everything that is struck at one onset, a note or a chord, in its real octaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from presets.errors import SegueError

PPQ = 480
"""Ticks per quarter note, everywhere inside segue (a multiple of MIDI clock's 24)."""


class EventError(SegueError):
    """A note or an event breaks a rule of MIDI or of the window."""


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One note of an event.

    Attributes:
        note: MIDI note number, 0..127 (60 is middle C).
        duration: ticks from onset to note-off, at least 1.
        velocity: 1..127.
        part: index of the preset's part (instrument) that plays it, from 0.
    """

    note: int
    duration: int
    velocity: int
    part: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.note <= 127:
            raise EventError(f"a note number must be 0..127, got {self.note}")
        if self.duration < 1:
            raise EventError(f"a duration must be at least 1 tick, got {self.duration}")
        if not 1 <= self.velocity <= 127:
            raise EventError(f"a velocity must be 1..127, got {self.velocity}")
        if self.part < 0:
            raise EventError(f"a part must be 0 or more, got {self.part}")


@dataclass(frozen=True, slots=True)
class Event:
    """Everything struck at one onset.

    Attributes:
        ioi: ticks since the previous event's onset, 0 or more.
        notes: from the bottom up, at least one.
    """

    ioi: int
    notes: tuple[Note, ...]

    def __post_init__(self) -> None:
        if self.ioi < 0:
            raise EventError(f"an inter-onset interval must be 0 ticks or more, got {self.ioi}")
        if not self.notes:
            raise EventError("an event must have at least one note, got none")
        if list(self.notes) != sorted(self.notes):
            raise EventError(f"an event's notes must stand from the bottom up, got {self.note_numbers}")

    @classmethod
    def of(cls, ioi: int, notes: Iterable[Note]) -> Self:
        """Make an event of notes in any order."""
        return cls(ioi, tuple(sorted(notes)))

    @property
    def note_numbers(self) -> tuple[int, ...]:
        """The MIDI note numbers, as the notes stand."""
        return tuple(note.note for note in self.notes)

    def to_json(self) -> list[Any]:
        """Return `[ioi, [[note, duration, velocity, part], ...]]`, the form that bundles store."""
        return [self.ioi, [[n.note, n.duration, n.velocity, n.part] for n in self.notes]]

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read what `to_json` returned; an `EventError` says what is wrong with anything else."""
        try:
            ioi, notes = value
            return cls.of(int(ioi), (Note(*map(int, note)) for note in notes))
        except (TypeError, ValueError) as error:
            raise EventError(
                f"an event is stored as [ioi, [[note, duration, velocity, part], ...]], got {value!r}"
            ) from error
