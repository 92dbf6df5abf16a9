"""The commit lead: how long before its time an event is committed."""

from live.core.planning.style import Style

THINK_SECONDS = 0.020
"""Minimum time between committing an event and sending it: it covers the pauses of a busy computer."""

LONGEST_PAUSE = 1.0
"""The longest drawing time to allow for: with a longer one, the music cannot keep going anyway."""

RESERVE_SECONDS = 0.010
"""How much longer than usual drawing an event may well take, on a computer that does other things as well."""

SMOOTHING = 0.25
"""Weight of the newest event in the average drawing time: the computer may be slow for a moment only."""


class CommitLead:
    """Computes the commit lead from the sender's lead and the time that drawing takes. Owned by one thread.

    Nothing can be sent while an event is drawn, so a slow network needs a long commit lead.

    Attributes:
        lead_seconds: how long before its time the sender wants a note.
    """

    def __init__(self) -> None:
        self.lead_seconds = 0.0
        self._draws_since: float | None = None
        self._took: float | None = None

    def of(self, style: Style) -> float:
        """Return how long before its time an event of this style is committed, in seconds."""
        return self.lead_seconds + max(THINK_SECONDS, 2 * style.think_seconds, 1.25 * (self._took or 0.0))

    def drawing_seconds(self, style: Style) -> float:
        """Return how long the next event of this style will probably take to draw, with some reserve."""
        return style.think_seconds if self._took is None else self._took + max(self._took, RESERVE_SECONDS)

    def draws(self, now: float) -> None:
        """Note that drawing an event starts now."""
        self._draws_since = now

    def has_drawn(self, now: float) -> None:
        """Note that drawing has ended, and add the time it took to the average."""
        if self._draws_since is not None:
            took = min(LONGEST_PAUSE, now - self._draws_since)
            self._took = took if self._took is None else self._took + SMOOTHING * (took - self._took)
        self._draws_since = None

    def forget(self) -> None:
        """Stop timing the current draw: its event is thrown away."""
        self._draws_since = None
