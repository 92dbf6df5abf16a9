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

MOST_IN_VAIN = 3
"""How often in a row an engine is started again that dies before it has begun to play."""

LEAVING_SECONDS = 4.0
"""An engine that has not ended so long after a signal hangs, if the musician signals again."""

PAUSE_SECONDS = 0.5
"""How much longer to wait, each time, before a port process is started again that dies so soon."""

LONGEST_PAUSE = 5.0

ENDING_SECONDS = 6.0
"""How long the port process may take to let out the last messages and close its ports."""


def is_supervised() -> bool:
    """Return whether this process is one of the two, or would be on this system: it takes Unix sockets."""
    return CONTROL in os.environ or sys.platform != "linux"


def supervise(arguments: Sequence[str]) -> int:
    """Run `segue ARGUMENTS` in an engine, beside a port process; return the engine's exit code.

    An engine that is killed, or that a fault ends while it plays, is started again with the same arguments,
    and gets from the port process what the one before had asked it to remember. A port process that dies is
    started again, too, and the engine opens its ports there.
    """
    return Supervisor(Child("live", arguments), Child("live.ports", own_session=True)).run()


class Supervisor:
    """Runs an engine and a port process. Owned by the main thread.

    Args:
        engine: plays; not started yet.
        ports: serves the ports; not started yet.
    """

    def __init__(self, engine: Child, ports: Child) -> None:
        self._engine = _Restarted(engine)
        self._ports = _Restarted(ports)
        self._signalled_at: float | None = None

    def run(self) -> int:
        """Run both until the engine ends; return its exit code, 128 + the signal if one killed it."""
        with kept_terminal() as give_back_terminal, _forwarding(self._forward):
            self._ports.child.start()
            self._engine.child.start()
            join(self._engine.child.control, self._ports.child.control)
            while True:
                pid, status = os.wait()
                if pid == self._ports.child.pid:
                    if self._ports.take_death(status) == 0:
                        continue  # the engine has closed it, and is about to end
                    time.sleep(min(self._ports.in_vain * PAUSE_SECONDS, LONGEST_PAUSE))
                    self._ports.child.start()
                elif pid == self._engine.child.pid:
                    code = self._engine.take_death(status)
                    if self._is_final(code):
                        break
                    give_back_terminal()
                    self._engine.child.start()
                    if self._signalled_at is not None:  # the one that died could not take it
                        self._engine.child.signal(signal.SIGTERM)
                else:
                    continue
                join(self._engine.child.control, self._ports.child.control)
            if code < 0:
                give_back_terminal()
            self._ports.child.hang_up()
            self._ports.child.wait(ENDING_SECONDS)
            self._engine.child.hang_up()
        return code if code >= 0 else 128 - code

    def _forward(self, number: int) -> None:
        now = time.monotonic()
        if self._signalled_at is None:
            self._signalled_at = now
        hangs = now > self._signalled_at + LEAVING_SECONDS
        self._engine.child.signal(signal.SIGKILL if hangs else number)

    def _is_final(self, code: int) -> bool:
        died = code < 0 or code == FAULT
        return (
            not died
            or self._signalled_at is not None
            or not self._engine.begun_once
            or self._engine.in_vain > MOST_IN_VAIN
        )


class _Restarted:
    """A child that is started again when it dies.

    Attributes:
        child: the child.
        begun_once: whether it has ever begun its work.
        in_vain: how often in a row it has died before that.
    """

    def __init__(self, child: Child) -> None:
        self.child = child
        self.begun_once = False
        self.in_vain = 0

    def take_death(self, status: int) -> int:
        """Take in that it has ended with a wait status; return its code, below 0 for a signal."""
        had_begun = self.child.had_begun
        self.begun_once |= had_begun
        self.in_vain = 0 if had_begun else self.in_vain + 1
        return self.child.ended(status)


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
