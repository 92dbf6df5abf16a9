"""Whether another preset takes over exactly on the bar line that it was asked for.

    python -m tests.measurements.switches_on_jack

segue plays at 120 bpm, and a key for the other preset is pressed at random moments before a bar line: some
from the longest commit lead allowed to nearly a bar ahead, which must meet the line, and some too late for
it, which must meet the next. A listener in another process notes the frames. On the line's very frame
nothing of the old preset may sound, its sounds must be changed, and the new preset's first note played. Exit
code 1 if one fails. Needs the Debian package jackd2, and JACK-Client (the extra `jack`).
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jack

from tests.jack.jack_server import RATE
from tests.measurements.figures import report
from tests.measurements.frame_listener import NAME, Framed, listening
from tests.measurements.pairs import count_unpaired, sounding
from tests.measurements.performance import POLL_SECONDS, jack_server
from tests.measurements.process import playing
from tests.measurements.tempo_map import PPQ, TempoMap, fit

BAR = 4 * PPQ
TEMPO_MAP = TempoMap(120)
BAR_FRAMES = TEMPO_MAP.frames_at(BAR)

LONGEST_COMMIT_LEAD = 0.125
"""Seconds: a sixteenth at 120 bpm. Who asks so long before a line must meet it."""

EARLIEST = 1.9
TOO_LATE = 0.015
"""Seconds: nobody can meet the line who asks later than this; a note must be handed over by then."""

LOADING_SECONDS = 8.0

PROGRAMS = {"1": 0, "2": 52}
"""By which sounds a preset is known: a piano for chopin, a choir for bach."""

OTHER_CHANNELS = {"1": {1, 2, 3}, "2": set[int]()}
"""Channels that only the preset before it plays on."""


@dataclass(frozen=True, slots=True)
class Press:
    """A key that was pressed.

    Attributes:
        key: which.
        frame: when.
        line: the number of the bar line it was meant for, from 0.
    """

    key: str
    frame: int
    line: int


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--period", type=int, default=256, help="frames in a period of JACK")
    parser.add_argument("--in-time", type=int, default=20, metavar="N", help="how often it is asked in time")
    parser.add_argument("--too-late", type=int, default=6, metavar="N", help="how often it is asked too late")
    parser.add_argument("--rng-seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    chance = random.Random(arguments.rng_seed)
    leads = [chance.uniform(LONGEST_COMMIT_LEAD, EARLIEST) for _ in range(arguments.in_time)]
    leads += [chance.uniform(0.001, TOO_LATE) for _ in range(arguments.too_late)]
    chance.shuffle(leads)
    options = ["--bpm", "120", "--meter", "4/4", "--output", f"{NAME}:ear"]
    options += ["--seconds", LOADING_SECONDS + len(leads) * 6]
    with (
        TemporaryDirectory() as folder,
        jack_server(arguments.period),
        listening(Path(folder) / "heard.jsonl", "ear") as listener,
    ):
        with playing("chopin", "bach", *options) as segue:
            while not (ons := _onsets(listener.heard("ear"))):
                time.sleep(POLL_SECONDS)
            presses = _press(segue.type, ons[0], leads)
            words = segue.finish(60)
        listener.finish()
        heard, xruns = listener.heard("ear"), listener.xruns
    origin = fit(_onsets(heard), TEMPO_MAP).origin
    outcomes = [outcome(press, heard, origin) for press in presses]
    notes = [f.message for f in heard if f.message.type in ("note_on", "note_off")]
    figures = {
        "asked in time, and met the line": _share(outcomes, "in time"),
        "asked too late, and met the next": _share(outcomes, "too late"),
        "asked between, and met one of the two": _share(outcomes, "between"),
        "onsets": fit(_onsets(heard), TEMPO_MAP).summary,
        "unpaired": count_unpaired(notes),
        "sounding at the end": len(sounding(notes)),
        "xruns of JACK": xruns,
        "segue says": words,
        "switches": outcomes,
    }
    report(figures)
    exact = not figures["unpaired"] and not figures["onsets"]["greatest error, frames"]
    return 0 if exact and all(o["as it must be"] for o in outcomes) else 1


def _press(type_key: Any, first: int, leads: Sequence[float]) -> list[Press]:
    """Press a key so long before a bar line, and wait until the bar after that begins."""
    presses = []
    with jack.Client("clockmaker", no_start_server=True) as client:

        def wait_until(frame: float) -> None:
            while (rest := (frame - _now(client)) / RATE) > 0:
                time.sleep(min(rest, 0.05))

        wait_until(first + LOADING_SECONDS * RATE)
        for number, lead in enumerate(leads):
            line = int((_now(client) - first + lead * RATE) // BAR_FRAMES) + 1
            wait_until(first + line * BAR_FRAMES - lead * RATE)
            presses.append(Press("12"[(number + 1) % 2], _now(client), line))
            type_key(presses[-1].key)
            wait_until(first + (line + 1.3) * BAR_FRAMES)
    return presses


def _now(client: jack.Client) -> int:
    # Not JACK's smoothed `frame_time`, which is off by tens of milliseconds after a stall.
    return int(client.last_frame_time + client.frames_since_cycle_start)


def outcome(press: Press, heard: Sequence[Framed], origin: float) -> dict[str, Any]:
    """Return what became of a press, and whether that is as it must be."""
    lead = (origin + press.line * BAR_FRAMES - press.frame) / RATE
    asked = "in time" if lead >= LONGEST_COMMIT_LEAD else "too late" if lead <= TOO_LATE else "between"
    lines = {"in time": [press.line], "too late": [press.line + 1], "between": [press.line, press.line + 1]}
    at = next(
        (
            index
            for index, f in enumerate(heard)
            if f.frame > press.frame
            and f.message.type == "program_change"
            and f.message.program == PROGRAMS[press.key]
        ),
        None,
    )
    if at is None:
        return {"asked": asked, "lead, ms": round(lead * 1e3, 1), "as it must be": False, "line": None}
    place = fit([heard[at].frame], TEMPO_MAP, origin, grid=BAR)
    first = next((f.frame for f in heard[at:] if f.message.type == "note_on"), -1)
    before = sounding(f.message for f in heard[:at] if f.message.type in ("note_on", "note_off"))
    later = [f for f in heard[at:] if f.frame < heard[at].frame + BAR_FRAMES]
    strange = [
        f for f in later if f.message.type == "note_on" and f.message.channel in OTHER_CHANNELS[press.key]
    ]
    figures: dict[str, Any] = {
        "asked": asked,
        "lead, ms": round(lead * 1e3, 1),
        "line": place.ticks[0] // BAR - press.line,
        "sounds changed, frames off the line": place.errors[0],
        "first note, frames off the line": first - heard[at].frame,
        "old notes that sounded on": len(before),
        "old notes struck afterwards": len(strange),
    }
    right = figures["line"] + press.line in lines[asked] and not any(list(figures.values())[3:])
    return {"as it must be": right, **figures}


def _onsets(heard: Sequence[Framed]) -> list[int]:
    return [f.frame for f in heard if f.message.type == "note_on"]


def _share(outcomes: Sequence[dict[str, Any]], asked: str) -> str:
    chosen = [outcome["as it must be"] for outcome in outcomes if outcome["asked"] == asked]
    return f"{sum(chosen)} of {len(chosen)}"


if __name__ == "__main__":
    sys.exit(main())
