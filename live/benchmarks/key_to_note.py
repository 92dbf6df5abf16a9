"""The time from a key press to segue's first note that has the key in its context."""

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
from live.benchmarks.statistics import MILLISECONDS, spread
from live.core.planning.states import Entry
from live.inference.preset_loader import load_stage_preset

PRESET = "chopin"
PRESSES = 100

KEY = 108
"""The highest key of a piano: presets hardly ever play it themselves."""

HELD_SECONDS = 0.1
BEFORE_SECONDS = 2.0
APART_SECONDS = (3.0, 5.0)
"""The time from one press to the next, at random."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The events after a key press.

    Attributes:
        seconds: seconds to the first event that has the key in its context; None if no such event came.
        at_once: whether the first event beyond the commit lead has it; None if no event came.
    """

    seconds: float | None
    at_once: bool | None


def measure(setting: Setting) -> Measured:
    """Press a key a hundred times while a preset plays; `seconds` has no effect here.

    Raises:
        SegueError: if the preset does not load.
    """
    preset = load_stage_preset(setting.preset or PRESET)
    setting.say(f"key to note: {PRESSES} presses while {preset.settings.name} plays")
    clock = HurryingClock()
    style, watched = watched_style(preset, clock)
    rehearsal = rehearse(preset, style, PortTimes.here(setting.backend), clock)
    rehearsal.play_until(rehearsal.clock.now() + BEFORE_SECONDS)
    rng = random.Random(0)
    answers = [
        press(rehearsal, watched, 1 + number % 127, rng.uniform(*APART_SECONDS)) for number in range(PRESSES)
    ]
    seconds = [answer.seconds for answer in answers if answer.seconds is not None]
    if not seconds:
        raise NotMeasuredError("the preset rested after every press")
    status = rehearsal.performer.status(rehearsal.clock.now())
    commit_leads = {
        "commit": status.commit_lead * MILLISECONDS,
        "from the key": status.key_lead * MILLISECONDS,
    }
    counts = {
        "presses": PRESSES,
        "followed": sum(answer.at_once is not None for answer in answers),
        "answered": sum(answer.at_once is True for answer in answers),
    }
    return Measured(
        (
            Row("commit lead", "ms", commit_leads),
            Row("key to note", "ms", spread(seconds)),
            Row("first event beyond the commit lead", "", counts),
        ),
        ("key to note depends on when the music has its next event; the commit lead is segue's part of it",),
    )


def press(rehearsal: Rehearsal, watched: WatchedPredictor, velocity: int, wait: float) -> Answer:
    """Press the key, play on for `wait` seconds, and return what came after it."""
    performer, pressed = rehearsal.performer, rehearsal.clock.now()
    beyond = pressed + performer.status(pressed).key_lead
    performer.press((0, 0, KEY), velocity, pressed)
    came = rehearsal.play_until(pressed + HELD_SECONDS)
    performer.release((0, 0, KEY), rehearsal.clock.now())
    came += rehearsal.play_until(pressed + wait)
    after = [
        (at, _knows(watched, entry, velocity)) for entry in came if (at := rehearsal.onset(entry)) >= pressed
    ]
    return Answer(
        next((at - pressed for at, knows in after if knows), None),
        next((knows for at, knows in after if at >= beyond), None),
    )


def _knows(watched: WatchedPredictor, entry: Entry, velocity: int) -> bool:
    window = watched.window_before(entry.event)
    return window is not None and any(
        (note.note, note.velocity) == (KEY, velocity) for event in window for note in event.notes
    )
