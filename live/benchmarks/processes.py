"""Processes that a benchmark starts, all of which end with it."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from live.benchmarks.setting import NotMeasuredError

ENDING_SECONDS = 10.0
"""How long a process that was asked to end may take."""

LEAVING_SECONDS = 60.0
"""How long segue may take to start and to leave, on a busy machine, beside the music itself."""

COMPUTING = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: sum(range(100_000))"
"""Computes until whoever started it is gone."""


def module_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of segue's in this same Python."""
    # -P: a folder named `live` where the user stands is not ours.
    return [sys.executable, "-P", "-m", module, *arguments]


def segue_command(*arguments: str) -> list[str]:
    """Return the command `segue ARGUMENTS`."""
    return module_command("live", *arguments)


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator["subprocess.Popen[str]"]:
    """Run a program until the block is left; `options` are those of `Popen`.

    It is asked to end first, so that it ends its notes. A Ctrl-C reaches only this process, which then leaves
    the block.
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
    """Wait until a process that plays so many seconds has ended by itself; return what it wrote to stdout.

    Raises:
        NotMeasuredError: if it failed or does not end, with what it said last.
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
    """Let what asks this process to end leave its ports closed and its notes ended."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


@contextmanager
def busy_core() -> Iterator[None]:
    """Keep one core computing."""
    with running([sys.executable, "-c", COMPUTING], stdin=subprocess.DEVNULL):
        yield
