"""Finds the tempo and the beat of a phrase that was played without a click.

`rhythm_hypotheses` says what the rhythm may be. A weighted sum decides between the hypotheses. It has how
likely the rhythm, its timing and its tempo are; the accents, because loud, low and long notes and full
chords are more often on beats; how many onsets a beat has; and how often the rhythm returns after one to
four beats, as in Brown, Determination of the Meter of Musical Scores by Autocorrelation (1993).
`rhythm_tables` has the weights, and says where they come from.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from live.core.input.rhythm_hypotheses import (
    Hypotheses,
    Onset,
    first_hypotheses,
    hypotheses_after,
    tempo_evidence,
)
from live.core.input.rhythm_tables import CARRIED, COMPOUND, PARTS_OF_BEAT, SIMPLE, WEIGHTS, Floats, Rhythms
from presets.bundles.settings import BPM, Meter

LONGEST_GAP = 8.0
"""Seconds between two onsets of a phrase at most."""

FEWEST_ONSETS = 4
"""A phrase with fewer has no tempo: any tempo explains two intervals."""

MOST_ONSETS = 64
"""Only the newest onsets count: the tempo is that of the end, and a musician may play for hours."""

CHORD_GAP, CHORD_SPAN = 0.030, 0.080
"""Maximum seconds from one note of a chord to the next, and from its first note to its last."""

ORNAMENT_SECONDS = 0.120
"""An onset that is nearer to another may be an ornament, which has no place in the beat."""

SHORTEST_INTERVAL, LEAST_SPREAD = 0.020, 0.2
"""Limits of what intervals without a beat are taken to be: seconds, and the spread of their logarithms."""

LEAST_GAIN = 0.75
"""How much worse, in nats an onset, a beat may explain a phrase than intervals without one. Random
intervals lie below, and folk tunes above."""

LAGS = (1, 2, 3, 4)
"""Beats after which the rhythm may return."""

UNKNOWN_RETURN = 0.5
"""What counts as the share that returns if the phrase is too short to return."""

TEMPO_STEP = 0.02
"""The share is the same for tempos whose logarithms are as close as this."""

RETURN_SECONDS, RETURN_SHARE = 0.020, 0.030
"""How near an onset must be to return: seconds, and a share of the lag."""

SAME_TEMPO, SAME_BEAT = 0.04, 0.06
"""Hypotheses agree if the logarithms of their tempos and the times of their beats (seconds) are this
close."""


@dataclass(frozen=True, slots=True)
class PlayedNote:
    """A note of a phrase.

    Attributes:
        at: when its key was pressed, seconds.
        number: MIDI note number.
        velocity: 1..127.
        seconds: how long it was held, above 0.
    """

    at: float
    number: int
    velocity: int
    seconds: float


@dataclass(frozen=True, slots=True)
class FoundTempo:
    """The tempo at the end of a phrase.

    Attributes:
        bpm: quarter notes a minute, 20..400.
        beat_at: the time of a beat, seconds.
        beat_seconds: seconds from one beat to the next. In compound time, such as 6/8, a beat is a dotted
            quarter note, otherwise a quarter note.
    """

    bpm: float
    beat_at: float
    beat_seconds: float

    def beat_from(self, moment: float) -> float:
        """Return the time of the first beat that is not before `moment`, in seconds."""
        # A microsecond less: the beat at the moment itself counts, despite float rounding.
        beats = math.ceil((moment - self.beat_at - 1e-6) / self.beat_seconds)
        return self.beat_at + beats * self.beat_seconds


def find_tempo(notes: Sequence[PlayedNote], meter: Meter) -> FoundTempo | None:
    """Return the tempo at the end of a phrase; None if the phrase has no clear tempo.

    Args:
        notes: the phrase, in order.
        meter: the time signature, which says whether a beat has three eighths or two.
    """
    onsets = onsets_of(notes)
    if len(onsets) < FEWEST_ONSETS:
        return None
    is_compound = meter.is_compound
    hypotheses = hypotheses_of(onsets, COMPOUND if is_compound else SIMPLE, WEIGHTS)
    score = evidence_of(hypotheses, onsets) @ WEIGHTS
    best = int(np.argmax(score))
    if not _explains(hypotheses, best, onsets):
        return None
    beat_at = hypotheses.at - hypotheses.part / PARTS_OF_BEAT * hypotheses.beat
    agree = (np.abs(np.log(hypotheses.beat / hypotheses.beat[best])) < SAME_TEMPO) & (
        np.abs(beat_at - beat_at[best]) < SAME_BEAT
    )
    share = np.exp(score[agree] - score[best])
    beat = float(np.average(hypotheses.beat[agree], weights=share))
    bpm = 60 / beat * (1.5 if is_compound else 1.0)
    if not BPM.low <= bpm <= BPM.high:
        return None
    return FoundTempo(bpm, float(np.average(beat_at[agree], weights=share)), beat)


def _explains(hypotheses: Hypotheses, best: int, onsets: Sequence[Onset]) -> bool:
    """Return whether a beat explains the onsets about as well as intervals without a beat."""
    carried = hypotheses.carried[best]
    intervals = np.log(np.maximum(SHORTEST_INTERVAL, np.diff([onset.at for onset in onsets])))
    spread = max(LEAST_SPREAD, float(intervals.std()))
    # The log probability density of log-normal intervals. Like the timing, it leaves a constant out.
    unrelated = -float(intervals.mean()) - math.log(spread) - float(intervals.var()) / (2 * spread**2)
    placed = len(intervals) - carried[CARRIED.index("ornaments")]
    with_beat = carried[CARRIED.index("rhythm")] + carried[CARRIED.index("timing")]
    return bool(placed > 0 and with_beat / placed > unrelated - LEAST_GAIN)


def onsets_of(notes: Sequence[PlayedNote]) -> list[Onset]:
    """Return the newest onsets of a phrase; notes that begin together are one.

    After a long gap the phrase starts again: no beat is that long.
    """
    chords: list[list[PlayedNote]] = []
    for note in notes:
        if chords and note.at - chords[-1][-1].at > LONGEST_GAP:
            chords.clear()
        begun = (
            chords and note.at - chords[-1][-1].at <= CHORD_GAP and note.at - chords[-1][0].at <= CHORD_SPAN
        )
        if begun:
            chords[-1].append(note)
        else:
            chords.append([note])
    chords = chords[-MOST_ONSETS:]
    heard = np.array(
        [
            (
                max(note.velocity for note in chord) / 10,
                -min(note.number for note in chord) / 12,
                math.log(len(chord)),
                math.log(min(4.0, max(0.05, *(note.seconds for note in chord)))),
            )
            for chord in chords
        ]
    ).reshape(-1, 4)
    accents = heard - heard.mean(axis=0) if chords else heard
    times = [sum(note.at for note in chord) / len(chord) for chord in chords]
    gaps = [math.inf, *(after - before for before, after in pairwise(times)), math.inf]
    return [
        Onset(at, len(chord), min(gaps[place : place + 2]) < ORNAMENT_SECONDS, tuple(accents[place].tolist()))
        for place, (at, chord) in enumerate(zip(times, chords, strict=True))
    ]


def hypotheses_of(onsets: Sequence[Onset], rhythms: Rhythms, weights: Floats) -> Hypotheses:
    """Return what the rhythm of these onsets may be."""
    hypotheses = first_hypotheses(onsets[0], rhythms)
    for onset in onsets[1:]:
        hypotheses = hypotheses_after(hypotheses, onset, rhythms, weights)
    return hypotheses


def evidence_of(hypotheses: Hypotheses, onsets: Sequence[Onset]) -> Floats:
    """Return the evidence for each hypothesis after the last onset, a column for each of `EVIDENCE`."""
    tempo = tempo_evidence(hypotheses.beat)
    beats = hypotheses.carried[:, CARRIED.index("beats")]
    fullness = sum(math.log(onset.notes) for onset in onsets) / len(onsets)
    density = np.log(len(onsets) / np.maximum(beats, 1.0))
    return np.column_stack(
        (
            tempo,
            hypotheses.carried,
            density,
            density**2,
            density * tempo[:, 0],
            fullness * tempo,
            fullness * density,
            _returns(hypotheses.beat, np.array([onset.at for onset in onsets])),
        )
    )


def _returns(beats: Floats, onsets: Floats) -> Floats:
    """Return for each length of a beat how much oftener than by chance onsets return after each of `LAGS`."""
    known: dict[int, list[float]] = {}
    for beat in beats:
        tempo = round(math.log(beat) / TEMPO_STEP)
        if tempo not in known:
            known[tempo] = [_return(lag * math.exp(tempo * TEMPO_STEP), onsets) for lag in LAGS]
    return np.array([known[round(math.log(beat) / TEMPO_STEP)] for beat in beats])


def _return(lag: float, onsets: Floats) -> float:
    """Return the share of onsets that another follows after a lag in seconds, less that by chance."""
    begins = onsets[onsets <= onsets[-1] - lag]
    if len(begins) < 2:
        return UNKNOWN_RETURN
    near = RETURN_SECONDS + RETURN_SHARE * lag
    follows = np.abs(onsets[:, None] - begins - lag) < near
    by_chance = 1 - math.exp(-(len(onsets) - 1) / (onsets[-1] - onsets[0]) * 2 * near)
    return float(follows.any(axis=0).mean()) - by_chance
