"""Lets a journal's file outlast the power, beside its writing: a disk may take seconds for that."""

from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol

from live.journals.journal_disk import LogFile


@dataclass(frozen=True, slots=True)
class Synced:
    """What was written outlasts the power, or may not.

    Attributes:
        file: which.
        length: so many bytes of it.
        error: why not; None if it does.
    """

    file: LogFile
    length: int
    error: OSError | None


class Syncing(Protocol):
    """Syncs one file at a time."""

    def begin(self, file: LogFile, length: int) -> None:
        """Let what was written, so many bytes, outlast the power; returns at once."""
        ...

    def result(self, seconds: float = 0.0) -> Synced | None:
        """Return how what was begun has ended; None if it has not after so many seconds."""
        ...

    def give_back(self, file: LogFile) -> None:
        """Close a file as soon as it is not being synced; returns at once."""
        ...

    def end(self) -> None:
        """Let no thread of it go on."""
        ...


class SyncThread:
    """Syncs in a thread of its own, which begins with the first file."""

    def __init__(self) -> None:
        self._orders: SimpleQueue[tuple[LogFile, int | None] | None] = SimpleQueue()
        self._results: SimpleQueue[Synced] = SimpleQueue()
        self._thread: Thread | None = None

    def begin(self, file: LogFile, length: int) -> None:
        """Let what was written, so many bytes, outlast the power; returns at once."""
        if self._thread is None:
            # A disk that never answers must not keep the program from ending.
            self._thread = Thread(target=self._run, name="journal-sync", daemon=True)
            self._thread.start()
        self._orders.put((file, length))

    def result(self, seconds: float = 0.0) -> Synced | None:
        """Return how what was begun has ended; None if it has not after so many seconds."""
        with suppress(Empty):
            return self._results.get(timeout=seconds) if seconds > 0 else self._results.get_nowait()
        return None

    def give_back(self, file: LogFile) -> None:
        """Close a file as soon as it is not being synced; returns at once."""
        self._orders.put((file, None))

    def end(self) -> None:
        """Let the thread end behind what it has to do."""
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
