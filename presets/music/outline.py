"""The outline: what a section of the music is like, in a few numbers. P parts.

A section is four bars. A network that is told the outline of the section that it plays need not remember what
the music was like a minute ago: it plays what the outline says.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from presets.music.bar_memory import BARS_BACK
from presets.music.encoding import DURATIONS, KEYS, LOWEST_KEY, Columns

Floats = npt.NDArray[np.float32]

_KEY_NUMBERS = np.arange(LOWEST_KEY, LOWEST_KEY + KEYS)
_PITCH_CLASSES = _KEY_NUMBERS % 12


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the outline.

    Attributes:
        name: what it is called.
        group: numbers of one group are given to the network together, or not at all.
        middle: the value that the network sees as 0.
        spread: the distance from there that it sees as 1.
    """

    name: str
    group: str
    middle: float
    spread: float


PITCH_CLASSES = tuple(Number(f"pitch class {number}", "tonality", 0.0, 0.25) for number in range(12))
OTHERS = (
    Number("notes an event", "texture", 2.0, 1.0),
    Number("single notes", "texture", 0.5, 0.5),
    Number("events a beat", "density", 2.0, 1.5),
    Number("events on a beat", "meter", 0.4, 0.3),
    Number("events on triplets", "meter", 0.1, 0.3),
    Number("loudness", "loudness", 16.0, 8.0),
    Number("spread of loudness", "loudness", 2.0, 2.0),
    Number("lowest voice", "bass", 50.0, 12.0),
    Number("highest voice", "top", 72.0, 12.0),
    Number("duration", "durations", 4.0, 1.5),
    Number("sounding notes", "sounding", 4.0, 3.0),
    Number("steps", "steps", 0.3, 0.25),
    Number("variety of intervals", "variety", 1.0, 0.7),
    *(Number(f"pattern of {bars} bars ago", "patterns", 0.2, 0.3) for bars in BARS_BACK),
    Number("return", "return", 0.0, 1.0),
)


OUTLINE_PLANES = 4
"""Planes of `outline_planes`."""

NOTES, RATE, BASS, TOP, STEPS, VARIETY, RETURN = (
    [number.name for number in (*PITCH_CLASSES, *OTHERS)].index(name)
    for name in (
        "notes an event",
        "events a beat",
        "lowest voice",
        "highest voice",
        "steps",
        "variety of intervals",
        "return",
    )
)
"""The places of some numbers in an outline."""

_REGISTERS = np.array([BASS, TOP])

_DISTANCES = np.abs(np.arange(KEYS) + 1 - np.arange(KEYS + 1)[:, np.newaxis])
_A_STEP_AWAY = (((_DISTANCES == 1) | (_DISTANCES == 2)) & (np.arange(KEYS + 1) > 0)[:, np.newaxis]).astype(
    np.float32
)
"""Whether each key is a step away from the one with this number, key + 1, 0 for none: (89, 88)."""


@lru_cache
def numbers(parts: int) -> tuple[Number, ...]:
    """Return the numbers of an outline; only music of several parts has their patterns and shares."""
    several = range(parts) if parts > 1 else ()
    patterns = (
        Number(f"pattern of {bars} bars ago in part {part}", "patterns", 0.2, 0.3)
        for bars in BARS_BACK
        for part in several
    )
    shares = (Number(f"part {part}", "parts", 0.5, 0.5) for part in several)
    return (*PITCH_CLASSES, *OTHERS, *patterns, *shares)


@lru_cache
def groups(parts: int) -> tuple[str, ...]:
    """Return the groups, in order."""
    return tuple(dict.fromkeys(number.group for number in numbers(parts)))


def outline_features(outline: Floats, given: npt.NDArray[np.bool_], parts: int) -> Floats:
    """Return what the network sees of outlines: (..., O) -> (..., O + G), float32.

    Args:
        outline: the values of the O numbers, in their order.
        given: which of the G groups the network is told, (..., G); the others are 0.
        parts: P.
    """
    middles, spreads, group = _scale(parts)
    told = given[..., group]
    return np.concatenate([(outline - middles) / spreads * told, given], axis=-1, dtype=np.float32)


def compared(outlines: Floats, parts: int, apart: Collection[str]) -> Floats:
    """Return outlines as they are compared, each number on its scale: (..., O) -> (..., O).

    Args:
        outlines: the values of the O numbers.
        parts: P.
        apart: the groups that are not compared; their numbers are 0.
    """
    told = np.array([group not in apart for group in groups(parts)])
    each = np.broadcast_to(told, (*outlines.shape[:-1], len(told)))
    return outline_features(outlines, each, parts)[..., : len(numbers(parts))]


@lru_cache
def _scale(parts: int) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Return the middle, the spread and the group's index of each number."""
    of, order = numbers(parts), groups(parts)
    middles, spreads = np.array([(number.middle, number.spread) for number in of], dtype=np.float32).T
    return middles, spreads, np.array([order.index(number.group) for number in of])


def events_a_beat(seen: Floats, parts: int) -> Floats:
    """Return how many events a beat are to come, 0 where the network is not told: (..., O + G) -> (...)."""
    number = numbers(parts)[RATE]
    told = seen[..., len(numbers(parts)) + groups(parts).index(number.group)]
    return np.asarray((seen[..., RATE] * number.spread + number.middle) * told)


def likeness(seen: Floats, parts: int) -> Floats:
    """Return how alike a bar is to be to earlier ones: (..., O + G) -> (..., 4, P); 0 where it is not told.

    In the order of `presets.music.bar_memory.ticks_back`, on the scale of `outline_features`.
    """
    first = RETURN + 1 if parts > 1 else RETURN - len(BARS_BACK)
    patterns = seen[..., first : first + len(BARS_BACK) * parts]
    returns = np.repeat(seen[..., RETURN, np.newaxis], parts, axis=-1)
    return np.concatenate([patterns, returns], axis=-1).reshape(*seen.shape[:-1], -1, parts)


def outline_planes(seen: Floats, highest: npt.NDArray[np.uint8], parts: int) -> Floats:
    """Return what an outline says of each of the 88 keys: (..., O + G) -> (..., 4, 88), float32.

    They are how much the key's pitch class is to be heard, how many octaves the key is above the register of
    the lowest and of the highest voice, and, for the keys a step away from the highest voice, how much it
    goes by step; 0 where the network is not told.

    Args:
        seen: what `outline_features` returned.
        highest: key + 1 that the highest voice struck last, 0 for none; (...).
        parts: P.
    """
    middles, spreads, group = _scale(parts)
    registers = seen[..., _REGISTERS] * spreads[_REGISTERS] + middles[_REGISTERS]
    told = seen[..., len(middles) + group[_REGISTERS], np.newaxis]
    planes = np.empty((*seen.shape[:-1], OUTLINE_PLANES, KEYS), dtype=np.float32)
    planes[..., 0, :] = seen[..., _PITCH_CLASSES]
    planes[..., 1:3, :] = (_KEY_NUMBERS - registers[..., np.newaxis]) / 12 * told
    planes[..., 3, :] = _A_STEP_AWAY[highest] * seen[..., STEPS, np.newaxis]
    return planes


def transposed(outline: Floats, semitones: int) -> Floats:
    """Return an outline of the same music, transposed."""
    moved = outline.copy()
    moved[..., :12] = np.roll(outline[..., :12], semitones, axis=-1)
    moved[..., [BASS, TOP]] += semitones
    return moved


def outline_of(
    columns: Columns, rows: slice, patterns: Sequence[float] = (), of_parts: Sequence[float] = ()
) -> list[float]:
    """Return the values of the outline of these events, at least one.

    Args:
        columns: the piece.
        rows: which of its events.
        patterns: how alike the bars are to those 1, 2 and 4 bars before; none for 0.
        of_parts: the same for each part, bar by bar back, in music of several parts.
    """
    first, stop = rows.start, rows.stop
    durations = columns.durations[rows]
    parts = durations.shape[1]
    ticks = np.array([0, *DURATIONS])[durations]
    struck = np.asarray(durations.any(axis=1))
    sounding = np.asarray(np.maximum(durations, columns.ringing[rows]).any(axis=1))
    # A long last note says no more of the tonality than one of two beats.
    weights = np.minimum(ticks, 48).sum(axis=(0, 1), dtype=np.float64)
    classes = np.bincount(_PITCH_CLASSES, weights=weights, minlength=12)
    sizes = (durations > 0).sum(axis=(1, 2))
    last = 24 if stop == len(columns) else int(columns.ioi[stop])
    intervals = columns.ioi[first + 1 : stop]
    beats = max(1.0, (int(intervals.sum(dtype=np.int64)) + last) / 24)
    velocities = columns.velocities[rows][durations > 0].astype(np.float64) - 1
    lowest, highest = struck.argmax(axis=1), _highest(struck)
    leads = highest >= _highest(sounding)
    steps = np.abs(np.diff(highest[leads]))
    _, counts = np.unique(intervals, return_counts=True)
    of_all = counts / max(1, len(intervals))
    places = columns.position[rows] % 24
    shares = (durations > 0).sum(axis=(0, 2)) / sizes.sum()
    return [
        *(classes / classes.sum()).tolist(),
        float(sizes.mean()),
        float((sizes == 1).mean()),
        (stop - first) / beats,
        float((places == 0).mean()),
        float(np.isin(places, (8, 16)).mean()),
        float(velocities.mean()),
        float(velocities.std()),
        float(lowest.mean()) + LOWEST_KEY,
        float(highest.mean()) + LOWEST_KEY,
        float(np.log2(ticks[durations > 0]).mean()),
        float(sounding.sum(axis=1).mean()),
        float(((steps == 1) | (steps == 2)).mean()) if len(steps) else 0.3,
        float(-(of_all * np.log2(of_all)).sum()),
        *(patterns or [0.0] * len(BARS_BACK)),
        0.0,
        *((of_parts or [0.0] * (len(BARS_BACK) * parts)) if parts > 1 else ()),
        *(shares.tolist() if parts > 1 else ()),
    ]


def _highest(keys: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return the highest of the keys of each event: (n, 88) -> (n,)."""
    return np.asarray(KEYS - 1 - keys[:, ::-1].argmax(axis=1))
