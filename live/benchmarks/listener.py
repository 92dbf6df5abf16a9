"""The process that hears what others play: `python -m live.benchmarks.listener`.

It opens a port of its own and says which in a JSON line. For each line that it then reads it writes the
note-ons heard since the last one, as rows of `at`, `arrived`, `channel`, `note`. It ends when there is
nothing more to read: whoever started it is gone.
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
from live.midi_system import open_midi_system
from live.ports import MidiSystem, NoMidiSystemError


@dataclass(frozen=True, slots=True)
class Arrival:
    """A note-on that was heard.

    Attributes:
        onset: with the moment that the port gave it: on JACK its frame's, on the server's clock.
        arrived: when the callback was called, monotonic seconds of this machine.
    """

    onset: Onset
    arrived: float


class Listener:
    """The process, seen from the one that started it.

    Attributes:
        port: its port, as others find it.
        label: of the MIDI system, as the user knows it.

    Raises:
        NotMeasuredError: if there is no MIDI system, or it has no ports for programs.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        opened = self._read()
        if opened["problem"] is not None:
            raise NotMeasuredError(opened["problem"])
        self.port: str = opened["port"]
        self.label: str = opened["system"]

    def take(self) -> list[Arrival]:
        """Return what was heard since the last call, in order of arrival."""
        assert self._process.stdin is not None
        self._process.stdin.write("take\n")
        self._process.stdin.flush()
        return [
            Arrival(Onset(at, channel, note), arrived) for at, arrived, channel, note in self._read()["heard"]
        ]

    def take_onsets(self) -> list[Onset]:
        """Return the onsets alone."""
        return [arrival.onset for arrival in self.take()]

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NotMeasuredError("the listener ended: its MIDI system is gone")
        return json.loads(line)


@contextmanager
def listening(setting: Setting) -> Iterator[Listener]:
    """Start a listener; returns when its port is open.

    Raises:
        NotMeasuredError: see `Listener`.
    """
    command = module_command(__name__, *setting.backend_arguments)
    with running(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        yield Listener(process)


def main(argv: Sequence[str] | None = None) -> int:
    """Listen until there is nothing more to read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend")
    heard: SimpleQueue[tuple[float, float, int, int]] = SimpleQueue()

    def deliver(at: float, message: Message) -> None:
        if message.type == "note_on":
            heard.put((at, monotonic(), message.channel, message.note))

    try:
        system = open_midi_system(parser.parse_args(argv).backend)
    except NoMidiSystemError as error:
        _write({"problem": str(error)})
        return 1
    with closing(system):
        if system.own_input_name is None:
            _write({"problem": f"{system.label} has no ports for programs, so nothing can listen to segue"})
            return 1
        before = system.output_names()
        with closing(system.open_input(deliver)) as port:
            name = _as_others_find_it(port.name, before, system)
            _write({"problem": None, "port": name, "system": system.label})
            for _ in sys.stdin:
                _write({"heard": [heard.get_nowait() for _ in range(heard.qsize())]})
    return 0


def _as_others_find_it(own: str, before: Sequence[str], system: MidiSystem) -> str:
    """Return the name by which others open a port: ALSA adds numbers to it."""
    new = [name for name in system.output_names() if name not in before and own in name]
    return new[0] if len(new) == 1 else own


def _write(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
