"""The window: the last events, whoever played them; what every prediction is made from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from presets.music.event import Event

WINDOW_LENGTH = 100
"""Events that a window holds; the articles' sequence length."""


@dataclass(frozen=True, slots=True)
class Window:
    """The newest events, oldest first, at most `length` of them.

    It holds events and never a network's ids, so it outlives a change of preset. A value: pushing returns a
    new window, and one may be handed to any thread.
    """

    events: tuple[Event, ...] = ()
    length: int = WINDOW_LENGTH

    @classmethod
    def of(cls, events: Iterable[Event], length: int = WINDOW_LENGTH) -> Self:
        """Make a window of the last `length` of these events."""
        return cls(tuple(events)[-length:], length)

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def push(self, event: Event) -> Self:
        """Return the window with this event as its newest; the oldest leaves when it is full."""
        return self.of((*self.events, event), self.length)

    def replace(self, old: Event, new: Event) -> Self:
        """Return the window with `new` in the place of that very `old` (by identity; newest first).

        An event that has left the window already is not an error: its correction came too late to matter.
        """
        for index in range(len(self.events) - 1, -1, -1):
            if self.events[index] is old:
                return type(self)((*self.events[:index], new, *self.events[index + 1 :]), self.length)
        return self
