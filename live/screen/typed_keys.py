"""Reads the computer keyboard: single characters without Enter; arrows and escape by name."""

import codecs
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

ESCAPE = "\x1b"

ESCAPE_SECONDS = 0.05
"""How long after an escape character the rest of an arrow key may follow; nobody types that fast."""

ARROWS = {"A": "up", "B": "down", "C": "right", "D": "left"}
"""The last characters of the sequences for arrow keys (ECMA-48, the cursor controls of 8.3)."""


class KeyDecoder:
    """Decodes the characters of a terminal into keys. Owned by the reading thread.

    A terminal sends `ESC [ A` for an arrow key, and similar sequences for keys that segue does not know. On a
    slow connection a sequence may come in pieces; the decoder takes none of them for a letter.
    """

    def __init__(self) -> None:
        self._begun = ""
        self._is_told = False

    @property
    def is_waiting(self) -> bool:
        """Whether the last character is the escape key unless more follows."""
        return self._begun == ESCAPE and not self._is_told

    def take(self, character: str) -> str | None:
        """Take the terminal's next character; return a key (a character or a name), or None for none yet."""
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
            # A parameter, as for an arrow with Shift; or the Linux console's `ESC [ [ A` for F1.
            self._begun = begun if character != "[" else begun + character
            return None
        return ARROWS.get(character) if not begun.endswith("[[") else None

    def give_up(self) -> str:
        """Return the escape key, as nothing followed it; a late rest of a sequence is still not a letter."""
        self._is_told = True
        return "escape"


def can_read_keys() -> bool:
    """Return whether segue may read from its terminal: a job in the background must not."""
    if not sys.stdin.isatty():
        return False
    if sys.platform == "win32":
        return True
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:
        # The terminal belongs to another session (`setsid`).
        return False


@contextmanager
def typed_keys(typed: Callable[[str], None]) -> Iterator[None]:
    """Call `typed` with each key, from a separate thread; restore the terminal at the end.

    Args:
        typed: receives one character, or `up`, `down`, `left`, `right`, `escape`; it must only enqueue.
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
    """The codes after the prefix of a key without a character (`_getwch` in Microsoft's C library)."""

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
            # A daemon thread: it may wait for a key forever and must not keep the process alive.
            decoder, keys = codecs.getincrementaldecoder("utf-8")(errors="ignore"), KeyDecoder()
            # The terminal may disappear while this waits; then no more keys come.
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
        """Disable suspend and quit, which leave notes hanging, and Ctrl-S, which freezes the screen."""
        settings = termios.tcgetattr(terminal)
        settings[0] &= ~(termios.IXON | termios.IXOFF)
        disabled = os.fpathconf(terminal, "PC_VDISABLE").to_bytes(1, "little")
        for key in (termios.VSUSP, termios.VQUIT):
            settings[6][key] = disabled
        termios.tcsetattr(terminal, termios.TCSADRAIN, settings)
