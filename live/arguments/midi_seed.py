"""`--seed FILE.mid`: the beginning of a MIDI file as a first window."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path

from presets.bundles.seed import Seed
from presets.bundles.settings import WINDOW, Meter
from presets.errors import SegueError
from presets.midi_files.chunks import MidiReadError
from presets.midi_files.events import Event as FileEvent
from presets.midi_files.events import TimeSignature
from presets.midi_files.midi_file import MidiFile
from presets.midi_files.note_ends import FileNote, find_notes
from presets.music.encoding import Position
from presets.music.event import PPQ, Event, Note
from presets.music.window import Window

CHORD_SPAN_TICKS = PPQ // 16
"""Ticks from a chord's first note within which further notes belong to it: 31 ms at 120 bpm, as on the
keyboard."""

MOST_EVENTS = int(WINDOW.high)
"""Events that are read of a file: the longest window that a preset can have."""


class SeedError(SegueError):
    """A file cannot be used as the seed."""


@dataclass(frozen=True, slots=True)
class MidiSeed:
    """The beginning of a MIDI file, for every preset.

    Attributes:
        path: of the file.
        events: at least one, at most `MOST_EVENTS`.
        onset: ticks from the last change of the time signature, or from the beginning, to the first event.
        meter: the time signature at the first event; None if the file has none there.
        remarks: what was ignored in the file, as sentences.
    """

    path: Path
    events: tuple[Event, ...]
    onset: int
    meter: Meter | None
    remarks: tuple[str, ...]

    def seed(self, meter: Meter, length: int) -> Seed:
        """Return the seed of a preset.

        Args:
            meter: the time signature if the file has none.
            length: maximum number of events.
        """
        first = Position(0, (self.meter or meter).bar_ticks).after(self.onset)
        return Seed(Window.of(self.events[:length], length), first)


def read_seed(path: Path) -> MidiSeed:
    """Read the beginning of a MIDI file: all its tracks, without the drums.

    Raises:
        SeedError: if the file cannot be read as MIDI or has no notes.
    """
    try:
        file = MidiFile(path.read_bytes())
        signatures: list[TimeSignature] = []
        events = _keep_signatures(file.events(), signatures)
        notes = _needed(find_notes(events, own_pedals=file.file_type == 2), file.ppq)
    except OSError as error:
        raise SeedError(f"cannot read the seed {path}: {error.strerror}") from error
    except MidiReadError as error:
        raise SeedError(f"cannot read the seed {path}: {error}") from error
    if not notes:
        why = "".join(f"; {remark}" for remark in file.remarks)
        raise SeedError(f"a seed must have at least one note that is not a drum, got none in {path}{why}")
    onset, begin, meter = notes[0].onset, 0, None
    for signature in signatures:
        if (tick := _tick(signature.tick, file.ppq)) <= onset:
            begin, meter = tick, signature.meter
    return MidiSeed(path, tuple(_gather(notes)[:MOST_EVENTS]), onset - begin, meter, file.remarks)


def _keep_signatures(events: Iterable[FileEvent], signatures: list[TimeSignature]) -> Iterator[FileEvent]:
    """Yield the events, and keep those that are time signatures."""
    for event in events:
        if isinstance(event, TimeSignature):
            signatures.append(event)
        yield event


def _needed(notes: Iterable[FileNote], ppq: int) -> list[FileNote]:
    """Return the notes of the first events, and those that begin while these sound, in segue's ticks."""
    needed: list[FileNote] = []
    chord, count, last_end = -inf, 0, 0
    for of_file in notes:
        note = of_file._replace(onset=_tick(of_file.onset, ppq), end=_tick(of_file.end, ppq))
        if note.onset > chord + CHORD_SPAN_TICKS:
            chord, count = note.onset, count + 1
        if count <= MOST_EVENTS:
            last_end = max(last_end, note.end)
        elif note.onset >= last_end:
            break
        needed.append(note)
    return needed


def _gather(notes: Iterable[FileNote]) -> list[Event]:
    """Group notes, in order of onset, into events.

    A note ends where it is played again. The same note twice in a chord is one, as long as the longer one and
    as loud as the louder one.
    """
    chords: list[tuple[int, dict[int, FileNote]]] = []
    for note in notes:
        if not chords or note.onset > chords[-1][0] + CHORD_SPAN_TICKS:
            chords.append((note.onset, {}))
        struck = chords[-1][1]
        same = struck.get(note.note, note)
        struck[note.note] = same._replace(
            end=max(same.end, note.end), velocity=max(same.velocity, note.velocity)
        )
    events: list[Event] = []
    next_onset: dict[int, int] = {}
    befores = [0, *(onset for onset, _ in chords)]
    # Go backwards, so that each note knows when it is played again.
    for (onset, struck), before in zip(reversed(chords), reversed(befores[:-1]), strict=True):
        of_event = []
        for number, note in struck.items():
            end = min(note.end, next_onset.get(number, note.end))
            of_event.append(Note(number, max(1, end - note.onset), note.velocity))
            next_onset[number] = note.onset
        events.append(Event.of(onset - before, of_event))
    return events[::-1]


def _tick(tick: int, ppq: int) -> int:
    """Return a tick of a file in segue's ticks."""
    return round(tick * PPQ / ppq)
