"""The time from asking for another preset to its first note, and whether that note is on its bar line."""

import random
from dataclasses import dataclass

from live.benchmarks.rehearsal import (
    HurryingClock,
    PortTimes,
    Rehearsal,
    WatchedPredictor,
    rehearse,
    watched_style,
)
from live.benchmarks.setting import Measured, NotMeasuredError, Row, Setting
from live.benchmarks.statistics import spread
from live.core.planning.style import Style
from live.inference.preset_loader import load_stage_preset
from presets.music.event import PPQ

PRESET, OTHER = "chopin", "bach"
"""The benchmark switches from one to the other and back."""

SWITCHES = 50

BEFORE_SECONDS = (2.0, 4.0)
"""How long one preset plays before the benchmark requests the other, at random."""

BARS_WAITED = 2
"""How long to wait for the first note of the other preset."""


@dataclass(frozen=True, slots=True)
class Switched:
    """A preset that took over.

    Attributes:
        seconds: from the request to its first note.
        on_line: whether that note is on a bar line, and on the one that was announced.
    """

    seconds: float
    on_line: bool


def measure(setting: Setting) -> Measured:
    """Switch back and forth; `seconds` has no effect here.

    Raises:
        SegueError: if a preset does not load, or a switch does not come.
    """
    first, second = load_stage_preset(setting.preset or PRESET), load_stage_preset(OTHER)
    setting.say(f"switch: {SWITCHES} times between {first.settings.name} and {second.settings.name}")
    clock = HurryingClock()
    styles = [watched_style(first, clock), watched_style(second, clock)]
    rehearsal = rehearse(first, styles[0][0], PortTimes.here(setting.backend), clock)
    rng = random.Random(0)
    switched = []
    for number in range(SWITCHES):
        rehearsal.play_until(rehearsal.clock.now() + rng.uniform(*BEFORE_SECONDS))
        switched.append(request(rehearsal, *styles[(number + 1) % 2]))
    counts = {
        "times": len(switched),
        "on the line": sum(one.on_line for one in switched),
        "late notes": len(rehearsal.late),
    }
    return Measured(
        (
            Row("request to first note", "ms", spread([one.seconds for one in switched])),
            Row("switches", "", counts),
        ),
        ("late notes: committed too late to be on time",),
    )


def request(rehearsal: Rehearsal, style: Style, watched: WatchedPredictor) -> Switched:
    """Ask for a preset and wait for its first note.

    Raises:
        NotMeasuredError: if no note comes within two bars.
    """
    performer, asked = rehearsal.performer, rehearsal.clock.now()
    performer.request(style, asked)
    status = performer.status(asked)
    announced, bar_ticks = status.switch, status.clock.meter.bar_ticks
    bar_seconds = bar_ticks / PPQ * 60 / status.clock.bpm
    came = rehearsal.play_until(asked + BARS_WAITED * bar_seconds)
    for entry in came:
        if watched.window_before(entry.event) is not None:
            return Switched(
                rehearsal.onset(entry) - asked,
                on_line=announced is not None
                and entry.tick == announced.line
                and announced.line % bar_ticks == 0,
            )
    raise NotMeasuredError(f"{style.name} did not take over within {BARS_WAITED} bars")
