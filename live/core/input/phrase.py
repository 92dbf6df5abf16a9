"""The musician's phrase, and how long they must rest before it is over."""

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Self

from presets.music.event import Event

REST_BEATS = 2.0
"""Minimum rest after which a phrase is over, in beats; a phrase with rests needs twice its longest one."""


EVENTS_KEPT = 256
"""Events of a phrase that are kept: a musician may play for hours without a rest."""


def stretched(event: Event, by: float) -> Event:
    """Return an event whose interval and durations are multiplied."""
    notes = (replace(note, duration=max(1, round(note.duration * by))) for note in event.notes)
    return Event.of(round(event.ioi * by), notes)


@dataclass(frozen=True, slots=True)
class PhraseState:
    """A phrase at one moment, with the attributes of `Phrase`."""

    begun: float
    struck: float
    ended: float | None
    gap: float
    events: tuple[tuple[int, Event], ...]
    is_timed: bool


@dataclass(slots=True)
class Phrase:
    """A phrase from its first key press on. Times are seconds on the stage's clock. Owned by one thread.

    Attributes:
        begun: when its first key was pressed.
        struck: when its newest key was pressed.
        ended: when the last held note ended; None while one is held.
        gap: the longest rest in it, seconds.
        events: its newest events, each with its tick, in order. While no music runs, ticks count from the
            first one, and what was played then is forgotten once it goes on.
        is_timed: whether these are the ticks of the running music.
    """

    begun: float
    struck: float
    ended: float | None = None
    gap: float = 0.0
    events: deque[tuple[int, Event]] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    is_timed: bool = False

    @property
    def line(self) -> list[tuple[int, int]]:
        """The tick and the highest note of each of its events."""
        return [(tick, max(event.note_numbers)) for tick, event in self.events]

    @classmethod
    def restored(cls, state: PhraseState) -> Self:
        """Return the phrase that had this state."""
        events = deque(state.events, maxlen=EVENTS_KEPT)
        return cls(state.begun, state.struck, state.ended, state.gap, events, state.is_timed)

    @property
    def state(self) -> PhraseState:
        """The phrase as it is now."""
        return PhraseState(self.begun, self.struck, self.ended, self.gap, tuple(self.events), self.is_timed)

    def press(self, at: float) -> None:
        """Take in a key press."""
        if self.ended is not None:
            self.gap = max(self.gap, at - self.ended)
        self.struck, self.ended = at, None

    def hear(self, event: Event, tick: int | None) -> None:
        """Take in an event of it, at a tick; None while no music runs."""
        if self.is_timed != (tick is not None):
            self.events.clear()
            self.is_timed = tick is not None
        if tick is None:
            tick = self.events[-1][0] + event.ioi if self.events else 0
        self.events.append((tick, event))

    def stretch(self, by: float) -> None:
        """Count its events in another tempo: every number of ticks is multiplied."""
        self.events = deque(
            ((round(tick * by), stretched(event, by)) for tick, event in self.events), maxlen=EVENTS_KEPT
        )

    def quiet(self, at: float) -> None:
        """Take in that the last key or pedal was released, so that nothing is held."""
        self.ended = at

    def rest(self, bpm: float) -> float:
        """Return for how many seconds the musician must rest at this tempo to end the phrase."""
        return max(REST_BEATS * 60 / bpm, 2 * self.gap)

    def over_at(self, bpm: float) -> float:
        """Return when the phrase is over if nothing more is played; infinity while a note is held."""
        return float("inf") if self.ended is None else self.ended + self.rest(bpm)
