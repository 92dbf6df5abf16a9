"""A set in a few numbers: how long it was, what played, and how much."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from presets.sets.reader import JournalFile
from presets.sets.recording import By, Recording
from presets.sets.records import Begun, Closed, Copied, Interrupted, Opened, Plays, Record
from presets.sets.transcription import transcribe

_Kind = TypeVar("_Kind", bound=Record)


@dataclass(frozen=True, slots=True)
class SetSummary:
    """A set in a few numbers.

    Attributes:
        id: what it is called: the local time of its beginning.
        name: of the set file that was played; None without one.
        began: when, with its distance from UTC; None if the journal has lost it.
        seconds: from its beginning to the last that is known of it.
        takes: how often the music began.
        presets: names of those that played, in the order in which they came first.
        notes: that segue played.
        player_notes: that the player played.
        copied: the longest passage that is in a training set just so; None if there is none.
        interruptions: when segue's process ended and another one went on, in order.
        closed: how it ended; None if it was broken off, or goes on.
        unreadable: lines of the journal that could not be read.
    """

    id: str
    name: str | None
    began: datetime | None
    seconds: float
    takes: int
    presets: tuple[str, ...]
    notes: int
    player_notes: int
    copied: Copied | None
    interruptions: tuple[Interrupted, ...]
    closed: Closed | None
    unreadable: int


def summarize(journal: JournalFile) -> tuple[SetSummary, Recording]:
    """Return the numbers of a set, and the music that they were counted in."""
    records = journal.records
    opened = next(iter(_of_kind(Opened, records)), None)
    name = opened.name if opened is not None else None
    recording = transcribe(records, name or f"segue {journal.id}")
    summary = SetSummary(
        id=journal.id,
        name=name,
        began=_moment(opened.began) if opened is not None else None,
        seconds=_length(records),
        takes=len({begun.take for begun in _of_kind(Begun, records)}),
        presets=presets_in(records, recording),
        notes=_count_notes(recording, By.SEGUE),
        player_notes=_count_notes(recording, By.PLAYER),
        copied=max(_of_kind(Copied, records), key=lambda copied: copied.events, default=None),
        interruptions=tuple(_of_kind(Interrupted, records)),
        closed=_of_kind(Closed, records)[-1] if journal.is_closed else None,
        unreadable=journal.unreadable,
    )
    return summary, recording


def presets_in(records: Iterable[Record], recording: Recording) -> tuple[str, ...]:
    """Return the names of the presets that played in a recording of these records, as they came first."""
    called = {text for _, text in recording.markers}
    changes = _of_kind(Plays, records)
    return tuple(dict.fromkeys(plays.preset for plays in changes if plays.called in called))


def _of_kind(kind: type[_Kind], records: Iterable[Record]) -> list[_Kind]:
    """Return the records of one kind, in their order."""
    return [record for record in records if isinstance(record, kind)]


def _length(records: Iterable[Record]) -> float:
    """Return the seconds from the beginning of a set to its last record."""
    return max((record.at for record in records if not isinstance(record, Opened)), default=0.0)


def _count_notes(recording: Recording, by: By) -> int:
    return sum(len(track.notes) for track in recording.tracks if track.by is by)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
