"""What a reader ignored in a file, as sentences for the user."""

MOST = 5
"""Maximum number of sentences; the last one counts what else was ignored."""


class Remarks:
    """Collects what was ignored while a file is read. Owned by the thread that reads the file."""

    def __init__(self) -> None:
        self._first: list[str] = []
        self._others = 0

    def add(self, text: str) -> None:
        """Keep a sentence; after the first few, only count it."""
        if len(self._first) < MOST:
            self._first.append(text)
        else:
            self._others += 1

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences so far."""
        more = (f"and {self._others} more of this file",) if self._others else ()
        return (*self._first, *more)
