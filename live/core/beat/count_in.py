"""The count-in: clicks before the first bar."""

from collections import deque
from dataclasses import dataclass

from presets.bundles.settings import Meter, Range
from presets.music.event import PPQ

COUNT_IN = Range("the count-in (bars)", 0, 8, whole=True)

CHANNEL = 9
"""Channel 10 of General MIDI: percussion."""

ACCENT, BEAT = 76, 77
"""High and low wood block (General MIDI 1, percussion key map)."""


@dataclass(frozen=True, slots=True)
class Click:
    """One click.

    Attributes:
        tick: when it sounds; below 0, because bar 1 begins at 0.
        note: MIDI note number.
        velocity: 1..127.
        ticks: its duration.
        channel: 0..15.
    """

    tick: int
    note: int
    velocity: int
    ticks: int = PPQ // 8
    channel: int = CHANNEL


def clicks(bars: int, meter: Meter) -> list[Click]:
    """Return the clicks of this many bars before tick 0, one for each unit of the time signature."""
    unit = 4 * PPQ // meter.denominator
    return [
        Click(tick, ACCENT, 112) if tick % meter.bar_ticks == 0 else Click(tick, BEAT, 80)
        for tick in range(-bars * meter.bar_ticks, 0, unit)
    ]


class CountIn:
    """The clicks that are still to come. Owned by one thread.

    Args:
        bars: how many before the first, 0..8.

    Attributes:
        coming: the clicks that are still to come, in order.
    """

    def __init__(self, bars: int) -> None:
        self.coming: deque[Click] = deque()
        self._bars = bars

    def first_tick(self, meter: Meter) -> int:
        """Return the tick of the first click in this meter, below 0; 0 without a count-in."""
        return -self._bars * meter.bar_ticks

    def begin(self, meter: Meter) -> None:
        """Let every click come, in this meter."""
        self.coming.extend(clicks(self._bars, meter))

    def go_on(self, meter: Meter, tick: int) -> None:
        """Let the clicks come that are not before a tick, in this meter."""
        self.coming.extend(click for click in clicks(self._bars, meter) if click.tick >= tick)

    def cancel(self) -> None:
        """Let no click come any more."""
        self.coming.clear()
