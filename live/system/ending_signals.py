"""Catches the signals that end a program, so that segue can switch off every note first."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from live.system.clock import Clock, MonotonicClock

ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP")
"""SIGTSTP (Ctrl-Z) is one of them: a stopped process cannot end its notes."""


SAME_SECONDS = 0.3
"""A second signal within this time of the first is the same one, passed on."""


@contextmanager
def ending_signals(
    take: Callable[[int], None],
    names: Sequence[str] = ENDING_SIGNALS,
    clock: Clock = MonotonicClock(),  # noqa: B008 - it has no state
) -> Iterator[None]:
    """Catch the signals that end a program; only the main thread may enter this.

    After the first signal, a second one other than Ctrl-C ends the process at once. This is the way out if a
    terminal or a server hangs. A second one within a moment is the same: a terminal sends it to the process
    and to its supervisor, which passes it on. A second hangup is ignored: when a terminal closes, the system
    sends one and the shell another.

    Args:
        take: called with the signal's number, in the main thread between any two of its steps; it must only
            enqueue, or raise.
        names: names of the signals; those that the system lacks are left out.
        clock: says how long after the first signal a second one came.
    """
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    first_at: float | None = None

    def come_in(number: int, _frame: object) -> None:
        nonlocal first_at
        if first_at is None:
            first_at = clock.now()
            take(number)
        elif number == signal.SIGINT:
            take(number)
        elif clock.now() > first_at + SAME_SECONDS and signal.Signals(number).name != "SIGHUP":
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    before = {number: signal.signal(number, come_in) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
