"""Syncs a journal's file to the disk while it is being written, since a sync may take seconds."""

from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol

from live.journals.journal_disk import LogFile


@dataclass(frozen=True, slots=True)
class Synced:
    """The result of a sync.

    Attributes:
        file: the file.
        length: how many of its bytes survive a power failure if there is no error.
        error: why the sync failed; None if it succeeded.
    """

    file: LogFile
    length: int
    error: OSError | None


class Syncing(Protocol):
    """Syncs one file at a time."""

    def begin(self, file: LogFile, length: int) -> None:
        """Start to sync a file, of which `length` bytes were written; return at once."""
        ...

    def result(self, seconds: float = 0.0) -> Synced | None:
        """Return the result of the sync; None if it has not ended within `seconds`."""
        ...

    def give_back(self, file: LogFile) -> None:
        """Close a file as soon as it is not being synced; return at once."""
        ...

    def end(self) -> None:
        """End the thread, if there is one."""
        ...


class SyncThread:
    """Syncs in its own thread, which starts with the first file."""

    def __init__(self) -> None:
        self._orders: SimpleQueue[tuple[LogFile, int | None] | None] = SimpleQueue()
        self._results: SimpleQueue[Synced] = SimpleQueue()
        self._thread: Thread | None = None

    def begin(self, file: LogFile, length: int) -> None:
        """Start to sync a file, of which `length` bytes were written; return at once."""
        if self._thread is None:
            # A disk that never answers must not keep the program from ending.
            self._thread = Thread(target=self._run, name="journal-sync", daemon=True)
            self._thread.start()
        self._orders.put((file, length))

    def result(self, seconds: float = 0.0) -> Synced | None:
        """Return the result of the sync; None if it has not ended within `seconds`."""
        with suppress(Empty):
            return self._results.get(timeout=seconds) if seconds > 0 else self._results.get_nowait()
        return None

    def give_back(self, file: LogFile) -> None:
        """Close a file as soon as it is not being synced; return at once."""
        self._orders.put((file, None))

    def end(self) -> None:
        """End the thread after its remaining orders."""
        self._orders.put(None)

    def _run(self) -> None:
        while (order := self._orders.get()) is not None:
            file, length = order
            error = None
            try:
                if length is None:
                    file.close()
                else:
                    file.sync()
            except OSError as failure:
                error = failure
            if length is not None:
                self._results.put(Synced(file, length, error))
