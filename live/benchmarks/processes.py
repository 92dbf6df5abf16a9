"""The processes that a benchmark starts; they all end with it."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from live.benchmarks.setting import NotMeasuredError

ENDING_SECONDS = 10.0
"""How long a process may take to end when asked."""

LEAVING_SECONDS = 60.0
"""How long segue may take to start and to quit on a busy computer, beside the music."""

COMPUTING = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(100_000))"
"""Computes until the process that started it is gone."""

TAKING_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Takes the terminal at its stdin, and becomes another program."""


def module_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of segue in this Python."""
    # -P: do not import a folder `live` from the user's working directory.
    return [sys.executable, "-P", "-m", module, *arguments]


def segue_command(*arguments: str) -> list[str]:
    """Return the command `segue ARGUMENTS`."""
    return module_command("live", *arguments)


def in_own_terminal(command: Sequence[str]) -> list[str]:
    """Return the command that runs a program in the foreground of the terminal at its stdin.

    segue takes no keys from a terminal of another session, and `running` begins a session.
    """
    return [sys.executable, "-P", "-c", TAKING_TERMINAL, *command]


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator["subprocess.Popen[str]"]:
    """Run a program until the block is left; `options` are those of `Popen`.

    The program is asked to end first, so that it can end its notes. Ctrl-C reaches only this process, which
    then leaves the block.
    """
    with subprocess.Popen(command, text=True, start_new_session=True, **options) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(ENDING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def finish(process: "subprocess.Popen[str]", seconds: float) -> str:
    """Wait until a process that plays this many seconds has ended; return what it wrote to stdout.

    Raises:
        NotMeasuredError: if it failed or does not end, with its last line on stderr.
    """
    try:
        out, errors = process.communicate(timeout=seconds + LEAVING_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise NotMeasuredError(f"{process.args!r} did not end") from error
    if process.returncode != 0:
        last = (errors or "").strip().rpartition("\n")[2]
        raise NotMeasuredError(f"a process ended with {process.returncode}: {last}")
    return out or ""


def end_in_order() -> None:
    """Make SIGTERM raise SystemExit, so that this process closes its ports and ends its notes."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


@contextmanager
def busy_core() -> Iterator[None]:
    """Keep one core computing."""
    with running([sys.executable, "-c", COMPUTING], stdin=subprocess.DEVNULL):
        yield
