"""A JACK server of the benchmarks' own, whose period and manner are known.

It has a name of its own and no sound card, so it disturbs no other server.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from tempfile import TemporaryFile
from uuid import uuid4

from live.benchmarks.processes import running
from live.benchmarks.setting import NotMeasuredError, Setting

RATE = 48_000
"""Frames a second."""

STARTING_SECONDS = 15.0
POLL_SECONDS = 0.02

Environment = Mapping[str, str]
"""The environment of the programs that are to use the server."""


@contextmanager
def own_server(setting: Setting, period: int, *, synchronous: bool) -> Iterator[Environment]:
    """Run a server with the dummy driver until the block is left.

    Args:
        setting: names the MIDI system; only JACK will do.
        period: frames in a process cycle.
        synchronous: whether the server waits in each cycle until all clients are done (`-S`). Otherwise a
            client that is not done by the next cycle causes an xrun.

    Raises:
        NotMeasuredError: if JACK is not installed, another MIDI system was named, or the server fails.
    """
    _check(setting)
    name = f"segue-bench-{uuid4().hex[:8]}"
    command = ["jackd", "--realtime", *(["-S"] if synchronous else []), "-n", name]
    command += ["-d", "dummy", "-r", str(RATE), "-p", str(period)]
    with (
        TemporaryFile("w+") as output,
        running(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT) as server,
    ):
        deadline = time.monotonic() + STARTING_SECONDS
        while not _answers(name):
            if server.poll() is not None or time.monotonic() > deadline:
                output.seek(0)
                last = output.read().strip().rpartition("\n")[2]
                raise NotMeasuredError(f"jackd does not start: {last}")
            time.sleep(POLL_SECONDS)
        yield {**os.environ, "JACK_DEFAULT_SERVER": name, "JACK_NO_START_SERVER": "1"}


def _check(setting: Setting) -> None:
    if setting.backend not in (None, "jack"):
        raise NotMeasuredError(f"this is measured on JACK only, got --backend {setting.backend}")
    if shutil.which("jackd") is None:
        raise NotMeasuredError("there is no jackd: install JACK (jackd2)")
    if find_spec("jack") is None:
        raise NotMeasuredError("there is no JACK for Python: install it with `pip install JACK-Client`")


def _answers(name: str) -> bool:
    try:
        import jack
    except OSError as error:
        raise NotMeasuredError("there is no libjack: install JACK (jackd2)") from error
    for silence in (jack.set_error_function, jack.set_info_function):
        silence(lambda message: None)  # libjack would complain of a server that is yet to come
    with suppress(jack.JackError):
        jack.Client("probe", no_start_server=True, servername=name).close()
        return True
    return False
