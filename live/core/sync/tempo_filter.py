"""Estimates the tempo and the phase of a jittery clock from the longest fit that its ticks allow.

A straight line through the last 96 intervals gives the tempo to 0.04 bpm if each tick is off by 2 ms, but it
lags by 15 ms in a ramp of 1.5 bpm a beat. A short or curved fit does not lag, but is noisy. So the filter
computes all of them at each tick, and takes the least noisy one that no noisier one contradicts (Lepski,
"On a problem of adaptive estimation in Gaussian white noise", 1991).
"""

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from live.core.sync.midi_clock import interval_of

Floats = NDArray[np.float64]

REMEMBERED = 97
"""Clock ticks kept: four beats, with both ends."""

LENGTHS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80)
"""Lengths of the fits in clock ticks, in addition to all the ticks there are."""

CURVED_FROM = 16
"""Minimum length of a parabola, in clock ticks; below it, a shorter line does as well."""

CONTRADICTION = 4.0
"""Standard deviations by which two fits may differ. With 3 a steady clock sometimes seems to change its
tempo, with 5 a real change is noticed late: 4 was best in simulation."""

BELIEVED = 12
"""Clock ticks during which a tempo known from before may be used instead of a measured one."""

KNOWN = 0.01
"""The tempo counts as known if its standard deviation is at most this fraction of it."""

FIRST_NOISE, LEAST_NOISE = 2e-3, 2e-5
"""Standard deviation of a tick in seconds: assumed at first, and at least."""

NOISE_MEMORY = 64
"""Clock ticks over which the noise is averaged."""

OUTLIER = 12.0
"""Limit of a square in the noise average, as a multiple of the mean: a step of tempo is not noise."""

FASTEST, SLOWEST = 500.0, 15.0
"""Limits of the tempo, in quarter notes a minute."""


class _Fits(NamedTuple):
    """K ways to fit the times of n ticks, the least noisy first.

    Attributes:
        values: weights of the times, newest first, that give the fitted newest time: (K, n).
        slopes: weights of the times that give the interval there: (K, n).
        doubts: standard deviation of that interval, in standard deviations of a tick: (K,).
        limits: how far the values of two fits may be apart, in standard deviations of a tick; infinite if
            the second fit is the less noisy one: (K, K).
    """

    values: Floats
    slopes: Floats
    doubts: Floats
    limits: Floats


@cache
def _weights(length: int, degree: int) -> Floats:
    """Return the least-squares weights that give value and slope at the newest of the times: (2, length)."""
    ages = np.arange(length)
    weights: Floats = np.linalg.pinv(np.vander(-ages.astype(float), degree + 1, increasing=True))[:2]
    return weights


@cache
def _fits(count: int, believed: bool) -> _Fits:
    """Return all fits of the times of `count` ticks.

    Args:
        count: 2 or more.
        believed: whether to put a fit first that takes the interval as known.
    """
    lengths = [*(length for length in LENGTHS if length < count), count]
    rows = [_weights(length, 1) for length in lengths]
    rows += [_weights(length, 2) for length in lengths if length >= CURVED_FROM]
    if believed:
        rows.append(np.vstack([np.full(count, 1 / count), np.zeros(count)]))
    both = np.array([np.pad(row, ((0, 0), (0, count - row.shape[1]))) for row in rows])
    both = both[np.argsort((both[:, 0] ** 2).sum(axis=1), kind="stable")]
    values, slopes = both[:, 0], both[:, 1]
    common = values @ values.T
    variances = np.diag(common)
    apart = np.sqrt(np.maximum(variances[:, None] + variances - 2 * common, 0))
    # 1e-9: equal fits differ by rounding.
    limits = np.where(np.tri(len(rows), dtype=bool), np.inf, CONTRADICTION * apart + 1e-9)
    doubts = np.sqrt((slopes**2).sum(axis=1))
    return _Fits(np.ascontiguousarray(values), np.ascontiguousarray(slopes), doubts, limits)


class TempoFilter:
    """Estimates the time and the interval of the newest clock tick. Owned by one thread.

    Args:
        interval: seconds from one clock tick to the next, until two have come in.

    Attributes:
        heard: number of ticks kept, 0..REMEMBERED.
        newest: when the newest clock tick was due according to the fit, in seconds.
        interval: seconds to the next clock tick.
        known: whether the interval is known well enough to predict the next clock ticks.
    """

    def __init__(self, interval: float) -> None:
        self.heard = 0
        self.known = False
        self.newest = 0.0
        self.interval = _possible(interval)
        self._believed: float | None = None
        self._moments = np.zeros(REMEMBERED)
        self._squares = FIRST_NOISE**2
        self._averaged = NOISE_MEMORY // 8

    @property
    def noise(self) -> float:
        """Standard deviation of a single tick, in seconds."""
        return max(math.sqrt(self._squares), LEAST_NOISE)

    def add(self, at: float) -> None:
        """Take in the time of the next clock tick, in seconds, not before the previous one."""
        self._moments[1:] = self._moments[:-1]
        self._moments[0] = at
        self.heard = min(self.heard + 1, REMEMBERED)
        if self.heard == 1:
            self.newest = at
            return
        if self.heard >= 3:
            self._hear_noise()
        believed = self._believed if self.heard <= BELIEVED else None
        fits = _fits(self.heard, believed is not None)
        moments = self._moments[: self.heard] - at
        values = fits.values @ moments
        if believed is not None:
            # The mean of the times is that of the middle tick, (heard - 1) / 2 intervals ago.
            values[0] += believed * (self.heard - 1) / 2
        differences = np.abs(values[:, None] - values)
        best = int((differences <= fits.limits * self.noise).all(axis=1).argmax())
        self.newest = at + float(values[best])
        if believed is not None and best == 0:
            self.interval = believed
            return
        self.interval = _possible(float(fits.slopes[best] @ moments))
        self.known = float(fits.doubts[best]) * self.noise <= KNOWN * self.interval

    def assume(self, interval: float) -> None:
        """Take the interval as known: somebody else has measured it."""
        self.interval, self.known = _possible(interval), True

    def restart(self, at: float) -> None:
        """Restart from a tick unrelated to those before; keep the tempo if it was known."""
        self._believed = self.interval if self.known else None
        self.heard = 0
        self.add(at)

    def _hear_noise(self) -> None:
        """Update the noise from the newest second difference: at any tempo, six times a tick's variance."""
        difference = self._moments[0] - 2 * self._moments[1] + self._moments[2]
        square = min(float(difference) ** 2 / 6, OUTLIER * self._squares)
        self._averaged = min(self._averaged + 1, NOISE_MEMORY)
        self._squares += (square - self._squares) / self._averaged
        self._squares = max(self._squares, LEAST_NOISE**2)


def _possible(interval: float) -> float:
    return min(max(interval, interval_of(FASTEST)), interval_of(SLOWEST))
