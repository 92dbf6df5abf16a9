"""Cut the training tokens into windows and targets."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Windows(NamedTuple):
    """Examples for the network.

    Attributes:
        inputs: float32 (n, window, 1), token ids / V.
        targets: int32, the token after each position (n, window), or after the last one (n,).
    """

    inputs: npt.NDArray[np.float32]
    targets: npt.NDArray[np.int32]


def join_pieces(rows: Sequence[npt.ArrayLike]) -> npt.NDArray[np.int32]:
    """Return the ids of all pieces in one array, as the articles do: a window may span two pieces."""
    return np.concatenate([np.asarray(row, dtype=np.int32) for row in rows])


def windows_with_all_targets(
    ids: npt.NDArray[np.int32], classes: int, window: int, offset: int = 0
) -> Windows:
    """Cut adjoining windows; each token, apart from a remainder at the end, is a target once.

    Args:
        ids: the token ids, more than `window`; they are read as a ring, from `offset` on.
        classes: V.
        window: tokens in a window.
        offset: where the first window begins; it differs from epoch to epoch, so that the boundaries move.
    """
    ring = np.roll(ids, -offset)
    count = (len(ring) - 1) // window
    inputs = ring[: count * window].reshape(count, window)
    return Windows(_scale(inputs, classes), ring[1 : count * window + 1].reshape(count, window))


def windows_with_last_target(
    ids: npt.NDArray[np.int32], classes: int, window: int, starts: npt.NDArray[np.int64] | None = None
) -> Windows:
    """Cut a window at each token, or at each of `starts`, with one target per window, as the articles do."""
    if starts is None:
        starts = np.arange(len(ids) - window)
    inputs = np.lib.stride_tricks.sliding_window_view(ids, window)[starts]
    return Windows(_scale(inputs, classes), ids[starts + window])


def _scale(ids: npt.NDArray[np.int32], classes: int) -> npt.NDArray[np.float32]:
    return (ids / np.float32(classes)).astype(np.float32)[..., np.newaxis]
