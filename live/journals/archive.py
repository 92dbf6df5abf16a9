"""The archive of a performance: its journal, and a recording on request."""

import os
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from types import TracebackType
from typing import Self

from live.journals.journal import Journal
from live.journals.midi_file import save_midi
from presets.errors import SegueError, UsageError
from presets.sets.reader import JournalError, journals_folder, read_journal
from presets.sets.records import Interrupted, Record, Sent
from presets.sets.transcription import transcribe

ENDINGS = (".mid", ".midi")


class RecordingError(SegueError):
    """The recording cannot be written there."""


class Archive:
    """Keeps a journal, and writes a recording at the end. A context manager; enter it before opening ports.

    Args:
        journal: receives every record.
        recording: the MIDI file to write; None for no recording.
        name: title of the recording.

    Attributes:
        loss: one sentence about the part of the journal that could not be written; None if nothing was lost,
            and until the journal is closed.

    Raises:
        UsageError: if the recording's name is not that of a MIDI file.
        RecordingError: if such a file cannot be written.
    """

    def __init__(self, journal: Journal, recording: Path | None, name: str) -> None:
        self.loss: str | None = None
        self._journal = journal
        # Follow links first, and refuse devices and pipes: writing replaces the file at this path.
        self._path = Path(os.path.realpath(recording)) if recording is not None else None
        self._name = name
        self._records: list[Record] = []
        if self._path is not None:
            _check_place(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.loss = self._journal.close()
        if self._path is None:
            return
        records = self._whole_set()
        if any(isinstance(record, Sent) for record in records):
            save_midi(transcribe(records, self._name), self._path)

    @property
    def kept(self) -> str | None:
        """The name of the journal for `segue sets export`; None if nothing was played."""
        path = self._journal.path
        if path is None:
            return None
        return path.stem if path.parent == journals_folder() else str(path)

    @property
    def trouble(self) -> str | None:
        """Why the journal cannot be written; None while it can."""
        return self._journal.trouble

    def keep(self, record: Record) -> None:
        """Keep a record; never waits for the disk."""
        self._journal.put(record)
        if self._path is not None:
            self._records.append(record)

    def _whole_set(self) -> Sequence[Record]:
        """Return the records of the set, with those that another process wrote before this one."""
        begins = next((n for n, record in enumerate(self._records) if isinstance(record, Interrupted)), None)
        if begins is None or self._journal.path is None:
            return self._records
        interrupted = self._records[begins]
        try:
            written = read_journal(self._journal.path).records
        except JournalError as error:
            self.loss = f"the recording lacks what was played before segue was interrupted: {error}"
            return self._records
        earlier = takewhile(lambda record: record != interrupted, written)
        return [*earlier, *self._records[begins:]]


def _check_place(path: Path) -> None:
    if path.suffix.lower() not in ENDINGS:
        endings = " or ".join(ENDINGS)
        raise UsageError(f"a recording is a MIDI file and must end in {endings}, got {path.name!r}")
    if (path.exists() and not path.is_file()) or not os.access(path.parent, os.W_OK):
        raise RecordingError(f"a recording must be a file in a folder that you can write to, got {path}")
