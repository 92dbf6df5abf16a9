"""Reading a journal of a set for the score networks."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from mido import Message

from presets.music.event import PPQ
from presets.sets.recording import Recording, Track
from training.corpus.journals import Players, read_music
from training.score.reading.bars import Bars, MeterChange
from training.score.reading.beats import beat_shift
from training.score.reading.events import Struck, gather, quantize
from training.score.reading.layout import Layout
from training.score.reading.note_ends import sound
from training.score.reading.piece import PieceError, ScorePiece


def read_journal_piece(path: Path, name: str, layout: Layout, players: Players) -> ScorePiece:
    """Read what these players played in a set, in its takes, one after the other.

    Each preset's part and each player is a track, as in a file of `segue sets export`. A pedal holds the
    notes of its own track.

    Raises:
        PieceError: if they play nothing in the parts of the layout.
        SegueError: if the journal cannot be read, or they play nothing at all.
        OSError: if it cannot be read.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    recording = read_music(path, players)
    notes = _notes(recording, layout)
    if not notes:
        tracks = ", ".join(repr(track.name) for track in recording.tracks)
        raise PieceError(
            f"a journal must have notes in the tracks of the corpus's parts, got them in {tracks} only"
        )
    bars = Bars([MeterChange(tick, meter) for tick, meter in recording.meters], layout.bars)
    events, positions = gather(notes, bars, layout.grid)
    end = recording.end
    bpm = round(60 * end / PPQ / recording.seconds_at(end), 3)
    return ScorePiece(name, digest, events, positions, bpm, bars.commonest(end))


def _notes(recording: Recording, layout: Layout) -> list[Struck]:
    """Return the notes of the layout's parts on its grid."""
    onsets = [note.tick for track in recording.tracks for note in track.notes]
    later = 0 if layout.beats else beat_shift(onsets, PPQ)
    return [
        Struck(
            quantize(note.onset + later, PPQ, layout.grid),
            note.note,
            note.end - note.onset,
            note.velocity,
            part,
        )
        for place, track in enumerate(recording.tracks)
        if (part := layout.part_of(track.name, place)) is not None
        for note in sound([_messages(track)])
    ]


def _messages(track: Track) -> Sequence[tuple[int, Message]]:
    """Return the messages of a track: of one tick, what ends comes first, and what begins last."""
    ends = [
        (note.tick + note.duration, Message("note_off", channel=note.channel, note=note.note))
        for note in track.notes
    ]
    begins = [
        (note.tick, Message("note_on", channel=note.channel, note=note.note, velocity=note.velocity))
        for note in track.notes
    ]
    controls = [(tick, Message.from_bytes(message)) for tick, message in track.controls]
    return sorted([*ends, *controls, *begins], key=lambda row: row[0])
