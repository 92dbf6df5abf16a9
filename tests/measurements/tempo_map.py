"""On which frame each tick must be heard: from the tempo map of the command line and one origin.

Reckoned here and not by segue, whose own reckoning is what is measured.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.jack.jack_server import RATE

PPQ = 480

GRID = 20
"""Ticks between the places where an event, or a MIDI clock, can be: 24 a quarter note."""


@dataclass(frozen=True, slots=True)
class TempoMap:
    """Tempo and its changes.

    Attributes:
        bpm: quarter notes a minute at tick 0.
        changes: in order: tick, the new tempo, and the ticks over which it changes evenly, 0 for a jump.
    """

    bpm: float
    changes: tuple[tuple[int, float, int], ...] = ()

    def frames_at(self, tick: float) -> float:
        """Return how many frames after tick 0 this tick is due; the tempo before is that of tick 0."""
        frames, begin, bpm = 0.0, 0.0, self.bpm
        for change, new, ramp in self.changes:
            if tick <= change:
                break
            frames += _frames(change - begin, bpm, bpm)
            if tick <= change + ramp:
                there = bpm + (new - bpm) * (tick - change) / ramp
                return frames + _frames(tick - change, bpm, there)
            frames += _frames(ramp, bpm, new)
            begin, bpm = change + ramp, new
        return frames + _frames(tick - begin, bpm, bpm)


def _frames(ticks: float, bpm: float, end_bpm: float) -> float:
    """Return how long a stretch lasts whose tempo changes evenly from tick to tick."""
    if ticks <= 0 or abs(end_bpm - bpm) < 1e-9:
        return ticks * 60 * RATE / (PPQ * bpm)
    return ticks * 60 * RATE / (PPQ * (end_bpm - bpm)) * math.log(end_bpm / bpm)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well messages lie on a tempo map.

    Attributes:
        origin: the frame of tick 0, a fraction: the one that makes most messages exact.
        ticks: of each message the nearest place on the grid.
        errors: by how many frames each message is off the frame nearest to `origin` + its tick's frames.
    """

    origin: float
    ticks: tuple[int, ...]
    errors: tuple[int, ...]

    @property
    def summary(self) -> dict[str, Any]:
        """The figures: how many, the greatest error, and how many messages have which error."""
        errors = Counter(self.errors)
        return {
            "messages": len(self.errors),
            "greatest error, frames": max(map(abs, self.errors), default=0),
            "errors, frames": {str(error): errors[error] for error in sorted(errors)},
        }


def fit(frames: Sequence[int], tempo_map: TempoMap, origin: float | None = None, grid: int = GRID) -> Fit:
    """Lay messages on the grid of a tempo map.

    Args:
        frames: of each message.
        tempo_map: of the command line.
        origin: the frame of tick 0, if others have told it; else the first message is taken to stand on
            tick 0, and the fraction of a frame is found that makes most messages exact.
        grid: ticks from one possible place to the next.
    """
    if not frames:
        return Fit(math.nan, (), ())
    rough = float(frames[0]) if origin is None else origin
    places = [tempo_map.frames_at(0)]
    while places[-1] < max(frames) - rough + RATE:
        places.append(tempo_map.frames_at(grid * len(places)))
    indices = [_nearest(places, frame - rough) for frame in frames]
    best = _best_origin([frame - places[i] for frame, i in zip(frames, indices, strict=True)])
    found = best if origin is None else origin
    errors = (frame - round(found + places[i]) for frame, i in zip(frames, indices, strict=True))
    return Fit(found, tuple(grid * index for index in indices), tuple(errors))


def _nearest(places: Sequence[float], frame: float) -> int:
    after = bisect_left(places, frame)
    if after == 0:
        return 0
    return after - 1 if frame - places[after - 1] < places[after] - frame else after


def _best_origin(origins: Sequence[float]) -> float:
    """Return the origin with most of these within half a frame: each message is rounded to a frame."""
    ordered = sorted(origins)
    best, end = (0, 0, 0), 0
    for begin, lowest in enumerate(ordered):
        while end < len(ordered) and ordered[end] - lowest <= 1:
            end += 1
        best = max(best, (end - begin, begin, end - 1))
    return (ordered[best[1]] + ordered[best[2]]) / 2
