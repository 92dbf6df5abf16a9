"""Where JACK's frames lie on the clock."""

TOLERANCE_SECONDS = 0.001
"""How far the frames may drift from the clock before they are aligned with it anew.

Within it the distance of messages is exact to the frame. It is the step of MIDI over USB: nobody hears it,
and the unrest of a cycle's beginning on a machine that plays stays below.
"""

COUNTER = 1 << 32
"""JACK counts frames in 32 bits: at 48 kHz it starts over after a day."""


class FrameClock:
    """Says when a process cycle starts. Owned by JACK's thread.

    A sound card's frames drift from the computer's clock by some millionths, and stand still while a server
    stalls. Reading both anew in each cycle would follow that, but place messages a frame or two off.

    Args:
        rate: frames a second.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._frame = 0
        self._start = 0.0

    def start_of_cycle(self, frame: int, now: float, elapsed: int) -> float:
        """Return the moment of the cycle's first frame, in monotonic seconds.

        Args:
            frame: number of the cycle's first frame, in 32 bits.
            now: monotonic seconds.
            elapsed: frames from the cycle's real beginning until `now`. JACK's own `frame_time` is smoothed:
                after a stall of 60 ms it was off by tens of milliseconds for seconds (jackd 1.9.21).
        """
        measured = now - elapsed / self._rate
        predicted = self._start + _distance(self._frame, frame) / self._rate
        self._frame = frame
        self._start = predicted if abs(predicted - measured) < TOLERANCE_SECONDS else measured
        return self._start


def _distance(earlier: int, later: int) -> int:
    """Return the frames from one to another, negative if the second is the earlier one."""
    return (later - earlier + COUNTER // 2) % COUNTER - COUNTER // 2
