"""How late notes come: `segue play` compared with a bare loop.

A listener in another process stamps the notes of both. They take turns of a few seconds, so that both have
the same conditions. There are four conditions: idle or one core busy, with the screen or without.
"""

import math
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from live.benchmarks.bare_loop import bare_loop_command
from live.benchmarks.listener import ListenerProcess, listening
from live.benchmarks.onsets import RESOLUTION_SECONDS, count_steps, late_after, late_on_grid
from live.benchmarks.performing import BPM, play_preset, read_onsets
from live.benchmarks.processes import busy_core, finish, running
from live.benchmarks.setting import Measured, Row, Setting
from live.benchmarks.statistics import quantile, ratio, spread
from live.benchmarks.terminal import HAS_TERMINALS
from presets.bundles.library import load_preset

PRESET = "chopin-classic"
"""It plays in steps, so the listener knows without a recording where each note belongs."""

SECONDS = 20.0
"""How long each program plays in each condition."""

STRETCH_SECONDS = 10.0
"""How long one program plays before the other takes its turn."""

STEP_BEATS = 0.5
STEP_SECONDS = STEP_BEATS * 60 / BPM


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of the computer during a measurement."""

    busy: bool
    screen: bool

    def __str__(self) -> str:
        return f"{'busy' if self.busy else 'idle'}, screen {'on' if self.screen else 'off'}"


CONDITIONS = tuple(
    Condition(busy, screen)
    for busy in (False, True)
    for screen in (True, False)
    if HAS_TERMINALS or not screen
)


@dataclass(slots=True)
class Tally:
    """The notes that the listener heard from one program in one condition.

    Attributes:
        late: the lateness of each note in seconds.
        missed: number of steps, or of notes in a recording, that were not heard.
        hanging: number of notes that still sounded after the program had ended.
    """

    late: list[float] = field(default_factory=list)
    missed: int = 0
    hanging: int = 0

    def add(self, late: list[float], missed: int, hanging: int) -> None:
        """Add another turn."""
        self.late += late
        self.missed += missed
        self.hanging += hanging


def measure(setting: Setting) -> Measured:
    """Measure every condition that this system allows.

    Raises:
        NotMeasuredError: if nothing can listen, or a program fails.
    """
    preset, seconds = setting.preset or PRESET, setting.seconds or SECONDS
    in_steps = not load_preset(preset).settings.has_rhythm
    rounds, stretch = math.ceil(seconds / STRETCH_SECONDS), min(STRETCH_SECONDS, seconds)
    rows: list[Row] = []
    with listening(setting) as listener:
        for condition in CONDITIONS:
            ours, bare = Tally(), Tally()
            with busy_core() if condition.busy else nullcontext():
                for number in range(rounds):
                    setting.say(f"clock, {condition}: {number + 1} of {rounds}")
                    if in_steps:
                        ours.add(*_segue_in_steps(listener, preset, stretch, setting, condition))
                    else:
                        ours.add(*_segue_in_its_rhythm(listener, preset, stretch, setting, condition))
                    bare.add(*_bare_loop(listener, stretch, setting))
            rows += compare(str(condition), ours, bare)
    return Measured(
        tuple(rows),
        (
            f"ratio: segue divided by the bare loop, both on {listener.label}; less than a frame counts as "
            "one",
            "busy: another process computes without a pause; missed: steps, or notes, that were not heard",
        ),
    )


def compare(condition: str, ours: Tally, bare: Tally) -> Iterator[Row]:
    """Yield the lateness of the two, and their ratio."""
    for program, heard in (("segue", ours), ("bare loop", bare)):
        counts = {"notes": len(heard.late), "missed": heard.missed, "hanging": heard.hanging}
        yield Row(f"{condition}: {program}", "ms", {**spread(heard.late), **counts})
    ratios = {
        name: ratio(quantile(ours.late, share), quantile(bare.late, share), RESOLUTION_SECONDS)
        for name, share in (("median", 0.5), ("p99", 0.99))
    }
    yield Row(f"{condition}: ratio", "x", ratios)


def _segue_in_steps(
    listener: ListenerProcess, preset: str, seconds: float, setting: Setting, condition: Condition
) -> tuple[list[float], int, int]:
    """Let a preset without rhythm play; the listener knows the grid of its notes."""
    _play(listener, preset, seconds, setting, condition, "--step", str(STEP_BEATS))
    return _on_grid(listener, seconds)


def _segue_in_its_rhythm(
    listener: ListenerProcess, preset: str, seconds: float, setting: Setting, condition: Condition
) -> tuple[list[float], int, int]:
    """Let a preset with rhythm play; its recording says where its notes belong."""
    with TemporaryDirectory() as folder:
        recording = Path(folder) / "sent.mid"
        _play(listener, preset, seconds, setting, condition, "--record", str(recording))
        heard, due = listener.take(), read_onsets(recording)
        late = late_after(heard.onsets, due)
        return late, len(due) - len(late), heard.sounding


def _play(
    listener: ListenerProcess,
    preset: str,
    seconds: float,
    setting: Setting,
    condition: Condition,
    *options: str,
) -> None:
    own = ["--output", listener.port, *setting.backend_arguments]
    play_preset(preset, seconds, *own, *options, screen=condition.screen)


def _bare_loop(listener: ListenerProcess, seconds: float, setting: Setting) -> tuple[list[float], int, int]:
    command = bare_loop_command(setting, listener.port, round(seconds / STEP_SECONDS), STEP_SECONDS)
    with running(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as loop:
        finish(loop, seconds)
    return _on_grid(listener, seconds)


def _on_grid(listener: ListenerProcess, seconds: float) -> tuple[list[float], int, int]:
    heard = listener.take()
    late = late_on_grid(heard.onsets, STEP_SECONDS)
    missed = round(seconds / STEP_SECONDS) - count_steps(heard.onsets, STEP_SECONDS)
    return late, missed, heard.sounding
