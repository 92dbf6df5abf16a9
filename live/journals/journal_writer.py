"""Writes a journal's records to the disk, whatever goes wrong with the disk. Time is an argument."""

import errno
import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from live.journals.journal_backlog import JournalBacklog
from live.journals.journal_disk import DiskFile, LogFile, NewFile, OldFile
from live.journals.journal_syncing import Syncing, SyncThread
from presets.sets.reader import SUFFIX
from presets.sets.records import Record

PERIOD_SECONDS = 0.25
"""How often new records are written and synced to the disk."""

SLICE_SECONDS = 0.01
"""Time from one slice of a burst to the next."""

RETRY_SECONDS = 1.0
"""How often to try again what failed."""

SHOWN_SECONDS = 10.0
"""How long the notice about a removed file stays, although the file has been written again."""

STUCK_SECONDS = 3.0
"""How long the disk may be silent before a notice says so."""

ANSWER_SECONDS = 1.0
"""How long the writer waits for the disk at the end."""

_LOOK = "check {}"

_WAYS_OUT = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "free disk space in {}"),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), "make {} writable"),
    errno.ENOTDIR: "replace {} with a folder",
}


class JournalWriter:
    """Writes records in order. Any thread may call `put` and `trouble`; the journal's thread calls the rest.

    It makes no file before the first note. The file always contains complete lines from the first on; only
    the last may be incomplete. Lines that cannot be written stay in memory, and the writer tries again. If
    the file was removed or moved, the writer writes all of it again at its path.

    Args:
        folder: folder of the journals; made when needed.
        new_file: makes a file.
        syncing: syncs files to the disk; None for a thread that does it.
        refuge: folder for a set that could not be written by its end; None for the system's temporary folder.
        goes_on: whether another process may have begun the journal: if there is a file with the same first
            line, the records are added to it.
        old_file: opens such a file.

    Attributes:
        path: path of the file; None while there is no file.
    """

    def __init__(
        self,
        folder: Path,
        new_file: NewFile = DiskFile,
        syncing: Syncing | None = None,
        refuge: Path | None = None,
        *,
        goes_on: bool = False,
        old_file: OldFile = DiskFile.existing,
    ) -> None:
        self.path: Path | None = None
        self._folder = folder
        self._new_file = new_file
        self._syncing: Syncing = syncing if syncing is not None else SyncThread()
        self._refuge = refuge
        # Whether the file that another process began is still to be looked for.
        self._goes_on = goes_on
        self._old_file = old_file
        self._backlog = JournalBacklog()
        self._file: LogFile | None = None
        self._sync_at = self._retry_at = float("-inf")
        # When the write or sync began that the disk has not answered yet.
        self._writing_since: float | None = None
        self._syncing_since: float | None = None
        self._failure: str | None = None
        # Whether the last sync failed: the failure is over only after the next successful sync.
        self._is_unsure = False
        self._removal: tuple[str, float] | None = None

    def put(self, record: Record) -> None:
        """Take a record, the first one an `Opened`; it never waits and never fails."""
        self._backlog.put(record)

    def trouble(self, now: float) -> str | None:
        """Return why the journal cannot be written, and what to do; None while it can be written."""
        if self._failure is not None:
            return self._failure
        asked = [since for since in (self._writing_since, self._syncing_since) if since is not None]
        if asked and now - min(asked) >= STUCK_SECONDS:
            return _waiting("the disk does not answer", _LOOK.format(self._folder))
        if self._removal is not None and now < self._removal[1]:
            return self._removal[0]
        return None

    def pump(self, now: float) -> float:
        """Write the new records, or a slice of them if there are many; return when to pump again."""
        self._backlog.make_lines()
        if self._has_lines and now >= self._retry_at:
            try:
                self._keep(now)
            except OSError as error:
                self._failure = _waiting(_reason(error), _way_out(error, self._folder))
                self._retry_at = now + RETRY_SECONDS
        return now + (SLICE_SECONDS if self._backlog.has_records else PERIOD_SECONDS)

    def finish(self, now: float) -> str | None:
        """Write the remaining records, elsewhere if needed; return a sentence if anything is lost or moved.

        Call it once, as the last method.
        """
        while self._backlog.has_records:
            self._backlog.make_lines()
        if not self._has_lines:
            return None
        try:
            return self._finish(now)
        except OSError:
            # The error may come from an earlier write: write everything again.
            try:
                return self._finish(now)
            except OSError as error:
                return self._seek_refuge(now, error)
        finally:
            self._syncing.end()

    def lines_lost(self) -> int:
        """Return how many lines would be lost if the process ended now."""
        return self._backlog.lines_lost()

    @property
    def _has_lines(self) -> bool:
        """Whether there may be lines to write: there are none before the first note of a set."""
        return self._backlog.has_note or (self._goes_on and bool(self._backlog.opening))

    def _finish(self, now: float) -> str | None:
        self._keep(now)
        answered = self._sync_rest(now)
        return None if answered else f"the disk does not answer: {self.path} may lack the end of this set"

    def _keep(self, now: float) -> None:
        """Write the lines to the disk; raise `OSError` if not all could be written."""
        self._writing_since = now
        try:
            self._take_result()
            if self._goes_on:
                self._find_file()
            if self._file is not None and not self._file.is_in_place():
                self._take_back(self._file, now)
            if not self._backlog.has_note:
                return
            if self._file is None:
                self._file = self._make_file()
            self._write(self._file)
            if not self._is_unsure:
                self._failure = None
            if now >= self._sync_at and self._syncing_since is None:
                self._begin_sync(self._file, now)
        finally:
            self._writing_since = None

    def _find_file(self) -> None:
        """Find the file that another process began, if there is one, and cut off a line that it left torn."""
        opening = self._backlog.opening
        for path in self._paths():
            try:
                file = self._old_file(path)
            except FileNotFoundError:
                break
            if file.read(len(opening)) == opening:
                self._backlog.go_on_from(file.cut_torn_line())
                self._file, self.path = file, path
                break
            file.close()
        self._goes_on = False

    def _make_file(self) -> LogFile:
        """Make the file under an unused name: another segue may have started in the same second."""
        paths = self._paths()
        while True:
            self.path = next(paths)
            try:
                return self._new_file(self.path)
            except FileExistsError:
                continue
            except OSError:
                self.path = None
                raise

    def _paths(self) -> Iterator[Path]:
        """Yield the names that the file may have, in order."""
        name = self._backlog.set_id
        yield self._folder / f"{name}{SUFFIX}"
        for number in count(2):
            yield self._folder / f"{name}-{number}{SUFFIX}"

    def _write(self, file: LogFile) -> None:
        while chunk := self._backlog.next_chunk():
            taken = file.write(chunk, self._backlog.written)
            if not taken:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._backlog.written += taken

    def _begin_sync(self, file: LogFile, now: float) -> None:
        if self._backlog.written > self._backlog.synced:
            self._syncing.begin(file, self._backlog.written)
            self._syncing_since, self._sync_at = now, now + PERIOD_SECONDS

    def _take_result(self, seconds: float = 0.0) -> None:
        """Drop the lines that are synced to the disk; if the sync failed, write them again."""
        result = self._syncing.result(seconds) if self._syncing_since is not None else None
        if result is None:
            return
        self._syncing_since = None
        if result.file is not self._file:
            return
        self._is_unsure = result.error is not None
        if result.error is not None:
            # The system discards what it could not write, and reports the error only once.
            self._backlog.write_again()
            raise result.error
        self._backlog.forget_synced(result.length)

    def _sync_rest(self, now: float) -> bool:
        """Sync everything that was written; return whether the disk answered in time."""
        while self._backlog.written > self._backlog.synced:
            if self._syncing_since is None and self._file is not None:
                self._begin_sync(self._file, now)
            self._take_result(ANSWER_SECONDS)
            if self._syncing_since is not None:
                return False
        return True

    def _take_back(self, file: LogFile, now: float) -> None:
        """Queue the whole file for writing again, because it is no longer at its path."""
        place, loss = self.path, ""
        synced = self._backlog.synced
        try:
            before = file.read(synced)
        except OSError:
            before = b""
        if len(before) < synced:
            before = before[: before.rfind(b"\n") + 1] or self._backlog.opening
            loss = ", without what came before"
        self._syncing.give_back(file)
        self._file = None
        self._backlog.start_over(before)
        removed = (
            f"{place} was removed or moved: the music goes on, and segue writes the journal there again{loss}"
        )
        self._removal = removed, now + SHOWN_SECONDS

    def _seek_refuge(self, now: float, error: OSError) -> str:
        """Write the whole set to another folder; return a sentence about the result."""
        what = "what was played since segue was interrupted" if self._goes_on else "the whole set"
        wanted, lost, reason = self._folder, self.lines_lost(), _reason(error)
        try:
            self._folder = self._refuge if self._refuge is not None else Path(tempfile.gettempdir())
            if self._file is not None:
                self._take_back(self._file, now)
            self._file = self._make_file()
            self._write(self._file)
            self._sync_rest(now)
        except OSError:
            return f"cannot write the journal ({reason}): the last {lost} lines of this set are lost"
        return (
            f"cannot write the journal ({reason}): {what} is in {self.path}; "
            f"{_way_out(error, wanted)} and move it there"
        )


def _waiting(reason: str, way_out: str) -> str:
    return f"cannot write the journal ({reason}): the music goes on, and the set stays in memory; {way_out}"


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _way_out(error: OSError, folder: Path) -> str:
    return _WAYS_OUT.get(error.errno or 0, _LOOK).format(folder)
