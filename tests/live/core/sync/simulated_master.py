"""A master whose clock is known exactly, and the ways in which its bytes arrive otherwise."""

from collections.abc import Iterator

import numpy as np
from mido import Message
from numpy.typing import NDArray

from live.core.sync.clock_follower import Change, ClockFollower

TempoMap = NDArray[np.float64]

CABLE = 0.00032
"""Seconds that a byte takes on a MIDI cable."""


def clock_ticks(*stretches: tuple[int, float, float]) -> TempoMap:
    """When each clock tick is due, the first at 0.

    Each stretch has so many clock ticks and goes from one tempo to another, evenly from beat to beat.
    """
    intervals = [np.empty(0)]
    for count, first, last in stretches:
        bpm = np.linspace(first, last, count + 1)
        between = (bpm[1:] + bpm[:-1]) / 2
        # The integral of 60 / (24 * bpm) over one clock tick.
        ratio = np.log(bpm[1:] / bpm[:-1]) / np.where(first == last, 1, np.diff(bpm))
        intervals.append(np.where(first == last, 1 / between, ratio) * 60 / 24)
    return np.concatenate([[0.0], np.cumsum(np.concatenate(intervals))])


def jittered(moments: TempoMap, seed: int, deviation: float = 0.002) -> TempoMap:
    """Each byte early or late on its own (normal distribution); they stay in order."""
    noise = np.random.default_rng(seed).normal(0, deviation, len(moments))
    return np.maximum.accumulate(moments + noise)


def stalled(moments: TempoMap, begin: float, seconds: float) -> TempoMap:
    """What is due while nothing is let through comes when the stall ends, as fast as a cable can."""
    late = moments.copy()
    held = np.flatnonzero((moments >= begin) & (moments < begin + seconds))
    late[held] = begin + seconds + CABLE * np.arange(len(held))
    return np.maximum.accumulate(late)


def lost(moments: TempoMap, *indices: int) -> TempoMap:
    return np.delete(moments, indices)


def doubled(moments: TempoMap, *indices: int) -> TempoMap:
    return np.sort(np.concatenate([moments, moments[list(indices)] + CABLE]))


def following(follower: ClockFollower, arrivals: TempoMap) -> Iterator[tuple[float, list[Change]]]:
    """Let it hear clock after clock; yields each one's moment and what it changed."""
    for at in arrivals.tolist():
        yield at, follower.hear(Message("clock"), at)
