"""Tap tempo: the musician taps the beat."""

from presets.bundles.settings import BPM

TAPS = 8
"""How many of the newest taps count."""


class TapTempo:
    """Collects taps. Owned by one thread; the time of each call must not go back."""

    def __init__(self) -> None:
        self._taps: list[float] = []

    def tap(self, at: float) -> float | None:
        """Take a tap on the beat; return the tempo of the taps, from the second one on.

        A pause of more than two beats, or of a length that no tempo has, starts again.

        Args:
            at: seconds.

        Returns:
            Quarter notes a minute, within the range of tempos; None after the first tap.
        """
        if self._taps:
            gap = at - self._taps[-1]
            beats = (self._taps[-1] - self._taps[0]) / (len(self._taps) - 1) if len(self._taps) > 1 else gap
            if gap <= 60 / BPM.high / 2:
                return None  # the same tap, bounced
            if gap > 60 / BPM.low or gap > 2 * beats or gap < beats / 2:
                self._taps = []
        self._taps = [*self._taps, at][-TAPS:]
        if len(self._taps) < 2:
            return None
        seconds = (self._taps[-1] - self._taps[0]) / (len(self._taps) - 1)
        return min(BPM.high, max(BPM.low, 60 / seconds))
