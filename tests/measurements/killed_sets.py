"""What a journal lacks when segue, all of it, is killed while it plays, on JACK.

    python -m tests.measurements.killed_sets

segue plays, and another client plays into it; SIGKILL ends it at a random moment. What stands in the journal
is compared with what that client played, and with what a third one heard: each message has its frame of JACK.
Everything that left or came more than a second before the end must be there, and the journal must become a
MIDI file that mido and music21 read. Exit code 1 if not. Needs the Debian package jackd2, JACK-Client (the
extra `jack`), and music21 (the extra `render`).
"""

import argparse
import os
import random
import signal
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import music21
from mido import MidiFile

from live.command import main as segue
from presets.errors import SegueError
from presets.sets.reader import JournalFile, list_journals, read_journal
from presets.sets.records import Heard, Record, Sent
from tests.jack.jack_peer import JackPeer
from tests.jack.jack_server import RATE
from tests.measurements.figures import report, summarize
from tests.measurements.performance import jack_server
from tests.measurements.process import family, playing

ALLOWED_SECONDS = 1.0
"""What may be missing is younger than this."""

APART_SECONDS = (0.02, 0.4)
"""From one note that is played into segue to the next."""

LIVES_SECONDS = (0.05, 3.0)
"""How long it plays: from its first note to the end."""

NEAR_SECONDS = 0.05
"""A message that left is the one in the journal that is no farther apart than this. What came in is alone of
its kind, and may have waited: JACK plays what it could not play in time as soon as it can."""

SERVER_KILLS = 20
"""How many clients are killed on one server."""

WAYS: tuple[tuple[str, ...], ...] = (
    ("chopin",),
    ("bach",),
    ("chopin", "--thru", "5"),
    ("bach", "--mode", "accompany"),
    ("bach", "--send-clock", "--count-in", "1"),
    ("chopin", "--bpm", "200"),
)
"""The ways of playing, in turn."""

Framed = tuple[int, bytes]


@dataclass
class Figures:
    """What was found.

    Attributes:
        ages: seconds before the end, of the oldest message that each journal lacks.
        before_its_file: ages, likewise, of sets that had no file yet.
        apart: seconds between the moments in the journal and those of JACK.
        problems: what must not be.
    """

    ages: list[float] = field(default_factory=list)
    before_its_file: list[float] = field(default_factory=list)
    apart: dict[str, list[float]] = field(default_factory=lambda: {"left": [], "came in": []})
    sent: int = 0
    heard: int = 0
    missing: int = 0
    torn: int = 0
    problems: list[str] = field(default_factory=list)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--period", type=int, default=256, help="frames in a period of JACK")
    parser.add_argument("--rng-seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    chance, figures = random.Random(arguments.rng_seed), Figures()
    for first in range(0, arguments.kills, SERVER_KILLS):
        with jack_server(arguments.period):
            for number in range(first, min(first + SERVER_KILLS, arguments.kills)):
                with TemporaryDirectory() as folder:
                    kill_a_set(Path(folder), WAYS[number % len(WAYS)], chance, figures)
                print(f"{number + 1} of {arguments.kills} killed", file=sys.stderr)
    oldest = [*figures.ages, *figures.before_its_file]
    report(
        {
            "sets killed": arguments.kills,
            "journals that opened": len(figures.ages),
            "sets without a file yet": len(figures.before_its_file),
            "lines torn": figures.torn,
            "messages that left": figures.sent,
            "messages that came in": figures.heard,
            "of them missing": figures.missing,
            "age of the oldest that is missing, ms": summarize(oldest),
            "the moments in the journal and JACK's apart, ms": {
                what: summarize(apart) for what, apart in figures.apart.items()
            },
            "problems": figures.problems,
        }
    )
    return 0 if not figures.problems else 1


def kill_a_set(folder: Path, way: Sequence[str], chance: random.Random, figures: Figures) -> None:
    """Let segue play in this way for a while and kill it; see what stands in its journal."""
    os.environ["SEGUE_DATA"] = str(folder)
    # Two clients: one that played to segue and heard it would hear it a period late.
    with (
        JackPeer() as listener,
        JackPeer("hands") as hands,
        playing(*way, "--output", listener.ear) as performance,
    ):
        hands.wait_for_port("segue:in")
        hands.play_into("segue:in")
        while not (onsets := [frame for frame, _ in _onsets(listener.heard)]):
            time.sleep(0.005)
        end = onsets[0] + round(chance.uniform(*LIVES_SECONDS) * RATE)
        played = list(_notes(hands.frame(0.02), end, chance))
        for frame, data in played:
            hands.play(data, frame=frame)
        while (now := listener.frame()) < end:
            time.sleep(min(0.002, (end - now) / RATE))
        killed = listener.frame()
        # The parent first: it would start another engine.
        engine = family(performance.process.pid)["engine"]
        performance.process.kill()
        os.kill(engine, signal.SIGKILL)
        performance.process.wait()
        left = [(frame, data) for frame, data in listener.heard if frame <= killed]
        came = [(frame, data) for frame, data in played if frame <= killed]
    figures.sent += len(left)
    figures.heard += len(came)
    name = f"{' '.join(way)}, {(killed - onsets[0]) / RATE:.3f} s"
    journals = list_journals(folder / "journals")
    if not journals:
        age = max((killed - frame) / RATE for frame, _ in _onsets([*left, *came]))
        figures.before_its_file.append(age)
        figures.missing += len(left) + len(came)
        if age > ALLOWED_SECONDS:
            figures.problems.append(f"{name}: no journal {age:.3f} s after the first note")
        return
    try:
        journal = read_journal(journals[0])
        _compare(journal, left, came, killed, name, figures)
        _make_midi(journal, folder / "set.mid", name, figures)
    except SegueError as error:
        figures.problems.append(f"{name}: {error}")


def _notes(first: int, last: int, chance: random.Random) -> Iterator[Framed]:
    """Return notes that a player plays, no two messages of them alike."""
    frame, number = first, 0
    while frame < last:
        note, velocity = 30 + number % 60, 1 + number // 60
        yield frame, bytes((0x90, note, velocity))
        frame += round(chance.uniform(*APART_SECONDS) * RATE / 2)
        yield frame, bytes((0x80, note, velocity))
        frame += round(chance.uniform(*APART_SECONDS) * RATE / 2)
        number += 1


def _compare(
    journal: JournalFile,
    left: Sequence[Framed],
    came: Sequence[Framed],
    killed: int,
    name: str,
    figures: Figures,
) -> None:
    """Look for each message that was heard, or played, in the journal."""
    if journal.is_closed or journal.unreadable > 1:
        figures.problems.append(f"{name}: closed {journal.is_closed}, {journal.unreadable} lines unreadable")
    figures.torn += journal.unreadable
    sent, heard = _messages(journal.records, Sent), _messages(journal.records, Heard)
    # The journal counts from its own beginning: where that is on JACK's clock, most messages say alike.
    pairs = [*zip(_onsets(sent), _onsets(left), strict=False), *zip(heard, came, strict=False)]
    origin = statistics.median(frame / RATE - at for (at, _), (frame, _) in pairs)
    oldest = 0.0
    for what, written, there, near in (
        ("left", sent, left, NEAR_SECONDS),
        ("came in", heard, came, float("inf")),
    ):
        missing, apart = _missing(written, [(frame / RATE - origin, data) for frame, data in there], near)
        ages = [killed / RATE - origin - at for at in missing]
        figures.missing += len(missing)
        figures.apart[what] += apart
        oldest = max([oldest, *ages])
        if oldest > ALLOWED_SECONDS:
            figures.problems.append(f"{name}: what {what} {oldest:.3f} s before the end is missing")
    figures.ages.append(oldest)


def _onsets(messages: Sequence[tuple[float, bytes]]) -> list[tuple[float, bytes]]:
    return [(at, data) for at, data in messages if data[0] & 0xF0 == 0x90]


def _messages(records: Sequence[Record], kind: type[Sent] | type[Heard]) -> list[tuple[float, bytes]]:
    return [(record.at, record.message) for record in records if isinstance(record, kind)]


def _missing(
    written: Sequence[tuple[float, bytes]], there: Sequence[tuple[float, bytes]], near: float
) -> tuple[list[float], list[float]]:
    """Return the moments of what is not written, and how far apart the moments of all else are."""
    missing, apart, free = [], [], list(written)
    for at, data in there:
        alike = [one for one in free if one[1] == data and abs(one[0] - at) <= near]
        if alike:
            nearest = min(alike, key=lambda one: abs(one[0] - at))
            free.remove(nearest)
            apart.append(abs(nearest[0] - at))
        else:
            missing.append(at)
    return missing, apart


def _make_midi(journal: JournalFile, path: Path, name: str, figures: Figures) -> None:
    """Export the journal as its user would; see whether others can read that."""
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        failed = segue(["sets", "export", str(journal.path), "-o", str(path)])
    if failed:
        figures.problems.append(f"{name}: it cannot be exported")
        return
    notes = [message for message in MidiFile(path) if message.type in ("note_on", "note_off")]
    struck = sum(message.type == "note_on" and message.velocity > 0 for message in notes)
    score = music21.converter.parse(path, format="midi")
    read = sum(len(element.pitches) for element in score.flatten().notes)
    if not struck or 2 * struck != len(notes) or not read:
        figures.problems.append(f"{name}: {len(notes)} note messages, {struck} onsets, music21 reads {read}")


if __name__ == "__main__":
    sys.exit(main())
