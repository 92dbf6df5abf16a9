"""Find the header and the tracks of a MIDI file.

Source: Standard MIDI Files 1.0, "Chunks" and "Header Chunks"; for the RIFF wrapper, RP-029 (`RMID`).
"""

from dataclasses import dataclass

from presets.counting import count_of
from presets.errors import SegueError
from presets.midi_files.remarks import Remarks

HEADER = b"MThd"
TRACK = b"MTrk"

CHUNK_BYTES = 8
"""Bytes of a chunk before its content: its name and its length."""

HEADER_BYTES = 6
"""Bytes of a header's content that every version has."""

FARTHEST_HEADER = 1024
"""Bytes within which a header is looked for, behind what a mailer or an old Macintosh wrote before it."""


class MidiReadError(SegueError):
    """A file is not a MIDI file, or is so damaged that its notes are uncertain."""


@dataclass(frozen=True, slots=True)
class TrackChunk:
    """The bytes of a track.

    Attributes:
        at: position of its name in the file.
        begin: position of its first event.
        end: position after its last byte.
    """

    at: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunks:
    """The chunks of a MIDI file.

    Attributes:
        file_type: 0 (one track), 1 (tracks that sound together) or 2 (tracks that follow each other).
        ppq: ticks per quarter note, 1..32767.
        tracks: at least one.
    """

    file_type: int
    ppq: int
    tracks: tuple[TrackChunk, ...]


def find_chunks(data: bytes, remarks: Remarks) -> Chunks:
    """Find the header and the tracks, and skip every other chunk.

    Raises:
        MidiReadError: if there is no header or no track, or if a chunk is cut short.
    """
    begin = _unwrap(data)
    header = _find_header(data, begin, remarks)
    file_type, promised, ppq, at = _read_header(data, header)
    tracks = _find_tracks(data, at, promised, is_wrapped=begin > 0, remarks=remarks)
    if not tracks:
        got = "".join(f"; {text}" for text in remarks.texts)
        raise MidiReadError(
            f"a MIDI file must have a track, got none between byte {at} and byte {len(data)}{got}"
        )
    if len(tracks) != promised:
        remarks.add(
            f"the header at byte {header} promises {count_of(promised, 'track')}, "
            f"and the file has {len(tracks)}"
        )
    return Chunks(file_type, ppq, tracks)


def _unwrap(data: bytes) -> int:
    """Return where the MIDI file begins: in its RIFF wrapper, if it has one.

    RIFF counts its bytes from the little end, and pads each chunk to an even number of them. Its length of
    the MIDI file is not needed: the tracks have lengths of their own.
    """
    if not data:
        raise MidiReadError("the file is empty: it has 0 bytes")
    if data[:4] != b"RIFF":
        return 0
    if data[8:12] != b"RMID":
        raise MidiReadError(f"a RIFF file with MIDI must say RMID at byte 8, got {_shown(data[8:12])}")
    at = 12
    while at + CHUNK_BYTES <= len(data):
        if data[at : at + 4] == b"data":
            return at + CHUNK_BYTES
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += CHUNK_BYTES + size + size % 2
    raise MidiReadError(
        f"a RIFF file with MIDI must have a chunk 'data', got none from byte 12 to {len(data)}"
    )


def _find_header(data: bytes, begin: int, remarks: Remarks) -> int:
    """Return the position of the header."""
    at = data.find(HEADER, begin, begin + FARTHEST_HEADER)
    if at < 0:
        raise MidiReadError(
            f"a MIDI file must begin with {HEADER.decode()}, got {_shown(data[begin : begin + 4])} "
            f"at byte {begin}"
        )
    if at > begin:
        remarks.add(f"ignored {count_of(at - begin, 'byte')} before the header at byte {at}")
    return at


def _read_header(data: bytes, at: int) -> tuple[int, int, int, int]:
    """Return the file's type, its number of tracks, its ticks per quarter note, and where the header ends."""
    end = len(data)
    begin = at + CHUNK_BYTES
    if begin + HEADER_BYTES > end:
        raise MidiReadError(
            f"the file is cut short: it ends at byte {end}, in the header, which goes to byte "
            f"{begin + HEADER_BYTES}"
        )
    size = int.from_bytes(data[at + 4 : begin])
    if size < HEADER_BYTES:
        raise MidiReadError(f"the header must have 6 bytes or more, got the length {size} at byte {at + 4}")
    if begin + size > end:
        raise MidiReadError(
            f"the header's length {size} at byte {at + 4} is wrong, or the file is cut short: it ends at "
            f"byte {end}"
        )
    file_type, tracks, division = (int.from_bytes(data[begin + n : begin + n + 2]) for n in (0, 2, 4))
    if file_type > 2:
        raise MidiReadError(f"a MIDI file must be of type 0, 1 or 2, got type {file_type} at byte {begin}")
    if division >= 0x8000:
        raise MidiReadError(
            "a MIDI file must count ticks per quarter note, and this one counts SMPTE frames "
            f"({division:04X} at byte {begin + 4}): export it with ticks per quarter note"
        )
    if not division:
        raise MidiReadError(f"a quarter note must have 1 tick or more, got 0 at byte {begin + 4}")
    return file_type, tracks, division, begin + size


def _find_tracks(
    data: bytes, at: int, promised: int, *, is_wrapped: bool, remarks: Remarks
) -> tuple[TrackChunk, ...]:
    """Return the tracks from a position on.

    Behind the promised tracks, whatever is no whole chunk is ignored. In a wrapper, other chunks of RIFF
    follow.
    """
    tracks: list[TrackChunk] = []
    end = len(data)
    while at < end and not (is_wrapped and len(tracks) >= max(1, promised)):
        begin = at + CHUNK_BYTES
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : begin])
        fault = _chunk_fault(data, at, f"the track at byte {tracks[-1].at}" if tracks else "the header")
        if fault is not None:
            if len(tracks) < promised or name == TRACK:
                raise MidiReadError(fault)
            remarks.add(f"ignored {count_of(end - at, 'byte')} behind the last track, from byte {at} on")
            break
        if name == TRACK:
            tracks.append(TrackChunk(at, begin, begin + size))
        else:
            remarks.add(f"ignored the chunk {_shown(name)} of {count_of(size, 'byte')} at byte {at}")
        at = begin + size
    return tuple(tracks)


def _chunk_fault(data: bytes, at: int, before: str) -> str | None:
    """Return why there is no whole chunk at a position; None if there is one.

    Args:
        data: the file.
        at: the position.
        before: what ends at the position.
    """
    begin, end = at + CHUNK_BYTES, len(data)
    if begin > end:
        return f"the file is cut short: it ends at byte {end}, {end - at} bytes after the end of {before}"
    name, size = data[at : at + 4], int.from_bytes(data[at + 4 : begin])
    if not all(0x20 <= letter < 0x7F for letter in name):
        return (
            f"a track must begin at byte {at}, where {before} ends, got {_shown(data[at:begin])}: a length "
            "before it is wrong, or bytes are missing"
        )
    if begin + size > end:
        which = "track" if name == TRACK else f"chunk {_shown(name)}"
        return (
            f"the {which} at byte {at} must have {size} bytes, and the file ends at byte {end}, after "
            f"{end - begin} of them: its length is wrong, or the file is cut short"
        )
    return None


def _shown(data: bytes) -> str:
    """Return bytes as text if they can be read, or as hexadecimal numbers."""
    if data and all(0x20 <= byte < 0x7F for byte in data):
        return repr(data.decode("ascii"))
    return data.hex(" ").upper() or "the end of the file"
