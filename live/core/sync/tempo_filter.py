"""The tempo and the phase of a clock whose ticks come early and late: the longest fit that they allow.

A straight line through the last 96 intervals knows the tempo to 0.04 bpm where each tick is off by 2 ms,
but lags by 15 ms in a ramp of 1.5 bpm a beat; a short or a curved fit does not lag, but is noisy. So all of
them are computed at each tick, and the least noisy one is taken that no noisier one contradicts (Lepski,
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
"""Clock ticks that are looked back at: four beats, with both ends."""

LENGTHS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80)
"""Clock ticks that a fit may reach back, besides as many as there are."""

CURVED_FROM = 16
"""Clock ticks from which on a parabola says something that a shorter line does not."""

CONTRADICTION = 4.0
"""Standard deviations by which two fits may differ. With 3 a steady clock is now and then taken for a moving
one, with 5 a moving one is noticed late: 4 was best in simulation."""

BELIEVED = 12
"""Clock ticks during which a tempo known from before may stand in for one that is measured."""

KNOWN = 0.01
"""The tempo counts as known when its standard deviation is not more than this part of it."""

FIRST_NOISE, LEAST_NOISE = 2e-3, 2e-5
"""Seconds by which a tick is thought to be off (standard deviation) at first, and at least."""

NOISE_MEMORY = 64
"""Clock ticks over which the noise is averaged."""

OUTLIER = 12.0
"""How many times the mean a square may count in the noise: a step of tempo is no noise."""

FASTEST, SLOWEST = 500.0, 15.0
"""Quarter notes a minute beyond which no tempo is believed."""


class _Fits(NamedTuple):
    """K ways to fit n moments, the least noisy first.

    Attributes:
        values: weights of the moments, newest first, that give the newest one as fitted: (K, n).
        slopes: those that give the interval there: (K, n).
        doubts: the standard deviation of that interval, in standard deviations of a moment: (K,).
        limits: how far two fits' values may be apart, in standard deviations of a moment; infinite where the
            second is the less noisy one: (K, K).
    """

    values: Floats
    slopes: Floats
    doubts: Floats
    limits: Floats


@cache
def _weights(length: int, degree: int) -> Floats:
    """Return what gives value and slope at the newest of `length` moments by least squares: (2, length)."""
    ages = np.arange(length)
    weights: Floats = np.linalg.pinv(np.vander(-ages.astype(float), degree + 1, increasing=True))[:2]
    return weights


@cache
def _fits(count: int, believed: bool) -> _Fits:
    """Return all fits of so many moments.

    Args:
        count: 2 or more.
        believed: whether the first fit is one that takes the interval for known.
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
    # What two equal fits differ by is rounding.
    limits = np.where(np.tri(len(rows), dtype=bool), np.inf, CONTRADICTION * apart + 1e-9)
    doubts = np.sqrt((slopes**2).sum(axis=1))
    return _Fits(np.ascontiguousarray(values), np.ascontiguousarray(slopes), doubts, limits)


class TempoFilter:
    """Tells the moment and the interval of the newest clock tick. Owned by one thread.

    Args:
        interval: seconds from one clock tick to the next, until two have been heard.

    Attributes:
        heard: how many moments there are, 0..REMEMBERED.
        newest: when the newest clock tick was due, as all of them together say, in seconds.
        interval: seconds to the next one.
        known: whether the interval is known well enough to foresee the next clock ticks.
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
        """Standard deviation of a single moment, in seconds."""
        return max(math.sqrt(self._squares), LEAST_NOISE)

    def add(self, at: float) -> None:
        """Take the moment of the next clock tick, not before the one before it."""
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
            # The mean of the moments is that of the middle one, half as many intervals ago.
            values[0] += believed * (self.heard - 1) / 2
        differences = np.abs(values[:, None] - values)
        best = int((differences <= fits.limits * self.noise).all(axis=1).argmax())
        self.newest = at + float(values[best])
        if believed is not None and best == 0:
            self.interval = believed
            return
        self.interval = _possible(float(fits.slopes[best] @ moments))
        self.known = float(fits.doubts[best]) * self.noise <= KNOWN * self.interval

    def restart(self, at: float) -> None:
        """Take a moment that has nothing to do with those before; believe the tempo if it was known."""
        self._believed = self.interval if self.known else None
        self.heard = 0
        self.add(at)

    def _hear_noise(self) -> None:
        """Take the newest second difference: six times the variance of a moment, whatever the tempo is."""
        difference = self._moments[0] - 2 * self._moments[1] + self._moments[2]
        square = min(float(difference) ** 2 / 6, OUTLIER * self._squares)
        self._averaged = min(self._averaged + 1, NOISE_MEMORY)
        self._squares += (square - self._squares) / self._averaged
        self._squares = max(self._squares, LEAST_NOISE**2)


def _possible(interval: float) -> float:
    return min(max(interval, interval_of(FASTEST)), interval_of(SLOWEST))
