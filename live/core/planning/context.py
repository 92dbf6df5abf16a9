"""The music up to a moment, as the next prediction sees it."""

from dataclasses import dataclass, field, replace
from typing import Self

from live.core.output.parts import window_in_parts
from live.core.planning.style import Style
from presets.bundles.seed import Seed
from presets.music.encoding import GRID, Position
from presets.music.event import Event, Note
from presets.music.originality import Trail, VerbatimPassage
from presets.music.window import Window


def on_grid(tick: int) -> int:
    """Return the grid tick that is nearest."""
    return (tick + GRID // 2) // GRID * GRID


@dataclass(frozen=True, slots=True)
class Context:
    """What has been played. A value: what is struck makes a new one, so that a plan can be gone back on.

    Attributes:
        style: who goes on from here.
        window: the newest events, segue's and the player's, in the style's parts.
        position: where in the bar the newest event was struck.
        onset: tick of the newest event; None if nothing has been struck since the music began.
        own: tick of segue's newest event, or of a rest in its place; None before the first.
        played: events of segue's since the beginning of the performance.
        sounded: tick of segue's newest event; None before the first since the music began.
        trail: how far segue's own events, since the music or the preset began, follow the training set.
    """

    style: Style
    window: Window
    position: Position
    onset: int | None = None
    own: int | None = None
    played: int = 0
    sounded: int | None = None
    trail: Trail = field(default_factory=Trail)

    @classmethod
    def of_seed(cls, style: Style, seed: Seed, bar_ticks: int) -> Self:
        """Return the context of a music that begins with a seed."""
        # Where in the bar the window's newest event was struck.
        newest = (seed.position or Position(0, bar_ticks)).after(
            sum(event.ioi for event in seed.window.events[1:])
        )
        return cls(style, seed.window, newest)

    @property
    def to_bar_line(self) -> int:
        """Ticks from the newest event to the next bar line, 1 or more."""
        return self.position.bar - self.grid_position.tick

    @property
    def grid_position(self) -> Position:
        """Where in the bar the newest event belongs: a note struck just before a bar line is on it."""
        return Position(on_grid(self.position.tick) % self.position.bar, self.position.bar)

    def with_untimed(self, event: Event) -> Self:
        """Return the past with an event that was struck while no music runs; its interval says when."""
        return replace(self, window=self.window.push(event), position=self.position.after(event.ioi))

    def with_event(self, event: Event, tick: int, bar: int) -> Self:
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

    def with_own(self, event: Event | None, tick: int, bar: int) -> Self:
        """Return the past with segue's own event, or its rest, at a tick."""
        if event is None:
            # What has no rhythm plays in steps, and a silence between them is in no piece.
            trail = self.trail if self.style.kind.has_rhythm else Trail()
            return replace(self, own=tick, trail=trail)
        trail = self._followed(event, tick)
        # Two of its own are always two, however close.
        context = replace(self, onset=None) if self.onset == self.own else self
        if self.onset is not None:
            # A hand may have struck a little later at the same place of the grid.
            event = replace(event, ioi=max(0, tick - self.onset))
        context = context.with_event(event, tick, bar)
        return replace(context, own=tick, played=self.played + 1, sounded=tick, trail=trail)

    def corrected(self, event: Event, correction: Event) -> Self:
        """Return the past with another event in the place of that very one, if it is there."""
        window = self.window.replace(event, correction)
        return self if window is self.window else replace(self, window=window)

    def in_style(self, style: Style) -> Self:
        """Return the past as another style goes on from it: every note in one of its parts."""
        if style is self.style:
            return self
        window = Window.of(window_in_parts(self.window, style.parts), style.events_kept)
        # A preset may stand in a set twice; what it learnt from is the same.
        trail = self.trail if style.originality is self.style.originality else Trail()
        return replace(self, style=style, window=window, trail=trail)

    def from_the_top(self) -> Self:
        """Return the past of a music that has yet to begin."""
        return replace(self, onset=None, own=None, sounded=None, trail=Trail())

    @property
    def copying(self) -> VerbatimPassage:
        """The verbatim passage that ends with segue's newest event."""
        index = self.style.originality
        return VerbatimPassage() if index is None else index.run_of(self.trail)

    @property
    def newest(self) -> Event:
        """The newest event."""
        return self.window.events[-1]

    def _followed(self, event: Event, tick: int) -> Trail:
        """Return the trail with an event of segue's own, as it is heard: after its own last one."""
        index = self.style.originality
        if index is None:
            return self.trail
        ioi = 0 if self.sounded is None else max(0, tick - self.sounded)
        return index.follow(self.trail, replace(event, ioi=ioi))


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
