"""How much of a processor `segue play` takes while it plays, without its screen."""

import os
import subprocess
import sys

from live.benchmarks.performing import BPM
from live.benchmarks.processes import running, segue_command
from live.benchmarks.setting import Measured, NotMeasuredError, Row, Setting

PRESET = "chopin"
SECONDS = 60.0

SHORT_SECONDS = 4.0
"""Of music that is played beforehand; the start costs as much there, and is taken off by it."""


def measure(setting: Setting) -> Measured:
    """Play a short time and a long one; what the long one costs more, its music costs.

    Raises:
        NotMeasuredError: if segue fails, or the system does not tell what a process costs.
    """
    if sys.platform == "win32":
        raise NotMeasuredError("Windows does not tell what a process has cost")
    preset, seconds = setting.preset or PRESET, setting.seconds or SECONDS
    setting.say(f"cpu: {preset} for {SHORT_SECONDS:g} s, then for {SHORT_SECONDS + seconds:g} s")
    short = _processor_seconds(preset, SHORT_SECONDS, setting)
    cost = _processor_seconds(preset, SHORT_SECONDS + seconds, setting) - short
    return Measured(
        (
            Row(f"{preset} at {BPM} bpm, a minute of music", "s", {"processor": cost * 60 / seconds}),
            Row(f"{preset} at {BPM} bpm", "% of a core", {"processor": cost / seconds * 100}),
            Row("start and end", "s", {"processor": short - cost / seconds * SHORT_SECONDS}),
        ),
    )


def _processor_seconds(preset: str, seconds: float, setting: Setting) -> float:
    """Return the user and system time of a whole `segue play`."""
    command = segue_command("play", preset, "--no-screen", "--bpm", str(BPM), "--seconds", str(seconds))
    with running(
        [*command, "--rng-seed", "1", *setting.backend_arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as segue:
        _, status, usage = os.wait4(segue.pid, 0)
        # So that nobody waits for it, or ends it, once more.
        segue.returncode = os.waitstatus_to_exitcode(status)
    if segue.returncode != 0:
        raise NotMeasuredError(f"segue ended with {segue.returncode}")
    return usage.ru_utime + usage.ru_stime
