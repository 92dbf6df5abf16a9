"""The keys of the computer: one letter each, without Enter."""

import codecs
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread


def can_read_keys() -> bool:
    """Whether standard input is a terminal that is ours: a job in the background must not read from it."""
    if not sys.stdin.isatty():
        return False
    if sys.platform == "win32":
        return True
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:
        # A terminal, but of another session (`setsid`): not ours.
        return False


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
            decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
            # The terminal may be gone while this waits; then there are no keys any more.
            with suppress(OSError):
                while data := os.read(terminal, 1):
                    if character := decoder.decode(data):
                        typed(character)

        tty.setcbreak(terminal)
        _take_traps_away(terminal)
        try:
            Thread(target=read, name="segue-keys", daemon=True).start()
            yield
        finally:
            with suppress(termios.error):
                termios.tcsetattr(terminal, termios.TCSADRAIN, before)

    def _take_traps_away(terminal: int) -> None:
        """Suspend and quit would leave notes hanging; Ctrl-S, beside the start key, freezes the screen."""
        settings = termios.tcgetattr(terminal)
        settings[0] &= ~(termios.IXON | termios.IXOFF)
        disabled = os.fpathconf(terminal, "PC_VDISABLE").to_bytes(1, "little")
        for key in (termios.VSUSP, termios.VQUIT):
            settings[6][key] = disabled
        termios.tcsetattr(terminal, termios.TCSADRAIN, settings)
