"""The keys of the computer: one letter each, without Enter."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread


def can_read_keys() -> bool:
    """Whether standard input is a terminal that is ours: a job in the background must not read from it."""
    if not sys.stdin.isatty():
        return False
    return sys.platform == "win32" or os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()


@contextmanager
def typed_keys(typed: Callable[[str], None]) -> Iterator[None]:
    """Call `typed` with each key from a thread of its own; leaves the terminal as it was.

    Args:
        typed: gets one character; it must only enqueue.
    """
    if not can_read_keys():
        yield
    elif sys.platform == "win32":
        with _windows_keys(typed):
            yield
    else:
        with _terminal_keys(typed):
            yield


if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def _windows_keys(typed: Callable[[str], None]) -> Iterator[None]:
        def read() -> None:
            while True:
                typed(msvcrt.getwch())

        Thread(target=read, name="segue-keys", daemon=True).start()
        yield

else:
    import termios
    import tty

    @contextmanager
    def _terminal_keys(typed: Callable[[str], None]) -> Iterator[None]:
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)

        def read() -> None:
            # A daemon: it may wait for a key for ever, and must not keep the process.
            while character := os.read(terminal, 1):
                typed(character.decode(errors="ignore"))

        tty.setcbreak(terminal)
        try:
            Thread(target=read, name="segue-keys", daemon=True).start()
            yield
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
