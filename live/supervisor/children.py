"""The two processes of a performance, and the line between them.

Each has a connection to the supervisor, its *control*, through which it gets its end of the line; when either
process is started again, both get ends of a new line (see `live.ports.line`).
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

CONTROL = "SEGUE_CONTROL"
"""The environment variable with the descriptor of the control; a process that has it is one of the two."""


class Child:
    """A process that can be started again.

    Args:
        module: what to run, as of `python -m`.
        arguments: its arguments.
        own_session: whether it gets a session of its own, so that no signal of the terminal reaches it.
    """

    def __init__(self, module: str, arguments: Sequence[str] = (), *, own_session: bool = False) -> None:
        # -P: do not import a folder `live` from the user's working directory.
        self._command = [sys.executable, "-P", "-m", module, *arguments]
        self._own_session = own_session
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """Its process number; None while it does not run."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start it; the one before has ended."""
        self.hang_up()
        self._control, its_own = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its_own:
            number = its_own.fileno()
            # Ctrl-C waits until the process can end itself properly.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
            try:
                self._process = subprocess.Popen(
                    self._command,
                    env={**os.environ, CONTROL: str(number)},
                    pass_fds=[number],
                    start_new_session=self._own_session,
                    stdin=subprocess.DEVNULL if self._own_session else None,
                )
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @property
    def had_begun(self) -> bool:
        """Whether it said that it had begun its work (`live.ports.line`)."""
        # If it died without reading all that it got, the kernel first says so, and then gives what it sent.
        for _ in range(2):
            with suppress(OSError):
                return self._control is not None and bool(self._control.recv(1, socket.MSG_DONTWAIT))
        return False

    @property
    def control(self) -> socket.socket | None:
        """The connection to it; None while it does not run."""
        return self._control

    def hang_up(self) -> None:
        """Let it know that nobody comes to the other end of its line any more."""
        if self._control is not None:
            self._control.close()
            self._control = None

    def signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def ended(self, status: int) -> int:
        """Take in that it has ended with a wait status; return its code, below 0 for a signal."""
        assert self._process is not None
        self._process.returncode = os.waitstatus_to_exitcode(status)
        return self._process.returncode

    def wait(self, seconds: float) -> None:
        """Wait until it has ended; end it if that takes longer than so many seconds."""
        if self._process is None:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self._process.wait()


def join(*controls: socket.socket | None) -> None:
    """Give two processes the ends of a new line, through their controls."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for control, end in zip(controls, ends, strict=True):
        with end, suppress(OSError):  # a process that has just died is started again, and gets another end
            if control is not None:
                socket.send_fds(control, [b"L"], [end.fileno()])
