"""Gives the terminal back as it was, whatever a process that used it has left."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

LEAVE_SCREEN = "\x1b[?1049l\x1b[?25h\x1b[0m"
"""Back from the alternate screen, the cursor shown, plain text (xterm control sequences)."""


@contextmanager
def kept_terminal() -> Iterator[Callable[[], None]]:
    """Remember how the terminal is set; yield what sets it so again."""
    import termios  # not on Windows, where `live.command` imports this module, too

    attributes = None
    with suppress(termios.error, OSError, ValueError, AttributeError):
        attributes = termios.tcgetattr(sys.stdin)

    def give_back() -> None:
        if attributes is None:
            return
        with suppress(termios.error, OSError, ValueError):
            if os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
                return  # a job in the background has changed nothing, and would be stopped for it (SIGTTOU)
            termios.tcsetattr(sys.stdin, termios.TCSANOW, attributes)
            if sys.stdout.isatty():
                sys.stdout.write(LEAVE_SCREEN)
                sys.stdout.flush()

    yield give_back
