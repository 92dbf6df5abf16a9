"""An event: everything that begins at one onset, a note or a chord, in its real octaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from presets.errors import SegueError

PPQ = 480
"""Ticks per quarter note, everywhere inside segue (a multiple of MIDI clock's 24)."""


class EventError(SegueError):
    """A note or an event is not valid in MIDI or in the window."""


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
    """Everything that begins at one onset.

    Attributes:
        ioi: ticks since the previous event's onset, 0 or more.
        notes: the notes from low to high, at least one.
    """

    ioi: int
    notes: tuple[Note, ...]

    def __post_init__(self) -> None:
        if self.ioi < 0:
            raise EventError(f"an inter-onset interval must be 0 ticks or more, got {self.ioi}")
        if not self.notes:
            raise EventError("an event must have at least one note, got none")
        if list(self.notes) != sorted(self.notes):
            raise EventError(f"an event's notes must be in order from low to high, got {self.note_numbers}")

    @classmethod
    def of(cls, ioi: int, notes: Iterable[Note]) -> Self:
        """Create an event from notes in any order."""
        return cls(ioi, tuple(sorted(notes)))

    @property
    def note_numbers(self) -> tuple[int, ...]:
        """The MIDI note numbers, in the order of the notes."""
        return tuple(note.note for note in self.notes)

    def to_json(self) -> list[Any]:
        """Return `[ioi, [[note, duration, velocity, part], ...]]`, the form stored in bundles."""
        return [self.ioi, [[n.note, n.duration, n.velocity, n.part] for n in self.notes]]

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read the form that `to_json` returns.

        Raises:
            EventError: if the value has another form or is not a valid event.
        """
        try:
            ioi, notes = value
            return cls.of(int(ioi), (Note(*map(int, note)) for note in notes))
        except (TypeError, ValueError) as error:
            raise EventError(
                f"an event is stored as [ioi, [[note, duration, velocity, part], ...]], got {value!r}"
            ) from error
