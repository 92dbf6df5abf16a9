"""A musician at a keyboard, and a listener: how many frames a key takes through a program on JACK.

    python -m live.benchmarks.jack_rig.thru_probe --seconds N CLIENT CLIENT ...

Sender and listener are two JACK clients: in one, the way of a key would be a circle, and JACK would delay it
by a period. The sender presses keys into the port `in` of every CLIENT, on a channel that no preset plays on,
and the listener hears what comes from its port `out`. The first key waits until each CLIENT named with
`--playing` plays music. At the end, a line of JSON says what was sent and what was heard: the frame and the
note of each note-on.
"""

import argparse
import gc
import json
import sys
import time
from collections import deque
from collections.abc import Sequence
from threading import Event

import jack

from live.benchmarks.jack_rig.keys import CHANNEL, KEYS_PER_SECOND, NOTE_ON, Framed, key_presses
from live.benchmarks.jack_rig.ports import wait_for_ports
from live.benchmarks.processes import end_in_order

LEAD_SECONDS = 0.5
"""From the decision to play to the first note: a connection is there from the next cycle on."""

MUSIC_SECONDS = 30.0
"""How long to wait for the music."""

ARRIVING_SECONDS = 1.0
"""How long to wait for the last note."""


class Keyboard:
    """The sender: a client with a port that plays notes, each on a frame."""

    def __init__(self) -> None:
        self.sent: list[Framed] = []
        self.client = jack.Client("keys", no_start_server=True)
        self.port = self.client.midi_outports.register("out")
        self._due: deque[tuple[int, bytes]] = deque()
        self.client.set_process_callback(self._process)

    def play(self, count: int) -> None:
        """Play this many notes; returns when the last has gone."""
        # A fresh server counts from 0, so its 32 bits last for a day.
        start = self.client.frame_time + round(LEAD_SECONDS * self.client.samplerate)
        self._due.extend(key_presses(start, count))
        time.sleep(LEAD_SECONDS + count / KEYS_PER_SECOND)
        while self._due:
            time.sleep(ARRIVING_SECONDS)

    def _process(self, frames: int) -> None:
        self.port.clear_buffer()
        start = self.client.last_frame_time
        while self._due and self._due[0][0] < start + frames:
            frame, data = self._due.popleft()
            offset = max(0, frame - start)
            self.port.write_midi_event(offset, data)
            if data[0] & 0xF0 == NOTE_ON:
                self.sent.append((start + offset, data[1]))


class Listener:
    """A client that hears the notes of several others, each at a port of its own."""

    def __init__(self, names: Sequence[str]) -> None:
        self.heard: dict[str, list[Framed]] = {name: [] for name in names}
        self.music = {name: Event() for name in names}
        self.client = jack.Client("ears", no_start_server=True)
        self.ports = {name: self.client.midi_inports.register(name) for name in names}
        self.client.set_process_callback(self._process)

    def _process(self, frames: int) -> None:
        start = self.client.last_frame_time
        for name, port in self.ports.items():
            for offset, data in port.incoming_midi_events():
                message = bytes(data)
                if message[0] == NOTE_ON | CHANNEL:
                    self.heard[name].append((start + offset, message[1]))
                elif message[0] & 0xF0 == NOTE_ON:
                    self.music[name].set()


def main(argv: Sequence[str] | None = None) -> int:
    """Play, listen, and print what was sent and heard."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clients", nargs="+", metavar="CLIENT")
    parser.add_argument("--playing", action="append", default=[], metavar="CLIENT")
    parser.add_argument("--seconds", type=float, required=True)
    arguments = parser.parse_args(argv)
    keyboard, listener = Keyboard(), Listener(arguments.clients)
    gc.freeze()
    with listener.client, keyboard.client:
        for name in arguments.clients:
            wait_for_ports(keyboard.client, [f"{name}:in", f"{name}:out"])
            listener.client.connect(f"{name}:out", listener.ports[name])
            keyboard.client.connect(keyboard.port, f"{name}:in")
        for name in arguments.playing:
            if not listener.music[name].wait(MUSIC_SECONDS):
                raise SystemExit(f"{name} plays nothing")
        keyboard.play(round(arguments.seconds * KEYS_PER_SECOND))
        time.sleep(ARRIVING_SECONDS)
    print(json.dumps({"sent": keyboard.sent, "heard": listener.heard}))
    return 0


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
