"""segue as a process that is measured: how it is started and typed to, and what it uses."""

import fcntl
import os
import pty
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from live.benchmarks.processes import running
from tests.measurements.performance import last_words


class Segue:
    """A running `segue play`, with a terminal of its own for its keys.

    Attributes:
        process: it.
    """

    def __init__(self, process: "subprocess.Popen[str]", terminal: int) -> None:
        self.process = process
        self._terminal = terminal

    @property
    def echoes(self) -> bool:
        """Whether its terminal shows what is typed, as it does for a shell."""
        return bool(termios.tcgetattr(self._terminal)[3] & termios.ECHO)

    def type(self, key: str) -> None:
        """Press a key of the computer."""
        os.write(self._terminal, key.encode())

    def finish(self, seconds: float) -> str:
        """Wait until it has played so many seconds and left; return its summary.

        Raises:
            RuntimeError: if it failed.
            subprocess.TimeoutExpired: if it does not leave.
        """
        return last_words(self.process, seconds)


def segue_command(*arguments: object) -> list[str]:
    """Return the command that plays on JACK, without a screen."""
    segue = Path(sys.executable).with_name("segue")
    return [str(segue), "play", "--no-screen", "--backend", "jack", *map(str, arguments)]


@contextmanager
def playing(*arguments: object, stdout: int | IO[str] = subprocess.DEVNULL) -> Iterator[Segue]:
    """Let segue play until the block is left; `stdout` takes its lines."""
    master, slave = pty.openpty()
    try:
        with running(
            segue_command(*arguments),
            stdin=slave,
            stdout=stdout,
            stderr=subprocess.PIPE,
            preexec_fn=_take_terminal,
        ) as process:
            yield Segue(process, master)
        assert process.stderr is not None
        process.stderr.close()
    finally:
        os.close(master)
        os.close(slave)


def family(process: int) -> dict[str, int]:
    """Return the processes of a `segue play`: `supervisor`, `engine` and `ports`; those that run (Linux)."""
    found = {"supervisor": process}
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        found["ports" if b"live.ports" in words else "engine"] = int(child)
    return found


def memory_mebibytes(process: int) -> float:
    """Return what the processes of a `segue play` have in memory, shared pages in part (Linux)."""
    return round(sum(_proportional_kibibytes(number) for number in family(process).values()) / 2**10, 1)


def processor_seconds(process: int) -> float:
    """Return how much of the processor the processes of a `segue play` have had (Linux)."""
    return sum(_processor_seconds(number) for number in family(process).values())


def _proportional_kibibytes(process: int) -> int:
    rows = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("Pss:"))


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


def _take_terminal() -> None:
    """Be in the foreground of the terminal: segue takes no keys from another's."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
