"""Shading: how loudly an event of segue's is played, where its corpus says nothing of loudness.

It stands between the plan and the sound. The context and the plan keep the network's own velocities, so the
network, the phrase memory and the index of originality never hear it.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor, sqrt

from live.core.planning.context import Context
from presets.bundles.bar_lines import BarLines
from presets.music.event import Event
from presets.music.form import Form
from presets.music.readings import Reading
from presets.music.strokes import EVENTS, Stroke, share_of, strokes_of

ARC_BARS = 2
"""Bars from one height of the loudness to the next; between them it rises or falls evenly."""

COMMON, OWN, SUDDEN = 0.55, 0.15, 0.08
"""The shares of the variance: of the arcs of all parts, of a part's own, and of single strokes. In the corpus
what the numbers of a stroke do not say is correlated by 0.7 with the next stroke of the same part, 0.4 four
quarter notes later and 0.1 twelve later; half to three quarters of it is common to both hands. The rest is
left out: it would be noise."""

SUDDEN_CHANCE = 0.12
"""How often a stroke is louder or softer by itself."""

SAME_CHANCE = 0.2
"""How often a stroke is as loud as its part's last one."""

_READING, _ARC, _SAME, _IS_SUDDEN, _SUDDEN = range(5)
"""What chance is for."""


@dataclass(frozen=True, slots=True)
class Shading:
    """How one event is shaded: it depends on nothing but this. So a plan that is dropped leaves no trace.

    Attributes:
        readings: how loudly the corpus's pieces are played; chance chooses one for each piece of the form.
        key: fixes the chance.
        bars: where the bar lines are.
        registers: the mean note of each part, as it sounds.
        form: which section the music is in: one that returns is shaded as the first time. None if there are
            no forms.
    """

    readings: Sequence[Reading]
    key: int
    bars: BarLines
    registers: Sequence[int]
    form: Form | None = None

    def louder(self, event: Event, tick: int, past: Sequence[Event]) -> list[float]:
        """Return the velocities that are added to each note of an event, shaded in full.

        Args:
            event: as the plan has it, with the ticks from the newest event of the past as its interval.
            tick: its onset.
            past: the events before it, oldest first.
        """
        reading = self.reading(tick)
        upper = max(range(len(self.registers)), key=self.registers.__getitem__)
        latest = [*past[1 - EVENTS :], event]
        share = share_of(latest, upper)
        where = self.bars.place(tick)
        strokes = strokes_of(latest, where.tick, where.bar)
        added: dict[int, float] = {}
        chords: dict[int, float] = {}
        for part in {note.part for note in event.notes}:
            added[part] = self._stroke(reading, strokes[part], tick, part, upper == part, share)
            places = [index for index, note in enumerate(event.notes) if note.part == part]
            notes = [event.notes[index].note for index in places]
            chords.update(zip(places, reading.chord(notes, is_upper=upper == part), strict=True))
        return [added[note.part] + chords[index] for index, note in enumerate(event.notes)]

    def _stroke(
        self, reading: Reading, strokes: Sequence[Stroke], tick: int, part: int, is_upper: bool, share: float
    ) -> float:
        """Return the velocities that are added to the last of a part's strokes."""
        newest = len(strokes)
        while newest > 1 and self._chance(_SAME, part, tick - strokes[newest - 1].ago) < SAME_CHANCE:
            newest -= 1
        at = tick - strokes[newest - 1].ago
        louder = reading.stroke(strokes[:newest], self.registers[part], is_upper=is_upper, upper_share=share)
        chance = sqrt(COMMON) * self._arc(-1, at) + sqrt(OWN) * self._arc(part, at)
        if self._chance(_IS_SUDDEN, part, at) < SUDDEN_CHANCE:
            chance += sqrt(SUDDEN / SUDDEN_CHANCE) * _spread(self._chance(_SUDDEN, part, at))
        return louder + reading.spread * chance

    def _arc(self, part: int, tick: int) -> float:
        """Return the height of an arc at a tick, of variance 1; part -1 is all parts."""
        length = ARC_BARS * self.bars.place(tick).bar
        begins = 0 if self.form is None else self.form.begins
        number = floor((tick - begins) / length)
        along = (tick - begins) / length - number
        heights = [
            _spread(self._chance(_ARC, part, begins + place * length)) for place in (number, number + 1)
        ]
        # A mean of two varies less: by a third, over the whole length.
        return sqrt(3 / 2) * ((1 - along) * heights[0] + along * heights[1])

    def reading(self, tick: int) -> Reading:
        """Return the reading of the piece of the form that the music is in at a tick."""
        number = 0
        if self.form is not None:
            number = self.form.at(tick)
            while number and not self.form[number].opens:
                number -= 1
        return self.readings[int(_chance(self.key, _READING, number) * len(self.readings))]

    def _chance(self, what: int, part: int, tick: int) -> float:
        """Return a random number of 0..1 for a tick; where a section returns, that of the first time."""
        section = 0
        if self.form is not None and tick >= self.form.begins:
            section = number = self.form.at(tick)
            tick -= self.form[number].begins
            while (first := self.form[section].repeats) is not None:
                section = first
        return _chance(self.key, what, part, section, tick)


def shaded(event: Event, tick: int, before: Context, shading: Shading, amount: float) -> Event:
    """Return what sounds of an event of segue's.

    Args:
        event: as it is planned.
        tick: its onset.
        before: the context that it follows on.
        shading: how it is shaded.
        amount: how much, above 0, up to 1.
    """
    ioi = event.ioi if before.onset is None else max(0, tick - before.onset)
    louder = shading.louder(replace(event, ioi=ioi), tick, before.window.events)
    return Event.of(
        event.ioi,
        [
            replace(note, velocity=max(1, min(127, round(note.velocity + amount * more))))
            for note, more in zip(event.notes, louder, strict=True)
        ],
    )


def _chance(*numbers: int) -> float:
    """Return a random number of 0..1 that these numbers fix, on every system."""
    digest = hashlib.blake2b(struct.pack(f"<{len(numbers)}q", *numbers), digest_size=8).digest()
    return float(int.from_bytes(digest, "little") / 2**64)


def _spread(chance: float) -> float:
    """Return a random number of 0..1 as one of mean 0 and variance 1: no louder than it is soft."""
    return (2 * chance - 1) * sqrt(3)
