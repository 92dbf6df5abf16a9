"""Read a MIDI file tick by tick."""

import hashlib
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

from mido import Message, MidiFile, MidiTrack
from mido.midifiles.meta import KeySignatureError

from presets.bundles.settings import Meter, SettingsError
from presets.music.event import PPQ
from training.score.reading.bars import Bars, MeterChange
from training.score.reading.beats import beat_shift
from training.score.reading.events import TimedNote, gather, quantize
from training.score.reading.layout import Layout
from training.score.reading.note_ends import Sounding, sound, together
from training.score.reading.piece import PieceError, ScorePiece

MICROSECONDS_PER_BEAT = 500_000
"""The default until a file sets another tempo. Source: Standard MIDI Files 1.0, `Set Tempo`."""


def read_midi(path: Path, name: str, layout: Layout) -> ScorePiece:
    """Read every note of a file of type 0 or 1, with any PPQ.

    A note ends at its note-off (the first note-off ends the earliest of several equal notes in a track). If
    the sustain pedal is down then, the note ends when the pedal comes up or when the same note is played
    again. A note without a note-off ends with its track. Drums (channel 10) are left out, and so are tracks
    that no part of the layout names.

    Raises:
        PieceError: if the file gives no piece.
        OSError: if the file cannot be read.
    """
    data = path.read_bytes()
    try:
        file = MidiFile(file=BytesIO(data), clip=True)
    except (EOFError, OSError, ValueError, KeyError, IndexError, KeySignatureError) as error:
        raise PieceError(f"the MIDI file is damaged: {str(error) or 'it ends early'}") from error
    if file.type not in (0, 1):
        raise PieceError(f"a MIDI file must be of type 0 or 1, got type {file.type}: export it as type 1")
    ppq = int(file.ticks_per_beat)
    if ppq <= 0:
        raise PieceError("a MIDI file must count ticks per quarter note, and this one counts SMPTE frames")
    messages = [_with_ticks(track) for track in file.tracks]
    end = max((row[-1][0] for row in messages if row), default=0)
    bars = Bars(_meters(messages, ppq), layout.bars)
    sounding = sound(messages)
    if not sounding:
        raise PieceError("the MIDI file has no notes, or only drums")
    notes = _assign(sounding, file.tracks, ppq, layout)
    if not notes:
        tracks = ", ".join(
            repr(file.tracks[track].name) for track in sorted({note.track for note in sounding})
        )
        raise PieceError(f"the MIDI file has no notes in the tracks of the corpus's parts, only in {tracks}")
    events, positions = gather(notes, bars, layout.grid)
    return ScorePiece(
        name,
        hashlib.sha256(data).hexdigest(),
        events,
        positions,
        _mean_bpm(messages, ppq, end),
        bars.commonest(end * PPQ // ppq),
    )


def _with_ticks(track: MidiTrack) -> list[tuple[int, Message]]:
    """Return the messages of a track, each with its tick, in the file's PPQ, since the beginning."""
    now = 0
    return [(now := now + message.time, message) for message in track]


def _assign(
    notes: Sequence[Sounding], tracks: Sequence[MidiTrack], ppq: int, layout: Layout
) -> list[TimedNote]:
    """Return the notes of the layout's parts on its grid."""
    places = sorted({note.track for note in notes})
    parts = {track: layout.part_of(tracks[track].name, place) for place, track in enumerate(places)}
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


def _meters(messages: Iterable[Sequence[tuple[int, Message]]], ppq: int) -> list[MeterChange]:
    try:
        return [
            MeterChange(round(tick * PPQ / ppq), Meter(message.numerator, message.denominator))
            for tick, _, message in together(messages)
            if message.type == "time_signature"
        ]
    except SettingsError as error:
        raise PieceError(f"the MIDI file has a time signature that segue does not know: {error}") from error


def _mean_bpm(messages: Iterable[Sequence[tuple[int, Message]]], ppq: int, end: int) -> float:
    """Return the quarter notes of the file divided by its length in minutes."""
    changes = [(0, MICROSECONDS_PER_BEAT)]
    changes += [
        (tick, message.tempo) for tick, _, message in together(messages) if message.type == "set_tempo"
    ]
    lasts = [after - tick for (tick, _), (after, _) in zip(changes, [*changes[1:], (end, 0)], strict=True)]
    microseconds = sum(last / ppq * tempo for last, (_, tempo) in zip(lasts, changes, strict=True))
    return round(60_000_000 * end / ppq / microseconds, 3) if microseconds else 120.0
