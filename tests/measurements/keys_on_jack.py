"""How soon segue's playing knows of a key that was pressed, on JACK.

    python -m tests.measurements.keys_on_jack

Another client presses a key at random moments while a preset plays at 120 bpm. The network's notes are
struck as hard as tells which press it knew of last, so that what it knew can be heard. The first event that
comes a sixteenth after a press, or later, must know of it. Exit code 1 if one does not. Needs the Debian
package jackd2, and JACK-Client (the extra `jack`).
"""

import argparse
import random
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mido import Message

from live.benchmarks.processes import ENDING_SECONDS, running
from live.inference.score_predictor import ScorePredictor
from tests.jack.jack_peer import JackPeer
from tests.jack.jack_server import RATE
from tests.measurements.figures import report, summarize
from tests.measurements.performance import jack_server

BPM = 120
SIXTEENTH = 60 / BPM / 4

KEY = 21
"""The lowest of a piano: what segue itself would play there, it plays a semitone higher."""

HELD_SECONDS = 0.08
APART_SECONDS = (0.35, 0.85)

NOTIFYING = f"""
import sys
from dataclasses import replace
import live.command
from live.command import main
from {{module}} import {{predictor}}

predict = {{predictor}}.predict

def telling(self, window, *rest):
    event = predict(self, window, *rest)
    known = max((n.velocity for past in window for n in past.notes if n.note == {KEY}), default=0)
    notes = (replace(n, note=max(n.note, {KEY + 1}), velocity=known + 1) for n in event.notes)
    return replace(event, notes=tuple(sorted(notes)))

{{predictor}}.predict = telling
live.command.is_supervised = lambda: True  # play in this very process
sys.exit(main(sys.argv[1:]))
"""
"""segue, but how hard a note is struck says which press was in its context: one more than its velocity."""


@dataclass(frozen=True, slots=True)
class Press:
    """A key that was pressed.

    Attributes:
        frame: when.
        number: which, from 1; also its velocity.
    """

    frame: int
    number: int


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--presses", type=int, default=100, help="up to 126")
    parser.add_argument("--period", type=int, default=256, help="frames in a period of JACK")
    parser.add_argument("--rng-seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    # Two clients: one that played to segue and heard it would hear it a period late.
    with jack_server(arguments.period), JackPeer() as peer, JackPeer("pressing") as keys:
        command = notifying_segue(ScorePredictor, "chopin", "--bpm", BPM)
        with running(
            [*command, "--output", peer.ear], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ) as segue:
            peer.wait_for_port("segue:in")
            keys.play_into("segue:in")
            peer.wait_for(20)
            presses = press(keys, arguments.presses, random.Random(arguments.rng_seed))
            while peer.frame() < presses[-1].frame + 2 * RATE:
                time.sleep(0.1)
            segue.terminate()
            segue.wait(ENDING_SECONDS)
        figures = measure(presses, heard_by(peer), SIXTEENTH)
    report(figures)
    return 0 if figures["known in time"] == figures["presses"] == arguments.presses else 1


def notifying_segue(predictor: type, *arguments: object) -> list[str]:
    """Return the command of a segue that tells what it knows; `predictor` is its network's."""
    program = NOTIFYING.format(module=predictor.__module__, predictor=predictor.__name__)
    return [sys.executable, "-c", program, "play", "--no-screen", "--backend", "jack", *map(str, arguments)]


def press(peer: JackPeer, count: int, chance: random.Random) -> list[Press]:
    """Press the key so often, at random moments; returns at once."""
    presses, frame = [], peer.frame(0.5)
    for number in range(1, count + 1):
        presses.append(Press(frame, number))
        peer.play(bytes(Message("note_on", note=KEY, velocity=number).bin()), frame=frame)
        peer.play(bytes(Message("note_off", note=KEY).bin()), frame=frame + round(HELD_SECONDS * RATE))
        frame += round(chance.uniform(*APART_SECONDS) * RATE)
    return presses


def heard_by(peer: JackPeer) -> list[tuple[int, int]]:
    """Return the onsets that were heard: frame, and number of the newest press that each knew."""
    messages = [(frame, Message.from_bytes(data)) for frame, data in peer.heard]
    return [(frame, m.velocity - 1) for frame, m in messages if m.type == "note_on"]


def measure(presses: Sequence[Press], onsets: Sequence[tuple[int, int]], within: float) -> dict[str, Any]:
    """Return how many presses the first onset so many seconds later knew of, and what the distances were."""
    known, ignorant, knowing = 0, [], []
    for pressed in presses:
        after = onsets[bisect_left(onsets, (pressed.frame, -1)) :]
        beyond = next((knows for frame, knows in after if frame >= pressed.frame + within * RATE), -1)
        known += beyond >= pressed.number
        first = next((frame for frame, knows in after if knows >= pressed.number), None)
        if first is not None:
            knowing.append((first - pressed.frame) / RATE)
            ignorant += [(frame - pressed.frame) / RATE for frame, _ in after if frame < first]
    return {
        "presses": len(presses),
        "known in time": known,
        "in time is, ms": within * 1e3,
        "from a press to the first note that knew, ms": summarize(knowing) if knowing else None,
        "the soonest note that knew, ms": round(min(knowing) * 1e3, 1) if knowing else None,
        "the latest note that did not know yet, ms": round(max(ignorant, default=0) * 1e3, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
