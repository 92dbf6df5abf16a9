"""Writes a recording as a MIDI file."""

import os
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from mido import Message, MetaMessage, MidiFile, MidiTrack

from presets.atomic import replacing
from presets.errors import SegueError
from presets.music.event import PPQ
from presets.sets.recording import Recording, Track


class MidiFileError(SegueError):
    """A MIDI file cannot be written."""


def to_midi(recording: Recording) -> MidiFile:
    """Return a MIDI file of type 1 with PPQ 480: a conductor track, then the recording's tracks.

    The conductor track has the name, the tempo map, the time signatures and the markers. At each tick, notes
    end before all other messages, and begin after them. Names are in UTF-8, as current programs read them.
    """
    conductor: list[tuple[int, MetaMessage]] = [(0, MetaMessage("track_name", name=_plain(recording.name)))]
    conductor += [
        (tick, MetaMessage("time_signature", numerator=meter.numerator, denominator=meter.denominator))
        for tick, meter in recording.meters
    ]
    conductor += [(tick, MetaMessage("set_tempo", tempo=tempo)) for tick, tempo in recording.tempos]
    conductor += [(tick, MetaMessage("marker", text=_plain(text))) for tick, text in recording.marks()]
    tracks = [_to_track(conductor), *(_to_track(_messages(track)) for track in recording.tracks)]
    return MidiFile(type=1, ticks_per_beat=PPQ, tracks=tracks, charset="utf-8")


def save_midi(recording: Recording, path: Path) -> None:
    """Write a recording as a MIDI file; the file appears complete or not at all.

    Args:
        recording: what was played.
        path: the file; an existing one is replaced, and links are followed.

    Raises:
        MidiFileError: if it cannot be written.
    """
    path = Path(os.path.realpath(path))
    try:
        with replacing(path) as scratch, scratch.open("wb") as file:
            to_midi(recording).save(file=file)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise MidiFileError(f"cannot write {str(path)!r}: {error.strerror}") from error


def _messages(track: Track) -> Iterator[tuple[int, Message | MetaMessage]]:
    """Yield a track's messages with their ticks; at each tick, in the order in which they take effect."""
    yield 0, MetaMessage("track_name", name=_plain(track.name))
    for note in track.notes:
        yield (
            note.tick + note.duration,
            Message("note_off", channel=note.channel, note=note.note, velocity=0),
        )
    for tick, message in track.controls:
        yield tick, Message.from_bytes(message)
    for note in track.notes:
        yield (
            note.tick,
            Message("note_on", channel=note.channel, note=note.note, velocity=note.velocity),
        )


def _to_track(timed: Iterable[tuple[int, Message | MetaMessage]]) -> MidiTrack:
    """Return the messages in order of time, each with the ticks since the one before."""
    ordered = sorted(timed, key=lambda row: row[0])
    steps = (after - before for (before, _), (after, _) in pairwise([(0, None), *ordered]))
    return MidiTrack(message.copy(time=step) for (_, message), step in zip(ordered, steps, strict=True))


def _plain(text: str) -> str:
    """Return a name as valid UTF-8; names of files and ports may be invalid."""
    return text.encode("utf-8", "replace").decode("utf-8")
