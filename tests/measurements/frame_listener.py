"""A listener in a process of its own: notes on which frame of JACK each message stands.

    python -m tests.measurements.frame_listener FILE EAR ...

It is the client `frames` with a MIDI input for each EAR, and writes JSON lines to FILE: `{"frame": FRAME}`
once it listens, then `{"frame": FRAME, "ear": EAR, "data": HEX}` for each message and `{"frame": FRAME,
"xrun": true}` for each cycle that JACK says came too late. Frames are counted in 64 bits. SIGTERM ends it as
soon as all that was heard is written. Needs the Debian package jackd2, and JACK-Client (the extra `jack`).
"""

import argparse
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import jack
from mido import Message

from live.benchmarks.processes import ENDING_SECONDS, running
from tests.measurements.performance import POLL_SECONDS

NAME = "frames"

COUNTER = 1 << 32
"""JACK counts frames in 32 bits."""

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Framed:
    """A message that was heard.

    Attributes:
        frame: of JACK, counted in 64 bits.
        message: a note-on with velocity 0 is a note-off.
    """

    frame: int
    message: Message


class Listening:
    """The process that was started, seen from the one that started it."""

    def __init__(self, process: "subprocess.Popen[str]", path: Path) -> None:
        self._process = process
        self._path = path

    def wait_until_ready(self) -> None:
        """Return when it listens; `RuntimeError` if it ended instead."""
        while not self._lines():
            if self._process.poll() is not None:
                raise RuntimeError("the listener ended before it listened")
            time.sleep(POLL_SECONDS)

    def finish(self) -> None:
        """End the listening; then `heard` returns everything."""
        self._process.terminate()
        self._process.wait(ENDING_SECONDS)

    def heard(self, listener: str) -> list[Framed]:
        """Return what this ear has heard by now, in order of arrival."""
        lines = (line for line in self._lines() if line.get("ear") == listener)
        return [Framed(line["frame"], _message(bytes.fromhex(line["data"]))) for line in lines]

    @property
    def xruns(self) -> int:
        """How often JACK said that a cycle came too late."""
        return sum("xrun" in line for line in self._lines())

    def _lines(self) -> list[Line]:
        # What stands behind the last newline is not written yet.
        return [json.loads(text) for text in self._path.read_text().split("\n")[:-1]]


@contextmanager
def listening(path: Path, *ears: str) -> Iterator[Listening]:
    """Let a listener with these ears write to a file; returns when it listens."""
    path.write_text("")
    command = [sys.executable, "-m", "tests.measurements.frame_listener", str(path), *ears]
    with running(command) as process:
        listener = Listening(process, path)
        listener.wait_until_ready()
        yield listener


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("ears", nargs="+", metavar="EAR")
    arguments = parser.parse_args(argv)
    lines: SimpleQueue[Line | None] = SimpleQueue()
    signal.signal(signal.SIGTERM, lambda *_: lines.put(None))
    client = _listen(arguments.ears, lines)
    with arguments.file.open("w", buffering=1) as file:
        while (line := lines.get()) is not None:
            print(json.dumps(line), file=file)
    client.close()
    return 0


def _listen(ears: Sequence[str], lines: "SimpleQueue[Line | None]") -> jack.Client:
    """Open a client that puts a line into the queue for each message, from JACK's thread."""
    client = jack.Client(NAME, no_start_server=True)
    inputs = [(listener, client.midi_inports.register(listener)) for listener in ears]
    newest = -1

    def process(_: int) -> None:
        nonlocal newest
        start = client.last_frame_time
        if newest < 0:
            newest = start
            lines.put({"frame": start})
        newest += (start - newest) % COUNTER
        for listener, port in inputs:
            for offset, data in port.incoming_midi_events():
                lines.put({"frame": newest + offset, "ear": listener, "data": bytes(data).hex()})

    client.set_process_callback(process)
    client.set_xrun_callback(lambda _: lines.put({"frame": newest, "xrun": True}))
    client.set_shutdown_callback(lambda *_: lines.put(None))
    client.activate()
    return client


def _message(data: bytes) -> Message:
    message = Message.from_bytes(data)
    if message.type == "note_on" and message.velocity == 0:
        return Message("note_off", channel=message.channel, note=message.note, velocity=0)
    return message


if __name__ == "__main__":
    sys.exit(main())
