"""MIDI files as bytes, written without the reader and without mido."""

import struct

END = bytes.fromhex("00 ff 2f 00")


def number(value: int) -> bytes:
    """Return a number of variable length."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">I", len(content)) + content


def track(*texts: str, end: bytes = END) -> bytes:
    """Return a track of events in hexadecimal, each with its delta time."""
    return chunk(b"MTrk", b"".join(map(bytes.fromhex, texts)) + end)


def header(tracks: int = 1, file_type: int = 1, ppq: int = 480) -> bytes:
    return chunk(b"MThd", struct.pack(">HHH", file_type, tracks, ppq))


def midi_file(*tracks: bytes, file_type: int = 1, ppq: int = 480) -> bytes:
    return header(len(tracks), file_type, ppq) + b"".join(tracks)


def riff(content: bytes, kind: bytes = b"RMID", before: bytes = b"") -> bytes:
    """Return content as the chunk `data` of a RIFF file, behind other chunks."""
    padding = b"\0" * (len(content) % 2)
    chunks = kind + before + b"data" + struct.pack("<I", len(content)) + content + padding
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


NOTE = track("00 90 3c 40", "83 60 80 3c 40")
"""A track with middle C, a quarter note long, at PPQ 480."""
