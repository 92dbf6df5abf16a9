"""The window: the last events of segue and the musician, from which every prediction is made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from presets.music.event import Event

WINDOW_LENGTH = 100
"""Default capacity of a window in events: the sequence length of the 2018 articles."""


@dataclass(frozen=True, slots=True)
class Window:
    """The newest events, oldest first, at most `length` of them.

    It holds events rather than a network's ids, so it stays valid when the preset changes. It is immutable:
    `push` returns a new window, and any thread may read it.
    """

    events: tuple[Event, ...] = ()
    length: int = WINDOW_LENGTH

    @classmethod
    def of(cls, events: Iterable[Event], length: int = WINDOW_LENGTH) -> Self:
        """Create a window of the last `length` of these events."""
        return cls(tuple(events)[-length:], length)

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def push(self, event: Event) -> Self:
        """Return the window with this event as its newest; the oldest leaves when it is full."""
        return self.of((*self.events, event), self.length)

    def replace(self, old: Event, new: Event) -> Self:
        """Return the window with the newest event that is the object `old` replaced by `new`.

        If `old` has left the window already, return the window itself: the correction comes too late.
        """
        for index in range(len(self.events) - 1, -1, -1):
            if self.events[index] is old:
                return type(self)((*self.events[:index], new, *self.events[index + 1 :]), self.length)
        return self
