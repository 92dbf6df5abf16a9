"""The reference for lateness: a loop that waits for each deadline and sends, and does nothing else.

    python -m live.benchmarks.bare_loop --output PORT --steps N --step-seconds S

No program can do better on this computer: it is a separate process, on segue's own MIDI system, with the
priority of segue's sender. Each step has a note-on and, half a step later, its note-off.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing

from mido import Message

from live.benchmarks.processes import end_in_order, module_command
from live.benchmarks.setting import Setting
from live.midi.ports import OutputPort
from live.midi.system import open_midi_system
from live.system.clock import Clock
from live.system.real_time import raise_priority

LOWEST, HIGHEST = 36, 84
"""The loop plays these notes upwards, over and over."""

LEAD_SECONDS = 0.2
"""The time from opening the port to the first note."""


def bare_loop_command(setting: Setting, output: str, steps: int, step_seconds: float) -> list[str]:
    """Return the command that plays this many notes into a port."""
    options = ["--output", output, "--steps", str(steps), "--step-seconds", repr(step_seconds)]
    return module_command(__name__, *options, *setting.backend_arguments)


def main(argv: Sequence[str] | None = None) -> int:
    """Play, and end every note even if the process is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--step-seconds", type=float, required=True)
    parser.add_argument("--backend")
    arguments = parser.parse_args(argv)
    with (
        closing(open_midi_system(arguments.backend)) as system,
        closing(system.open_output(arguments.output)) as output,
    ):
        raise_priority()
        play(output, system.clock, arguments.steps, arguments.step_seconds)
    return 0


def play(
    output: OutputPort,
    clock: Clock,
    steps: int,
    step_seconds: float,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Play this many notes, each at its time; an exception ends the note that sounds.

    Args:
        output: the port.
        clock: the clock of the port.
        steps: number of notes.
        step_seconds: seconds from one note to the next.
        wait: waits for this many seconds.
    """

    def wait_until(deadline: float) -> None:
        wait(max(0.0, deadline - clock.now()))

    origin = clock.now() + LEAD_SECONDS
    for step in range(steps):
        note = LOWEST + step % (HIGHEST - LOWEST)
        ended = Message("note_off", note=note)
        at = origin + step * step_seconds
        until = at + step_seconds / 2
        wait_until(at - output.lead_seconds)
        try:
            output.send(Message("note_on", note=note), at)
            wait_until(until - output.lead_seconds)
        finally:
            output.send(ended, until)


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
