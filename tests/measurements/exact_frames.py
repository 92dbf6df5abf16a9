"""Whether each note, and each byte of MIDI clock, leaves on its very frame.

    python -m tests.measurements.exact_frames

segue plays a minute with a tempo that jumps and one that changes evenly, switches presets on a key, and sends
MIDI clock; once on a quiet machine and once with a core busy. A listener in another process notes the frames.
They must be those of the command line's tempo map, counted from one origin. Exit code 1 if a frame or a count
is wrong. Needs the Debian package jackd2, and JACK-Client (the extra `jack`).
"""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from live.benchmarks.processes import busy_core
from tests.measurements.figures import report
from tests.measurements.frame_listener import NAME, Framed, listening
from tests.measurements.pairs import count_unpaired, sounding
from tests.measurements.performance import jack_server
from tests.measurements.process import playing
from tests.measurements.tempo_map import GRID, PPQ, RATE, TempoMap, fit

BAR = 4 * PPQ
BARS = 30
TEMPO = ["--bpm", "120", "--tempo-change", "9:96", "--tempo-change", "17-21:140"]
TEMPO_MAP = TempoMap(120, ((8 * BAR, 96, 0), (16 * BAR, 140, 4 * BAR)))

SWITCH_SECONDS = 25.0
"""When the key for the other preset is pressed."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--period", type=int, default=256, help="frames in a period of JACK")
    arguments = parser.parse_args(argv)
    with TemporaryDirectory() as folder, jack_server(arguments.period):
        idle = _perform(Path(folder) / "idle.jsonl", busy=False)
        busy = _perform(Path(folder) / "busy.jsonl", busy=True)
    report({"idle": idle, "one core busy": busy})
    return 0 if idle["as it must be"] and busy["as it must be"] else 1


def _perform(path: Path, *, busy: bool) -> dict[str, Any]:
    seconds = TEMPO_MAP.frames_at(BARS * BAR) / RATE
    options = [*TEMPO, "--meter", "4/4", "--bars", BARS, "--send-clock", "--output", f"{NAME}:ear"]
    with listening(path, "ear") as listener, busy_core() if busy else nullcontext():
        with playing("chopin", "bach", *options) as segue:
            time.sleep(SWITCH_SECONDS)
            segue.type("2")
            words = segue.finish(seconds)
        listener.finish()
        figures = measure(listener.heard("ear"), TEMPO_MAP, BARS * BAR)
        return {**figures, "xruns of JACK": listener.xruns, "segue says": words}


def measure(heard: Sequence[Framed], tempo_map: TempoMap, end: int) -> dict[str, Any]:
    """Return how exactly a performance with clock lies on a tempo map; `end` is its last tick."""
    frames = {kind: [f.frame for f in heard if f.message.type == kind] for kind in KINDS}
    clocks, ons, offs = frames["clock"], frames["note_on"], frames["note_off"]
    # One origin for both: that of the clocks, the first of which is tick 0.
    origin = fit(sorted(clocks + ons), tempo_map).origin if clocks else 0.0
    on_clock, on_note = fit(clocks, tempo_map, origin), fit(ons, tempo_map, origin)
    on_end = fit(offs, tempo_map, origin, grid=1)
    # The sounds of the other preset are chosen where it takes over.
    switch = [f.frame for f in heard if f.message.type == "program_change" and f.frame > origin + BAR]
    on_line = fit(switch, tempo_map, origin, grid=BAR)
    first = next((frame for frame in ons if switch and frame >= switch[0]), None)
    notes = [f.message for f in heard if f.message.type in ("note_on", "note_off")]
    stop = round(origin + tempo_map.frames_at(end))
    exact = (
        not any((*on_clock.errors, *on_note.errors, *on_line.errors))
        and bool(ons)
        and on_clock.ticks == tuple(range(0, end, GRID))
        and len(frames["start"]) == 1
        and 0 <= clocks[0] - frames["start"][0] <= RATE // 100
        and frames["stop"] == [stop]
        and bool(switch)
        and first == switch[0]
        and count_unpaired(notes) == 0
    )
    return {
        "as it must be": exact,
        "note-ons": on_note.summary,
        "note-offs, on whole ticks": on_end.summary,
        "clocks": on_clock.summary,
        "clocks expected": len(range(0, end, GRID)),
        "starts": len(frames["start"]),
        "start before the first clock, frames": [clocks[0] - frame for frame in frames["start"] if clocks],
        "stops, frames off": [frame - stop for frame in frames["stop"]],
        "switch on bar": [tick // BAR + 1 for tick in sorted(set(on_line.ticks))],
        "switch, frames off": list(on_line.errors),
        "first note of the other preset, frames after the line": first and first - switch[0],
        "unpaired": count_unpaired(notes),
        "sounding at the end": len(sounding(notes)),
    }


KINDS = ("note_on", "note_off", "clock", "start", "stop")


if __name__ == "__main__":
    sys.exit(main())
