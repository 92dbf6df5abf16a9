"""The share of steps for which segue knew in time what to play, and how old that was.

These are the two measurements of StreamMUSE, which has a network play beside a musician: "Real-Time Language
Model Jamming", Zheng et al., RTAS 2026. There a step is a sixteenth. The in-sync ratio (ISR) is the share of
steps at which an answer of the network is there when the step comes, be it notes or silence, and the backup
level says how many steps ago the network was asked for it.

Here the performer plays alone in real time while a musician presses keys, each of which makes it plan again.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from live.benchmarks.rehearsal import (
    PortTimes,
    Predicted,
    Rehearsal,
    WaitingClock,
    WatchedPredictor,
    rehearse,
    watched_style,
)
from live.benchmarks.setting import Measured, NotMeasuredError, Row, Setting
from live.benchmarks.statistics import spread
from live.core.planning.states import Entry
from live.inference.preset_loader import load_stage_preset
from live.system.real_time import real_time_stage
from presets.bundles.library import load_preset, preset_folders
from presets.music.event import PPQ

TEMPOS = (120, 200)

SECONDS = 60.0
"""How long each preset plays at each tempo."""

STEP = PPQ // 4
"""Ticks in a step: a sixteenth, as in StreamMUSE."""

KEY = 108
"""The highest key of a piano: presets hardly ever play it themselves."""

APART_SECONDS = (0.25, 0.75)
"""The time from one key to the next, at random: two keys a second."""

HELD_SECONDS = 0.1

VELOCITIES = 127
"""The velocity says which key it was; a window has less than 127 events."""


@dataclass(frozen=True, slots=True)
class Played:
    """An event of segue's that came.

    Attributes:
        tick: its onset.
        known: when segue first knew what comes after the event before this one, in seconds.
        drawn: when the prediction of this very event began: it knows of nothing newer.
        waited: by how many ticks it was put off, because the network was too slow.
        late: whether it was committed too late to be on time.
        key: when the musician pressed the newest key that it knows; None if it knows none.
    """

    tick: int
    known: float
    drawn: float
    waited: int = 0
    late: bool = False
    key: float | None = None


def measure(setting: Setting) -> Measured:
    """Let each score preset play at each tempo, or the preset that is given.

    Raises:
        SegueError: if a preset does not load, or plays nothing.
    """
    presets, seconds = _presets(setting), setting.seconds or SECONDS
    port = PortTimes.here(setting.backend)
    steps: list[Row] = []
    staleness: list[Row] = []
    for preset in presets:
        for bpm in TEMPOS:
            what = f"{preset} at {bpm}"
            setting.say(f"in time: {what} bpm for {seconds:g} s")
            rehearsal, played = perform(preset, bpm, seconds, port)
            transport = rehearsal.performer.status(rehearsal.clock.now()).clock.transport
            assert transport is not None
            steps.append(Row(what, "steps", count_steps(played, transport.seconds_at, port.lead)))
            staleness += stale_rows(what, played, transport.seconds_at, bpm)
    return Measured(
        (*steps, *staleness),
        (
            "ISR: the share of sixteenths for which segue knew in time what to play, notes or silence",
            "in time: the same share, but steps past which an event was put off do not count as known",
            "drawn: how long before its onset an event was drawn; newest key: how long before its onset the "
            "musician pressed the newest key that the event knows",
        ),
    )


def perform(preset: str, bpm: float, seconds: float, port: PortTimes) -> tuple[Rehearsal, list[Played]]:
    """Perform in real time while a musician plays; return what came.

    Raises:
        SegueError: if the preset does not load.
    """
    loaded, clock, rng = load_stage_preset(preset), WaitingClock(), random.Random(0)
    style, watched = watched_style(loaded, clock)
    came: list[Entry] = []
    presses: list[float] = []
    with real_time_stage():
        rehearsal = rehearse(loaded, style, port, clock, bpm)
        performer, end = rehearsal.performer, clock.now() + seconds
        while clock.now() < end:
            came += rehearsal.play_until(clock.now() + rng.uniform(*APART_SECONDS) - HELD_SECONDS)
            performer.press((0, 0, KEY), 1 + len(presses) % VELOCITIES, clock.now())
            presses.append(clock.now())
            came += rehearsal.play_until(clock.now() + HELD_SECONDS)
            performer.release((0, 0, KEY), clock.now())
    return rehearsal, list(_played(rehearsal, watched, came, presses))


def count_steps(played: Sequence[Played], moment: Callable[[int], float], lead: float) -> dict[str, float]:
    """Return the in-sync ratio and the counts behind it, of the steps after the first event.

    A step is out of sync if at its deadline segue did not know what comes, or if an event on it was committed
    too late. A silence that segue knows of is in sync. `in time` is stricter: it also leaves out the steps
    past which an event was put off, because a key made segue draw it again too late for its own tick.

    Args:
        played: what came, in order.
        moment: returns when a tick comes, in seconds.
        lead: how long before its moment the port wants a note: the deadline.

    Raises:
        NotMeasuredError: if fewer than two events came.
    """
    if len(played) < 2:
        raise NotMeasuredError("the preset played nothing")
    unknown: set[int] = set()
    put_off: set[int] = set()
    for before, event in pairwise(played):
        ahead = range(before.tick // STEP + 1, event.tick // STEP + 1)
        unknown |= {step for step in ahead if event.known > moment(step * STEP) - lead}
        if event.waited:
            drawn_for = (event.tick - event.waited) // STEP
            put_off |= set(range(drawn_for, max(drawn_for + 1, event.tick // STEP)))
    late = {event.tick // STEP for event in played if event.late}
    steps = played[-1].tick // STEP - played[0].tick // STEP
    return {
        "ISR": 1 - len(unknown | late) / steps,
        "in time": 1 - len(unknown | late | put_off) / steps,
        "steps": steps,
        "unknown": len(unknown),
        "late": len(late),
        "put off": len(put_off),
    }


def stale_rows(
    what: str, played: Sequence[Played], moment: Callable[[int], float], bpm: float
) -> tuple[Row, ...]:
    """Return how old events were when they sounded, in milliseconds and in beats."""
    drawn = [moment(event.tick) - event.drawn for event in played]
    keys = [moment(event.tick) - event.key for event in played if event.key is not None]
    return tuple(
        Row(f"{what}: {name}", unit, spread(seconds, scale))
        for name, seconds in (("drawn", drawn), ("newest key", keys))
        for unit, scale in (("ms", 1e3), ("beats", bpm / 60))
        if seconds
    )


def _presets(setting: Setting) -> list[str]:
    """Return the preset that is given, or else every score preset."""
    if setting.preset is not None:
        return [setting.preset]
    return [name for name in preset_folders() if load_preset(name).settings.has_rhythm]


def _played(
    rehearsal: Rehearsal, watched: WatchedPredictor, came: Sequence[Entry], presses: Sequence[float]
) -> Iterator[Played]:
    """Yield what came, with what was known when."""
    draws = watched.predicted
    places = {id(draw.event.notes): place for place, draw in enumerate(draws)}
    known = draws[0].ended
    for entry in came:
        assert entry.tick is not None
        place, at = places[id(entry.event.notes)], rehearsal.onset(entry)
        yield Played(
            tick=entry.tick,
            known=known,
            drawn=draws[place].began,
            waited=rehearsal.put_off.get(at, 0) * max(1, entry.event.ioi),
            late=at in rehearsal.late,
            key=newest_key(draws[place], presses),
        )
        known = known_after(draws, place)


def known_after(draws: Sequence[Predicted], place: int) -> float:
    """Return when the event after the one that was drawn at `place` was first known, in seconds.

    That is the next draw, even if a key made segue draw that event again later: until then, the first one
    would have been played. A draw may take several predictions, all of them from the same window.
    """
    known = math.inf
    window = draws[place].window
    following = iter(draws[place + 1 :])
    for draw in following:
        if draw.window is not window:
            window, known = draw.window, draw.ended
            break
    for draw in following:
        if draw.window is not window:
            break
        known = draw.ended
    return known


def newest_key(draw: Predicted, presses: Sequence[float]) -> float | None:
    """Return when the newest key that an event knows was pressed; None if it knows none.

    Args:
        draw: the prediction of the event.
        presses: when each key was pressed; their velocities count from 1 to 127, over and over.
    """
    velocities = (
        note.velocity for event in reversed(draw.window.events) for note in event.notes if note.note == KEY
    )
    velocity = next(velocities, None)
    if velocity is None:
        return None
    numbers = range(velocity - 1, len(presses), VELOCITIES)
    return max((presses[number] for number in numbers if presses[number] <= draw.began), default=None)
