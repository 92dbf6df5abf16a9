"""A JACK server of the tests' own, without sound hardware."""

import subprocess
import tempfile
import time
from uuid import uuid4

import jack

DEADLINE = 15.0
RATE = 48_000


class JackServer:
    """A `jackd` with the dummy driver under a name of its own; `start` and `kill` as often as wanted.

    `-S` (synchronous) always: without it jackd2 loses and doubles messages under load. The long period lets
    the tests' Python clients miss the processor for a while on a busy machine, and still nothing is lost.
    """

    def __init__(self, period: int = 1024) -> None:
        self.name = f"segue-test-{uuid4().hex[:8]}"
        self._period = period
        self._process: subprocess.Popen[bytes] | None = None
        self._was_killed = False

    def start(self) -> None:
        """Start the server; returns when it answers."""
        self._was_killed = False
        with tempfile.TemporaryFile() as output:
            self._process = subprocess.Popen(
                f"jackd --realtime -S -n {self.name} -d dummy -r {RATE} -p {self._period}".split(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            deadline = time.monotonic() + DEADLINE
            while not self._answers():
                if not self.is_running or time.monotonic() > deadline:
                    output.seek(0)
                    raise AssertionError(f"jackd does not answer: {output.read().decode()[-500:]}")
                time.sleep(0.02)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End the server at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._was_killed = True

    def stop(self) -> None:
        """End the server as its user does."""
        if self._was_killed:
            # A killed server keeps its place among the eight that a machine may have; its successor frees it.
            self.start()
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            client = jack.Client("probe", no_start_server=True, servername=self.name)
        except jack.JackOpenError:
            return False
        client.close()
        return True
