"""A terminal that nobody sees, for a program that shows its screen."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Thread

HAS_TERMINALS = sys.platform != "win32"
"""Windows has no pseudo-terminals."""

SIZE = (80, 24)
"""Columns and lines, by default."""


def terminal_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment for a program in such a terminal, which reads its size from the terminal."""
    kept = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
    return {**kept, "TERM": "xterm-256color"}


@contextmanager
def unseen_terminal(size: tuple[int, int] = SIZE) -> Iterator[int]:
    """Open a terminal of this many columns and lines for a program's stdout, and discard what it writes."""
    with typed_terminal(size) as (terminal, _):
        yield terminal


@contextmanager
def typed_terminal(size: tuple[int, int] = SIZE) -> Iterator[tuple[int, Callable[[str], None]]]:
    """Open such a terminal for a program's stdin, too; yield it, and a function that types a key on it."""
    import pty
    import termios

    master, slave = pty.openpty()
    columns, lines = size
    termios.tcsetwinsize(slave, (lines, columns))
    reader = Thread(target=_forget, args=(master,), name="unseen-terminal")
    reader.start()

    def type_key(key: str) -> None:
        os.write(master, key.encode())

    try:
        yield slave, type_key
    finally:
        os.close(slave)
        reader.join()
        os.close(master)


def _forget(master: int) -> None:
    """Read until no program has the terminal open; Linux reports that as an error."""
    with suppress(OSError):
        while os.read(master, 65536):
            pass
