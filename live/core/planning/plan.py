"""The plan: what segue is going to play, ahead of the beat, and the way back to before it was drawn."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Any

import numpy as np

from live.core.planning.context import Context
from presets.music.event import Event


class Why(Enum):
    """Why segue rests."""

    FAILED = auto()
    """The network failed: it is asked again once this rest has come."""
    WOULD_COPY = auto()
    """Every event that was drawn would have copied more of a training piece than it may."""
    TOO_LATE = auto()
    """The event that another preset was to take over with came too late for its line."""
    NOT_YET = auto()
    """Another preset takes over before segue's turn begins."""


@dataclass(frozen=True, slots=True)
class Onset:
    """A note or a chord.

    Attributes:
        event: which.
    """

    event: Event


@dataclass(frozen=True, slots=True)
class Rest:
    """No note where there could have been one.

    Attributes:
        why: the reason.
    """

    why: Why


@dataclass(frozen=True, slots=True)
class TurnEnds:
    """Segue's turn is over: nothing is drawn until the next one."""


@dataclass(frozen=True, slots=True)
class MusicEnds:
    """The length that was asked for is over."""


Step = Onset | Rest | TurnEnds | MusicEnds
"""What comes next."""


@dataclass(slots=True)
class Planned:
    """One step of the plan, at its tick.

    Attributes:
        what: an event, a rest or an end.
        tick: when.
        before: the context that it was drawn from.
        after: the context once it has come.
        chance: the state of the random generator before it was drawn.
        placed: whether its tick is final; what took too long to draw waits for a later one.
        waited: how often it waited because the network failed or was too slow.
        opens: whether another preset takes over with it, on its line.
        seen: whether it has passed before, and those who watch know it.
    """

    what: Step
    tick: int
    before: Context
    after: Context
    chance: Mapping[str, Any]
    placed: bool = False
    waited: int = 0
    opens: bool = False
    seen: bool = False

    @property
    def event(self) -> Event | None:
        """The event; None if it is a rest or an end."""
        return self.what.event if isinstance(self.what, Onset) else None


class Plan:
    """What is planned, in order of time. Its first items are committed: handed over, they will sound.

    The rest can be dropped, and what is drawn in its place is drawn with the same chance: how far ahead a
    computer planned never changes the music. Owned by one thread.

    Args:
        rng: the source of chance, which is set back with what is dropped.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._items: deque[Planned] = deque()
        self._committed = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def first(self) -> Planned | None:
        """What comes next; None if nothing is planned."""
        return self._items[0] if self._items else None

    @property
    def last(self) -> Planned | None:
        """What comes last; None if nothing is planned."""
        return self._items[-1] if self._items else None

    @property
    def uncommitted(self) -> Planned | None:
        """The first item that is not committed; None if all are."""
        return self._items[self._committed] if self._committed < len(self._items) else None

    @property
    def committed(self) -> list[Planned]:
        """What is committed, in order."""
        return list(islice(self._items, self._committed))

    def __iter__(self) -> Iterator[Planned]:
        return iter(self._items)

    def add(self, item: Planned) -> None:
        """Add an item at the end."""
        self._items.append(item)

    def commit(self) -> Planned:
        """Commit the first item that is not committed yet, and return it."""
        self._committed += 1
        return self._items[self._committed - 1]

    def take(self) -> Planned:
        """Take out the first item, which is committed: its time has come."""
        self._committed -= 1
        return self._items.popleft()

    def go_back(self, item: Planned) -> None:
        """Put the item that was taken out last back in, as what comes next."""
        self._items.appendleft(item)
        self._committed += 1

    def cut(self) -> None:
        """Drop what is not committed."""
        self._keep(self._committed)

    def drop_newest(self) -> None:
        """Drop what comes last."""
        self._keep(len(self._items) - 1)

    def cut_where(self, drop: Callable[[Planned], bool], *, committed: bool = False) -> None:
        """Drop the first item for which `drop` returns true, and all that comes after it.

        Args:
            drop: says whether to drop an item.
            committed: whether committed items may be dropped, too, because they have been silenced.
        """
        for index, item in enumerate(self._items):
            if (committed or index >= self._committed) and drop(item):
                self._keep(index)
                return

    def clear(self) -> None:
        """Drop everything."""
        self._keep(0)

    def _keep(self, count: int) -> None:
        if count < len(self._items):
            self._rng.bit_generator.state = dict(self._items[count].chance)
        while len(self._items) > count:
            self._items.pop()
        self._committed = min(self._committed, count)
