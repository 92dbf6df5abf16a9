"""The takes of a set: takes, and what was played between them, each with its own beat clock."""

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.records import Plays

LONGEST_BEAT = (1 << 24) - 1
"""Maximum microseconds a quarter note in a MIDI file (Standard MIDI Files 1.0, `Set Tempo`)."""


@dataclass(slots=True, eq=False)
class Take:
    """Music on one beat clock.

    Attributes:
        at: when it begins, seconds.
        first: its first tick.
        end: its last known tick.
        tempo: microseconds a quarter note if there are not enough beats to tell; 1..LONGEST_BEAT.
        beats: times of the beats in seconds, by tick.
        presets: first tick and record of each preset that takes over in it.
        meters: tick and time signature from there on, if they are not those of the set.
        sections: first tick and label of each section of the form.
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
    meters: list[tuple[int, Meter]] = field(default_factory=list)
    sections: list[tuple[int, str]] = field(default_factory=list)
    base: int = 0
    begin: int = 0
    finish: int = 0

    def reach(self, tick: int) -> None:
        """Extend the take so that it includes a tick."""
        self.end = max(self.end, tick)

    def take_over(self, tick: int, plays: Plays) -> None:
        """Add a preset that plays from a tick on; drop earlier entries from that tick on."""
        self.presets = [change for change in self.presets if change[0] < tick]
        self.presets.append((tick, plays))

    def preset_at(self, tick: int, before: Plays | None) -> Plays | None:
        """Return the preset that plays at a tick; `before` played until the take began."""
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

    def bars(self, meter: Meter) -> BarLines:
        """Return the bar lines, in its own ticks; `meter` is the time signature of the set."""
        lines = BarLines.of(meter)
        for tick, changed in sorted(self.meters, key=lambda change: change[0]):
            lines = lines.changed(tick, changed) if tick > self.first else BarLines.of(changed, tick)
        return lines

    def bound(self, at: float, bars: BarLines) -> int:
        """Return the tick at a time in seconds, at most the end of the last bar."""
        return min(self.tick_at(at), bars.line_from(self.end))

    def put(self, begin: int, end: int, bars: BarLines) -> int:
        """Place the take on a bar line of the recording; return the bar line after its last note.

        Args:
            begin: tick of the recording where its first bar begins.
            end: tick of the take where its last note ends.
            bars: its bar lines.
        """
        self.begin, self.base = begin, begin - bars.line_before(self.first)
        self.finish = self.base + bars.line_from(max(end, self.first + 1))
        return self.finish

    def tick_in_recording(self, tick: int) -> int:
        """Return the tick of the recording for a tick of the take, not before the take's first bar."""
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


def tempo_map(takes: Iterable[Take], tempo: int) -> tuple[tuple[int, int], ...]:
    """Return the tempo map: ticks of the recording, and microseconds a quarter note from there on.

    Args:
        takes: the takes in order, already placed in the recording.
        tempo: microseconds a quarter note at the beginning, until beats show another tempo.
    """
    tempos = [(0, tempo)]
    for take in takes:
        for tick, changed in take.tempos():
            at = take.tick_in_recording(tick)
            # Ignore a microsecond: a steady beat may differ by that through rounding.
            if at < take.finish and abs(changed - tempos[-1][1]) > 1:
                if tempos[-1][0] == at:
                    tempos.pop()
                tempos.append((at, changed))
    return tuple(tempos)


def meters_of(takes: Iterable[Take], meter: Meter) -> tuple[tuple[int, Meter], ...]:
    """Return the ticks of the recording at which the time signature changes; the first is at 0.

    Args:
        takes: the takes in order, already placed in the recording.
        meter: the time signature of the set.
    """
    meters: list[tuple[int, Meter]] = []
    for take in takes:
        bars = take.bars(meter)
        later = [since for since in bars.meters if since.tick > take.first]
        changes = [(take.begin, bars.meter_at(take.first))]
        changes += [(take.tick_in_recording(since.tick), since.meter) for since in later]
        for tick, changed in changes:
            if tick < take.finish and (not meters or meters[-1][1] != changed):
                meters.append((tick, changed))
    return tuple(meters) or ((0, meter),)


def presets_before(takes: Iterable[Take], idle: Iterable[Plays]) -> dict[Take, Plays | None]:
    """Return the preset that played when each take began.

    Args:
        takes: the takes in order.
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
    """Return the ticks of the recording at which another preset takes over, with its title or name.

    Args:
        takes: the takes in order, already placed in the recording.
        before: the preset that played when each take began.
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


def section_marks(takes: Iterable[Take]) -> tuple[tuple[int, str], ...]:
    """Return the ticks of the recording at which a section of the form begins, with its label.

    Args:
        takes: the takes in order, already placed in the recording.
    """
    sections: dict[int, str] = {}
    for take in takes:
        for tick, label in sorted(take.sections):
            at = take.tick_in_recording(tick)
            if at < take.finish:
                sections[at] = label
    return tuple(sections.items())
