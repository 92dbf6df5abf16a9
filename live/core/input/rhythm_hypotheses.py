"""What the rhythm of a phrase may be: hypotheses about the beat, carried from onset to onset.

The model is that of Cemgil and Kappen (Monte Carlo Methods for Tempo Tracking and Rhythm Quantization, 2003):
a hypothesis says on which part of a beat each onset so far was meant, and a Kalman filter follows the time
and the length of its beat, which drifts. From each onset there are many ways to go on, and the likeliest of
every tempo are kept. How likely a rhythm is comes from `rhythm_tables`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from live.core.input.rhythm_tables import CARRIED, INTERVALS, PARTS, PARTS_OF_BEAT, TEMPO, Floats, Rhythms

Integers = npt.NDArray[np.int64]

SHORTEST_BEAT, LONGEST_BEAT = 0.2, 3.0
"""Seconds: 300 and 20 beats a minute."""

DRIFT = 0.015
"""By how much of itself a beat is longer or shorter than the one before (standard deviation)."""

JITTER, UNEVENNESS = 0.020, 0.018
"""Seconds that an onset, and each note of it, is off its time (standard deviations)."""

STEADINESS = 0.5
"""How likely an interval is the same as the one before, whatever the part of the beat."""

KEPT, KEPT_OF_TEMPO, TEMPO_WIDTH = 300, 14, 0.1
"""How many hypotheses are kept: in all, and of each range of tempos; and the logarithm of that range."""

HOPELESS = 25.0
"""A hypothesis is dropped if it is this much less likely than the best one (log probability)."""

SAME_TEMPO, SAME_TIME = 0.03, 0.03
"""Of hypotheses on the same part of the beat, with this logarithm of a tempo and these seconds in common, one
is kept."""

_RHYTHM, _TIMING, _ORNAMENTS, _BEATS = (
    CARRIED.index(kind) for kind in ("rhythm", "timing", "ornaments", "beats")
)
_ON_BEAT, _HALFWAY = slice(4, 9), slice(9, 14)


@dataclass(frozen=True, slots=True)
class Onset:
    """Notes that begin together.

    Attributes:
        at: seconds.
        notes: how many there are.
        is_quick: whether another onset is so near that it may be an ornament.
        accents: how loud, low, rich in notes and long it is, compared with the rest of the phrase.
    """

    at: float
    notes: int
    is_quick: bool
    accents: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """Hypotheses after an onset; each has one entry in every array.

    Attributes:
        beat: seconds of a beat.
        at: when the onset was meant, seconds.
        part: on which part of the beat the onset is, 0..23.
        carried: the evidence, a column for each of `CARRIED`.
        interval: the index of the interval before the onset; -1 for none.
        covariance: of the errors of `at` and `beat`: the variance of `at`, the covariance, the variance of
            `beat`.
    """

    beat: Floats
    at: Floats
    part: Integers
    carried: Floats
    interval: Integers
    covariance: Floats

    def chosen(self, which: Integers) -> "Hypotheses":
        """Return these of the hypotheses, in this order."""
        return Hypotheses(
            self.beat[which],
            self.at[which],
            self.part[which],
            self.carried[which],
            self.interval[which],
            self.covariance[:, which],
        )


def first_hypotheses(onset: Onset, rhythms: Rhythms) -> Hypotheses:
    """Return the hypotheses that the first onset of a phrase is on any part of a beat of any length."""
    beats = np.exp(np.linspace(np.log(0.22), np.log(2.6), 60))
    beat, part = np.repeat(beats, len(PARTS)), np.tile(PARTS, len(beats))
    carried = _accents(onset)[part]
    carried[:, _RHYTHM] = rhythms.first[part]
    nothing = np.zeros_like(beat)
    return Hypotheses(
        beat=beat,
        at=nothing + onset.at,
        part=part,
        carried=carried,
        interval=np.full(len(beat), -1),
        covariance=np.stack((nothing + _variance(onset), nothing, (0.02 * beat) ** 2)),
    )


def hypotheses_after(before: Hypotheses, onset: Onset, rhythms: Rhythms, weights: Floats) -> Hypotheses:
    """Return the hypotheses after the next onset of a phrase."""
    tempo_weights, carried_weights = weights[: len(TEMPO)], weights[len(TEMPO) : len(TEMPO) + len(CARRIED)]
    score = before.carried @ carried_weights + tempo_evidence(before.beat) @ tempo_weights
    beats = INTERVALS / PARTS_OF_BEAT
    part = (before.part[:, None] + INTERVALS) % PARTS_OF_BEAT
    rhythm = _rhythm(before, part, rhythms)
    accents = _accents(onset)
    time, both, length = (entry[:, None] for entry in before.covariance)
    length = length + (DRIFT * before.beat[:, None]) ** 2 * beats
    time = time + 2 * beats * both + beats**2 * length
    both = both + beats * length
    spread = time + _variance(onset)
    off = onset.at - (before.at[:, None] + beats * before.beat[:, None])
    timing = -0.5 * (off**2 / spread + np.log(spread))
    scores = (
        score[:, None]
        + carried_weights[_RHYTHM] * rhythm
        + carried_weights[_TIMING] * timing
        + carried_weights[_BEATS] * beats
        + (accents @ carried_weights)[part]
    )
    parent, way = np.nonzero(scores > scores.max() - HOPELESS)
    pick = parent, way
    gain_time, gain_length = time[pick] / spread[pick], both[pick] / spread[pick]
    carried = before.carried[parent] + accents[part[pick]]
    carried[:, _RHYTHM] += rhythm[pick]
    carried[:, _TIMING] += timing[pick]
    carried[:, _BEATS] += beats[way]
    on_grid = Hypotheses(
        beat=before.beat[parent] + gain_length * off[pick],
        at=onset.at + (gain_time - 1) * off[pick],
        part=part[pick],
        carried=carried,
        interval=way,
        covariance=np.stack(
            (
                time[pick] * (1 - gain_time),
                both[pick] * (1 - gain_time),
                length[pick] - gain_length * both[pick],
            )
        ),
    )
    ways = _joined(on_grid, _passed_over(before)) if onset.is_quick else on_grid
    return _likeliest(ways, onset.at, weights)


def tempo_evidence(beat: Floats) -> Floats:
    """Return what the length of a beat in seconds says, a column for each of `TEMPO`."""
    log = np.log(beat)
    return np.stack((log, log**2), axis=-1)


def _rhythm(before: Hypotheses, part: Integers, rhythms: Rhythms) -> Floats:
    """Return the log probability of each interval after each hypothesis."""
    usual = rhythms.intervals[before.part] + np.log(1 - STEADINESS)
    is_same = before.interval[:, None] == np.arange(len(INTERVALS))
    steady = np.where(is_same, np.log(STEADINESS), -np.inf)
    return np.where(np.isin(part, PARTS), np.logaddexp(usual, steady), -30.0)


def _accents(onset: Onset) -> Floats:
    """Return the evidence of an onset on each part of a beat, a column for each of `CARRIED`."""
    evidence = np.zeros((PARTS_OF_BEAT, len(CARRIED)))
    evidence[0, _ON_BEAT] = evidence[PARTS_OF_BEAT // 2, _HALFWAY] = (1.0, *onset.accents)
    return evidence


def _variance(onset: Onset) -> float:
    return JITTER**2 + UNEVENNESS**2 / onset.notes


def _passed_over(before: Hypotheses) -> Hypotheses:
    """Return the hypotheses that the onset is an ornament, and says nothing of the beat."""
    carried = before.carried.copy()
    carried[:, _ORNAMENTS] += 1
    return Hypotheses(before.beat, before.at, before.part, carried, before.interval, before.covariance)


def _joined(some: Hypotheses, others: Hypotheses) -> Hypotheses:
    return Hypotheses(
        np.concatenate((some.beat, others.beat)),
        np.concatenate((some.at, others.at)),
        np.concatenate((some.part, others.part)),
        np.concatenate((some.carried, others.carried)),
        np.concatenate((some.interval, others.interval)),
        np.concatenate((some.covariance, others.covariance), axis=1),
    )


def _likeliest(hypotheses: Hypotheses, now: float, weights: Floats) -> Hypotheses:
    """Return the likeliest hypotheses of every tempo, the likeliest of all first; of equal ones only one."""
    tempo = np.log(hypotheses.beat)
    evidence = np.column_stack((tempo_evidence(hypotheses.beat), hypotheses.carried))
    score = evidence @ weights[: evidence.shape[1]]
    order = np.argsort(-score, kind="stable")
    is_tempo = (hypotheses.beat > SHORTEST_BEAT) & (hypotheses.beat < LONGEST_BEAT)
    order = order[(is_tempo & (score > score.max() - HOPELESS))[order]]
    beats, moment = tempo[order] / SAME_TEMPO, (hypotheses.at[order] - now) / SAME_TIME
    kind = (np.round(beats).astype(np.int64) * 10_000 + np.round(moment).astype(np.int64)) * PARTS_OF_BEAT
    _, first = np.unique(kind + hypotheses.part[order], return_index=True)
    order = order[np.sort(first)]
    ranges = np.floor(tempo[order] / TEMPO_WIDTH).astype(np.int64)
    by_range = np.argsort(ranges, kind="stable")
    ranked = ranges[by_range]
    rank = np.empty(len(order), dtype=np.int64)
    rank[by_range] = np.arange(len(order)) - np.searchsorted(ranked, ranked)
    return hypotheses.chosen(order[rank < KEPT_OF_TEMPO][:KEPT])
