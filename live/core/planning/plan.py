"""The plan: what segue is going to play, ahead of the beat, and the way back to before it was drawn."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from live.core.planning.context import Context
from presets.music.event import Event


@dataclass(slots=True)
class Planned:
    """An event on its way out, or a rest.

    Attributes:
        event: None for a rest.
        tick: its onset.
        before: the past that it was told from.
        after: the past once it has sounded.
        chance: where the source of chance stood before it was drawn.
        placed: whether it has its tick for good; what took too long to draw waits for a later one.
        waited: how often it waited because the network failed or was too slow.
        last: whether the music is over at this tick.
        opens: whether another preset takes over with it, on its line.
        closes: whether segue's turn is: a rest, after which nothing is drawn until the next turn.
        spares: whether it is a rest because every event that was drawn would have copied too much.
        seen: whether it has passed before, and those who watch know it.
    """

    event: Event | None
    tick: int
    before: Context
    after: Context
    chance: Mapping[str, Any]
    placed: bool = False
    waited: int = 0
    last: bool = False
    opens: bool = False
    closes: bool = False
    spares: bool = False
    seen: bool = False


class Plan:
    """What is planned, in order of time; the first of it is committed: handed over, it will sound.

    What is not committed can be dropped, and what is drawn in its place is drawn with the same chance: how
    far ahead a machine planned never changes the music. Owned by one thread.

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
        """The first that is not committed; None if all is."""
        return self._items[self._committed] if self._committed < len(self._items) else None

    @property
    def committed(self) -> list[Planned]:
        """What is committed, in order."""
        return list(islice(self._items, self._committed))

    def __iter__(self) -> Iterator[Planned]:
        return iter(self._items)

    def add(self, item: Planned) -> None:
        """Plan one more."""
        self._items.append(item)

    def commit(self) -> Planned:
        """Commit the first that is not."""
        self._committed += 1
        return self._items[self._committed - 1]

    def take(self) -> Planned:
        """Take out the first, which is committed: its moment has come."""
        self._committed -= 1
        return self._items.popleft()

    def go_back(self, item: Planned) -> None:
        """Take back in, as what comes next, what was taken out last."""
        self._items.appendleft(item)
        self._committed += 1

    def cut(self) -> None:
        """Drop what is not committed."""
        self._keep(self._committed)

    def drop_newest(self) -> None:
        """Drop what comes last."""
        self._keep(len(self._items) - 1)

    def cut_where(self, drop: Callable[[Planned], bool], *, committed: bool = False) -> None:
        """Drop the first for which `drop` holds, and all that comes after it.

        Args:
            drop: says it of one that is planned.
            committed: whether what is committed may be dropped, too: where it has been silenced.
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
