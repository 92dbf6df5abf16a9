"""The reference for lateness: a bare loop with absolute deadlines, in a process of its own.

It opens the JACK port `bare:out` through python-rtmidi and waits for a line on its standard input. Then it
sends a note-on at each step and its note-off half a step later, and does nothing else. Needs jackd2.
"""

import argparse
import sys
import time
from collections.abc import Sequence

import rtmidi

LOWEST, HIGHEST = 36, 84
"""It walks up through these notes, over and over, so that a listener knows which one it missed."""

VELOCITY = 64

LEAD_SECONDS = 0.1
"""From the line to the first note."""

DRAIN_SECONDS = 0.2
"""What was sent last leaves with JACK's next period; only then may the port go."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, required=True, help="how many notes")
    parser.add_argument("--step-seconds", type=float, required=True, help="from one to the next")
    arguments = parser.parse_args(argv)
    output = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="bare")
    output.open_virtual_port("out")
    try:
        sys.stdin.readline()
        play(output, arguments.steps, arguments.step_seconds)
        time.sleep(DRAIN_SECONDS)
    finally:
        output.close_port()
        output.delete()
    return 0


def note_at(step: int) -> int:
    """Return the number of the note on a step."""
    return LOWEST + step % (HIGHEST - LOWEST)


def play(output: rtmidi.MidiOut, steps: int, step_seconds: float) -> None:
    """Play so many notes, each at its moment."""
    origin = time.monotonic() + LEAD_SECONDS
    for step in range(steps):
        _wait_until(origin + step * step_seconds)
        output.send_message([0x90, note_at(step), VELOCITY])
        _wait_until(origin + (step + 0.5) * step_seconds)
        output.send_message([0x80, note_at(step), VELOCITY])


def _wait_until(deadline: float) -> None:
    time.sleep(max(0.0, deadline - time.monotonic()))


if __name__ == "__main__":
    sys.exit(main())
