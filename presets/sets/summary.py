"""What a journal says of its set, in a few figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from presets.sets.reader import JournalFile
from presets.sets.recording import By, Recording
from presets.sets.records import Begun, Closed, Copied, Opened, Plays, Record
from presets.sets.transcription import transcribe


@dataclass(frozen=True, slots=True)
class SetSummary:
    """A set in a few figures.

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
    closed: Closed | None
    unreadable: int


def summarize(journal: JournalFile) -> tuple[SetSummary, Recording]:
    """Return the figures of a set, and its music, by which they are counted."""
    opened = next((record for record in journal.records if isinstance(record, Opened)), None)
    copies = [record for record in journal.records if isinstance(record, Copied)]
    name = opened.name if opened is not None else None
    recording = transcribe(journal.records, name or f"segue {journal.id}")
    counts = {by: sum(len(track.notes) for track in recording.tracks if track.by is by) for by in By}
    ends = [record for record in journal.records if isinstance(record, Closed)]
    summary = SetSummary(
        journal.id,
        name,
        _moment(opened.began) if opened is not None else None,
        max((record.at for record in journal.records if not isinstance(record, Opened)), default=0.0),
        sum(isinstance(record, Begun) for record in journal.records),
        presets_in(journal.records, recording),
        counts[By.SEGUE],
        counts[By.PLAYER],
        max(copies, key=lambda copied: copied.events, default=None),
        ends[-1] if journal.is_closed else None,
        journal.unreadable,
    )
    return summary, recording


def presets_in(records: Iterable[Record], recording: Recording) -> tuple[str, ...]:
    """Return the names of the presets that played in a recording of these records, as they came first."""
    called = {text for _, text in recording.markers}
    changes = (record for record in records if isinstance(record, Plays))
    return tuple(dict.fromkeys(plays.preset for plays in changes if plays.called in called))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
