"""Catches the signals that end a program, so that segue can switch off every note first."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP")
"""SIGTSTP (Ctrl-Z) is one of them: a stopped process cannot end its notes."""


@contextmanager
def ending_signals(take: Callable[[int], None], names: Sequence[str] = ENDING_SIGNALS) -> Iterator[None]:
    """Catch the signals that end a program; only the main thread may enter this.

    After the first signal, a second one other than Ctrl-C ends the process at once. This is the way out if a
    terminal or a server hangs. A second hangup is ignored: when a terminal closes, the system sends one and
    the shell another.

    Args:
        take: called with the signal's number, in the main thread between any two of its steps; it must only
            enqueue, or raise.
        names: names of the signals; those that the system lacks are left out.
    """
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]

    def come_in(number: int, _frame: object) -> None:
        take(number)
        for other in numbers:
            if other != signal.SIGINT:
                is_hangup = signal.Signals(other).name == "SIGHUP"
                signal.signal(other, signal.SIG_IGN if is_hangup else signal.SIG_DFL)

    before = {number: signal.signal(number, come_in) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
