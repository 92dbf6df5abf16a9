"""Find the beats of music that was recorded without following the beats of its file."""

from collections.abc import Sequence

import numpy as np


def beat_shift(onsets: Sequence[int], ppq: int) -> int:
    """Return by how many ticks to delay the music so that its beats fall on those of the file: 0..ppq - 1.

    The tempo must already be right. The function measures how closely the onsets follow a grid of sixteenths
    and one of triplets, and takes the closer one (by the mean angle on a circle of that length: K. Mardia and
    P. Jupp, Directional Statistics). The position of that grid with the most notes is the beat.

    Args:
        onsets: the onset of every note, in ticks; at least one.
        ppq: ticks per quarter note.
    """
    beats = np.asarray(onsets) / ppq
    means = {places: np.exp(2j * np.pi * places * beats).mean() for places in (4, 3)}
    places = max(means, key=lambda places: abs(means[places]))
    phase = np.angle(means[places]) / (2 * np.pi * places)
    counts = np.bincount(np.round((beats - phase) * places).astype(int) % places, minlength=places)
    first = float(phase) + int(np.argmax(counts)) / places
    return round(-first * ppq) % ppq
