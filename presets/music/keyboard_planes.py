"""What a network sees of each key before it predicts an event's notes. P parts.

A plane has one number for each of the 88 keys. The head that reads the planes has the same weights for each
key (`training.score.learning.shared_heads`), so what it learns of an interval holds in every key.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from presets.music.bar_memory import BARS_BACK
from presets.music.encoding import KEYS
from presets.music.features import ringing_features
from presets.music.outline import OUTLINE_PLANES, likeness, outline_planes
from presets.music.struck_keys import FADES, VOICES

Bytes = npt.NDArray[np.uint8]

_PITCH_CLASSES = np.arange(KEYS) % 12
_FOLD = (np.arange(12) == _PITCH_CLASSES[:, np.newaxis]).astype(np.float32)


class KeyboardView(NamedTuple):
    """What is known of the keys at an onset, for any number of onsets (...).

    Attributes:
        last: class of the duration + 1 of each note of the event before, (..., P, 88).
        ringing: class of the time left + 1 of each note that still sounds, (..., P, 88).
        traces: of `StruckKeys`, (..., 3, P, 88).
        outer: of `StruckKeys`, (..., 2).
        loudness: of `StruckKeys`, (..., P, 88).
        expected: whether the phrase memory expects a note now, (..., P, 88).
        earlier: class of the duration + 1 of each note that was struck at this place in earlier bars: those
            of `BARS_BACK`, and the one that comes back; (..., 4, P, 88).
        lowest: key + 1 that the lowest voice had struck before each of these, 0 for none; (..., 4).
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
    outline: npt.NDArray[np.float32]


def plane_count(parts: int) -> int:
    """Return the number of planes for a network with this many parts."""
    return parts * (4 + len(FADES) + 3 * (len(BARS_BACK) + 1)) + VOICES + 1 + OUTLINE_PLANES


def keyboard_planes(view: KeyboardView) -> npt.NDArray[np.float32]:
    """Return the planes: float32 (..., 88, planes).

    For each part: the keys struck last, those that sound, the fading traces, how loud they were, those
    expected, those of the earlier bars, these again, moved as far as the lowest voice has moved since, and
    these times how alike the outline wants this bar to be to each of them.
    For all parts together: the outer voices, the pitch classes of the slowest trace, and what the outline
    says.
    """
    slow = view.traces[..., -1, :, :].sum(axis=-2, dtype=np.float32)
    classes = slow @ _FOLD
    classes /= np.maximum(classes.max(axis=-1, keepdims=True), 1)
    outer = np.arange(1, KEYS + 1) == view.outer[..., np.newaxis]
    lead = view.last.shape[:-2]
    moved = ringing_features(_moved(view))
    of_parts = np.concatenate(
        [
            view.last[..., np.newaxis, :, :] > 0,
            ringing_features(view.ringing)[..., np.newaxis, :, :],
            view.traces / np.float32(255),
            view.loudness[..., np.newaxis, :, :] / np.float32(255),
            view.expected[..., np.newaxis, :, :],
            ringing_features(view.earlier),
            moved,
            moved * likeness(view.outline)[..., np.newaxis, np.newaxis],
        ],
        axis=-3,
        dtype=np.float32,
    ).reshape(*lead, -1, KEYS)
    planes = np.concatenate([of_parts, outer, classes[..., np.newaxis, _PITCH_CLASSES]], axis=-2)
    asked = outline_planes(view.outline, view.outer[..., 0], view.last.shape[-2])
    return np.concatenate([np.moveaxis(planes, -1, -2), asked], axis=-1, dtype=np.float32)


def _moved(view: KeyboardView) -> Bytes:
    """Return the notes of the earlier bars, moved as far as the lowest voice has moved since."""
    now, then = view.outer[..., 1, np.newaxis].astype(np.int64), view.lowest.astype(np.int64)
    movement = np.where((now > 0) & (then > 0), now - then, 0)
    before = np.arange(KEYS) - movement[..., np.newaxis]
    moved = np.take_along_axis(view.earlier, before.clip(0, KEYS - 1)[..., np.newaxis, :], axis=-1)
    return moved * ((before >= 0) & (before < KEYS))[..., np.newaxis, :]
