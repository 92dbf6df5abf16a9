"""The sequence judge: a small convolutional network that hears the events of a window in their order.

It counts nothing that the counting judge counts, so music that was tuned to please one must still please the
other.
"""

from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from export.judging.piece import Piece
from export.judging.two_sample import Indices, Numbers, Score, Sides, judge_windows
from export.judging.windows import EVENTS
from presets.music.encoding import DURATIONS, KEYS, VELOCITIES
from presets.music.features import ioi_features, position_features

ROUNDS = 1
EPOCHS = 30
BATCH = 32
FILTERS = 64
WIDTH = 5
"""Events that a convolution hears at once; after pooling, twice and four times as many."""

DROPOUT = 0.4
SHIFTS = 12
"""While the judge learns, it hears each window in one of these keys, begun up to half a window away."""

Floats = npt.NDArray[np.float32]


def judge_by_listening(sides: Sides, *, has_dynamics: bool) -> Score:
    """Return how well the sequence judge tells the sides apart.

    Args:
        sides: pieces of at least five origins on each.
        has_dynamics: whether loudness is heard.
    """
    windows, labels = sides.windows, sides.labels
    # By identity: pieces of both sides may have the same name.
    pieces = {id(window.piece): window.piece for window in windows}
    heard = {key: _hear(piece, has_dynamics=has_dynamics) for key, piece in pieces.items()}

    def rows(chosen: Indices, delays: Indices, shifts: Indices) -> Floats:
        """Return windows that begin some events later, each moved up by its number of semitones."""
        return np.stack(
            [
                heard[id(windows[index].piece)].window(windows[index].start + delay, shift)
                for index, delay, shift in zip(chosen, delays, shifts, strict=True)
            ]
        )

    def classify(known: Indices, unknown: Indices, seed: int) -> Numbers:
        keras.utils.set_random_seed(seed)
        rng = np.random.default_rng(seed)
        network = _network()
        for _ in range(EPOCHS):
            delays = rng.integers(-EVENTS // 2, EVENTS // 2, size=len(known))
            shifts = rng.integers(SHIFTS, size=len(known))
            network.fit(rows(known, delays, shifts), labels[known], batch_size=BATCH, epochs=1, verbose=0)
        as_it_is = np.zeros(len(unknown), dtype=np.int64)
        found = network.predict(rows(unknown, as_it_is, as_it_is + SHIFTS // 2), verbose=0)
        return np.asarray(found[:, 0], dtype=np.float64)

    return judge_windows(sides, classify, ROUNDS)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What is heard of each event of a piece.

    Attributes:
        keys: whether each key is struck or rings, in each part: (n, 88, 2 P).
        others: all that has no key: interval, place, mean duration and loudness; (n, numbers).
    """

    keys: Floats
    others: Floats

    def window(self, start: int, shift: int) -> Floats:
        """Return a window moved up by 0..`SHIFTS` - 1 semitones: (events, numbers); it stays in the piece."""
        start = max(0, min(start, len(self.keys) - EVENTS))
        keys = self.keys[start : start + EVENTS]
        room = np.zeros((EVENTS, KEYS + SHIFTS - 1, keys.shape[2]), dtype=np.float32)
        room[:, shift : shift + KEYS] = keys
        return np.concatenate([room.reshape(EVENTS, -1), self.others[start : start + EVENTS]], axis=1)


def _network() -> keras.Model:
    """Return a fresh network."""
    layers = keras.layers
    convolutions = [
        layer
        for _ in range(3)
        for layer in (
            layers.Conv1D(FILTERS, WIDTH, padding="same", activation="relu"),
            layers.MaxPooling1D(),
            layers.Dropout(DROPOUT),
        )
    ]
    network = keras.Sequential(
        [*convolutions, layers.GlobalAveragePooling1D(), layers.Dense(1, activation="sigmoid")]
    )
    network.compile(optimizer=keras.optimizers.Adam(2e-3), loss="binary_crossentropy")
    return network


def _hear(piece: Piece, *, has_dynamics: bool) -> _Heard:
    """Return what is heard of a piece."""
    columns = piece.columns
    struck = columns.durations > 0
    count = struck.sum(axis=(1, 2))[:, np.newaxis]
    means = [columns.durations.sum(axis=(1, 2))[:, np.newaxis] / count / len(DURATIONS)]
    if has_dynamics:
        means.append(columns.velocities.sum(axis=(1, 2))[:, np.newaxis] / count / VELOCITIES)
    places = position_features(columns.position, columns.bar)
    return _Heard(
        np.concatenate([struck, columns.ringing > 0], axis=1, dtype=np.float32).transpose(0, 2, 1),
        np.concatenate([ioi_features(columns.ioi), places, *means], axis=1, dtype=np.float32),
    )
