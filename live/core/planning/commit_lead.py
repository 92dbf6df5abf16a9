"""The horizon: how long before its moment an event is committed."""

from live.core.planning.style import Style

THINK_SECONDS = 0.020
"""The least that an event is committed before it must be handed over: a busy machine's pause."""

LONGEST_PAUSE = 1.0
"""Drawing that takes longer than this is not prepared for: nobody plays through it."""

NEWS = 0.25
"""How much the newest event is believed of what drawing takes: a network is slow, or a machine just now."""


class CommitLead:
    """Says what handing over and drawing may take, together. Owned by one thread.

    Nothing is handed over while an event is drawn, so a network that turns out to be slow has a far horizon.

    Attributes:
        lead_seconds: how long before its moment the player wants a note.
    """

    def __init__(self) -> None:
        self.lead_seconds = 0.0
        self._draws_since: float | None = None
        self._took: float | None = None

    def of(self, style: Style) -> float:
        """Return how long before its moment an event of this preset is committed, in seconds."""
        return self.lead_seconds + max(THINK_SECONDS, 2 * style.think_seconds, 1.25 * (self._took or 0.0))

    def draws(self, now: float) -> None:
        """An event is drawn from now on."""
        self._draws_since = now

    def has_drawn(self, now: float) -> None:
        """Whatever was drawn has been."""
        if self._draws_since is not None:
            took = min(LONGEST_PAUSE, now - self._draws_since)
            self._took = took if self._took is None else self._took + NEWS * (took - self._took)
        self._draws_since = None

    def forget(self) -> None:
        """What was drawn last is thrown away, and nobody waits for it."""
        self._draws_since = None
