"""`--thru`: what hands play goes on to the output, each channel to the one it is meant for."""

import re
from collections.abc import Sequence

from mido import Message

from live.core.output.panic_messages import CHANNELS
from presets.errors import UsageError

CHANNEL_MESSAGES = frozenset(
    ("note_on", "note_off", "polytouch", "control_change", "program_change", "aftertouch", "pitchwheel")
)
"""What belongs to a channel (MIDI 1.0 Detailed Specification, table I); clock and the like stay here."""

NUMBERS = range(1, len(CHANNELS) + 1)
"""Channels as musicians count them, from 1."""


class Thru:
    """Which channel each channel goes to.

    Args:
        specs: what `--thru` was given, each of them "" (every channel as it comes), "5" (every channel to
            channel 5) or "1:5" (channel 1 to channel 5); a channel named alone goes before all the others.

    Raises:
        UsageError: if one is none of these, or two are about the same channels.
    """

    def __init__(self, specs: Sequence[str]) -> None:
        self._to: dict[int, int] = {}
        self._others: dict[int, int] = {}
        for spec in specs:
            led = _read(spec)
            known = self._to if len(led) == 1 else self._others
            if known.keys() & led.keys():
                raise UsageError(
                    f"--thru must lead each channel to one channel, got {spec!r} besides another"
                )
            known.update(led)

    def through(self, message: Message) -> Message | None:
        """Return a message on the channel that it goes to; None if it does not go through."""
        if message.type not in CHANNEL_MESSAGES:
            return None
        channel = self._to.get(message.channel, self._others.get(message.channel))
        return None if channel is None else message.copy(channel=channel)


def _read(spec: str) -> dict[int, int]:
    """Return which channel each channel of a spec goes to, 0..15."""
    found = re.fullmatch(r"(?:(\d+):)?(\d+)|", spec)
    if found is None or any(number is not None and int(number) not in NUMBERS for number in found.groups()):
        raise UsageError(f"--thru must be a channel 1..16, or two such as 1:5 for from 1 to 5, got {spec!r}")
    source, target = found.groups()
    if target is None:
        return {channel: channel for channel in CHANNELS}
    return {channel: int(target) - 1 for channel in (CHANNELS if source is None else [int(source) - 1])}
