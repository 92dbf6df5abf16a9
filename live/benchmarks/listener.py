"""The process that listens to the measured program: `python -m live.benchmarks.listener`.

It opens a port and writes the port's name as a line of JSON. After that, for each line that it reads, it
writes what it has heard since the last one: the note-ons as rows of `at`, `arrived`, `channel`, `note`, and
how many notes sound now. It ends when its standard input closes, because the process that started it is gone.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from time import monotonic
from typing import Any

from mido import Message

from live.benchmarks.onsets import Onset
from live.benchmarks.processes import end_in_order, module_command, running
from live.benchmarks.setting import NotMeasuredError, Setting
from live.midi.ports import MidiSystem, NoMidiSystemError
from live.midi.system import open_midi_system


@dataclass(frozen=True, slots=True)
class Arrival:
    """A note-on that the listener heard.

    Attributes:
        onset: the onset, with the port's time: on JACK the time of its frame on the server's clock.
        arrived: when the callback was called, in monotonic seconds of this computer.
    """

    onset: Onset
    arrived: float


@dataclass(frozen=True, slots=True)
class Capture:
    """Everything that was heard in a span of time.

    Attributes:
        arrivals: the note-ons, in order.
        sounding: number of notes that sounded at the end.
    """

    arrivals: tuple[Arrival, ...]
    sounding: int

    @property
    def onsets(self) -> list[Onset]:
        """The onsets without their arrival times."""
        return [arrival.onset for arrival in self.arrivals]


class ListenerProcess:
    """The process, seen from the one that started it.

    Attributes:
        port: the name by which other programs find its port.
        label: the name of the MIDI system for the user.

    Raises:
        NotMeasuredError: if there is no MIDI system, or it has no virtual ports.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        opened = self._read()
        if opened["problem"] is not None:
            raise NotMeasuredError(opened["problem"])
        self.port: str = opened["port"]
        self.label: str = opened["system"]

    def take(self) -> Capture:
        """Return what was heard since the last call."""
        assert self._process.stdin is not None
        self._process.stdin.write("take\n")
        self._process.stdin.flush()
        heard = self._read()
        rows = (
            Arrival(Onset(at, channel, note), arrived) for at, arrived, channel, note in heard["note-ons"]
        )
        return Capture(tuple(rows), heard["sounding"])

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NotMeasuredError("the listener ended: its MIDI system is gone")
        return json.loads(line)


@contextmanager
def listening(setting: Setting) -> Iterator[ListenerProcess]:
    """Start a listener; returns when its port is open.

    Raises:
        NotMeasuredError: see `ListenerProcess`.
    """
    command = module_command(__name__, *setting.backend_arguments)
    with running(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        yield ListenerProcess(process)


def main(argv: Sequence[str] | None = None) -> int:
    """Listen until standard input closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend")
    heard: SimpleQueue[tuple[float, float, Message]] = SimpleQueue()

    def deliver(at: float, message: Message) -> None:
        heard.put((at, monotonic(), message))

    try:
        system = open_midi_system(parser.parse_args(argv).backend)
    except NoMidiSystemError as error:
        _write({"problem": str(error)})
        return 1
    with closing(system):
        if system.own_input_name is None:
            _write({"problem": f"{system.label} has no virtual ports, so nothing can listen to segue"})
            return 1
        before = system.output_names()
        with closing(system.open_input(deliver)) as port:
            name = _as_others_find_it(port.name, before, system)
            _write({"problem": None, "port": name, "system": system.label})
            sounding: set[tuple[int, int]] = set()
            for _ in sys.stdin:
                _write(_sum_up([heard.get_nowait() for _ in range(heard.qsize())], sounding))
    return 0


def _sum_up(heard: Sequence[tuple[float, float, Message]], sounding: set[tuple[int, int]]) -> dict[str, Any]:
    """Return the line to write about the messages heard, and update `sounding`."""
    note_ons = []
    for at, arrived, message in heard:
        if message.type == "note_on":
            note_ons.append((at, arrived, message.channel, message.note))
            sounding.add((message.channel, message.note))
        elif message.type == "note_off":
            sounding.discard((message.channel, message.note))
    return {"note-ons": note_ons, "sounding": len(sounding)}


def _as_others_find_it(own: str, before: Sequence[str], system: MidiSystem) -> str:
    """Return the name by which other programs open a port: ALSA adds numbers to it."""
    new = [name for name in system.output_names() if name not in before and own in name]
    return new[0] if len(new) == 1 else own


def _write(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
