"""Read the journal of a set for the score networks."""

import hashlib
from pathlib import Path

from presets.midi_files.events import ChannelEvent, EndOfTrack, Event
from presets.midi_files.note_ends import find_notes
from presets.music.event import PPQ
from presets.sets.channel_message import NOTE_OFF, NOTE_ON
from presets.sets.recording import Recording, Track
from training.corpus.journals import Players, read_music
from training.score.reading.bars import Bars, MeterChange
from training.score.reading.beats import beat_shift
from training.score.reading.events import TimedNote, gather, quantize
from training.score.reading.layout import Layout
from training.score.reading.piece import PieceError, ScorePiece


def read_journal_piece(path: Path, name: str, layout: Layout, players: Players) -> ScorePiece:
    """Read the notes of these players in all takes of a set, one take after the other.

    Each part of a preset is a track, and so is each keyboard of the musician, as in the files of `segue sets
    export`. A pedal holds only the notes of its own track.

    Raises:
        PieceError: if these players play no notes in the parts of the layout.
        SegueError: if the journal is damaged, or these players play no notes at all.
        OSError: if the file cannot be read.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    recording = read_music(path, players)
    notes = _notes(recording, layout)
    if not notes:
        tracks = ", ".join(repr(track.name) for track in recording.tracks)
        raise PieceError(f"the journal has no notes in the tracks of the corpus's parts, only in {tracks}")
    bars = Bars([MeterChange(tick, meter) for tick, meter in recording.meters], layout.bars)
    events, positions = gather(notes, bars, layout.grid)
    end = recording.end
    bpm = round(60 * end / PPQ / recording.seconds_at(end), 3)
    return ScorePiece(name, digest, events, positions, bpm, bars.commonest(end))


def _notes(recording: Recording, layout: Layout) -> list[TimedNote]:
    """Return the notes of the layout's parts on its grid."""
    onsets = [note.tick for track in recording.tracks for note in track.notes]
    later = 0 if layout.beats else beat_shift(onsets, PPQ)
    return [
        TimedNote(
            quantize(note.onset + later, PPQ, layout.grid),
            note.note,
            note.end - note.onset,
            note.velocity,
            part,
        )
        for place, track in enumerate(recording.tracks)
        if (part := layout.part_of(track.name, place)) is not None
        for note in find_notes(_events(track))
    ]


def _events(track: Track) -> list[Event]:
    """Return a track as the events of a file; at the same tick, note-offs come first and note-ons last."""
    ends = [
        ChannelEvent(note.tick + note.duration, 0, NOTE_OFF | note.channel, note.note) for note in track.notes
    ]
    begins = [
        ChannelEvent(note.tick, 0, NOTE_ON | note.channel, note.note, note.velocity) for note in track.notes
    ]
    controls = [ChannelEvent(tick, 0, *message) for tick, message in track.controls]
    events = sorted([*ends, *controls, *begins], key=lambda event: event.tick)
    return [*events, EndOfTrack(events[-1].tick, 0)]
