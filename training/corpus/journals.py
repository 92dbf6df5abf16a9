"""Journals of one's own sets as music to learn from.

What the player played while nothing ran has no beat, and is left out; so are the clicks of a count-in, and
drums.
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
"""Whose notes are learnt from."""

PLAYERS: tuple[Players, ...] = get_args(Players)

_WHO: dict[Players, frozenset[By]] = {
    "both": frozenset((By.SEGUE, By.PLAYER)),
    "segue": frozenset((By.SEGUE,)),
    "player": frozenset((By.PLAYER,)),
}

_WORDS: dict[Players, str] = {"both": "segue or of the player", "segue": "segue", "player": "the player"}


class NoNotesError(SegueError):
    """Those who are to be learnt from play nothing in a journal."""


@dataclass(frozen=True, slots=True)
class JournalSources:
    """What the journals of a corpus bring along, for the record.

    Attributes:
        players: whose notes were learnt from.
        sets: how many journals there are.
        first: the day of the first of them, ISO 8601; "" if none of them knows.
        last: the day of the last.
        presets: what segue played with in them, which learnt from music of its own.
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
    """Read what these players played in a set, each part and player on a track.

    Raises:
        JournalError: if the file is no journal that can be read.
        NoNotesError: if they played nothing.
    """
    recording = transcribe(_on_the_beat(read_journal(path).records), path.stem)
    tracks = []
    for track in recording.tracks:
        notes = tuple(note for note in track.notes if note.channel != PERCUSSION_CHANNEL)
        if notes and track.by in _WHO[players]:
            tracks.append(replace(track, notes=notes))
    if not tracks:
        raise NoNotesError(f"a journal must have notes of {_WORDS[players]} on the beat, got none")
    return replace(recording, tracks=tuple(tracks))


def journal_sources(paths: Iterable[Path], players: Players) -> JournalSources | None:
    """Return what the journals among these files bring along; None if there is none.

    Raises:
        JournalError: if one cannot be read any more.
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
    """Leave out what was struck while nothing ran; what ends then is still known to end."""
    for record in records:
        if not (isinstance(record, Heard) and record.take is None and _strikes(record)):
            yield record


def _strikes(record: Heard) -> bool:
    message = record.message
    return len(message) == 3 and message[0] & 0xF0 == 0x90 and message[2] > 0
