"""JACK's frames as a clock."""

from threading import Lock

from live.system.clock import Clock

STALL_SECONDS = 1.0
"""A server that stands still for longer is as good as lost, and one whose frames leap further counts anew."""

PERIODS = 2
"""How many periods the clock goes on without a new cycle. With one, each cycle that is served a little late
would hold it up; with more, it would run ahead of frames that stand still."""

COUNTER = 1 << 32
"""JACK counts frames in 32 bits: at 48 kHz it starts over after a day."""


class FrameClock:
    """The frames of a JACK server in seconds: `offset + frame / rate`, whatever the machine's clock says.

    So messages are exactly as many frames apart as their moments are, for hours. A sound card's seconds
    differ from the machine's by some millionths, and a server with `-S` or the dummy driver stands still
    while it stalls: then this clock stands still with it.

    It begins as the machine's clock, and the first cycle lays the frames where that is. While there is no
    server it goes on as the machine's clock does, and a fresh server's frames are laid where it has come to.
    Likewise after a stall of more than `STALL_SECONDS`; in each cycle while the server freewheels, for its
    frames then have nothing to do with time; and where PipeWire moves its clients to another driver, which
    counts otherwise.

    `now` may be called by any thread; `cycle` belongs to JACK's process thread, the rest to whoever opens the
    client.

    Args:
        machine: the machine's monotonic clock.
    """

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._rate = 1
        self._frame = 0
        self._offset = 0.0
        self._lay_anew = True
        self._freewheels = False
        # The seconds, the machine's moment when it was that late, and how far to go on from there alone.
        # Replaced as a whole, so that JACK's thread need not wait for anybody.
        self._pace = (machine.now(), machine.now(), float("inf"))
        self._latest = self._pace[0]
        self._lock = Lock()  # several threads ask, and none may hear less than another before

    def now(self) -> float:
        """Return the seconds; never less than before."""
        with self._lock:
            self._latest = max(self._latest, self._seconds_at(self._machine.now()))
            return self._latest

    @property
    def stands_still(self) -> bool:
        """Whether a server has run no cycle for longer than a stall lasts."""
        _, then, alone = self._pace
        return alone < float("inf") and self._machine.now() - then > STALL_SECONDS

    def begin(self, rate: int) -> None:
        """A client opens on a server with so many frames a second; before its first cycle."""
        self._rate = rate
        self._lay_anew = True

    def end(self) -> None:
        """The server is lost: go on with the machine's clock."""
        machine = self._machine.now()
        self._pace = (self._seconds_at(machine), machine, float("inf"))
        self._lay_anew = True

    def freewheel(self, starts: bool) -> None:
        """The server begins to run as fast as it can, or ends that."""
        self._freewheels = starts
        self._lay_anew = True

    def cycle(self, frame: int, elapsed: int, frames: int) -> int:
        """A process cycle runs. Return the number of its first frame, counted without starting over.

        Args:
            frame: JACK's own number of that frame, in 32 bits.
            elapsed: frames from the cycle's real beginning until now. JACK's own `frame_time` is smoothed:
                after a stall of 60 ms it was off by tens of milliseconds for seconds (jackd 1.9.21).
            frames: how many the cycle has.
        """
        began = self._machine.now() - elapsed / self._rate
        distance = (frame - self._frame + COUNTER // 2) % COUNTER - COUNTER // 2
        self._frame += distance
        waited = began - self._pace[1]
        if (
            self._lay_anew
            or distance < 0
            or waited > STALL_SECONDS
            or distance / self._rate > waited + STALL_SECONDS
        ):
            self._lay_anew = self._freewheels
            self._offset = self._seconds_at(began) - self._frame / self._rate
        self._pace = (self.seconds_of(self._frame), began, PERIODS * frames / self._rate)
        return self._frame

    def seconds_of(self, frame: int) -> float:
        """Return the moment of a frame, as `cycle` counts them."""
        return self._offset + frame / self._rate

    def frame_of(self, moment: float) -> int:
        """Return the frame that is nearest to a moment, as `cycle` counts them."""
        return round((moment - self._offset) * self._rate)

    def _seconds_at(self, machine: float) -> float:
        seconds, then, alone = self._pace
        waited = machine - then
        if waited > alone:
            waited = alone + max(0.0, waited - STALL_SECONDS)
        return seconds + waited
