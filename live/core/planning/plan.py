"""The plan: what segue is going to play, drawn ahead of the beat, and how to undo it."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from typing import Any

import numpy as np

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport
from live.core.planning.context import Context
from presets.music.event import Event


class Why(Enum):
    """Why segue rests."""

    FAILED = auto()
    """The network failed: segue tries again once this rest has come."""
    WOULD_COPY = auto()
    """Every event that was drawn would have copied more of a training piece than allowed."""
    TOO_LATE = auto()
    """Another preset takes over here, but its first event was drawn too late for the line."""
    NOT_YET = auto()
    """Another preset takes over before segue's turn begins."""


@dataclass(frozen=True, slots=True)
class Onset:
    """A note or a chord.

    Attributes:
        event: the notes and their interval.
    """

    event: Event


@dataclass(frozen=True, slots=True)
class Rest:
    """A rest where an event could have been.

    Attributes:
        why: the reason.
    """

    why: Why


@dataclass(frozen=True, slots=True)
class TurnEnds:
    """The end of segue's turn: nothing is drawn until the next one."""


@dataclass(frozen=True, slots=True)
class MusicEnds:
    """The end of the requested length."""


Step = Onset | Rest | TurnEnds | MusicEnds
"""What comes next in the plan."""


@dataclass(slots=True)
class Planned:
    """One step of the plan, at its tick.

    Attributes:
        what: an event, a rest or an end.
        tick: its time.
        before: the context that it was drawn from.
        after: the context once it has passed.
        chance: the state of the random generator before it was drawn.
        placed: whether its tick is final; a step that took too long to draw may move to a later tick.
        waited: how often it was put off because the network failed or was too slow.
        opens: whether another preset takes over with it, on its line.
        delay: how many seconds after its tick it sounds.
        sounding: what sounds of its event once it is committed; None to sound as it is planned.
        seen: whether it has passed before, and has been reported.
    """

    what: Step
    tick: int
    before: Context
    after: Context
    chance: Mapping[str, Any]
    placed: bool = False
    waited: int = 0
    opens: bool = False
    delay: float = 0.0
    sounding: Event | None = None
    seen: bool = False

    @property
    def event(self) -> Event | None:
        """The event; None if it is a rest or an end."""
        return self.what.event if isinstance(self.what, Onset) else None

    def sounds_at(self, timing: Timing, transport: Transport) -> float:
        """Return when it sounds, in seconds on the stage's clock."""
        return timing.moment(self.tick, transport) + self.delay


class Plan:
    """The planned steps, in order of time. The first ones are committed: they are sent and will sound.

    The others can be dropped. Dropping them restores the random generator, so that their replacements are
    drawn from the same random numbers: how far ahead a computer plans never changes the music. Owned by one
    thread.

    Args:
        rng: the random generator, which is set back when items are dropped.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._items: deque[Planned] = deque()
        self._committed = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def first(self) -> Planned | None:
        """The next item; None if nothing is planned."""
        return self._items[0] if self._items else None

    @property
    def last(self) -> Planned | None:
        """The last item; None if nothing is planned."""
        return self._items[-1] if self._items else None

    @property
    def uncommitted(self) -> Planned | None:
        """The first item that is not committed; None if all are."""
        return self._items[self._committed] if self._committed < len(self._items) else None

    @property
    def committed(self) -> list[Planned]:
        """The committed items, in order."""
        return list(islice(self._items, self._committed))

    def __iter__(self) -> Iterator[Planned]:
        return iter(self._items)

    def add(self, item: Planned) -> None:
        """Add an item at the end."""
        self._items.append(item)

    def commit(self) -> Planned:
        """Commit the first uncommitted item, and return it."""
        self._committed += 1
        return self._items[self._committed - 1]

    def take(self) -> Planned:
        """Remove and return the first item, which is committed and whose time has come."""
        self._committed -= 1
        return self._items.popleft()

    def go_back(self, item: Planned) -> None:
        """Put the item that was taken out last back at the front, as committed."""
        self._items.appendleft(item)
        self._committed += 1

    def cut(self) -> None:
        """Drop the uncommitted items."""
        self._keep(self._committed)

    def drop_newest(self) -> None:
        """Drop the last item."""
        self._keep(len(self._items) - 1)

    def cut_where(self, drop: Callable[[Planned], bool], *, committed: bool = False) -> None:
        """Drop the first item for which `drop` returns true, and all items after it.

        Args:
            drop: returns whether to drop an item.
            committed: whether committed items may be dropped too, because they have been silenced.
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
