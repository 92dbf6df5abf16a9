"""The output when there is no MIDI system: it sends nothing, so that screen and recording still work."""

from collections.abc import Sequence

from mido import Message


class SilentOutput:
    """Accepts every message and sends none; cannot be lost."""

    name = "nowhere"
    lead_seconds = 0.0

    def send(self, message: Message, at: float) -> None:
        """Do nothing."""

    def connections(self) -> tuple[str, ...]:
        """Return nothing."""
        return ()

    def connect(self, names: Sequence[str]) -> None:
        """Do nothing."""

    def check(self) -> None:
        """Do nothing: it is always there."""

    def close(self) -> None:
        """Do nothing."""
