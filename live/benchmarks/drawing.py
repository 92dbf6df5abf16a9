"""A process that draws events as fast as segue does while it plays, and nothing else.

    python -m live.benchmarks.drawing PRESET PRESET ...

It is the performer alone, in real time and with the priority that it has on stage: it has no ports and no
screen. It switches from preset to preset until it is asked to end.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import cycle

from live.benchmarks.processes import end_in_order, module_command, running
from live.benchmarks.rehearsal import SWITCH_SECONDS, PortTimes, WaitingClock, rehearse, watched_style
from live.benchmarks.setting import NotMeasuredError
from live.inference.preset_loader import load_stage_preset
from live.system.real_time import real_time_stage


@contextmanager
def drawing(presets: Sequence[str], environment: Mapping[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """Let a process draw until the block is left; yield it when it begins.

    Raises:
        NotMeasuredError: if it does not begin.
    """
    with running(
        module_command(__name__, *presets),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise NotMeasuredError("the process that draws events ended")
        yield process


def main(argv: Sequence[str] | None = None) -> int:
    """Draw until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="+")
    presets = [load_stage_preset(name) for name in parser.parse_args(argv).presets]
    port, clock = PortTimes.here(None), WaitingClock()
    styles = [watched_style(preset, clock)[0] for preset in presets]
    with real_time_stage():
        print("draws", flush=True)
        rehearsal = rehearse(presets[0], styles[0], port, clock)
        for style in cycle([*styles[1:], styles[0]]):
            rehearsal.play_until(clock.now() + SWITCH_SECONDS)
            rehearsal.performer.request(style, clock.now())
    return 0


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
