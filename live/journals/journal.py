"""The journal of a performance: what happens is on the disk a moment later, and no disk stops the music."""

from pathlib import Path
from threading import Event, Thread

from live.journals.journal_writer import JournalWriter
from live.system.clock import Clock, MonotonicClock
from presets.sets.records import Record

CLOSE_SECONDS = 1.5
"""How long leaving waits for the disk."""


class Journal:
    """Writes records to the disk from a thread of its own, which begins with the first record.

    What was put is in the system's hands 0.25 s later: who kills this process cannot take it along; and it
    outlasts the power as soon as the disk has taken it. There is no file before the first note.

    Any thread may call `put` and read the properties.

    Args:
        folder: of the journals; made when it is needed.
        clock: None for the machine's.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self._clock: Clock = clock if clock is not None else MonotonicClock()
        self._writer = JournalWriter(folder)
        self._closing = Event()
        self._thread: Thread | None = None
        self._fault: str | None = None
        self._loss: str | None = None

    @property
    def path(self) -> Path | None:
        """The file; None before the first note."""
        return self._writer.path

    @property
    def id(self) -> str | None:
        """What the set is called; None before the first note."""
        path = self._writer.path
        return path.stem if path is not None else None

    @property
    def trouble(self) -> str | None:
        """Why it cannot be written, what goes on, and the way out; None while all is well."""
        return self._fault or self._writer.trouble(self._clock.now())

    def put(self, record: Record) -> None:
        """Take a record, an `Opened` before all others; never waits for the disk, and never fails."""
        self._writer.put(record)
        if self._thread is None:
            # A disk that never answers must not keep the program from ending.
            self._thread = Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()

    def close(self) -> str | None:
        """Write what is left; return what is lost, or where it lies, as a sentence; None if all is well.

        It gives up on a disk that does not answer.
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
            # A fault of segue's own: the music does not need a journal, but its player must know.
            self._fault = self._loss = f"the journal ends here by a fault of segue's own: {error!r}"
