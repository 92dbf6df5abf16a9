"""Runs a performance in two processes, and outlives both: the music goes on when one of them dies."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from live.supervisor.children import CONTROL, Child, join
from live.supervisor.terminal import kept_terminal

FAULT = 70
"""The exit code of an engine that a fault in segue ended, after it had begun to play (sysexits.h,
EX_SOFTWARE)."""

FORWARDED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGTSTP")
"""Signals for the engine, which ends every note first. A terminal sends them to both processes: the engine
takes two of them within a moment as one."""

LASTED_SECONDS = 5.0
"""A process that dies sooner after its start would do so again."""

MOST_RESTARTS = 3
"""How often in a row a process is started anew although it dies so soon."""

ENDING_SECONDS = 6.0
"""How long the port process may take to let out the last messages and close its ports."""


def is_supervised() -> bool:
    """Return whether this process is one of the two, or would be on this system: it takes Unix sockets."""
    return CONTROL in os.environ or sys.platform != "linux"


def supervise(arguments: Sequence[str]) -> int:
    """Run `segue ARGUMENTS` in an engine, beside a port process; return the engine's exit code.

    An engine that is killed, or that a fault ends while it plays, is started anew with the same arguments,
    and gets from the port process what the one before had asked it to remember. A port process that dies is
    started anew, too, and the engine opens its ports there.
    """
    return _Supervisor(arguments).run()


class _Supervisor:
    def __init__(self, arguments: Sequence[str]) -> None:
        self._engine = _Restarted(Child("live", arguments))
        self._ports = _Restarted(Child("live.ports", own_session=True))
        self._was_signalled = False

    def run(self) -> int:
        with kept_terminal() as give_back_terminal, _forwarding(self._forward):
            for restarted in (self._ports, self._engine):
                restarted.start()
            join(self._engine.child, self._ports.child)
            while True:
                pid, status = os.wait()
                if pid == self._ports.child.pid:
                    self._ports.child.ended(status)
                    if self._ports.start_again():
                        join(self._engine.child, self._ports.child)
                elif pid == self._engine.child.pid:
                    code = self._engine.child.ended(status)
                    if self._is_final(code) or not self._engine.start_again():
                        break
                    give_back_terminal()
                    join(self._engine.child, self._ports.child)
            if code < 0:
                give_back_terminal()
            self._ports.child.hang_up()
            self._ports.child.wait(ENDING_SECONDS)
            self._engine.child.hang_up()
        return code if code >= 0 else 128 - code

    def _forward(self, number: int) -> None:
        self._was_signalled = True
        self._engine.child.signal(number)

    def _is_final(self, code: int) -> bool:
        return self._was_signalled or (code >= 0 and code != FAULT)


class _Restarted:
    """A child that is started anew when it dies, unless it does so at once."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self._started_at = 0.0
        self._died_early = 0

    def start(self) -> None:
        self._started_at = time.monotonic()
        self.child.start()

    def start_again(self) -> bool:
        """Start it anew; return False if that would be in vain."""
        lasted = time.monotonic() - self._started_at
        self._died_early = 0 if lasted > LASTED_SECONDS else self._died_early + 1
        if self._died_early > MOST_RESTARTS:
            return False
        self.start()
        return True


@contextmanager
def _forwarding(forward: Callable[[int], None]) -> Iterator[None]:
    """Pass the signals on that would end this process."""
    numbers = [getattr(signal, name) for name in FORWARDED]
    before = {n: signal.signal(n, lambda number, frame: forward(number)) for n in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            with suppress(ValueError):
                signal.signal(number, handler)
