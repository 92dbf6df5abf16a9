"""The journal of a performance: saves it to disk as it happens, and never makes the music wait for a disk."""

from pathlib import Path
from threading import Event, Thread

from live.journals.journal_writer import JournalWriter
from live.system.clock import Clock, MonotonicClock
from presets.sets.records import Record

CLOSE_SECONDS = 1.5
"""How long `close` waits for the disk."""


class Journal:
    """Writes records to the disk from its own thread, which starts with the first record.

    Each record is passed to the operating system within 0.25 s, and then survives the end of this process. It
    survives a power failure as soon as the disk has stored it. There is no file before the first note.

    Any thread may call `put` and read the properties.

    Args:
        folder: folder of the journals; created when it is needed.
        clock: None for the system clock.
        goes_on: whether another process may have begun the journal; see `JournalWriter`.
    """

    def __init__(self, folder: Path, clock: Clock | None = None, *, goes_on: bool = False) -> None:
        self._clock: Clock = clock if clock is not None else MonotonicClock()
        self._writer = JournalWriter(folder, goes_on=goes_on)
        self._closing = Event()
        self._thread: Thread | None = None
        self._fault: str | None = None
        self._loss: str | None = None

    @property
    def path(self) -> Path | None:
        """The journal's file; None before the first note."""
        return self._writer.path

    @property
    def id(self) -> str | None:
        """The ID of the set; None before the first note."""
        path = self._writer.path
        return path.stem if path is not None else None

    @property
    def trouble(self) -> str | None:
        """Why the journal cannot be written, what this affects, and what to do; None while all is well."""
        return self._fault or self._writer.trouble(self._clock.now())

    def put(self, record: Record) -> None:
        """Add a record, first of all an `Opened`; this never waits for the disk, and never fails."""
        self._writer.put(record)
        if self._thread is None:
            # A disk that never answers must not keep the program from ending.
            self._thread = Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()

    def close(self) -> str | None:
        """Write what is left; return a sentence on what was lost or saved elsewhere, None if all is well.

        This gives up if the disk does not answer.
        """
        if self._thread is None:
            return None
        self._closing.set()
        self._thread.join(CLOSE_SECONDS)
        if self._thread.is_alive():
            lost = self._writer.lines_lost()
            return f"the disk does not answer: the last {lost} lines of this set's journal may be lost"
        return self._loss

    def _run(self) -> None:
        try:
            deadline = self._clock.now()
            while not self._closing.wait(max(0.0, deadline - self._clock.now())):
                deadline = self._writer.pump(self._clock.now())
            self._loss = self._writer.finish(self._clock.now())
        except Exception as error:
            # A bug in segue. The music continues without a journal, but the musician must know.
            self._fault = self._loss = f"the journal ends here because of a bug in segue: {error!r}"
