"""A listener in a process of its own: stamps what MIDI ports send, and writes it as JSON lines.

    python -m tests.measurements.listener EAR=PORT ...

For each EAR there is a MIDI input, connected with PORT when that appears. A line is `{"connected": EAR}`,
`{"xrun": SECONDS}`, or `{"ear": EAR, "at": SECONDS, "data": HEX}`, where `at` is the monotonic clock at the
frame on which the message stands, counted from when JACK's cycle really began: JACK's smoothed reckoning
(`frame_time`) is wrong for seconds after a stall. SIGTERM ends the listener as soon as all that was heard is
written. Needs the Debian package jackd2, and JACK-Client (the extra `jack`).
"""

import argparse
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

import jack

from tests.measurements.performance import POLL_SECONDS, Timed, as_note, running

CONNECT_SECONDS = 30.0
"""How long to wait for the ports to appear."""


class Ears:
    """The process that was started, seen from the one that started it.

    Its pipe is read while it waits for a port and when it has ended, and not in between: a reader would take
    the processor from the players at each of their notes.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._lines: list[dict[str, Any]] = []

    def wait_for(self, ear: str) -> None:
        """Return when this ear is connected; `RuntimeError` if that does not happen in time."""
        assert self._process.stdout is not None
        while {"connected": ear} not in self._lines:
            line = self._process.stdout.readline()
            if not line:
                raise RuntimeError(f"nothing to connect the ear {ear!r} with came within {CONNECT_SECONDS} s")
            self._lines.append(json.loads(line))

    def finish(self) -> None:
        """End the listening; then `notes` has everything."""
        self._process.terminate()
        rest, _ = self._process.communicate(timeout=CONNECT_SECONDS)
        self._lines += [json.loads(line) for line in rest.splitlines()]

    @property
    def xruns(self) -> int:
        """How often JACK said that a cycle came too late."""
        return sum("xrun" in line for line in self._lines)

    def notes(self, ear: str) -> list[Timed]:
        """Return the notes that this ear heard, in order of arrival, in monotonic seconds."""
        heard = [line for line in self._lines if line.get("ear") == ear]
        notes = [as_note(line["at"], bytes.fromhex(line["data"])) for line in heard]
        return [note for note in notes if note is not None]


@contextmanager
def listening(**ports: str) -> Iterator[Ears]:
    """Start a listener with an ear for each port; returns when it runs."""
    command = [sys.executable, "-m", "tests.measurements.listener"]
    command += [f"{ear}={port}" for ear, port in ports.items()]
    with running(command, stdout=subprocess.PIPE) as process:
        yield Ears(process)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ears", nargs="+", metavar="EAR=PORT")
    ports = dict(ear.split("=", 1) for ear in parser.parse_args(argv).ears)
    lines: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
    signal.signal(signal.SIGTERM, lambda *_: lines.put(None))
    jack.set_error_function(lambda message: None)
    client = _listen(list(ports), lines)
    try:
        return _write(client, ports, lines)
    finally:
        client.close()


def _listen(ears: Sequence[str], lines: "SimpleQueue[dict[str, Any] | None]") -> jack.Client:
    """Open a client that puts a line into the queue for each message, from JACK's thread."""
    client = jack.Client("listener", no_start_server=True)
    rate = client.samplerate
    inputs = [(ear, client.midi_inports.register(ear)) for ear in ears]

    def process(frames: int) -> None:
        start = monotonic() - client.frames_since_cycle_start / rate
        for ear, port in inputs:
            for offset, data in port.incoming_midi_events():
                lines.put({"ear": ear, "at": start + offset / rate, "data": bytes(data).hex()})

    client.set_process_callback(process)
    client.set_xrun_callback(lambda _: lines.put({"xrun": monotonic()}))
    client.set_shutdown_callback(lambda *_: lines.put(None))
    client.activate()
    return client


def _write(client: jack.Client, ports: dict[str, str], lines: "SimpleQueue[dict[str, Any] | None]") -> int:
    """Write lines until the end is asked for; meanwhile connect the ports that appear."""
    deadline = monotonic() + CONNECT_SECONDS
    missing = dict(ports)
    while True:
        with suppress(Empty):
            line = lines.get(timeout=POLL_SECONDS if missing else None)
            if line is None:
                return 0
            print(json.dumps(line), flush=True)
        for ear, port in list(missing.items()):
            with suppress(jack.JackError):
                client.connect(port, f"{client.name}:{ear}")
                del missing[ear]
                print(json.dumps({"connected": ear}), flush=True)
        if missing and monotonic() > deadline:
            return 1


if __name__ == "__main__":
    sys.exit(main())
