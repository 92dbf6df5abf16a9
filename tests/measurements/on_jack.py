"""What a listener on JACK gets of a performance, and how late, against a bare loop in the same run.

Four processes on a JACK server of their own: segue plays eighths at 120 bpm, a bare loop with absolute
deadlines sends a note at each step of its own, the listener stamps both by the frames of JACK, and this one
compares what was heard with what was sent: segue's own recording, the loop's steps. Exit code 1 if a count is
wrong for segue. If one is wrong for the loop, JACK itself lost messages, in a stall of the machine: repeat.
Lateness, counted from the earliest onset, is only reported: what else the machine does decides it.

Needs the Debian package jackd2, and JACK-Client (the extra `jack`).
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mido import Message

from tests.measurements.bare_loop import VELOCITY, note_at
from tests.measurements.figures import report, summarize
from tests.measurements.listener import listening
from tests.measurements.performance import (
    STEP_SECONDS,
    Timed,
    count_sounding,
    count_unended,
    jack_server,
    last_words,
    note_ons,
    read_notes,
    running,
    running_segue,
    what,
)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--preset", default="chopin-classic", help="name or folder")
    parser.add_argument("--seconds", type=int, default=60, help="how long both play")
    parser.add_argument("--period", type=int, default=256, help="frames in a period of JACK")
    arguments = parser.parse_args(argv)
    expected = round(arguments.seconds / STEP_SECONDS)
    with TemporaryDirectory() as folder:
        recording = Path(folder) / "sent.mid"
        ours, bare, xruns, words = _perform(arguments, expected, recording)
        sent = read_notes(recording)
    bare_sent = _sent_by_bare_loop(expected)
    counts = _counts(ours, sent, expected)
    late, bare_late = _lateness(ours, sent), _lateness(bare, bare_sent)
    report(
        {
            "segue heard": counts,
            "bare loop heard": _counts(bare, bare_sent, expected),
            "segue late, ms": summarize(late),
            "bare loop late, ms": summarize(bare_late),
            "ratio of medians": _ratio(late, bare_late, 0.5),
            "ratio of p99": _ratio(late, bare_late, 0.99),
            "xruns of JACK": xruns,
            "segue says": words,
        }
    )
    return 0 if _is_whole(counts) else 1


def _perform(
    arguments: argparse.Namespace, steps: int, recording: Path
) -> tuple[list[Timed], list[Timed], int, str]:
    """Let both play at the same time.

    Returns:
        What was heard of segue, and of the loop; how many xruns JACK had; segue's summary.
    """
    loop = [sys.executable, "-m", "tests.measurements.bare_loop"]
    loop += ["--steps", str(steps), "--step-seconds", str(STEP_SECONDS)]
    with (
        jack_server(arguments.period),
        listening(segue="segue:out", bare="bare:out") as ears,
        running(loop, stdin=subprocess.PIPE) as bare,
    ):
        ears.wait_for("bare")
        with running_segue(arguments.preset, arguments.seconds, "--record", recording) as segue:
            ears.wait_for("segue")
            bare.communicate("go\n", timeout=arguments.seconds + 30)
            words = last_words(segue, arguments.seconds)
        ears.finish()
        return ears.notes("segue"), ears.notes("bare"), ears.xruns, words


def _sent_by_bare_loop(steps: int) -> list[Timed]:
    notes = []
    for step in range(steps):
        message = Message("note_on", note=note_at(step), velocity=VELOCITY)
        notes.append(Timed(step * STEP_SECONDS, message))
        notes.append(
            Timed((step + 0.5) * STEP_SECONDS, Message("note_off", note=message.note, velocity=VELOCITY))
        )
    return notes


def _counts(heard: Sequence[Timed], sent: Sequence[Timed], expected: int) -> dict[str, Any]:
    """Compare what was heard with what was sent."""
    ons = note_ons(heard)
    own_steps = [round(sent_on.at / STEP_SECONDS) for _, sent_on in _matched(heard, sent)]
    moments = [on.at for on in ons]
    return {
        "steps expected": expected,
        "steps with a note-on": len(set(own_steps)),
        "steps without one": sorted(set(range(expected)) - set(own_steps)),
        "note-ons sent": len(note_ons(sent)),
        "note-ons heard": len(ons),
        "note-ons nearest their own step": sum(late < STEP_SECONDS / 2 for late in _lateness(heard, sent)),
        "in order": len(own_steps) == len(ons) and moments == sorted(moments),
        "messages sent": len(sent),
        "messages heard": len(heard),
        "same messages as sent": what(heard) == what(sent),
        "note-ons without note-off": count_unended(heard),
        "sounding at the end": count_sounding(heard),
    }


def _is_whole(counts: dict[str, Any]) -> bool:
    heard = counts["note-ons heard"]
    return all(
        (
            counts["steps with a note-on"] == counts["steps expected"],
            counts["note-ons sent"] == heard,
            counts["note-ons nearest their own step"] == heard,
            counts["in order"],
            counts["same messages as sent"],
            counts["note-ons without note-off"] == 0,
            counts["sounding at the end"] == 0,
        )
    )


def _lateness(heard: Sequence[Timed], sent: Sequence[Timed]) -> list[float]:
    """Return how much later than the earliest each note-on came, in seconds after its own step."""
    late = [on.at - round(sent_on.at / STEP_SECONDS) * STEP_SECONDS for on, sent_on in _matched(heard, sent)]
    return [seconds - min(late) for seconds in late]


def _matched(heard: Sequence[Timed], sent: Sequence[Timed]) -> list[tuple[Timed, Timed]]:
    """Return the note-ons heard in the order in which they were sent, each with the one sent."""
    ons, sent_ons = note_ons(heard), note_ons(sent)
    blocks = SequenceMatcher(None, what(ons), what(sent_ons), autojunk=False).get_matching_blocks()
    return [(ons[block.a + i], sent_ons[block.b + i]) for block in blocks for i in range(block.size)]


def _ratio(late: Sequence[float], reference: Sequence[float], share: float) -> float:
    ours, theirs = (sorted(values)[int(len(values) * share)] for values in (late, reference))
    return round(ours / theirs, 3)


if __name__ == "__main__":
    sys.exit(main())
