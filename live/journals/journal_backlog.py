"""What of a journal is not safe on the disk yet: records that came, and lines made of them."""

from collections import deque
from datetime import datetime

from presets.sets.channel_message import NOTE_ON, ChannelMessage
from presets.sets.lines import to_line
from presets.sets.records import Heard, Opened, Record, Sent, Use

SLICE = 200
"""Records made into lines at a time: the stage wants the interpreter's lock, too."""

CHUNK = 1 << 16
"""Bytes written at a time."""


class JournalBacklog:
    """Makes lines of records, and keeps the lines until they outlast the power.

    Any thread may call `put` and `lines_lost`; all else belongs to the journal's thread. `len` is the number
    of bytes that it keeps.

    Attributes:
        set_id: what the set is called: the local time of its beginning; empty before its `Opened`.
        opening: the line of the `Opened`; empty before it.
        has_note: whether a note was played.
        written: bytes of the file that the system has; who kills this process cannot take them along.
        synced: bytes of the file that outlast the power, at most `written`; their lines are not kept.
    """

    def __init__(self) -> None:
        self.set_id = ""
        self.opening = b""
        self.has_note = False
        self.written = 0
        self.synced = 0
        self._records: deque[Record] = deque()
        # The file's bytes from `synced` on.
        self._lines = bytearray()

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def has_records(self) -> bool:
        """Whether records wait to be made into lines."""
        return bool(self._records)

    def put(self, record: Record) -> None:
        """Take a record, an `Opened` first; never waits, and never fails."""
        self._records.append(record)

    def make_lines(self) -> None:
        """Make a slice of the records into lines."""
        for _ in range(min(SLICE, len(self._records))):
            record = self._records.popleft()
            line = to_line(record).encode()
            self._lines += line
            if isinstance(record, Opened):
                self.opening = line
                self.set_id = datetime.fromisoformat(record.began).strftime("%Y-%m-%d-%H%M%S")
            self.has_note = self.has_note or _is_note(record)

    def lines_lost(self) -> int:
        """Return how many lines would be lost if the process ended now."""
        return len(self._records) + self._lines.count(b"\n", self.written - self.synced)

    def next_chunk(self) -> bytes:
        """Return the next bytes to write, at `written`; none if all are written."""
        begin = self.written - self.synced
        return bytes(self._lines[begin : begin + CHUNK])

    def forget_synced(self, length: int) -> None:
        """Let go of the lines up to this length of the file, for they outlast the power."""
        del self._lines[: length - self.synced]
        self.synced = length

    def write_again(self) -> None:
        """Let all that does not outlast the power be written again."""
        self.written = self.synced

    def go_on_from(self, length: int) -> None:
        """Let all be written behind what a file has already, whose first line is the `Opened`.

        Args:
            length: of that file.
        """
        del self._lines[: len(self.opening)]
        self.synced = self.written = length
        self.has_note = True

    def start_over(self, before: bytes) -> None:
        """Let all be written again, into another file.

        Args:
            before: what was synced in the file before, and is not kept here.
        """
        self._lines[:0] = before
        self.synced = self.written = 0


def _is_note(record: Record) -> bool:
    match record:
        case Sent(message=message) | Heard(message=message, use=Use.MUSIC):
            found = ChannelMessage.from_bytes(message)
            return found is not None and found.kind == NOTE_ON
    return False
