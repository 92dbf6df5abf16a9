"""A phrase that a player plays, and how long they must rest until it is over."""

from dataclasses import dataclass

REST_BEATS = 2.0
"""Beats of rest after which a phrase may be over; one with rests in it needs twice the longest of them."""


@dataclass(slots=True)
class Phrase:
    """From the first key down on. Moments are seconds on the stage's clock. Owned by one thread.

    Attributes:
        begun: when its first key went down.
        struck: when its newest key did.
        ended: since when nothing sounds that hands hold; None while something does.
        gap: the longest rest in it, seconds.
    """

    begun: float
    struck: float
    ended: float | None = None
    gap: float = 0.0

    def press(self, at: float) -> None:
        """A key went down."""
        if self.ended is not None:
            self.gap = max(self.gap, at - self.ended)
        self.struck, self.ended = at, None

    def quiet(self, at: float) -> None:
        """The last key came up, and the pedal with it."""
        self.ended = at

    def rest(self, bpm: float) -> float:
        """Return for how many seconds the player must rest at this tempo until it is over."""
        return max(REST_BEATS * 60 / bpm, 2 * self.gap)

    def over_at(self, bpm: float) -> float:
        """Return when it is over if nothing more is played; infinity while something sounds."""
        return float("inf") if self.ended is None else self.ended + self.rest(bpm)
