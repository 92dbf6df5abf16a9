"""Write a MIDI file again, plainly, for music21.

music21 makes tokens as the articles did, but its reader of MIDI files refuses some that `presets.midi_files`
reads, loses notes without a note-off, and makes objects for every bar of a silence. In a file that is
written again from what segue has read, each note ends once, and no time without events is long. No token is a
rest, so none is lost.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from itertools import pairwise

from mido import Message, MetaMessage, MidiTrack
from mido import MidiFile as PlainFile

from presets.bundles.settings import Meter
from presets.midi_files.events import PROGRAM_CHANGE, ChannelEvent, Event, Name, Tempo, TimeSignature
from presets.midi_files.midi_file import MidiFile
from presets.midi_files.note_ends import FileNote, find_notes
from presets.sets.recording import PERCUSSION_CHANNEL

LONGEST_PERIODS = 2
"""Periods without an event that are kept. A period is as many bars as the time signature's denominator, so
that it has a whole number of ticks: a time that loses whole periods moves no bar line."""

Row = tuple[int, int, int, Message | MetaMessage]
"""Track, tick, order within the tick, and message."""

SIGN, END, BEGIN, END_OF_NO_LENGTH = range(4)
"""The order within a tick: a note without length ends after it has begun, other notes end first."""


def write_plainly(file: MidiFile) -> bytes:
    """Return a file of type 0 or 1 with the notes, names, programs, time signatures and tempos of a file.

    A note ends at its note-off, whatever the pedal does: the articles knew no pedal. Drums (channel 10) are
    left out.

    Raises:
        MidiReadError: if the file is damaged.
    """
    events = list(file.events())
    notes = find_notes(events, pedal=False, own_pedals=file.file_type == 2)
    rows = [*_signs(events), *(row for note in notes for row in _rows_of(note))]
    moved = _shorten([row[1] for row in rows], events, file.ppq)
    # The tracks of type 2 follow each other: they become one.
    tracks = [MidiTrack() for _ in range(1 if file.file_type == 2 else file.track_count)]
    now = [0] * len(tracks)
    for row_track, tick, _, message in sorted(rows, key=lambda row: row[1:3]):
        number, at = 0 if file.file_type == 2 else row_track, moved(tick)
        tracks[number].append(message.copy(time=at - now[number]))
        now[number] = at
    used = [track for track in tracks if track] or tracks[:1]
    plain = PlainFile(
        type=0 if len(used) == 1 else 1, ticks_per_beat=file.ppq, charset="latin-1", tracks=used
    )
    written = BytesIO()
    plain.save(file=written)
    return written.getvalue()


def _signs(events: Iterable[Event]) -> Iterator[Row]:
    """Yield the names, programs, time signatures and tempos."""
    for event in events:
        match event:
            case Name(tick, track, content, of_instrument):
                kind = "instrument_name" if of_instrument else "track_name"
                # In Latin-1, mido writes the same bytes: the instrument that music21 makes depends on them.
                yield track, tick, SIGN, MetaMessage(kind, name=content.decode("latin-1"))
            case TimeSignature(tick, track, meter):
                signature = MetaMessage(
                    "time_signature", numerator=meter.numerator, denominator=meter.denominator
                )
                yield track, tick, SIGN, signature
            case Tempo(tick, track, tempo):
                # Where tracks are merged, they change the order in which music21 sorts notes.
                yield track, tick, SIGN, MetaMessage("set_tempo", tempo=tempo)
            case ChannelEvent(tick, track, _, program) if event.kind == PROGRAM_CHANGE:
                if event.channel != PERCUSSION_CHANNEL:
                    change = Message("program_change", channel=event.channel, program=program)
                    yield track, tick, SIGN, change


def _rows_of(note: FileNote) -> tuple[Row, Row]:
    """Return the note-on and the note-off of a note."""
    begin = Message("note_on", channel=note.channel, note=note.note, velocity=note.velocity)
    end = Message("note_off", channel=note.channel, note=note.note)
    order = END if note.end > note.onset else END_OF_NO_LENGTH
    return (note.track, note.onset, BEGIN, begin), (note.track, note.end, order, end)


def _shorten(ticks: Sequence[int], events: Iterable[Event], ppq: int) -> Callable[[int], int]:
    """Return a function that moves each of these ticks forward, so that no time without any is long."""
    meters = {event.tick: event.meter for event in events if isinstance(event, TimeSignature)}
    meter, earlier, froms, shifts = Meter(), 0, [0], [0]
    for before, tick in pairwise(sorted({0, *ticks})):
        meter = meters.get(before, meter)
        period = meter.numerator * 4 * ppq
        if lost := max(0, (tick - before) // period - LONGEST_PERIODS) * period:
            earlier += lost
            froms.append(tick)
            shifts.append(earlier)
    return lambda tick: tick - shifts[bisect_right(froms, tick) - 1]
