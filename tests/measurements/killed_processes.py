"""What a listener hears when a process of segue is killed or stopped while it plays, on JACK.

    python -m tests.measurements.killed_processes engine --kills 300
    python -m tests.measurements.killed_processes stopped
    python -m tests.measurements.killed_processes ports

segue plays with `--send-clock`, and a process of it is killed (SIGKILL), or its engine stopped (SIGSTOP) for
a while, at random moments. Every note that sounded must end within the time allowed, the clock must go on,
and the music must come in again: after an engine's death on a bar line, counted in clocks from Start, three
seconds later or more. The journal must be whole, and the terminal as it was. Exit code 1 if not. Needs the
Debian package jackd2, and JACK-Client (the extra `jack`).
"""

import argparse
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from presets.sets.reader import list_journals, read_journal
from presets.sets.records import Interrupted
from tests.jack.jack_peer import JackPeer
from tests.jack.jack_server import RATE
from tests.measurements.figures import report, summarize
from tests.measurements.performance import jack_server
from tests.measurements.process import family, playing

BPM = 140

CLOCKS_A_BAR = 96
"""In 4/4."""

ALLOWED_SECONDS = {"engine": 0.1, "stopped": 0.6, "ports": 1.0}
"""How long after the signal a note may still sound."""

COMEBACK_SECONDS = 3.0
"""An engine comes in again no sooner."""

WAIT_SECONDS = 20.0
"""How long to wait for the music."""

LIVES_SECONDS = (0.0, 1.5)
"""How long it plays from its first note, before it is killed again."""

STOPPED_SECONDS = 1.2

ALLOWED_GAP = 0.25
"""Seconds without clock while nobody can know that the engine was stopped."""

ON_FRAMES = 2
"""How far from its bar line a first note may be."""

Framed = tuple[int, bytes]


@dataclass
class Figures:
    """What was found; times in seconds from the signal."""

    ended: list[float] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    clock_gaps: list[float] = field(default_factory=list)
    off_bars: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=ALLOWED_SECONDS)
    parser.add_argument("--preset", default="bach")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--period", type=int, default=256, help="frames in a period of JACK")
    parser.add_argument("--rng-seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    chance, figures = random.Random(arguments.rng_seed), Figures()
    with (
        TemporaryDirectory() as folder,
        jack_server(arguments.period),
        JackPeer() as peer,
        playing(arguments.preset, "--bpm", BPM, "--send-clock", "--journal", folder) as segue,
    ):
        echoes = segue.echoes
        peer.wait_for_port("segue:out")
        peer.listen_to("segue:out")
        segue.type(" ")  # the listener has missed the first Start
        segue.type("s")
        for number in range(arguments.kills):
            wait_for_notes(peer, len(peer.heard))
            time.sleep(chance.uniform(*LIVES_SECONDS))
            kill(peer, segue.process.pid, arguments.what, f"{number + 1}", figures)
            print(f"{number + 1} of {arguments.kills}", file=sys.stderr)
        wait_for_notes(peer, len(peer.heard))
        segue.type("q")
        code = segue.process.wait(WAIT_SECONDS)
        time.sleep(0.2)
        hanging = sounding(peer.heard)
        check_journal(Path(folder), arguments.kills if arguments.what == "engine" else 0, figures)
        if segue.echoes != echoes:
            figures.problems.append("the terminal is not as it was")
    if code != 0 or hanging:
        figures.problems.append(f"it ended with {code}, and {len(hanging)} notes sounded")
    report(
        {
            "signals": arguments.kills,
            **{
                name: summarize(values, unit)
                for name, values, unit in (
                    ("until its notes had ended, ms", figures.ended, 1e3),
                    ("until it played again, s", figures.back, 1.0),
                    ("longest between two clocks, ms", figures.clock_gaps, 1e3),
                )
                if values
            },
            "frames from the bar line": sorted(figures.off_bars, key=abs)[-5:],
            "problems": figures.problems,
        }
    )
    return 0 if not figures.problems else 1


def kill(peer: JackPeer, segue: int, what: str, name: str, figures: Figures) -> None:
    """Kill or stop a process while notes sound, and see what follows."""
    process = family(segue)["ports" if what == "ports" else "engine"]
    while not (notes := sounding(peer.heard[: (before := len(peer.heard))])):
        time.sleep(0.002)
    then = peer.frame()
    os.kill(process, signal.SIGSTOP if what == "stopped" else signal.SIGKILL)
    if what == "stopped":
        time.sleep(STOPPED_SECONDS)
        os.kill(process, signal.SIGCONT)
    deadline = time.monotonic() + WAIT_SECONDS
    while not note_ons(peer.heard[before:], then + RATE // 5) and time.monotonic() < deadline:
        time.sleep(0.005)
    heard = list(peer.heard[before:])
    left = {note: ended_at(heard, note) for note in notes}
    for note, frame in left.items():
        took = float("inf") if frame is None else (frame - then) / RATE
        if took > ALLOWED_SECONDS[what]:
            figures.problems.append(f"{name}: note {note} ended after {took:.3f} s")
        else:
            figures.ended.append(took)
    onsets = note_ons(heard, then + RATE // 5)
    if not onsets:
        figures.problems.append(f"{name}: no music within {WAIT_SECONDS:g} s")
        return
    figures.back.append((onsets[0] - then) / RATE)
    if what == "engine":
        check_bar_line(peer.heard, onsets[0], then, name, figures)
    if what != "ports":
        clocks = [frame for frame, data in heard if data == b"\xf8"]
        gaps = [(after - one) / RATE for one, after in pairwise(clocks)]
        figures.clock_gaps.append(max(gaps))
        if max(gaps) > (ALLOWED_GAP if what == "stopped" else 1.5 * 60 / (24 * BPM)):
            figures.problems.append(f"{name}: {max(gaps):.3f} s without clock")


def check_journal(folder: Path, deaths: int, figures: Figures) -> None:
    """See whether the journal is one whole set that knows of the deaths."""
    journals = list_journals(folder)
    if len(journals) != 1:
        figures.problems.append(f"there are {len(journals)} journals")
        return
    journal = read_journal(journals[0])
    interrupted = sum(isinstance(record, Interrupted) for record in journal.records)
    if not journal.is_closed or journal.unreadable or interrupted != deaths:
        figures.problems.append(
            f"the journal: closed {journal.is_closed}, {journal.unreadable} lines unreadable, "
            f"interrupted {interrupted} times"
        )


def check_bar_line(heard: Sequence[Framed], onset: int, then: int, name: str, figures: Figures) -> None:
    """See whether the music came in on a bar line, and not too soon."""
    start = max(place for place, (_, data) in enumerate(heard) if data == b"\xfa")
    clocks = [frame for frame, data in heard[start:] if data == b"\xf8"]
    bar_lines = clocks[::CLOCKS_A_BAR]
    nearest = min(bar_lines, key=lambda line: abs(line - onset))
    figures.off_bars.append(onset - nearest)
    if abs(onset - nearest) > ON_FRAMES:
        figures.problems.append(f"{name}: it came in {(onset - nearest) / RATE:.3f} s from a bar line")
    if nearest - then < COMEBACK_SECONDS * RATE:
        figures.problems.append(f"{name}: it came in {(nearest - then) / RATE:.3f} s later")


def wait_for_notes(peer: JackPeer, since: int) -> None:
    """Return when a note begins."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not note_ons(peer.heard[since:], 0) and time.monotonic() < deadline:
        time.sleep(0.002)


def note_ons(heard: Sequence[Framed], since: int) -> list[int]:
    """Return the frames of the note-ons from a frame on."""
    return [frame for frame, data in heard if data[0] & 0xF0 == 0x90 and data[2] and frame >= since]


def ended_at(heard: Sequence[Framed], note: tuple[int, int]) -> int | None:
    """Return the frame where a note that sounds ends; None if it does not."""
    for frame, data in heard:
        if data[0] == 0x80 | note[0] and data[1] == note[1]:
            return frame
        if data[0] == 0xB0 | note[0] and data[1] in (120, 123):
            return frame
    return None


def sounding(heard: Sequence[Framed]) -> set[tuple[int, int]]:
    """Return the notes that sound: channel and number."""
    notes: set[tuple[int, int]] = set()
    for _, data in list(heard):
        kind, channel = data[0] & 0xF0, data[0] & 0x0F
        if kind == 0x90:
            notes.add((channel, data[1]))
        elif kind == 0x80:
            notes.discard((channel, data[1]))
        elif kind == 0xB0 and data[1] in (120, 123):
            notes = {note for note in notes if note[0] != channel}
    return notes


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
