"""The passages of a set: takes, and what was played between them, each with its own beat clock."""

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from presets.music.event import PPQ
from presets.sets.records import Plays

LONGEST_BEAT = (1 << 24) - 1
"""Maximum microseconds a quarter note in a MIDI file (Standard MIDI Files 1.0, `Set Tempo`)."""


@dataclass(slots=True, eq=False)
class Passage:
    """Music on one beat clock.

    Attributes:
        at: when it begins, seconds.
        first: its first tick.
        end: its last known tick.
        tempo: microseconds a quarter note if there are not enough beats to tell; 1..LONGEST_BEAT.
        beats: times of the beats in seconds, by tick.
        presets: first tick and record of each preset that takes over in it.
        base: tick of the recording at which its tick 0 falls.
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
        """Extend the passage so that it includes a tick."""
        self.end = max(self.end, tick)

    def take_over(self, tick: int, plays: Plays) -> None:
        """Add a preset that plays from a tick on; drop earlier entries from that tick on."""
        self.presets = [change for change in self.presets if change[0] < tick]
        self.presets.append((tick, plays))

    def preset_at(self, tick: int, before: Plays | None) -> Plays | None:
        """Return the preset that plays at a tick; `before` played until the passage began."""
        index = bisect_right(self.presets, tick, key=lambda change: change[0])
        return self.presets[index - 1][1] if index else before

    def tempos(self) -> list[tuple[int, int]]:
        """Return the tempo changes: tick, and microseconds a quarter note from there on, 1..LONGEST_BEAT."""
        return [
            (tick, as_tempo((later - at) * PPQ / (later_tick - tick)))
            for (tick, at), (later_tick, later) in pairwise(self._known_beats())
        ] or [(self.first, self.tempo)]

    def tick_at(self, at: float) -> int:
        """Return the tick at a time in seconds, `first` or more; beyond the beats, extrapolate the tempo."""
        tempos = self.tempos()
        begins = [self.beats.get(tick, self.at) for tick, _ in tempos]
        index = max(0, bisect_right(begins, at) - 1)
        tick, tempo = tempos[index]
        return max(self.first, tick + math.floor((at - begins[index]) * 1e6 / tempo * PPQ + 1e-3))

    def bound(self, at: float, bar: int) -> int:
        """Return the tick at a time in seconds, at most the end of the last bar; `bar` is ticks in a bar."""
        return min(self.tick_at(at), next_line(self.end, bar))

    def put(self, begin: int, end: int, bar: int) -> int:
        """Place the passage on a bar line of the recording; return the bar line after its last note.

        Args:
            begin: tick of the recording where its first bar begins.
            end: tick of the passage where its last note ends.
            bar: ticks in a bar.
        """
        self.begin, self.base = begin, begin - last_line(self.first, bar)
        self.finish = next_line(self.base + max(end, self.first + 1), bar)
        return self.finish

    def place_of(self, tick: int) -> int:
        """Return the tick of the recording for a tick of the passage, not before the passage's first bar."""
        return max(self.begin, self.base + tick)

    def _known_beats(self) -> Sequence[tuple[int, float]]:
        """Return the ticks and times of beats, leaving out those whose times do not rise."""
        known: list[tuple[int, float]] = []
        for tick, at in sorted(self.beats.items()):
            if not known or at > known[-1][1]:
                known.append((tick, at))
        return known


def as_tempo(seconds: float) -> int:
    """Return a quarter note's seconds as microseconds, limited to the range of a MIDI file."""
    return round(max(1.0, min(seconds * 1e6, LONGEST_BEAT)))


def last_line(tick: int, unit: int) -> int:
    """Return the last multiple of `unit` at or before the tick."""
    return tick // unit * unit


def next_line(tick: int, unit: int) -> int:
    """Return the first multiple of `unit` at or after the tick."""
    return -(-tick // unit) * unit


def tempo_map(passages: Iterable[Passage], tempo: int) -> tuple[tuple[int, int], ...]:
    """Return the tempo map: ticks of the recording, and microseconds a quarter note from there on.

    Args:
        passages: the passages in order, already placed in the recording.
        tempo: microseconds a quarter note at the beginning, until beats show another tempo.
    """
    tempos = [(0, tempo)]
    for passage in passages:
        for tick, changed in passage.tempos():
            at = passage.place_of(tick)
            # Ignore a microsecond: a steady beat may differ by that through rounding.
            if at < passage.finish and abs(changed - tempos[-1][1]) > 1:
                if tempos[-1][0] == at:
                    tempos.pop()
                tempos.append((at, changed))
    return tuple(tempos)


def presets_before(passages: Iterable[Passage], idle: Iterable[Plays]) -> dict[Passage, Plays | None]:
    """Return the preset that played when each passage began.

    Args:
        passages: the passages in order.
        idle: presets that took over while nothing ran.
    """
    waiting = deque(sorted(idle, key=lambda plays: plays.at))
    current: Plays | None = None
    before: dict[Passage, Plays | None] = {}
    for passage in passages:
        while waiting and waiting[0].at <= passage.at:
            current = waiting.popleft()
        before[passage] = current
        if passage.presets:
            current = passage.presets[-1][1]
    return before


def markers_of(
    passages: Iterable[Passage], before: Mapping[Passage, Plays | None]
) -> tuple[tuple[int, str], ...]:
    """Return the ticks of the recording at which another preset takes over, with its title or name.

    Args:
        passages: the passages in order, already placed in the recording.
        before: the preset that played when each passage began.
    """
    markers: list[tuple[int, str]] = []
    for passage in passages:
        changes = [(passage.first, passage.preset_at(passage.first, before[passage]))]
        changes += [change for change in passage.presets if change[0] > passage.first]
        for tick, plays in changes:
            at = passage.place_of(tick)
            is_new = plays is not None and (not markers or markers[-1][1] != plays.called)
            if plays is not None and is_new and at < passage.finish:
                markers.append((at, plays.called))
    return tuple(markers)
