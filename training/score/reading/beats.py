"""Where the beats are in music that was played in beside its file's beats."""

from collections.abc import Sequence

import numpy as np


def beat_shift(onsets: Sequence[int], ppq: int) -> int:
    """Return how many ticks later music must be to have its beats on its file's: 0..ppq - 1.

    The tempo has to be right already. Of sixteenths and triplets, whichever the onsets keep more strictly
    tells where the grid lies (the mean angle on a circle of that length: K. Mardia and P. Jupp, Directional
    Statistics); of its places in the quarter note the one with most notes is the beat.

    Args:
        onsets: of every note, in ticks; at least one.
        ppq: ticks a quarter note.
    """
    beats = np.asarray(onsets) / ppq
    means = {places: np.exp(2j * np.pi * places * beats).mean() for places in (4, 3)}
    places = max(means, key=lambda places: abs(means[places]))
    phase = np.angle(means[places]) / (2 * np.pi * places)
    counts = np.bincount(np.round((beats - phase) * places).astype(int) % places, minlength=places)
    first = float(phase) + int(np.argmax(counts)) / places
    return round(-first * ppq) % ppq
