"""The takes of a set, each on its own beat clock: also what was played while no beat ran is one."""

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from presets.music.event import PPQ
from presets.sets.records import Plays

LONGEST_BEAT = (1 << 24) - 1
"""Microseconds a quarter note, as a MIDI file can say them (Standard MIDI Files 1.0, `Set Tempo`)."""


@dataclass(slots=True, eq=False)
class Take:
    """Music on one beat clock.

    Attributes:
        at: when it begins, seconds.
        first: its first tick.
        end: the last tick that is known of it.
        tempo: microseconds a quarter note where no beats say it; 1..LONGEST_BEAT.
        beats: when the beats came, by their ticks.
        presets: first tick and record of each preset that takes over in it.
        base: its tick 0 in the recording.
        begin: tick of the recording where its first bar begins.
        finish: tick of the recording where its last bar ends.
    """

    at: float
    first: int
    end: int
    tempo: int
    beats: dict[int, float] = field(default_factory=dict)
    presets: list[tuple[int, Plays]] = field(default_factory=list)
    base: int = 0
    begin: int = 0
    finish: int = 0

    def reach(self, tick: int) -> None:
        """Note that it was going on at a tick."""
        self.end = max(self.end, tick)

    def take_over(self, tick: int, plays: Plays) -> None:
        """Let a preset play from a tick on; what was to come from there on does not."""
        self.presets = [change for change in self.presets if change[0] < tick]
        self.presets.append((tick, plays))

    def preset_at(self, tick: int, before: Plays | None) -> Plays | None:
        """Return what plays at a tick, if `before` played until the take began."""
        index = bisect_right(self.presets, tick, key=lambda change: change[0])
        return self.presets[index - 1][1] if index else before

    def tempos(self) -> list[tuple[int, int]]:
        """Return ticks, and microseconds a quarter note from there on, 1..LONGEST_BEAT."""
        return [
            (tick, as_tempo((later - at) * PPQ / (later_tick - tick)))
            for (tick, at), (later_tick, later) in pairwise(self._known_beats())
        ] or [(self.first, self.tempo)]

    def tick_at(self, at: float) -> int:
        """Return the tick of a moment, `first` or more; beyond the beats with the tempo of the nearest."""
        tempos = self.tempos()
        begins = [self.beats.get(tick, self.at) for tick, _ in tempos]
        index = max(0, bisect_right(begins, at) - 1)
        tick, tempo = tempos[index]
        return max(self.first, tick + math.floor((at - begins[index]) * 1e6 / tempo * PPQ + 1e-3))

    def bound(self, at: float, bar: int) -> int:
        """Return the tick of a moment; not beyond the bar (of so many ticks) in which the take ends."""
        return min(self.tick_at(at), next_line(self.end, bar))

    def put(self, begin: int, end: int, bar: int) -> int:
        """Let it begin on a bar line of the recording; return the bar line after its last note.

        Args:
            begin: tick of the recording.
            end: tick of its own where its last note ends.
            bar: ticks a bar.
        """
        self.begin, self.base = begin, begin - last_line(self.first, bar)
        self.finish = next_line(self.base + max(end, self.first + 1), bar)
        return self.finish

    def tick_in_recording(self, tick: int) -> int:
        """Return the tick of the recording for one of its own; none is before its first bar."""
        return max(self.begin, self.base + tick)

    def _known_beats(self) -> Sequence[tuple[int, float]]:
        """Return ticks and moments that both rise."""
        known: list[tuple[int, float]] = []
        for tick, at in sorted(self.beats.items()):
            if not known or at > known[-1][1]:
                known.append((tick, at))
        return known


def as_tempo(seconds: float) -> int:
    """Return so many seconds a quarter note in microseconds, as a MIDI file can say them."""
    return round(max(1.0, min(seconds * 1e6, LONGEST_BEAT)))


def last_line(tick: int, unit: int) -> int:
    """Return the last multiple of `unit` that is not beyond the tick."""
    return tick // unit * unit


def next_line(tick: int, unit: int) -> int:
    """Return the first multiple of `unit` that is not before the tick."""
    return -(-tick // unit) * unit


def tempo_map(takes: Iterable[Take], tempo: int) -> tuple[tuple[int, int], ...]:
    """Return ticks of the recording, and microseconds a quarter note from there on.

    Args:
        takes: in order, in their places.
        tempo: at the beginning, until a beat says otherwise.
    """
    tempos = [(0, tempo)]
    for take in takes:
        for tick, changed in take.tempos():
            at = take.tick_in_recording(tick)
            # A microsecond is what rounding makes of a steady beat.
            if at < take.finish and abs(changed - tempos[-1][1]) > 1:
                if tempos[-1][0] == at:
                    tempos.pop()
                tempos.append((at, changed))
    return tuple(tempos)


def presets_before(takes: Iterable[Take], idle: Iterable[Plays]) -> dict[Take, Plays | None]:
    """Return what played when each take began.

    Args:
        takes: in order.
        idle: presets that took over while nothing ran.
    """
    waiting = deque(sorted(idle, key=lambda plays: plays.at))
    current: Plays | None = None
    before: dict[Take, Plays | None] = {}
    for take in takes:
        while waiting and waiting[0].at <= take.at:
            current = waiting.popleft()
        before[take] = current
        if take.presets:
            current = take.presets[-1][1]
    return before


def markers_of(takes: Iterable[Take], before: Mapping[Take, Plays | None]) -> tuple[tuple[int, str], ...]:
    """Return where in the recording another preset plays, and what it is called.

    Args:
        takes: in order, in their places.
        before: what played when each of them began.
    """
    markers: list[tuple[int, str]] = []
    for take in takes:
        changes = [(take.first, take.preset_at(take.first, before[take]))]
        changes += [change for change in take.presets if change[0] > take.first]
        for tick, plays in changes:
            at = take.tick_in_recording(tick)
            is_new = plays is not None and (not markers or markers[-1][1] != plays.called)
            if plays is not None and is_new and at < take.finish:
                markers.append((at, plays.called))
    return tuple(markers)
