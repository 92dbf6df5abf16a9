"""From the ticks of the music to the moments when it sounds, and back."""

import math
from dataclasses import dataclass, field

from live.core.beat.swing import straightened, swung
from live.core.beat.transport import Transport
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter, Range

LATENCY_MS = Range("the latency (ms)", -500, 500)


@dataclass(slots=True)
class Timing:
    """Swing, latency and bar lines on a transport. Owned by one thread; they may change while the music runs.

    Attributes:
        swing: the share of the first eighth in the beat, in percent, 50..75.
        latency_seconds: how much earlier than its tick a note is sent, -0.5..0.5; for an instrument that is
            slow to sound.
        bars: where the bar lines are, also those to come.
    """

    swing: float = 50.0
    latency_seconds: float = 0.0
    bars: BarLines = field(default_factory=lambda: BarLines.of(Meter()))

    def moment(self, tick: float, transport: Transport) -> float:
        """Return when to send a note on a straight tick, in seconds on the stage's clock."""
        return transport.seconds_at(swung(tick, self.swing)) - self.latency_seconds

    def tick_on_transport(self, tick: int) -> int:
        """Return the first tick of the transport that is not before the moment of a straight tick."""
        return math.ceil(swung(tick, self.swing))

    def first_tick(self, moment: float, transport: Transport) -> int:
        """Return the first straight tick whose notes are sent at this moment or later."""
        tick = straightened(transport.tick_at(moment + self.latency_seconds), self.swing)
        found = math.floor(tick)
        while self.moment(found, transport) < moment - 1e-6:
            found += 1
        return found

    def tick_heard(self, moment: float, transport: Transport) -> int:
        """Return the straight tick of a key press, without the latency: musicians play to what they hear."""
        return round(straightened(transport.tick_at(moment), self.swing))
