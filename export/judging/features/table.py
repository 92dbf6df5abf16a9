"""All features of a window, by name."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from export.judging.features.harmony import harmony
from export.judging.features.melody import melody
from export.judging.features.part_shares import part_shares
from export.judging.features.returns import returns
from export.judging.features.rhythm import rhythm
from export.judging.features.sound import durations, dynamics
from export.judging.features.texture import texture
from export.judging.windows import Window

KINDS: dict[str, Callable[[Window], dict[str, float]]] = {
    "rhythm": rhythm,
    "texture": texture,
    "melody": melody,
    "harmony": harmony,
    "dynamics": dynamics,
    "durations": durations,
    "returns": returns,
    "parts": part_shares,
}
"""The kinds of features; of one velocity there are no dynamics to hear."""


def feature_rows(
    windows: Sequence[Window], *, has_dynamics: bool
) -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    """Return the names of the features, and a row of them for each window: (n, features).

    nan stands for what a window does not have.

    Args:
        windows: at least one; all have the same parts.
        has_dynamics: whether loudness is heard.
    """
    kinds = [measure for name, measure in KINDS.items() if has_dynamics or name != "dynamics"]
    rows = [
        {name: value for measure in kinds for name, value in measure(window).items()} for window in windows
    ]
    return tuple(rows[0]), np.array([list(row.values()) for row in rows])
