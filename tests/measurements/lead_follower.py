"""What a real follower gets of segue's MIDI clock.

    python -m tests.measurements.lead_follower

segue counts in, plays a minute, and is stopped and goes on once by a key; jack_mclk_dump writes down every
clock byte with its frame, and Start, Stop, Continue. A listener in another process hears the notes. Exit code
1 if a message is missing, a clock is not on the frame that the tempo says, or the first note is not on the
first clock. Needs the Debian packages jackd2 and jack-midi-clock, and JACK-Client (the extra `jack`).
"""

import argparse
import re
import signal
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from live.benchmarks.processes import running
from tests.jack.jack_server import RATE
from tests.measurements.figures import report
from tests.measurements.frame_listener import NAME, Framed, listening
from tests.measurements.performance import Patchbay, jack_server
from tests.measurements.process import playing
from tests.measurements.tempo_map import TempoMap, fit

FOLLOWER = "jack_mclk_dump:mclk_in"

LINE = re.compile(r"^(?:EVENT \(0x[0-9a-f]+\) (?P<event>[\w -]+?)|CLK .*\[sm\].*?)\s+@\s*(?P<frame>\d+)")

SETTLED = slice(240, None)
"""The follower's own filter needs some seconds before its tempo is one."""

FILTERED = re.compile(r"flt:\s*([\d.]+)\[BPM\]")

CLICKS = 9
"""The channel of the count-in."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bpm", type=float, default=123.45)
    parser.add_argument("--bars", type=int, default=31, help="how long it plays, stops and goes on")
    parser.add_argument("--period", type=int, default=256, help="frames in a period of JACK")
    arguments = parser.parse_args(argv)
    seconds = TempoMap(arguments.bpm).frames_at(arguments.bars * 1920) / RATE
    options = ["--bpm", arguments.bpm, "--meter", "4/4", "--bars", arguments.bars, "--send-clock"]
    options += ["--count-in", 1, "--output", FOLLOWER]
    with TemporaryDirectory() as folder, jack_server(arguments.period):
        dumped = Path(folder) / "dumped.txt"
        with (
            dumped.open("w") as file,
            listening(Path(folder) / "heard.jsonl", "ear") as listener,
            running(["stdbuf", "-oL", "jack_mclk_dump", "-n"], stdout=file) as dump,
            Patchbay() as patchbay,
        ):
            patchbay.wait_for(FOLLOWER)
            with playing("chopin", *options) as segue:
                patchbay.connect("segue:out", f"{NAME}:ear")
                time.sleep(seconds / 3)
                segue.type(" ")
                time.sleep(2)
                segue.type(" ")
                words = segue.finish(2 * seconds)
            time.sleep(1)
            dump.send_signal(signal.SIGINT)
            dump.wait(10)
            listener.finish()
        heard, text = listener.heard("ear"), dumped.read_text()
    figures, is_right = _measure(text, heard, TempoMap(arguments.bpm))
    report({"bpm": arguments.bpm, **figures, "segue says": words})
    return 0 if is_right else 1


def _measure(text: str, heard: Sequence[Framed], tempo_map: TempoMap) -> tuple[dict[str, Any], bool]:
    """Return what the follower wrote down, and whether it is as it must be."""
    ons = [f.frame for f in heard if f.message.type == "note_on" and f.message.channel != CLICKS]
    heard_clocks = [f.frame for f in heard if f.message.type == "clock"]
    lines = [match for match in map(LINE.match, text.splitlines()) if match]
    events = [(line["event"].strip(), int(line["frame"])) for line in lines if line["event"]]
    clocks = [int(line["frame"]) for line in lines if not line["event"]]
    filtered = [float(found[1]) for found in map(FILTERED.search, text.splitlines()) if found]
    # The follower counts its frames from its own start.
    apart = heard_clocks[0] - clocks[0]
    stops = [frame for event, frame in events if event == "stop"]
    stretches = []
    for begin, end in pairwise([0, *stops]):
        stretch = [frame for frame in clocks if begin < frame <= end]
        exact = fit(stretch, tempo_map)
        first = next((frame for frame in ons if begin < frame - apart <= end), None)
        stretches.append(
            {
                "clocks": len(stretch),
                "bpm by average": round(
                    60 * RATE * (len(stretch) - 1) / (24 * (stretch[-1] - stretch[0])), 4
                ),
                "greatest error, frames": exact.summary["greatest error, frames"],
                "none missing": exact.ticks == tuple(range(0, 20 * len(stretch), 20)),
                "first note, frames after the first clock": first and first - apart - stretch[0],
            }
        )
    figures = {
        "events": [event for event, _ in events],
        "from stop to stop": stretches,
        "clocks as another listener heard them": [frame - apart for frame in heard_clocks] == clocks,
        "follower's own bpm": [min(filtered[SETTLED]), max(filtered[SETTLED])],
    }
    is_right = (
        figures["events"] == ["start", "stop", "continue", "stop"]
        and figures["clocks as another listener heard them"]
        and not any(stretch["greatest error, frames"] for stretch in stretches)
        and all(stretch["none missing"] for stretch in stretches)
        and stretches[0]["first note, frames after the first clock"] == 0
    )
    return figures, is_right


if __name__ == "__main__":
    sys.exit(main())
