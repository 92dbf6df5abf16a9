"""`--thru`: sends what the musician plays on to the output, each channel to its own target channel."""

import re
from collections.abc import Sequence

from mido import Message

from live.core.output.panic_messages import CHANNELS
from presets.errors import UsageError

CHANNEL_MESSAGES = frozenset(
    ("note_on", "note_off", "polytouch", "control_change", "program_change", "aftertouch", "pitchwheel")
)
"""Messages with a channel (MIDI 1.0 Detailed Specification, table I); only these go through."""

NUMBERS = range(1, len(CHANNELS) + 1)
"""Channels as musicians count them."""


class Thru:
    """Maps each input channel to an output channel.

    Args:
        specs: the values of `--thru`: "" (every channel unchanged), "5" (every channel to channel 5) or "1:5"
            (channel 1 to channel 5). A spec for a single channel takes precedence over one for all channels.

    Raises:
        UsageError: if a spec has none of these forms, or two specs map the same channels.
    """

    def __init__(self, specs: Sequence[str]) -> None:
        self._to: dict[int, int] = {}
        self._others: dict[int, int] = {}
        for spec in specs:
            led = _read(spec)
            known = self._to if len(led) == 1 else self._others
            if known.keys() & led.keys():
                raise UsageError(
                    f"--thru must send each channel to one channel, got {spec!r} and another for the same one"
                )
            known.update(led)

    def through(self, message: Message) -> Message | None:
        """Return the message on its target channel; None if it does not go through."""
        if message.type not in CHANNEL_MESSAGES:
            return None
        channel = self._to.get(message.channel, self._others.get(message.channel))
        return None if channel is None else message.copy(channel=channel)


def _read(spec: str) -> dict[int, int]:
    """Return the target channel of each channel in a spec, all 0..15."""
    found = re.fullmatch(r"(?:(\d+):)?(\d+)|", spec)
    if found is None or any(number is not None and int(number) not in NUMBERS for number in found.groups()):
        raise UsageError(f"--thru must be a channel 1..16, or two such as 1:5 (from 1 to 5), got {spec!r}")
    source, target = found.groups()
    if target is None:
        return {channel: channel for channel in CHANNELS}
    return {channel: int(target) - 1 for channel in (CHANNELS if source is None else [int(source) - 1])}
