"""What segue hears of the player's hands besides the events: where they are, and in which key."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from live.core.beside import beside
from live.core.controls import Controls
from live.core.key_finder import KeyFinder
from live.core.mode import Mode
from live.core.scales import Key
from presets.event import Note
from presets.settings import Part

LATELY_BARS = 2
"""How long what hands struck tells where they are."""


class Ear:
    """Lets what is drawn fit what the player does. Owned by one thread.

    Args:
        bar_ticks: of a bar.
    """

    def __init__(self, bar_ticks: int) -> None:
        self._bar_ticks = bar_ticks
        self._finder = KeyFinder()
        self._lately: deque[tuple[int, Note]] = deque()

    @property
    def key(self) -> Key | None:
        """The key that the player is in; None until that is sure."""
        return self._finder.key

    def hear(self, notes: Sequence[Note], tick: int) -> None:
        """Hear notes that were struck together at a tick; one before the latest is of another music."""
        if self._lately and tick < self._lately[-1][0]:
            self._lately.clear()
        self._lately.extend((tick, note) for note in notes)
        self._finder.hear(notes, tick)

    def fitted(
        self, controls: Controls, parts: Sequence[Part], mode: Mode, held: frozenset[int], tick: int
    ) -> Controls:
        """Return controls as the player's hands leave them.

        Args:
            controls: as they are turned.
            parts: of the preset that plays.
            mode: the way of playing; in `ACCOMPANY` the music keeps clear of the hands.
            held: notes that they hold.
            tick: where the music is.
        """
        if controls.follow_key and self.key is not None:
            controls = replace(controls, key=self.key)
        if mode is not Mode.ACCOMPANY:
            return controls
        while self._lately and self._lately[0][0] < tick - LATELY_BARS * self._bar_ticks:
            self._lately.popleft()
        return beside(controls, parts, held, [note for _, note in self._lately])
