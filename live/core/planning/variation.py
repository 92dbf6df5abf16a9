"""Variations: what segue's answer takes up of the musician's phrase."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

import numpy as np

from live.core.generation.prediction import Suggestion
from presets.bundles.bar_lines import BarLines
from presets.music.event import PPQ

STRONGEST = 8.0
"""The logarithm of the odds of each moment of the motif where segue quotes most."""

LOOSER = 0.5
"""The share of it for the rhythm of the rest of the phrase, whose notes are free."""

OCTAVE = 12

SHORTEST = 3
"""Notes that a motif has at least. Nothing is taken up of a shorter phrase."""

LEAST = 0.4
"""The share of the phrase that is the motif where segue quotes least; where it quotes most, the whole is."""

GRIDS = (PPQ // 4, PPQ // 3)
"""Ticks of the sixteenths and of the triplets of eighths on which notes are quoted."""

SHIFTS = (-5, -4, -3, -2, 2, 3, 4, 5)
"""Semitones by which a motif may be moved: it stays in its register."""

BENT = 1
"""Notes by which a motif may be bent more than at its best place in the key, so that answers differ."""

AWAY = -2.0
"""Nats of a pitch class that is not at home in the music; see `Controls.leanings`."""

WORD_FOR_WORD = 0.8
"""From how strong a quotation on the motif may come back where it was, unmoved."""


Line = list[tuple[int, int]]
"""Ticks, rising, and notes."""


@dataclass(frozen=True, slots=True)
class Variation:
    """When events of an answer should come, and the highest notes of some of them.

    Attributes:
        begin: the tick where the answer begins.
        ticks: when events should come, on the grid, rising.
        notes: the highest note of each as it sounds, 0..127; None where it is free.
    """

    begin: int
    ticks: tuple[int, ...]
    notes: tuple[int | None, ...]

    @classmethod
    def of(
        cls,
        phrase: Sequence[tuple[int, int]],
        begin: int,
        end: int | None,
        bars: BarLines,
        *,
        quote: float,
        leanings: Sequence[float],
        lowest: int,
        highest: int,
        rng: np.random.Generator,
    ) -> Self:
        """Return a variation of a phrase: its rhythm, with a motif of it, moved within the key.

        Args:
            phrase: the tick and the highest note of each of its events, at least `SHORTEST`, in order.
            begin: the tick where the answer begins. On a bar line, it keeps the phrase's places in the bar,
                elsewhere those in the beat.
            end: the tick where it ends, on a bar line; None if that is open.
            bars: where the bar lines are.
            quote: 0..1; above 0.
            leanings: the nats of each pitch class, C first, (12,); empty if any key may sound.
            lowest: the lowest MIDI note that may sound. A motif below it comes octaves higher.
            highest: the highest one.
            rng: the chance.
        """
        # From here on, ticks count from the bar line of the answer; the phrase has bars of the same length.
        origin, bar = bars.line_before(begin), bars.place(begin).bar
        begin, end = begin - origin, None if end is None else end - origin
        top: dict[int, int] = {}
        for tick, (_, note) in zip(_meant([tick - origin for tick, _ in phrase]), phrase, strict=True):
            top[tick] = max(top.get(tick, 0), note)
        line = sorted(top.items())
        events = len(line)
        line = _in_beats(line, begin) if begin else _in_bars(line, begin, end, bar)
        motif = _motif([note for _, note in line], events, quote, rng)
        notes: list[int | None] = [None] * len(line)
        if motif:
            within = _within([line[place][1] for place in motif], lowest, highest)
            notes[motif.start : motif.stop] = _moved(within, quote, leanings, (lowest, highest), rng)
        ticks = [tick for tick, _ in line]
        if ticks and end is not None and ticks[-1] < end <= ticks[-1] + bar:
            ticks.append(end)  # so the last note is as long as the phrase's
            notes.append(None)
        return cls(origin + begin, tuple(origin + tick for tick in ticks), tuple(notes))

    def after(self, newest: int, line: int | None, quote: float) -> Suggestion | None:
        """Return what the next event should take up; None if nothing.

        Args:
            quote: how strongly, 0..1.
            newest: the tick of the newest event.
            line: the tick at which the next event must come; None if it is free.
        """
        place = bisect_left(self.ticks, newest + 1 if line is None else line)
        if not quote or place == len(self.ticks) or (line is not None and self.ticks[place] != line):
            return None
        note = self.notes[place]
        odds = quote * STRONGEST * (1 if note is not None else LOOSER)
        until_next = None if place + 1 == len(self.ticks) else self.ticks[place + 1] - self.ticks[place]
        return Suggestion(self.ticks[place] - newest, note, odds, until_next)


def _meant(ticks: Sequence[int]) -> list[int]:
    """Return where notes were meant to be: hands are not exact, and what they play is quoted exactly.

    The notes of a beat lie on sixteenths or on triplets, whichever they are nearer to.
    """
    meant: list[int] = []
    for beat, group in groupby(ticks, key=lambda tick: tick // PPQ * PPQ):
        places = [tick - beat for tick in group]
        grids = [[(place + grid // 2) // grid * grid for place in places] for grid in GRIDS]
        errors = [sum(abs(a - b) for a, b in zip(places, on_grid, strict=True)) for on_grid in grids]
        meant += [beat + place for place in grids[errors.index(min(errors))]]
    return meant


def _in_bars(line: Line, begin: int, end: int | None, bar: int) -> Line:
    """Return a line of notes in the bars of the answer.

    An answer cannot begin before its bar line, so an upbeat of less than half a bar is left out. In the bars
    that are then left over the line comes again, now with its upbeat.
    """
    first, last = line[0][0], line[-1][0]
    first_line = (first + bar // 2) // bar * bar
    if sum(tick >= first_line for tick, _ in line) < SHORTEST:
        first_line = first // bar * bar
    length = (last // bar + 1) * bar - first_line
    times = 1 if end is None or first >= first_line else max(1, -((begin - end) // length))
    moved = [
        (tick - first_line + begin + time * length, note) for time in range(times) for tick, note in line
    ]
    stop = float("inf") if end is None else end
    return sorted({tick: note for tick, note in reversed(moved) if begin <= tick < stop}.items())


def _in_beats(line: Line, begin: int) -> Line:
    """Return a line of notes from the next place on that is at the same place in a beat."""
    later = -((line[0][0] - begin) // PPQ) * PPQ
    return [(tick + later, note) for tick, note in line]


def _motif(line: Sequence[int], events: int, quote: float, rng: np.random.Generator) -> range:
    """Return where the motif is in a line of notes, which is not one repeated note; empty if all are.

    Args:
        line: the notes.
        events: of the phrase, of which the motif is a share.
        quote: how large a share.
        rng: the chance.
    """
    length = min(len(line), max(SHORTEST, round((LEAST + (1 - LEAST) * quote) * events)))
    starts = [start for start in range(len(line) - length + 1) if len(set(line[start : start + length])) > 1]
    if not starts:
        return range(0)
    start = starts[rng.integers(len(starts))]
    return range(start, start + length)


def _within(motif: Sequence[int], lowest: int, highest: int) -> list[int]:
    """Return a motif moved by octaves into a range, as far as that can be."""
    octaves = 0
    while max(motif) + OCTAVE * octaves > highest and min(motif) + OCTAVE * (octaves - 1) >= lowest:
        octaves -= 1
    while min(motif) + OCTAVE * octaves < lowest and max(motif) + OCTAVE * (octaves + 1) <= highest:
        octaves += 1
    return [note + OCTAVE * octaves for note in motif]


def _moved(
    motif: Sequence[int],
    quote: float,
    leanings: Sequence[float],
    limits: tuple[int, int],
    rng: np.random.Generator,
) -> list[int]:
    """Return a motif moved by an interval that leaves its notes in the key; a note that leaves it is bent."""
    lowest, highest = limits
    shifts = [
        shift
        for shift in (*SHIFTS, *([0] if quote >= WORD_FOR_WORD else []))
        if min(motif) + shift >= lowest and max(motif) + shift <= highest
    ] or [0]

    def is_away(note: int) -> bool:
        return bool(leanings) and leanings[note % 12] < AWAY

    bent = [sum(is_away(note + shift) for note in motif) for shift in shifts]
    fitting = [shift for shift, away in zip(shifts, bent, strict=True) if away <= min(bent) + BENT]
    shift = fitting[rng.integers(len(fitting))]
    return [_bent(note + shift, leanings) if is_away(note + shift) else note + shift for note in motif]


def _bent(note: int, leanings: Sequence[float]) -> int:
    """Return the neighbour of a note that is more at home."""
    return max((max(0, note - 1), min(127, note + 1)), key=lambda other: leanings[other % 12])
