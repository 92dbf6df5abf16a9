"""Damages MIDI files at random, and checks whether what a reader says of them is true."""

import random
import re
from ast import literal_eval
from collections.abc import Callable

from tests.presets.midi_files.midi_bytes import chunk, midi_file, number, riff, track


def sample(rng: random.Random) -> bytes:
    """Return a whole file of random notes, controllers, meta events and SysEx, of any type."""
    tracks = [_random_track(rng) for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.2:
        tracks.insert(rng.randrange(len(tracks)), chunk(b"XFIH", rng.randbytes(rng.randint(0, 9))))
    count = sum(name.startswith(b"MTrk") for name in tracks)
    whole = midi_file(*tracks, file_type=rng.randint(0, 2), ppq=rng.choice([24, 96, 480]))
    whole = whole[:10] + count.to_bytes(2) + whole[12:]
    return riff(whole) if rng.random() < 0.2 else whole


def _random_track(rng: random.Random) -> bytes:
    events = [
        "00 ff 03 02 61 62",
        "00 ff 58 04 04 02 18 08",
        "00 ff 51 03 07 a1 20",
        "00 c0 05",
        "00 b0 40 7f",
    ]
    for _ in range(rng.randint(1, 12)):
        key, wait = rng.randrange(128), number(rng.choice([0, 100, 1000, 70_000])).hex()
        events += [
            rng.choice([f"00 90 {key:02x} 40", f"00 9f {key:02x} 01", "00 f0 03 01 02 f7", "00 ff 01 01 61"]),
            rng.choice([f"{wait} 80 {key:02x} 40", f"{wait} 90 {key:02x} 00 00 3c 40", f"{wait} e0 00 40"]),
        ]
    return track(*events)


def cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def flip(rng: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        damaged[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def overwrite(rng: random.Random, data: bytes) -> bytes:
    at, length = rng.randrange(len(data)), rng.randint(1, 8)
    return data[:at] + rng.randbytes(length) + data[at + length :]


def lose(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + data[at + rng.randint(1, 8) :]


def add(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(rng.randint(1, 8)) + data[at:]


def change_a_length(rng: random.Random, data: bytes) -> bytes:
    places = [found.start() + 4 for found in re.finditer(b"MTrk|MThd", data)]
    at = rng.choice(places)
    length = max(0, int.from_bytes(data[at : at + 4]) + rng.choice([-300, -7, -1, 1, 5, 70_000, 1 << 31]))
    return data[:at] + length.to_bytes(4) + data[at + 4 :]


DAMAGES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    *(cut, flip, overwrite, lose, add, change_a_length),
)

HEX = r"((?:[0-9A-F]{2} ?)+|'.*'|\".*\"|the end of the file)"


def _shown(shown: str, data: bytes, at: int) -> bool:
    """Return whether bytes of an error message are at a position of the file."""
    if shown == "the end of the file":
        return at >= len(data)
    expected = literal_eval(shown).encode() if shown[0] in "'\"" else bytes.fromhex(shown)
    return data[at : at + len(expected)] == expected


def _int(data: bytes, at: int, size: int = 4) -> int:
    return int.from_bytes(data[at : at + size])


def _is_track(data: bytes, at: int) -> bool:
    return data[at : at + 4] == b"MTrk"


TRUTHS: tuple[tuple[str, Callable[[bytes, list[str]], bool]], ...] = (
    (r"the file is empty: it has 0 bytes", lambda data, _: data == b""),
    (
        rf"a RIFF file with MIDI must say RMID at byte 8, got {HEX}",
        lambda data, got: data[:4] == b"RIFF" and data[8:12] != b"RMID" and _shown(got[0], data, 8),
    ),
    (
        r"a RIFF file with MIDI must have a chunk 'data', got none from byte 12 to (\d+)",
        lambda data, got: data[8:12] == b"RMID" and int(got[0]) == len(data),
    ),
    (
        rf"a MIDI file must begin with MThd, got {HEX} at byte (\d+)",
        lambda data, got: (
            b"MThd" not in data[int(got[1]) : int(got[1]) + 1024] and _shown(got[0], data, int(got[1]))
        ),
    ),
    (
        r"the file is cut short: it ends at byte (\d+), in the header, which goes to byte (\d+)",
        lambda data, got: int(got[0]) == len(data) and data[int(got[1]) - 14 :][:4] == b"MThd",
    ),
    (
        r"the header must have 6 bytes or more, got the length (\d+) at byte (\d+)",
        lambda data, got: _int(data, int(got[1])) == int(got[0]) < 6,
    ),
    (
        r"the header's length (\d+) at byte (\d+) is wrong, or the file is cut short: it ends at byte (\d+)",
        lambda data, got: (
            _int(data, int(got[1])) == int(got[0])
            and int(got[2]) == len(data)
            and int(got[1]) + 4 + int(got[0]) > int(got[2])
        ),
    ),
    (
        r"a MIDI file must be of type 0, 1 or 2, got type (\d+) at byte (\d+)",
        lambda data, got: _int(data, int(got[1]), 2) == int(got[0]) > 2,
    ),
    (
        r"a MIDI file must count ticks per quarter note, and this one counts SMPTE frames \((....) at "
        r"byte (\d+)\): export it with ticks per quarter note",
        lambda data, got: _int(data, int(got[1]), 2) == int(got[0], 16) >= 0x8000,
    ),
    (
        r"a quarter note must have 1 tick or more, got 0 at byte (\d+)",
        lambda data, got: _int(data, int(got[0]), 2) == 0,
    ),
    (
        r"a MIDI file must have a track, got none between byte (\d+) and byte (\d+)(.*)",
        lambda data, got: (
            int(got[1]) == len(data)
            and (not _is_track(data, int(got[0])))
            and all(map(bool, got[2].split("; ")[1:]))
        ),
    ),
    (
        rf"a track must begin at byte (\d+), where (?:the header|the track at byte (\d+)) ends, got {HEX}: "
        r"a length before it is wrong, or bytes are missing",
        lambda data, got: not _is_track(data, int(got[0])) and _shown(got[2], data, int(got[0])),
    ),
    (
        r"the (track|chunk .*) at byte (\d+) must have (\d+) bytes, and the file ends at byte (\d+), "
        r"after (\d+) of them: its length is wrong, or the file is cut short",
        lambda data, got: (
            _shown("'MTrk'" if got[0] == "track" else got[0][6:], data, int(got[1]))
            and _int(data, int(got[1]) + 4) == int(got[2]) > int(got[4])
            and int(got[1]) + 8 + int(got[4]) == int(got[3])
            and int(got[3]) == len(data)
        ),
    ),
    (
        r"the file is cut short: it ends at byte (\d+), (\d+) bytes after the end of (.*)",
        lambda data, got: int(got[0]) == len(data) and 0 < int(got[1]) < 8,
    ),
    (
        r"the track at byte (\d+) ends at byte (\d+), in the middle of the event at byte (\d+)(?:, which "
        r"says that it has (\d+) bytes)?: a length is wrong, or bytes are missing",
        lambda data, got: (
            _is_track(data, int(got[0]))
            and int(got[0]) + 8 + _int(data, int(got[0]) + 4) == int(got[1])
            and int(got[0]) + 8 <= int(got[2]) < int(got[1])
            and (got[3] is None or int(got[2]) + int(got[3]) + 2 > int(got[1]) - 8)
        ),
    ),
    (
        r"the first message of the track at byte (\d+) must begin with a status byte, 80 to FF, got (..) "
        r"at byte (\d+)",
        lambda data, got: _is_track(data, int(got[0])) and data[int(got[2])] == int(got[1], 16) < 0x80,
    ),
    (
        r"an event must have a status byte that MIDI defines, got (F4|F5|F9|FD) at byte (\d+)",
        lambda data, got: data[int(got[1])] == int(got[0], 16),
    ),
    (
        r"the byte after the status (..) must be 00 to 7F, got (..) at byte (\d+)",
        lambda data, got: data[int(got[2])] == int(got[1], 16) > 127 and bytes.fromhex(got[0]) in data,
    ),
    (
        r"a time or length must have at most 4 bytes, got more at byte (\d+)",
        lambda data, got: all(byte > 127 for byte in data[int(got[0]) : int(got[0]) + 4]),
    ),
)
"""Each reason that the reader gives, and whether it is true of a file."""


def is_true(reason: str, data: bytes) -> bool:
    """Return whether one of the known reasons is given, and is true of the file."""
    for pattern, is_so in TRUTHS:
        if found := re.fullmatch(pattern, reason, re.DOTALL):
            return is_so(data, list(found.groups()))
    return False
