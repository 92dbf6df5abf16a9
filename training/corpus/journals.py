"""Read journals of your sets as music to learn from.

Notes that the musician played while segue was stopped have no beat, and are left out. Count-in clicks and
drums are also left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from presets.errors import SegueError
from presets.sets.reader import SUFFIX, read_journal
from presets.sets.recording import PERCUSSION_CHANNEL, By, Recording
from presets.sets.records import Heard, Opened, Record
from presets.sets.summary import presets_in
from presets.sets.transcription import transcribe

JOURNAL_SUFFIX = SUFFIX

Players = Literal["both", "segue", "player"]
"""Whose notes to learn from; "player" is the musician."""

PLAYERS: tuple[Players, ...] = get_args(Players)

_WHO: dict[Players, frozenset[By]] = {
    "both": frozenset((By.SEGUE, By.PLAYER)),
    "segue": frozenset((By.SEGUE,)),
    "player": frozenset((By.PLAYER,)),
}

_WORDS: dict[Players, str] = {"both": "segue or the musician", "segue": "segue", "player": "the musician"}


class NoNotesError(SegueError):
    """A journal has no notes of the chosen players."""


@dataclass(frozen=True, slots=True)
class JournalSources:
    """The origin of a corpus's journals, for the record.

    Attributes:
        players: whose notes were learnt from.
        sets: the number of journals.
        first: the day of the earliest journal, ISO 8601; "" if no journal has a date.
        last: the day of the latest journal.
        presets: the presets that segue played in them; these were trained on other music.
    """

    players: Players
    sets: int
    first: str
    last: str
    presets: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "players": self.players,
            "sets": self.sets,
            "first": self.first,
            "last": self.last,
            "presets": list(self.presets),
        }


def read_music(path: Path, players: Players) -> Recording:
    """Read the notes of these players from a set, with a track for each part.

    Raises:
        JournalError: if the file is not a readable journal.
        NoNotesError: if they played no notes.
    """
    recording = transcribe(_on_the_beat(read_journal(path).records), path.stem)
    tracks = []
    for track in recording.tracks:
        notes = tuple(note for note in track.notes if note.channel != PERCUSSION_CHANNEL)
        if notes and track.by in _WHO[players]:
            tracks.append(replace(track, notes=notes))
    if not tracks:
        raise NoNotesError(f"the journal has no notes that {_WORDS[players]} played on the beat")
    return replace(recording, tracks=tuple(tracks))


def journal_sources(paths: Iterable[Path], players: Players) -> JournalSources | None:
    """Return the origin of the journals among these files; None if there are no journals.

    Raises:
        JournalError: if a journal can no longer be read.
    """
    journals = [read_journal(path).records for path in paths if path.suffix.lower() == JOURNAL_SUFFIX]
    if not journals:
        return None
    days = sorted(
        record.began[:10] for records in journals for record in records if isinstance(record, Opened)
    )
    names = {name for records in journals for name in presets_in(records, transcribe(records, ""))}
    return JournalSources(
        players, len(journals), days[0] if days else "", days[-1] if days else "", tuple(sorted(names))
    )


def _on_the_beat(records: Iterable[Record]) -> Iterable[Record]:
    """Leave out the note-ons that arrived while segue was stopped, but keep the note-offs."""
    for record in records:
        if not (isinstance(record, Heard) and record.take is None and _is_note_on(record)):
            yield record


def _is_note_on(record: Heard) -> bool:
    message = record.message
    return len(message) == 3 and message[0] & 0xF0 == 0x90 and message[2] > 0
