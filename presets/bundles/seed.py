"""A seed: music from the corpus that a performance starts from."""

from dataclasses import dataclass
from typing import Any, Self

from presets.bundles.settings import Settings
from presets.music.encoding import Position
from presets.music.event import Event
from presets.music.window import Window


@dataclass(frozen=True, slots=True)
class Seed:
    """The first window of a performance.

    Attributes:
        window: at least one event.
        position: the position in the bar of the first event's onset; None if the preset has no rhythm.
    """

    window: Window
    position: Position | None = None

    def newest(self, bar_ticks: int) -> Position:
        """Return where in the bar its newest event is; without a position it begins on a bar line.

        Args:
            bar_ticks: ticks in a bar, for a seed without a position.
        """
        first = self.position or Position(0, bar_ticks)
        return first.after(sum(event.ioi for event in self.window.events[1:]))

    def to_json(self) -> Any:
        """Return the events, or the events and `[tick, bar]` of the position."""
        events = [event.to_json() for event in self.window]
        if self.position is None:
            return events
        return {"events": events, "position": [self.position.tick, self.position.bar]}

    @classmethod
    def from_json(cls, value: Any, settings: Settings) -> Self:
        """Read what `to_json` returned; `ValueError` or `TypeError` for anything else."""
        events, position = value, None
        if settings.has_rhythm:
            events = value["events"]
            tick, bar = map(int, value["position"])
            if not 0 <= tick < bar:
                raise ValueError(f"a seed's position must lie in its bar, got tick {tick} of {bar}")
            position = Position(tick, bar)
        return cls(Window.of(map(Event.from_json, events), settings.events_kept), position)
