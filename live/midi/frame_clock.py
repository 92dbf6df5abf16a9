"""A clock that counts JACK's audio frames."""

from threading import Lock

from live.system.clock import Clock

STALL_SECONDS = 1.0
"""A server that stands still for longer counts as lost; after a larger jump of its frames, segue realigns."""

PERIODS = 2
"""How many periods the clock continues without a new cycle. With one, each cycle that is served a little late
would stop it; with more, it would run ahead of frames that stand still."""

COUNTER = 1 << 32
"""JACK counts frames in 32 bits: at 48 kHz it starts over after a day."""


class FrameClock:
    """The frames of a JACK server in seconds: `offset + frame / rate`, independent of the system clock.

    So the distance of two messages in frames is exactly that of their times, for hours. A sound card's
    seconds differ from the computer's by some millionths. A server with `-S` or the dummy driver stands still
    while it stalls, and this clock then stands still with it.

    It starts as the system clock, and the first cycle aligns the frames with that. While there is no server,
    it continues at the pace of the system clock, and a new server's frames are aligned with the time reached.
    The frames are also realigned after a stall of more than `STALL_SECONDS`; in each cycle while the server
    freewheels, since its frames then have nothing to do with time; and when PipeWire moves its clients to
    another driver, which counts differently.

    `now` may be called by any thread. `cycle` belongs to JACK's process thread, and the rest to the thread
    that opens the client.

    Args:
        machine: the system's monotonic clock.
    """

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._rate = 1
        self._frame = 0
        self._offset = 0.0
        self._lay_anew = True
        self._freewheels = False
        # This clock's seconds, the system clock's time then, and how long to continue without a new cycle.
        # Replaced as a whole, so that JACK's thread needs no lock.
        self._pace = (machine.now(), machine.now(), float("inf"))
        self._latest = self._pace[0]
        self._lock = Lock()  # several threads read the time, and none may get less than another did before

    def now(self) -> float:
        """Return the time in seconds; never less than before."""
        with self._lock:
            self._latest = max(self._latest, self._seconds_at(self._machine.now()))
            return self._latest

    @property
    def stands_still(self) -> bool:
        """Whether a server has run no cycle for longer than `STALL_SECONDS`."""
        _, then, alone = self._pace
        return alone < float("inf") and self._machine.now() - then > STALL_SECONDS

    def begin(self, rate: int) -> None:
        """Prepare for a server with `rate` frames a second; call this before its first cycle."""
        self._rate = rate
        self._lay_anew = True

    def end(self) -> None:
        """Continue with the system clock: the server is lost."""
        machine = self._machine.now()
        self._pace = (self._seconds_at(machine), machine, float("inf"))
        self._lay_anew = True

    def freewheel(self, starts: bool) -> None:
        """Note that the server begins to run as fast as it can (freewheels), or stops doing so."""
        self._freewheels = starts
        self._lay_anew = True

    def cycle(self, frame: int, elapsed: int, frames: int) -> int:
        """Take in a process cycle; return the number of its first frame, which never wraps around.

        Args:
            frame: JACK's own number of that frame, in 32 bits.
            elapsed: frames from the cycle's real beginning until now. JACK's own `frame_time` is smoothed:
                after a stall of 60 ms it was off by tens of milliseconds for seconds (jackd 1.9.21).
            frames: number of frames in the cycle.
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

    def seconds_of(self, frame: float) -> float:
        """Return the time of a frame, numbered as by `cycle`, in seconds."""
        return self._offset + frame / self._rate

    def frame_of(self, moment: float) -> int:
        """Return the frame nearest to a time in seconds, numbered as by `cycle`."""
        return round((moment - self._offset) * self._rate)

    def _seconds_at(self, machine: float) -> float:
        seconds, then, alone = self._pace
        waited = machine - then
        if waited > alone:
            waited = alone + max(0.0, waited - STALL_SECONDS)
        return seconds + waited
