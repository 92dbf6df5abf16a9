"""`--seed FILE.mid`: the events of a MIDI file as a first window."""

from pathlib import Path

from mido import MetaMessage, MidiFile, merge_tracks
from mido.midifiles.meta import KeySignatureError

from presets.bundles.seed import Seed
from presets.bundles.settings import Meter
from presets.errors import SegueError
from presets.music.encoding import Position
from presets.music.event import PPQ, Event, Note
from presets.music.window import WINDOW_LENGTH, Window

CHORD_SPAN_TICKS = PPQ // 16
"""Ticks from a chord's first note within which further notes belong to it: 31 ms at 120 bpm, as on the
keyboard."""

DRUM_CHANNEL = 9
"""Channel 10 of General MIDI, whose notes are drums and not pitches."""


class SeedError(SegueError):
    """A file cannot be used as the seed."""


def read_seed(path: Path, meter: Meter, length: int = WINDOW_LENGTH) -> Seed:
    """Read the beginning of a MIDI file: all its tracks, without the drums.

    Args:
        path: of the file.
        meter: the time signature if the file has none.
        length: maximum number of events.

    Raises:
        SeedError: if the file cannot be read as MIDI or has no notes.
    """
    try:
        file = MidiFile(path, clip=True)
        notes, bar = _read(file)
    except OSError as error:
        raise SeedError(
            f"cannot read the seed {path}: {error.strerror or 'it is not a MIDI file'}"
        ) from error
    except (EOFError, ValueError, KeyError, IndexError, KeySignatureError) as error:
        raise SeedError(f"the seed {path} is not a complete MIDI file: {error}; export it again") from error
    if not notes:
        raise SeedError(f"a seed must have at least one note that is not a drum, got none in {path}")
    return Seed(
        Window.of(_gather(notes)[:length], length), Position(0, bar or meter.bar_ticks).after(notes[0][0])
    )


def _read(file: MidiFile) -> tuple[list[tuple[int, Note]], int | None]:
    """Return each note with its onset, in order, and the length of a bar at the first note.

    All times are in segue's ticks; the bar is None if the file has no time signature before the first note.
    """
    if file.ticks_per_beat <= 0:
        raise ValueError(f"it has {file.ticks_per_beat} ticks per quarter note")
    notes: list[tuple[int, Note]] = []
    pressed: dict[tuple[int, int], tuple[int, int]] = {}
    bar: int | None = None
    now = 0

    def end(key: tuple[int, int]) -> None:
        if key in pressed:
            onset, velocity = pressed.pop(key)
            notes.append((onset, Note(key[1], max(1, _tick(file, now) - onset), velocity)))

    for message in merge_tracks(file.tracks):
        now += message.time
        if message.type == "time_signature" and not notes and not pressed:
            bar = _bar_ticks(message)
        if message.type not in ("note_on", "note_off") or message.channel == DRUM_CHANNEL:
            continue
        key = (message.channel, message.note)
        end(key)
        if message.type == "note_on" and message.velocity > 0:
            pressed[key] = (_tick(file, now), message.velocity)
    for key in list(pressed):
        end(key)
    return sorted(notes), bar


def _bar_ticks(signature: MetaMessage) -> int:
    """Return the ticks of a bar; a file may have a meter that segue itself does not support."""
    return max(1, int(signature.numerator) * 4 * PPQ // int(signature.denominator))


def _tick(file: MidiFile, tick: int) -> int:
    return round(tick * PPQ / int(file.ticks_per_beat))


def _gather(notes: list[tuple[int, Note]]) -> list[Event]:
    """Group notes, in order of onset, into events."""
    chords: list[tuple[int, list[Note]]] = []
    for onset, note in notes:
        if chords and onset <= chords[-1][0] + CHORD_SPAN_TICKS:
            chords[-1][1].append(note)
        else:
            chords.append((onset, [note]))
    previous = [0, *(onset for onset, _ in chords)]
    return [Event.of(onset - before, chord) for before, (onset, chord) in zip(previous, chords, strict=False)]
