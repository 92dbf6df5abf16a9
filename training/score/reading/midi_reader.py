"""Read a MIDI file tick by tick."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from presets.midi_files.events import EndOfTrack, Event, Name, Tempo, TimeSignature
from presets.midi_files.midi_file import MICROSECONDS_PER_BEAT, MidiFile
from presets.midi_files.note_ends import FileNote, find_notes
from presets.music.event import PPQ
from training.score.reading.bars import Bars, MeterChange
from training.score.reading.beats import beat_shift
from training.score.reading.events import TimedNote, gather, quantize
from training.score.reading.layout import Layout
from training.score.reading.piece import PieceError, ScorePiece


def read_midi(path: Path, name: str, layout: Layout) -> ScorePiece:
    """Read every note of a file of any type, with any PPQ.

    `find_notes` says when a note ends, and that drums are left out. Tracks that no part of the layout names
    are also left out.

    Raises:
        PieceError: if the file gives no piece.
        MidiReadError: if the file is no MIDI file, or damaged.
        OSError: if the file cannot be read.
    """
    data = path.read_bytes()
    file = MidiFile(data)
    events = list(file.events())
    end = max(event.tick for event in events)
    meters = [
        MeterChange(round(event.tick * PPQ / file.ppq), event.meter)
        for event in events
        if isinstance(event, TimeSignature)
    ]
    bars = Bars(meters, layout.bars)
    found = list(find_notes(events, own_pedals=file.file_type == 2))
    if not found:
        raise PieceError("; ".join(("the MIDI file has no notes, or only drums", *file.remarks)))
    names = _names(events)
    notes = _assign(found, names, file.ppq, layout)
    if not notes:
        tracks = ", ".join(repr(names[track]) for track in sorted({note.track for note in found}))
        raise PieceError(f"the MIDI file has no notes in the tracks of the corpus's parts, only in {tracks}")
    gathered, positions = gather(notes, bars, layout.grid)
    return ScorePiece(
        name,
        hashlib.sha256(data).hexdigest(),
        gathered,
        positions,
        _mean_bpm(events, file.ppq, end),
        bars.commonest(end * PPQ // file.ppq),
        file.remarks,
    )


def _names(events: Iterable[Event]) -> Mapping[int, str]:
    """Return the name of each track: the first one that it has, or ""."""
    names: dict[int, str] = {}
    for event in events:
        if isinstance(event, Name) and not event.of_instrument:
            names.setdefault(event.track, event.text)
        elif isinstance(event, EndOfTrack):
            names.setdefault(event.track, "")
    return names


def _assign(notes: Sequence[FileNote], names: Mapping[int, str], ppq: int, layout: Layout) -> list[TimedNote]:
    """Return the notes of the layout's parts on its grid."""
    places = sorted({note.track for note in notes})
    parts = {track: layout.part_of(names[track], place) for place, track in enumerate(places)}
    later = 0 if layout.beats else beat_shift([note.onset for note in notes], ppq)
    return [
        TimedNote(
            quantize(note.onset + later, ppq, layout.grid),
            note.note,
            # The exact duration, from the onset in the file: the grid applies only to onsets.
            round((note.end - note.onset) * PPQ / ppq),
            note.velocity,
            part,
        )
        for note in notes
        if (part := parts[note.track]) is not None
    ]


def _mean_bpm(events: Iterable[Event], ppq: int, end: int) -> float:
    """Return the quarter notes of the file divided by its length in minutes."""
    changes = [(0, MICROSECONDS_PER_BEAT)]
    changes += [(event.tick, event.microseconds_per_beat) for event in events if isinstance(event, Tempo)]
    lasts = [after - tick for (tick, _), (after, _) in zip(changes, [*changes[1:], (end, 0)], strict=True)]
    microseconds = sum(last / ppq * tempo for last, (_, tempo) in zip(lasts, changes, strict=True))
    return round(60_000_000 * end / ppq / microseconds, 3) if microseconds else 120.0
