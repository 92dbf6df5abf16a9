"""The keys of the computer: one letter each, without Enter; arrows and escape by their names."""

import codecs
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

ESCAPE = "\x1b"

ESCAPE_SECONDS = 0.05
"""How long after an escape the rest of an arrow key may follow; a person is slower."""

ARROWS = {"A": "up", "B": "down", "C": "right", "D": "left"}
"""What ends the sequence of an arrow key (ECMA-48, the cursor controls of 8.3)."""


class KeyDecoder:
    """Makes keys of what a terminal sends. Owned by the thread that reads.

    A terminal sends `ESC [ A` for an arrow, and keys that segue does not know end likewise. On a slow line a
    sequence may come in pieces: none of them is taken for a letter.
    """

    def __init__(self) -> None:
        self._begun = ""
        self._is_told = False

    @property
    def is_waiting(self) -> bool:
        """Whether what came may be the escape key, if nothing follows."""
        return self._begun == ESCAPE and not self._is_told

    def take(self, character: str) -> str | None:
        """Take what the terminal sent next; return a key (a character or a name), or None for none yet."""
        begun, is_told = self._begun, self._is_told
        self._begun, self._is_told = "", False
        if character == ESCAPE:
            self._begun = ESCAPE
            return "escape" if begun == ESCAPE and not is_told else None
        if begun == ESCAPE and character in "[O":
            self._begun = begun + character
            return None
        if begun in ("", ESCAPE) or not " " <= character <= "~":
            return character
        if begun == ESCAPE + "[" and (character == "[" or " " <= character <= "?"):
            # A parameter, as of an arrow with Shift; and the Linux console's `ESC [ [ A` of F1.
            self._begun = begun if character != "[" else begun + character
            return None
        return ARROWS.get(character) if not begun.endswith("[[") else None

    def give_up(self) -> str:
        """Return the escape key, for nothing has followed it; should the rest come late, it is no letter."""
        self._is_told = True
        return "escape"


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
        typed: gets one character, or `up`, `down`, `left`, `right`, `escape`; it must only enqueue.
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

    CODES = {"H": "up", "P": "down", "K": "left", "M": "right"}
    """What follows the prefix of a key without a character (`_getwch` in Microsoft's C library)."""

    @contextmanager
    def _windows_keys(typed: Callable[[str], None]) -> Iterator[None]:
        def read() -> None:
            while True:
                character = msvcrt.getwch()
                if character in ("\x00", "\xe0") and msvcrt.kbhit():
                    if key := CODES.get(msvcrt.getwch()):
                        typed(key)
                else:
                    typed("escape" if character == ESCAPE else character)

        Thread(target=read, name="segue-keys", daemon=True).start()
        yield

else:
    import select
    import termios
    import tty

    @contextmanager
    def _terminal_keys(typed: Callable[[str], None]) -> Iterator[None]:
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)

        def read() -> None:
            # A daemon: it may wait for a key for ever, and must not keep the process.
            decoder, keys = codecs.getincrementaldecoder("utf-8")(errors="ignore"), KeyDecoder()
            # The terminal may be gone while this waits; then there are no keys any more.
            with suppress(OSError):
                while True:
                    if keys.is_waiting and not select.select([terminal], [], [], ESCAPE_SECONDS)[0]:
                        typed(keys.give_up())
                    if not (data := os.read(terminal, 1)):
                        return
                    if (character := decoder.decode(data)) and (key := keys.take(character)):
                        typed(key)

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
