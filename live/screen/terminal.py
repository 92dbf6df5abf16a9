"""Shows the screen on a terminal, and rewrites only the rows that have changed."""

from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Thread

from rich.console import Console
from rich.control import Control
from rich.segment import Segment, Segments

from live.screen.picture import screen_rows
from live.screen.rows import Row
from live.screen.snapshot import Snapshot

LEAVE_SECONDS = 1.0
"""How long segue waits, when it quits, for a terminal that no longer accepts output."""


class Screen:
    """A full-screen display on a terminal. A context manager; owned by the main thread.

    A separate thread draws, so that a slow terminal delays the picture and not the music. A newer snapshot
    replaces one that has not been drawn yet.

    Args:
        console: the terminal's console.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._drawing = Drawing(console)
        self._newest: Queue[Snapshot | None] = Queue(maxsize=1)
        self._failure: Exception | None = None
        self._thread = Thread(target=self._draw, name="segue-screen", daemon=True)

    def __enter__(self) -> "Screen":
        self._console.set_alt_screen(True)
        self._console.show_cursor(False)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._hand_over(None)
        self._thread.join(LEAVE_SECONDS)
        if not self._thread.is_alive():
            with suppress(OSError):  # the terminal may be gone
                self._console.show_cursor(True)
                self._console.set_alt_screen(False)

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot as soon as the terminal accepts it; raise `OSError` if the terminal is gone."""
        if self._failure is not None:
            raise self._failure
        self._hand_over(snapshot)

    def _hand_over(self, newest: Snapshot | None) -> None:
        """Replace the waiting snapshot with the newest; only this thread writes to the queue."""
        with suppress(Empty):
            self._newest.get_nowait()
        with suppress(Full):
            self._newest.put_nowait(newest)

    def _draw(self) -> None:
        try:
            while (snapshot := self._newest.get()) is not None:
                self._drawing.draw(snapshot)
        except Exception as error:  # `show` raises it on the main thread
            self._failure = error


class Drawing:
    """The present contents of the terminal. Owned by the drawing thread."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._is_ascii = console.options.ascii_only
        self._size: tuple[int, int] | None = None
        self._rows: list[Row] = []

    def draw(self, snapshot: Snapshot) -> None:
        """Write the rows that have changed, or all rows if the terminal's size has changed."""
        width, height = self._console.size
        rows = screen_rows(snapshot, width, height, is_ascii=self._is_ascii)
        written: list[Segment] = []
        if (width, height) != self._size:
            self._size, self._rows = (width, height), [[] for _ in rows]
            written.append(Control.clear().segment)
        for number, (row, before) in enumerate(zip(rows, self._rows, strict=True)):
            if row != before:
                written += (Control.move_to(0, number).segment, *row)
        self._rows = rows
        if written:
            self._console.print(Segments(written), end="", crop=False)
