"""A performance of segue in a process of its own on a JACK server of its own, and the notes of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import jack
from mido import Message, MidiFile

from live.benchmarks.processes import LEAVING_SECONDS, running
from tests.jack.jack_server import JackServer

BPM = 120
STEP_BEATS = 0.5
STEP_SECONDS = STEP_BEATS * 60 / BPM

POLL_SECONDS = 0.005
"""How often to look for a port: segue's first note comes 100 ms after its port, or later."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A note-on or note-off.

    Attributes:
        at: its moment in seconds; where they count from, the source says.
        message: with velocity 0 in a note-off only.
    """

    at: float
    message: Message


@contextmanager
def jack_server(period: int) -> Iterator[JackServer]:
    """Run a JACK server that is the default one for this process and for those that it starts."""
    # Whoever ends this measurement from outside must not leave the server and its clients behind.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    for silence in (jack.set_error_function, jack.set_info_function):
        silence(lambda message: None)  # libjack would complain of each look for a server that is yet to come
    server = JackServer(period)
    os.environ.update(JACK_DEFAULT_SERVER=server.name, JACK_NO_START_SERVER="1")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def running_segue(preset: str, seconds: float, *options: str | Path) -> Iterator[subprocess.Popen[str]]:
    """Let segue play eighths at 120 bpm into its own port; what it says at the end is in `stderr`."""
    segue = Path(sys.executable).with_name("segue")
    command: list[str | Path] = [segue, "play", preset, "--no-screen", "--backend", "jack"]
    command += ["--bpm", str(BPM), "--step", str(STEP_BEATS), "--seconds", str(seconds), *options]
    with running(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        yield process


def last_words(segue: subprocess.Popen[str], seconds: float) -> str:
    """Wait until segue has played so many seconds and left; return its summary.

    Raises:
        RuntimeError: if it failed.
        subprocess.TimeoutExpired: if it does not leave.
    """
    _, words = segue.communicate(timeout=seconds + LEAVING_SECONDS)
    if segue.returncode != 0:
        raise RuntimeError(f"segue ended with {segue.returncode}: {words.strip()}")
    return words.strip()


class Patchbay:
    """Waits for ports of other programs and connects them. A context manager."""

    def __init__(self) -> None:
        self._client = jack.Client("patchbay", no_start_server=True)

    def __enter__(self) -> "Patchbay":
        return self

    def __exit__(self, *exception: object) -> None:
        self._client.close()

    def wait_for(self, *names: str) -> None:
        """Return when these ports are there; `TimeoutError` if they do not appear."""
        deadline = time.monotonic() + LEAVING_SECONDS
        while missing := set(names) - {port.name for port in self._client.get_ports()}:
            if time.monotonic() > deadline:
                raise TimeoutError(f"ports that did not appear: {', '.join(sorted(missing))}")
            time.sleep(POLL_SECONDS)

    def connect(self, source: str, target: str) -> None:
        """Connect two ports as soon as both are there."""
        self.wait_for(source, target)
        self._client.connect(source, target)


def read_notes(path: Path) -> list[Timed]:
    """Return the note messages of a MIDI file in order, in seconds from its start."""
    at = 0.0
    notes = []
    for message in MidiFile(path):
        at += message.time
        if message.type in ("note_on", "note_off"):
            notes.append(Timed(at, _normalized(message)))
    return notes


def as_note(at: float, data: bytes) -> Timed | None:
    """Return a message that was heard; None if it is no note."""
    message = Message.from_bytes(data)
    return Timed(at, _normalized(message)) if message.type in ("note_on", "note_off") else None


def note_ons(notes: Sequence[Timed]) -> list[Timed]:
    """Return the note-ons alone."""
    return [note for note in notes if note.message.type == "note_on"]


def what(notes: Sequence[Timed]) -> list[tuple[int, int, int]]:
    """Return channel, note number and velocity of each; 0 for note-offs, whose velocity many drop."""
    return [
        (
            note.message.channel,
            note.message.note,
            note.message.velocity if note.message.type == "note_on" else 0,
        )
        for note in notes
    ]


def _normalized(message: Message) -> Message:
    if message.type == "note_on" and message.velocity == 0:
        return Message("note_off", channel=message.channel, note=message.note, velocity=0)
    return message
