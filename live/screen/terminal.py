"""The screen on a terminal: it stays in place, and only rows that have changed are written."""

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
"""How long a terminal that takes nothing any more may hold up the end."""


class Screen:
    """A screen that stays in place. A context manager; owned by the main thread.

    A thread of its own draws: a slow line to the terminal delays the picture and not the music. What was not
    drawn when something newer comes is never drawn.

    Args:
        console: of the terminal.
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
        """Have the moment drawn as soon as the terminal takes it; an `OSError` if it is gone."""
        if self._failure is not None:
            raise self._failure
        self._hand_over(snapshot)

    def _hand_over(self, newest: Snapshot | None) -> None:
        """Let the newest take the place of what waits; nobody else puts anything there."""
        with suppress(Empty):
            self._newest.get_nowait()
        with suppress(Full):
            self._newest.put_nowait(newest)

    def _draw(self) -> None:
        try:
            while (snapshot := self._newest.get()) is not None:
                self._drawing.draw(snapshot)
        except Exception as error:  # told on the main thread, by `show`
            self._failure = error


class Drawing:
    """What stands on the terminal. Owned by the thread that draws."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._is_ascii = console.options.ascii_only
        self._size: tuple[int, int] | None = None
        self._rows: list[Row] = []

    def draw(self, snapshot: Snapshot) -> None:
        """Write the rows that have changed; all of them on a terminal that has another size than before."""
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
