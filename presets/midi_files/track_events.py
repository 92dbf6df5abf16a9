"""Read the events of one track, byte by byte, as far as they are asked for."""

from collections.abc import Iterator

from presets.counting import count_of
from presets.midi_files.chunks import MidiReadError, TrackChunk
from presets.midi_files.events import PROGRAM_CHANGE, ChannelEvent, EndOfTrack, Event
from presets.midi_files.meta_events import END_OF_TRACK, read_meta_event
from presets.midi_files.remarks import Remarks
from presets.sets.channel_message import CONTROL_CHANGE, LENGTHS, NOTE_OFF, NOTE_ON

SYSEX = 0xF0
ESCAPE = 0xF7
META = 0xFF

LONGEST_NUMBER = 4
"""Maximum bytes of a number of variable length. Source: Standard MIDI Files 1.0, "Conventions"."""

SYSTEM_DATA_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}
"""Data bytes of the system messages, which a file must not have; F4, F5, F9 and FD are not defined."""

MUSIC = frozenset((NOTE_OFF, NOTE_ON, CONTROL_CHANGE, PROGRAM_CHANGE))


def read_track(
    data: bytes, chunk: TrackChunk, track: int, remarks: Remarks, start: int = 0
) -> Iterator[Event]:
    """Yield the events of a track in order; the last one is its end.

    A running status also goes on behind meta events and SysEx: the standard forbids it, and files have it.

    Args:
        data: the file.
        chunk: where the track is in it.
        track: its index, for the events.
        remarks: takes what was ignored.
        start: the tick on which the track begins.

    Raises:
        MidiReadError: at the first byte after which the events are uncertain.
    """
    at, end, tick, running = chunk.begin, chunk.end, start, 0
    while at < end:
        began = at
        delta, at = _read_number(data, at, end, chunk, began)
        tick += delta
        if at >= end:
            raise _cut(chunk, began)
        status = data[at]
        if status < 0x80:
            if not running:
                raise MidiReadError(
                    f"the first message of the track at byte {chunk.at} must begin with a status byte, "
                    f"80 to FF, got {status:02X} at byte {at}"
                )
            status = running
        else:
            at += 1
        if status < SYSEX:
            running, kind = status, status & 0xF0
            begin, at = at, at + LENGTHS[kind] - 1
            if at > end:
                raise _cut(chunk, began)
            if kind in MUSIC:
                yield _channel_event(data, begin, at, status, tick, track, remarks)
        elif status in (SYSEX, ESCAPE):
            length, at = _read_number(data, at, end, chunk, began)
            at = _after(at, length, end, chunk, began)
        elif status == META:
            # Without a type byte there is no length either, which is refused.
            meta, (length, begin) = data[at : at + 1], _read_number(data, at + 1, end, chunk, began)
            at = _after(begin, length, end, chunk, began)
            if meta[0] == END_OF_TRACK:
                if at < end:
                    left = count_of(end - at, "byte")
                    remarks.add(f"ignored {left} behind the end of the track at byte {began}")
                break
            event = read_meta_event(meta[0], data[begin:at], began, tick, track, remarks)
            if event is not None:
                yield event
        else:
            if status not in SYSTEM_DATA_BYTES:
                raise MidiReadError(
                    f"an event must have a status byte that MIDI defines, got {status:02X} at byte {at - 1}"
                )
            remarks.add(f"ignored the system message {status:02X} at byte {at - 1}, which belongs in no file")
            at = _after(at, SYSTEM_DATA_BYTES[status], end, chunk, began)
    yield EndOfTrack(tick, track)


def _channel_event(
    data: bytes, at: int, end: int, status: int, tick: int, track: int, remarks: Remarks
) -> ChannelEvent:
    """Return a message of a channel; a velocity or value above 127 becomes 127, as players do."""
    first = data[at]
    second = data[at + 1] if end - at > 1 else 0
    if first > 127:
        raise MidiReadError(
            f"the byte after the status {status:02X} must be 00 to 7F, got {first:02X} at byte {at}"
        )
    if second > 127:
        remarks.add(f"took the value {second} at byte {at + 1} for 127, which is the most")
        second = 127
    return ChannelEvent(tick, track, status, first, second)


def _read_number(data: bytes, at: int, end: int, chunk: TrackChunk, began: int) -> tuple[int, int]:
    """Return a number of variable length, seven bits a byte, and the position after it."""
    number, begin = 0, at
    while at < end:
        byte = data[at]
        at += 1
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, at
        if at - begin == LONGEST_NUMBER:
            raise MidiReadError(
                f"a time or length must have at most {LONGEST_NUMBER} bytes, got more at byte {begin}"
            )
    raise _cut(chunk, began)


def _after(at: int, length: int, end: int, chunk: TrackChunk, began: int) -> int:
    """Return the position after so many bytes, which must be in the track."""
    if at + length > end:
        raise _cut(chunk, began, length)
    return at + length


def _cut(chunk: TrackChunk, began: int, length: int | None = None) -> MidiReadError:
    """Return the error for an event that goes on where its track ends."""
    of_length = "" if length is None else f", which says that it has {length} bytes"
    return MidiReadError(
        f"the track at byte {chunk.at} ends at byte {chunk.end}, in the middle of the event at byte {began}"
        f"{of_length}: a length is wrong, or bytes are missing"
    )
