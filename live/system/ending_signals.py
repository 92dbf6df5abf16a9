"""The signals that end a program, taken in as news, so that it ends in silence."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP")
"""Ctrl-Z, too: a stopped process cannot end its notes."""


@contextmanager
def ending_signals(take: Callable[[int], None], names: Sequence[str] = ENDING_SIGNALS) -> Iterator[None]:
    """Let the signals that end a program be taken; to be entered by the main thread.

    Once one has come, another but Ctrl-C ends the process at once: should a terminal or a server hang, there
    is a way out. A hangup counts once: where a terminal closes, the system sends one, and the shell another.

    Args:
        take: gets the signal's number, in the main thread between any two of its steps; it must only enqueue,
            or raise.
        names: of the signals; those that the system lacks are left out.
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
