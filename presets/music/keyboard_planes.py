"""What a network sees of each key before it predicts an event's notes. P parts.

A plane has one number for each of the 88 keys. The head that reads the planes has the same weights for each
key (`training.score.learning.shared_heads`), so what it learns of an interval holds in every key.
"""

from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from presets.music.bar_memory import BARS_BACK
from presets.music.encoding import KEYS
from presets.music.features import ringing_features
from presets.music.outline import OUTLINE_PLANES, likeness, outline_planes
from presets.music.struck_keys import FADES, VOICES

Bytes = npt.NDArray[np.uint8]
Scalar = TypeVar("Scalar", bound=np.generic)

_KEYS = np.arange(KEYS)
_KEY_NUMBERS = _KEYS + 1
_PITCH_CLASSES = _KEYS % 12
_FOLD = (np.arange(12) == _PITCH_CLASSES[:, np.newaxis]).astype(np.float32)


class KeyboardView(NamedTuple):
    """What is known of the keys at an onset, for any number of onsets (...).

    What is the same at all of them may lack the dimensions of the onsets.

    Attributes:
        last: class of the duration + 1 of each note of the event before, (..., P, 88).
        ringing: class of the time left + 1 of each note that still sounds, (..., P, 88).
        traces: of `StruckKeys`, (..., 3, P, 88).
        outer: of `StruckKeys`, (..., 2).
        loudness: of `StruckKeys`, (..., P, 88).
        expected: whether the phrase memory expects a note now, (..., P, 88).
        earlier: class of the duration + 1 of each note that was struck at this place in earlier bars: those
            of `BARS_BACK`, and the one that comes back; (..., 4, P, 88).
        lowest: of `StruckKeys`, (..., P).
        lowest_then: the same before each of the earlier events, (..., 4, P).
        outline: what `outline_features` returned for this onset, (..., O + G).
    """

    last: Bytes
    ringing: Bytes
    traces: Bytes
    outer: Bytes
    loudness: Bytes
    expected: npt.NDArray[np.bool_]
    earlier: Bytes
    lowest: Bytes
    lowest_then: Bytes
    outline: npt.NDArray[np.float32]


def plane_count(parts: int) -> int:
    """Return the number of planes for a network with this many parts."""
    return parts * (4 + len(FADES) + 3 * (len(BARS_BACK) + 1)) + VOICES + 1 + OUTLINE_PLANES


def keyboard_planes(view: KeyboardView) -> npt.NDArray[np.float32]:
    """Return the planes: float32 (..., 88, planes).

    For each part: the keys struck last, those that sound, the fading traces, how loud they were, those
    expected, those of the earlier bars, these again, moved as far as the part's lowest note has moved since,
    and these times how alike the outline wants this bar to be to each of them.
    For all parts together: the outer voices, the pitch classes of the slowest trace, and what the outline
    says.
    """
    parts = view.last.shape[-2]
    slow = view.traces[..., -1, :, :].sum(axis=-2, dtype=np.float32)
    classes = slow @ _FOLD
    classes /= np.maximum(classes.max(axis=-1, keepdims=True), 1)
    earlier = ringing_features(view.earlier)
    moved = _moved(view, earlier)
    layers = (
        view.last > 0,
        ringing_features(view.ringing),
        _flat(view.traces / np.float32(255)),
        view.loudness / np.float32(255),
        view.expected,
        _flat(earlier),
        _flat(moved),
        _flat(moved * likeness(view.outline, parts)[..., np.newaxis]),
        view.outer[..., np.newaxis] == _KEY_NUMBERS,
        classes[..., np.newaxis, _PITCH_CLASSES],
        outline_planes(view.outline, view.outer[..., 0], parts),
    )
    planes = np.empty((*view.outline.shape[:-1], KEYS, plane_count(parts)), dtype=np.float32)
    by_plane, filled = planes.swapaxes(-1, -2), 0
    for layer in layers:
        by_plane[..., filled : filled + layer.shape[-2], :] = layer
        filled += layer.shape[-2]
    return planes


def _flat(values: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    """Return the planes of several kinds one after the other: (..., n, P, 88) -> (..., n * P, 88)."""
    return values.reshape(*values.shape[:-3], -1, KEYS)


def _moved(view: KeyboardView, earlier: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the notes of the earlier bars, moved as far as each part's lowest note has moved since."""
    now, then = view.lowest[..., np.newaxis, :].astype(np.int64), view.lowest_then
    semitones = (now - then) * ((now > 0) & (then > 0))
    # Each row between two silent ones: what leaves the keys, and what comes in, is there.
    wide = np.zeros((*earlier.shape[:-1], 3, KEYS), dtype=np.float32)
    wide[..., 1, :] = earlier
    begins = (3 * np.arange(semitones.size).reshape(semitones.shape) + 1) * KEYS
    moved: npt.NDArray[np.float32] = wide.reshape(-1)[(begins - semitones)[..., np.newaxis] + _KEYS]
    return moved
