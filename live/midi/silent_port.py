"""Where no MIDI system exists: a port that leads nowhere, so that screen and recording play on."""

from mido import Message


class SilentOutput:
    """Takes every message and sends none; cannot be lost."""

    name = "nowhere"
    lead_seconds = 0.0
    needed_seconds = 0.0

    def send(self, message: Message, at: float) -> None:
        """Do nothing."""

    def send_at_once(self, message: Message, at: float) -> None:
        """Do nothing."""

    def withdraw(self) -> list[tuple[float, Message]]:
        """Return nothing: it keeps nothing back."""
        return []

    def check(self) -> None:
        """Do nothing: it is always there."""

    def close(self) -> None:
        """Do nothing."""
