"""A terminal that nobody sees: what a program with its screen on writes to."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

HAS_TERMINALS = sys.platform != "win32"
"""Windows has no pseudo-terminals."""

SIZE = {"COLUMNS": "80", "LINES": "24", "TERM": "xterm-256color"}
"""In the environment of the program, for such a terminal has no size of its own."""


@contextmanager
def unseen_terminal() -> Iterator[int]:
    """Open a terminal for a program's stdout; whatever is written to it is read and forgotten."""
    import pty

    master, slave = pty.openpty()
    reader = Thread(target=_forget, args=(master,), name="unseen-terminal")
    reader.start()
    try:
        yield slave
    finally:
        os.close(slave)
        reader.join()
        os.close(master)


def _forget(master: int) -> None:
    """Read until no program has the terminal open any more; Linux calls that an error."""
    with suppress(OSError):
        while os.read(master, 65536):
            pass
