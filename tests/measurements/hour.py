"""An hour of music in real time: nothing missed, nothing left hanging, nothing off its frame.

    python -m tests.measurements.hour --minutes 60 --folder FOLDER

segue plays into a listener in another process, on a JACK server of their own. Each minute a line of JSON says
how it stands; the last lines are the result. What was heard and what segue recorded stays in the folder. Exit
code 1 if something was missed, doubled, left hanging or off its frame. Needs the Debian package jackd2, and
JACK-Client (the extra `jack`).
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from live.benchmarks.processes import LEAVING_SECONDS, running
from tests.jack.jack_server import RATE
from tests.measurements.figures import report
from tests.measurements.frame_listener import NAME, Framed, Listening, listening
from tests.measurements.pairs import count_unpaired, sounding
from tests.measurements.performance import Timed, jack_server, note_ons, read_notes, what
from tests.measurements.process import memory_mebibytes, processor_seconds, segue_command
from tests.measurements.tempo_map import TempoMap, fit

PERIOD = 1024

SLOWEST = 1.1
"""How much longer than the music it may last: when the machine stalls, so do JACK's frames."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--preset", default="chopin", help="name or folder")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long it plays")
    parser.add_argument("--bpm", type=float, default=118.7, help="tempo; no whole frames to the beat")
    parser.add_argument("--folder", type=Path, required=True, help="for what was heard and recorded")
    arguments = parser.parse_args(argv)
    seconds = 60 * arguments.minutes
    heard, sent = arguments.folder / "heard.jsonl", arguments.folder / "sent.mid"
    command = segue_command(arguments.preset, "--bpm", arguments.bpm, "--seconds", seconds)
    command += ["--output", f"{NAME}:ear", "--record", str(sent)]
    tempo_map = TempoMap(arguments.bpm)
    with jack_server(PERIOD), listening(heard, "ear") as listener:
        with running(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as segue:
            minutes = _watch(segue, listener, tempo_map, SLOWEST * seconds + LEAVING_SECONDS)
            segue.terminate()
            _, words = segue.communicate()
        listener.finish()
        notes, xruns = listener.heard("ear"), listener.xruns
    counts, is_whole = _counts(notes, sent, tempo_map)
    report(
        {
            **counts,
            "xruns of JACK": xruns,
            "memory of segue, MiB, by minute": {
                str(minute): standing["memory of segue, MiB"]
                for minute, standing in minutes.items()
                if minute in (1, 10, 30, len(minutes))
            },
            "segue ended with": segue.returncode,
            "segue says": words.strip(),
        }
    )
    return 0 if is_whole and segue.returncode == 0 else 1


def _watch(
    segue: "subprocess.Popen[str]", listener: Listening, tempo_map: TempoMap, longest: float
) -> dict[int, dict[str, Any]]:
    """Say each minute how it stands, until segue has ended; returns that by minute."""
    minutes: dict[int, dict[str, Any]] = {}
    begun = time.monotonic()
    while segue.poll() is None and time.monotonic() < begun + longest:
        try:
            segue.wait(max(0.0, begun + 60 * (len(minutes) + 1) - time.monotonic()))
        except subprocess.TimeoutExpired:
            notes = _notes(listener.heard("ear"))
            ons = [note.frame for note in notes if note.message.type == "note_on"]
            minutes[len(minutes) + 1] = standing = {
                "minute": len(minutes) + 1,
                "note-ons": len(ons),
                "note-offs": len(notes) - len(ons),
                "greatest error, frames": fit(ons, tempo_map).summary["greatest error, frames"],
                "xruns": listener.xruns,
                "memory of segue, MiB": memory_mebibytes(segue.pid),
                "processor seconds of segue": processor_seconds(segue.pid),
            }
            print(json.dumps(standing), flush=True)
    return minutes


def _counts(heard: Sequence[Framed], sent: Path, tempo_map: TempoMap) -> tuple[dict[str, Any], bool]:
    """Return the figures of what was heard, and whether it is as it should be."""
    notes = [Timed(note.frame / RATE, note.message) for note in _notes(heard)]
    recorded = read_notes(sent) if sent.exists() else []
    ons = [note.frame for note in heard if note.message.type == "note_on"]
    errors = fit(ons, tempo_map)
    counts = {
        "note-ons": len(ons),
        "note-offs": len(notes) - len(ons),
        "unpaired": count_unpaired(note.message for note in notes),
        "sounding at the end": len(sounding(note.message for note in notes)),
        "note-ons recorded by segue": len(note_ons(recorded)),
        "heard as recorded": what(notes) == what(recorded),
        "onsets": errors.summary,
        "last onset, beats": errors.ticks[-1] / 480 if ons else None,
        "last onset, frames off": errors.errors[-1] if ons else None,
    }
    is_whole = (
        bool(ons)
        and counts["heard as recorded"]
        and not counts["unpaired"]
        and not counts["sounding at the end"]
        and not any(errors.errors)
    )
    return counts, bool(is_whole)


def _notes(heard: Sequence[Framed]) -> list[Framed]:
    return [note for note in heard if note.message.type in ("note_on", "note_off")]


if __name__ == "__main__":
    sys.exit(main())
