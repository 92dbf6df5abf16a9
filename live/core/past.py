"""The music up to a moment, as the next prediction sees it."""

from dataclasses import dataclass, replace
from typing import Self

from live.core.parts import window_in_parts
from live.core.style import Style
from presets.encoding import GRID, Position
from presets.event import Event, Note
from presets.window import Window


def on_grid(tick: int) -> int:
    """Return the grid tick that is nearest."""
    return (tick + GRID // 2) // GRID * GRID


@dataclass(frozen=True, slots=True)
class Past:
    """What has been played. A value: what is struck makes a new one, so that a plan can be gone back on.

    Attributes:
        style: who goes on from here.
        window: the newest events, segue's and the player's, in the style's parts.
        position: where in the bar the newest event was struck.
        onset: tick of the newest event; None if nothing has been struck since the music began.
        own: tick of segue's newest event, or of a rest in its place; None before the first.
        played: events of segue's since the beginning of the performance.
    """

    style: Style
    window: Window
    position: Position
    onset: int | None = None
    own: int | None = None
    played: int = 0

    @property
    def to_bar_line(self) -> int:
        """Ticks from the newest event to the next bar line, 1 or more."""
        return self.position.bar - self.grid_position.tick

    @property
    def grid_position(self) -> Position:
        """Where in the bar the newest event belongs: a note struck just before a bar line is on it."""
        return Position(on_grid(self.position.tick) % self.position.bar, self.position.bar)

    def heard(self, event: Event) -> Self:
        """Return the past with an event that was struck while no music runs; its interval says when."""
        return replace(self, window=self.window.push(event), position=self.position.after(event.ioi))

    def struck(self, event: Event, tick: int, bar: int) -> Self:
        """Return the past with an event at a tick of the running music.

        What is struck at one place of the grid is one event: it joins the newest, whoever played that. An
        event that is heard of too late to come before the newest does not turn the time back.

        Args:
            event: its interval is set to what really passed, unless it is the first.
            tick: its onset.
            bar: ticks of a bar.
        """
        if self.onset is not None and on_grid(tick) <= on_grid(self.onset):
            # The same place, or heard of too late: the time does not turn back.
            return replace(self, window=self.window.replace(self.newest, joined(self.newest, event)))
        if self.onset is not None:
            event = replace(event, ioi=tick - self.onset)
        return replace(
            self,
            window=self.window.push(event),
            position=Position(0, bar).after(on_grid(tick)),
            onset=tick,
        )

    def told(self, event: Event | None, tick: int, bar: int) -> Self:
        """Return the past with segue's own event, or its rest, at a tick."""
        if event is None:
            return replace(self, own=tick)
        # Two of its own are always two, however close.
        past = replace(self, onset=None) if self.onset == self.own else self
        if self.onset is not None:
            # A hand may have struck a little later at the same place of the grid.
            event = replace(event, ioi=max(0, tick - self.onset))
        past = past.struck(event, tick, bar)
        return replace(past, own=tick, played=self.played + 1)

    def corrected(self, event: Event, correction: Event) -> Self:
        """Return the past with another event in the place of that very one, if it is there."""
        window = self.window.replace(event, correction)
        return self if window is self.window else replace(self, window=window)

    def in_style(self, style: Style) -> Self:
        """Return the past as another style goes on from it: every note in one of its parts."""
        if style is self.style:
            return self
        window = Window.of(window_in_parts(self.window, style.parts), style.events_kept)
        return replace(self, style=style, window=window)

    def from_the_top(self) -> Self:
        """Return the past of a music that has yet to begin."""
        return replace(self, onset=None, own=None)

    @property
    def newest(self) -> Event:
        """The newest event."""
        return self.window.events[-1]


def joined(event: Event, other: Event) -> Event:
    """Return two events as the one that sounds: of a note that both have the longer and the louder."""
    notes: dict[tuple[int, int], Note] = {}
    for note in (*event.notes, *other.notes):
        key = (note.part, note.note)
        before = notes.get(key, note)
        notes[key] = replace(
            note, duration=max(before.duration, note.duration), velocity=max(before.velocity, note.velocity)
        )
    return Event.of(event.ioi, notes.values())
