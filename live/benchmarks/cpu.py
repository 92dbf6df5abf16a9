"""How much processor time `segue play` takes while it plays, without its screen and with it."""

import os
import subprocess
import sys
from contextlib import ExitStack
from tempfile import TemporaryDirectory

from live.benchmarks.performing import BPM
from live.benchmarks.processes import running, segue_command
from live.benchmarks.setting import Measured, NotMeasuredError, Row, Setting
from live.benchmarks.terminal import terminal_environment, unseen_terminal

PRESET = "chopin"
SECONDS = 60.0

SHORT_SECONDS = 4.0
"""The length of a short performance: subtracting it removes the cost of the start."""

Size = tuple[int, int]
"""Columns and lines of a terminal."""

SCREENS: tuple[Size, ...] = ((80, 24), (120, 40), (200, 60))


def measure(setting: Setting) -> Measured:
    """Play a short and a long performance; the difference is the cost of the music, or of its screen.

    Raises:
        NotMeasuredError: if segue fails, or the system does not report what a process costs.
    """
    if sys.platform == "win32":
        raise NotMeasuredError("Windows does not report the processor time of a process")
    preset, seconds = setting.preset or PRESET, setting.seconds or SECONDS
    short, music = _cost(preset, seconds, setting)
    rows = [
        Row(f"{preset} at {BPM} bpm, a minute of music", "s", {"processor": music * 60}),
        Row(f"{preset} at {BPM} bpm", "% of a core", {"processor": music * 100}),
        Row("start and end", "s", {"processor": short - music * SHORT_SECONDS}),
    ]
    for size in SCREENS:
        _, cost = _cost(preset, seconds, setting, size)
        columns, lines = size
        figures = {"processor": cost * 100, "of it the screen": (cost - music) * 100}
        rows.append(Row(f"with the screen, {columns}x{lines}", "% of a core", figures))
    return Measured(tuple(rows))


def _cost(preset: str, seconds: float, setting: Setting, screen: Size | None = None) -> tuple[float, float]:
    """Return the processor seconds of a short performance, and of each further second of music."""
    where = "without the screen" if screen is None else f"with a screen of {screen[0]}x{screen[1]}"
    setting.say(f"cpu, {where}: {preset} for {SHORT_SECONDS:g} s, then for {SHORT_SECONDS + seconds:g} s")
    short = _processor_seconds(preset, SHORT_SECONDS, setting, screen)
    return short, (_processor_seconds(preset, SHORT_SECONDS + seconds, setting, screen) - short) / seconds


def _processor_seconds(preset: str, seconds: float, setting: Setting, screen: Size | None) -> float:
    """Return the user and system time of a whole `segue play`."""
    with ExitStack() as stack:
        journals = stack.enter_context(TemporaryDirectory(prefix="segue-bench-"))
        length = ("--bpm", str(BPM), "--seconds", str(seconds), "--rng-seed", "1")
        command = segue_command("play", preset, *length, "--journal", journals)
        segue = stack.enter_context(
            running(
                [*command, *setting.backend_arguments, *([] if screen is not None else ["--no-screen"])],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if screen is None else stack.enter_context(unseen_terminal(screen)),
                stderr=subprocess.DEVNULL,
                env=terminal_environment(),
            )
        )
        _, status, usage = os.wait4(segue.pid, 0)
        # So that `running` does not wait for it, or end it, again.
        segue.returncode = os.waitstatus_to_exitcode(status)
    if segue.returncode != 0:
        raise NotMeasuredError(f"segue ended with {segue.returncode}")
    return usage.ru_utime + usage.ru_stime
