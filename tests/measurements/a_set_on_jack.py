"""A whole set on JACK: all shipped presets, twenty switches, every knob, hands, a pedal, and panic.

    python -m tests.measurements.a_set_on_jack

segue plays the set of `tests.measurements.long_set` and sends MIDI clock, by which the place of every
note is known in any tempo; another client asks, turns and plays. A listener in a third process notes the
frames of all that leaves. At the same time a bare loop, that only waits and sends, plays into another ear:
what it is late is the machine's. Exit code 1 if a note is later than that, hangs, or if a switch misses its
line. Needs the Debian package jackd2, and JACK-Client (the extra `jack`).
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from live.benchmarks.bare_loop import bare_loop_command
from live.benchmarks.processes import running
from live.benchmarks.setting import Row, Setting
from live.benchmarks.tables import as_table
from tests.jack.jack_peer import JackPeer
from tests.jack.jack_server import RATE
from tests.measurements.figures import report
from tests.measurements.frame_listener import NAME, Framed, Listening, listening
from tests.measurements.long_set import (
    CONTROLS,
    END_SECONDS,
    SECOND,
    Timed,
    hands,
    panics,
    requests,
    set_file,
    turning,
)
from tests.measurements.performance import POLL_SECONDS, jack_server
from tests.measurements.process import playing
from tests.measurements.set_figures import BARE_STEP, Heard, measure, not_turned

EAR, BARE = "ear", "bare"

ALONE_SECONDS = 20.0
"""How long the bare loop plays before segue does: whose xruns they are."""

SWING = CONTROLS["swing"]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--period", type=int, default=256, help="frames in a period of JACK")
    parser.add_argument("--rng-seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    with TemporaryDirectory() as folder, jack_server(arguments.period):
        figures = _perform(Path(folder), random.Random(arguments.rng_seed))
    show(figures)
    return 0 if figures["as it must be"] else 1


def show(figures: dict[str, Any]) -> None:
    """Print the switches as a table, and all else as JSON."""
    numbers = ("ms waited", "clocks off", "old notes", "first note")
    rows = [
        Row(f"{one['preset']}, {one['line']}", "", {name: one[name] for name in numbers if name in one})
        for one in figures["switches"]
    ]
    Console().print(as_table(rows), "first note: frames after the line, on which the sounds are changed\n")
    report({name: figure for name, figure in figures.items() if name != "switches"})


def _perform(folder: Path, chance: random.Random) -> dict[str, Any]:
    """Play the set, and return the figures."""
    evening, told = folder / "evening.toml", folder / "told.jsonl"
    evening.write_text(set_file(f"{NAME}:{SECOND}"))
    options = ("--set", evening, "--json", "--output", f"{NAME}:{EAR}", "--rng-seed", 1)
    asked, played, panicked = requests(chance), hands(chance), panics()
    with (
        listening(folder / "heard.jsonl", EAR, SECOND, BARE) as listener,
        JackPeer("keyboard") as keys,
        told.open("w") as lines,
    ):
        xruns_alone = _bare_loop_alone(listener)
        with playing(*options, stdout=lines) as segue:
            keys.wait_for_port("segue:in")
            keys.play_into("segue:in")
            with running(_bare_loop(END_SECONDS), stdout=subprocess.DEVNULL):
                while not (clocks := [f.frame for f in listener.heard(EAR) if f.message.type == "clock"]):
                    time.sleep(POLL_SECONDS)
                doing = sorted([*asked, *played, *panicked, *turning()], key=lambda timed: timed[0])
                for framed in _framed(doing, clocks[0]):
                    keys.play(bytes(framed.message.bin()), frame=framed.frame)
                while keys.frame() < clocks[0] + END_SECONDS * RATE:
                    time.sleep(0.1)
                segue.type("q")
                words = segue.finish(0)
        listener.finish()
    origin = clocks[0]
    news = [json.loads(line) for line in told.read_text().splitlines()]
    swung = [f.frame for f in _framed(turning(), origin) if f.message.dict().get("control") == SWING]
    heard = Heard(
        listener.heard(EAR),
        listener.heard(SECOND),
        [f for f in listener.heard(BARE) if f.frame >= origin],
        _framed(asked, origin),
        _framed(played, origin),
        [f.frame for f in _framed(panicked, origin) if f.message.type == "note_on"],
        [float(one["text"]) for one in news if one["type"] == "knob" and one["name"] == "swing"][-1],
        (swung[0], swung[-1] + RATE),
    )
    figures, stuck = measure(heard), not_turned(news)
    return {
        **figures,
        "as it must be": figures["as it must be"] and not stuck,
        "knobs that did not reach both ends": stuck,
        "xruns of JACK a minute, with segue and before it": [
            round((listener.xruns - xruns_alone) / END_SECONDS * 60, 1),
            round(xruns_alone / ALONE_SECONDS * 60, 1),
        ],
        "segue says": words,
    }


def _bare_loop(seconds: float) -> list[str]:
    setting = Setting(None, None, "jack", print)
    return bare_loop_command(setting, f"{NAME}:{BARE}", round(seconds / BARE_STEP), BARE_STEP)


def _bare_loop_alone(listener: Listening) -> int:
    """Let the bare loop play without segue; return how many xruns there were."""
    with running(_bare_loop(ALONE_SECONDS), stdout=subprocess.DEVNULL) as loop:
        loop.wait(ALONE_SECONDS + 10)
    return listener.xruns


def _framed(timed: Sequence[Timed], origin: int) -> list[Framed]:
    return [Framed(origin + round(at * RATE), message) for at, message in timed]


if __name__ == "__main__":
    sys.exit(main())
