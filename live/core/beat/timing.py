"""From the ticks of the music to the moments at which it sounds, and back."""

import math
from dataclasses import dataclass

from live.core.beat.swing import straightened, swung
from live.core.beat.transport import Transport
from presets.bundles.settings import Range

LATENCY_MS = Range("the latency (ms)", -500, 500)


@dataclass(slots=True)
class Timing:
    """How notes lie on a transport. Owned by one thread, which may turn the swing while the music runs.

    Attributes:
        swing: percent of the beat that its first eighth gets, 50..75.
        latency_seconds: how much earlier than its tick a note leaves, -0.5..0.5; for an instrument that is
            slow to sound.
    """

    swing: float = 50.0
    latency_seconds: float = 0.0

    def moment(self, tick: float, transport: Transport) -> float:
        """Return when a note on a straight tick is to leave, in seconds on the stage's clock."""
        return transport.seconds_at(swung(tick, self.swing)) - self.latency_seconds

    def tick_on_transport(self, tick: int) -> int:
        """Return the first tick of the transport that does not come before a straight tick's moment."""
        return math.ceil(swung(tick, self.swing))

    def first_tick(self, moment: float, transport: Transport) -> int:
        """Return the first straight tick whose notes leave no earlier than this moment."""
        tick = straightened(transport.tick_at(moment + self.latency_seconds), self.swing)
        found = math.floor(tick)
        while self.moment(found, transport) < moment - 1e-6:
            found += 1
        return found

    def tick_heard(self, moment: float, transport: Transport) -> int:
        """Return the straight tick that a key was struck on; nobody plays ahead of what they hear."""
        return round(straightened(transport.tick_at(moment), self.swing))
