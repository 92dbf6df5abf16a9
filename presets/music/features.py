"""The input vectors of a score network: events, positions and expectations. P parts, n events."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from presets.music.encoding import DURATIONS, IOIS, KEYS, VELOCITIES, Columns
from presets.music.phrase_memory import LONGEST_MATCH

POSITIONS = 24 + 8 + 8
"""Length of `position_features`."""

IOI_FEATURES = 9 + 24 + 1
"""Length of `ioi_features`."""

MATCHES = LONGEST_MATCH + 1
"""Length of a match's one-hot vector: one entry for each match length; 0 is no match."""

_LOG_DURATIONS = np.concatenate([[0.0], 0.25 + 0.75 * np.log(DURATIONS) / np.log(384)]).astype(np.float32)
"""The feature for each duration class + 1: 0 for silence, and more than 0 even for the shortest note."""


def ringing_features(ringing: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return the features of notes that still sound, 0..1: float32 of the same shape."""
    heard: npt.NDArray[np.float32] = _LOG_DURATIONS[ringing]
    return heard


def ioi_features(ioi: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
    """Return the features of the classes of inter-onset intervals: (...) -> (..., IOI_FEATURES)."""
    found: npt.NDArray[np.float32] = _of_all_intervals()[ioi]
    return found


@lru_cache
def _of_all_intervals() -> npt.NDArray[np.float32]:
    """Return the features of each class: (385, IOI_FEATURES)."""
    ioi = np.arange(IOIS)
    size = np.log1p(ioi)[:, np.newaxis] / np.log(IOIS)
    return np.concatenate(
        [_one_hot(np.minimum(ioi // 24, 8), 9), _one_hot(ioi % 24, 24), size], axis=-1
    ).astype(np.float32)


def position_features(
    position: npt.NDArray[np.integer], bar: npt.NDArray[np.integer]
) -> npt.NDArray[np.float32]:
    """Return the features of positions in the bar, in grid ticks: (...) -> (..., POSITIONS).

    They are the phase in the quarter note, the quarters since the bar line and those up to the next one.
    """
    position, bar = np.asarray(position, dtype=np.int64), np.asarray(bar, dtype=np.int64)
    left = np.maximum(bar - position - 1, 0)
    return np.concatenate(
        [
            _one_hot(position % 24, 24),
            _one_hot(np.minimum(position // 24, 7), 8),
            _one_hot(np.minimum(left // 24, 7), 8),
        ],
        axis=-1,
    ).astype(np.float32)


def feature_count(parts: int) -> int:
    """Return F, the length of an event's vector for a network with this many parts."""
    return 4 * parts * KEYS + len(DURATIONS) + VELOCITIES + IOI_FEATURES + POSITIONS


def features(columns: Columns) -> npt.NDArray[np.float32]:
    """Return the vector of each event: float32 (n, F).

    It has, for each note symbol, whether the note begins, its log duration, its velocity, and the log time
    left if it still sounds. Then come the shares of the duration and velocity classes, the inter-onset
    interval, and the position.
    """
    n = len(columns)
    durations, velocities = columns.durations.reshape(n, -1), columns.velocities.reshape(n, -1)
    struck = durations > 0
    count = np.maximum(struck.sum(axis=1, keepdims=True), 1)
    rows, _ = np.nonzero(struck)
    shares = np.zeros((n, len(DURATIONS) + VELOCITIES))
    np.add.at(shares, (rows, durations[struck] - 1), 1)
    np.add.at(shares, (rows, len(DURATIONS) + velocities[struck] - 1), 1)
    return np.concatenate(
        [
            struck,
            _LOG_DURATIONS[durations],
            velocities / np.float32(VELOCITIES),
            ringing_features(columns.ringing.reshape(n, -1)),
            shares / count,
            ioi_features(columns.ioi),
            position_features(columns.position, columns.bar),
        ],
        axis=1,
        dtype=np.float32,
    )


def expected_ioi_features(
    match: npt.NDArray[np.integer], ioi: npt.NDArray[np.integer]
) -> npt.NDArray[np.float32]:
    """Return the features of expected inter-onset intervals: (...) -> (..., IOI_FEATURES + MATCHES)."""
    match = np.asarray(match)
    known = (match > 0)[..., np.newaxis]
    return np.concatenate([ioi_features(ioi) * known, _one_hot(match, MATCHES)], axis=-1, dtype=np.float32)


def expected_note_features(
    match: npt.NDArray[np.integer], expected: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float32]:
    """Return the features of expected notes: (...), (..., P * 88) -> (..., P * 88 + MATCHES).

    Args:
        match: length of the match; 0 if nothing is expected, or if the event comes at another time.
        expected: whether each note is expected.
    """
    match = np.asarray(match)
    known = (match > 0)[..., np.newaxis]
    return np.concatenate([expected & known, _one_hot(match, MATCHES) * known], axis=-1, dtype=np.float32)


def _one_hot(values: npt.NDArray[np.integer], classes: int) -> npt.NDArray[np.float32]:
    rows: npt.NDArray[np.float32] = _identity(classes)[np.asarray(values, dtype=np.int64)]
    return rows


@lru_cache
def _identity(classes: int) -> npt.NDArray[np.float32]:
    """Return the rows of `_one_hot`, which are cached: on stage they are needed seven times an event."""
    rows = np.eye(classes, dtype=np.float32)
    rows.flags.writeable = False
    return rows
