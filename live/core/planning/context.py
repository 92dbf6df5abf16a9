"""The context: the music so far, as the next prediction sees it."""

from dataclasses import dataclass, field, replace
from typing import Self

from live.core.output.parts import window_in_parts
from live.core.planning.style import Style
from presets.bundles.bar_lines import BarLines
from presets.bundles.seed import Seed
from presets.bundles.settings import Meter
from presets.music.encoding import GRID, Position
from presets.music.event import Event, Note
from presets.music.form import Form
from presets.music.originality import Trail, VerbatimPassage
from presets.music.window import Window


def on_grid(tick: int) -> int:
    """Return the nearest tick on the grid."""
    return (tick + GRID // 2) // GRID * GRID


@dataclass(frozen=True, slots=True)
class Context:
    """What has been played. Immutable: each event gives a new context, so that a plan can be undone.

    Attributes:
        style: the style that continues from here.
        window: the newest events, segue's and the musician's, in the style's parts.
        position: where in the bar the newest event was played.
        onset: tick of the newest event; None if nothing has been played since the music began.
        own: tick of segue's newest event or of a rest in its place; None before the first.
        played: number of segue's events since the performance began.
        sounded: tick of segue's newest event, rests excluded; None before the first since the music began.
        trail: how far segue's events follow the training set, since the music or the preset began.
        form: which section follows which; None before segue's first event since the music or the preset
            began, and for presets without forms.
    """

    style: Style
    window: Window
    position: Position
    onset: int | None = None
    own: int | None = None
    played: int = 0
    sounded: int | None = None
    trail: Trail = field(default_factory=Trail)
    form: Form | None = None

    @classmethod
    def of_seed(cls, style: Style, seed: Seed, meter: Meter) -> Self:
        """Return the context of music that begins with a seed, in this meter."""
        return cls(style, seed.window, seed.newest(meter.bar_ticks))

    @property
    def to_bar_line(self) -> int:
        """Ticks from the newest event to the next bar line, 1 or more."""
        return self.position.bar - self.grid_position.tick

    @property
    def grid_position(self) -> Position:
        """Where in the bar the newest event belongs: a note just before a bar line counts as on it."""
        return Position(on_grid(self.position.tick) % self.position.bar, self.position.bar)

    def with_untimed(self, event: Event) -> Self:
        """Return the context with an event that was played while no music runs; its interval says when."""
        return replace(self, window=self.window.push(event), position=self.position.after(event.ioi))

    def with_event(self, event: Event, tick: int, bars: BarLines) -> Self:
        """Return the context with an event at a tick of the running music.

        Notes at the same grid tick are one event, so the event joins the newest one there, no matter who
        played that. An event that arrives too late to come before the newest one joins it too.

        Args:
            event: the event; its interval is set to the ticks that really passed, unless it is the first.
            tick: its onset.
            bars: where the bar lines are.
        """
        if self.onset is not None and on_grid(tick) <= on_grid(self.onset):
            # At the same grid tick, or too late: onsets never go back in time.
            return replace(self, window=self.window.replace(self.newest, joined(self.newest, event)))
        if self.onset is not None:
            event = replace(event, ioi=tick - self.onset)
        return replace(
            self,
            window=self.window.push(event),
            position=bars.place(on_grid(tick)),
            onset=tick,
        )

    def with_own(self, event: Event | None, tick: int, bars: BarLines) -> Self:
        """Return the context with segue's own event at a tick, or with a rest there if it is None."""
        if event is None:
            # A network without rhythm plays in steps, and no piece has a rest between two steps.
            trail = self.trail if self.style.kind.has_rhythm else Trail()
            return replace(self, own=tick, trail=trail)
        trail = self._followed(event, tick)
        # Two of segue's own events never join, however close they are.
        context = replace(self, onset=None) if self.onset == self.own else self
        if self.onset is not None:
            # The musician may have played a little later at the same grid tick.
            event = replace(event, ioi=max(0, tick - self.onset))
        context = context.with_event(event, tick, bars)
        return replace(context, own=tick, played=self.played + 1, sounded=tick, trail=trail)

    def corrected(self, event: Event, correction: Event) -> Self:
        """Return the context with one event replaced by its correction, if that very event is in it."""
        window = self.window.replace(event, correction)
        return self if window is self.window else replace(self, window=window)

    def in_style(self, style: Style) -> Self:
        """Return the context for another style: every note is moved to one of that style's parts."""
        if style is self.style:
            return self
        window = Window.of(window_in_parts(self.window, style.parts), style.events_kept)
        # A set may list one preset twice, as two styles with the same training set.
        trail = self.trail if style.originality is self.style.originality else Trail()
        return replace(self, style=style, window=window, trail=trail, form=None)

    def from_the_top(self) -> Self:
        """Return the context for music that has yet to begin."""
        return replace(self, onset=None, own=None, sounded=None, trail=Trail(), form=None)

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
        """Return the trail with segue's own event, timed from segue's last one as a listener hears it."""
        index = self.style.originality
        if index is None:
            return self.trail
        ioi = 0 if self.sounded is None else max(0, tick - self.sounded)
        return index.follow(self.trail, replace(event, ioi=ioi))


def joined(event: Event, other: Event) -> Event:
    """Return two events as one; a note in both gets the longer duration and the higher velocity."""
    notes: dict[tuple[int, int], Note] = {}
    for note in (*event.notes, *other.notes):
        key = (note.part, note.note)
        before = notes.get(key, note)
        notes[key] = replace(
            note, duration=max(before.duration, note.duration), velocity=max(before.velocity, note.velocity)
        )
    return Event.of(event.ioi, notes.values())
