"""How loud and how long."""

import numpy as np

from export.judging.features.shares import correlation, entropy, mean, share
from export.judging.piece import BEAT
from export.judging.windows import Window


def dynamics(window: Window) -> dict[str, float]:
    """Return features of the velocities of a window, in classes of four MIDI velocities."""
    notes = window.notes
    velocities, pitches, event = notes.velocity, notes.pitch, notes.event
    counts = np.maximum(np.bincount(event - event[0]), 1)
    loudness = np.bincount(event - event[0], weights=velocities) / counts
    inside = velocities - loudness[event - event[0]]
    return {
        "mean loudness": mean(velocities),
        "spread of the loudness": float(velocities.std()),
        "change of loudness from event to event": mean(np.abs(np.diff(loudness))),
        "spread of the loudness within an event": float(inside.std()),
        "louder the higher": correlation(velocities, pitches),
    }


def durations(window: Window) -> dict[str, float]:
    """Return features of the durations of a window."""
    notes = window.notes
    lengths, event = notes.duration, notes.event
    log = np.log2(lengths)
    # Until the next event; the last one of a piece has none.
    iois = np.append(window.piece.columns.ioi[1:].astype(np.int64), 0)[event]
    followed = iois > 0
    ratio = np.log2(lengths[followed] / iois[followed])
    same = np.diff(event) == 0
    return {
        "mean log of the durations": mean(log),
        "spread of the log of the durations": float(log.std()),
        "entropy of the durations": entropy(np.bincount(lengths)),
        "durations up to a sixteenth": share(lengths <= BEAT // 4),
        "durations of a half note or more": share(lengths >= 2 * BEAT),
        "notes that end with the next event": share(ratio == 0),
        "log of the duration over the interval": mean(ratio),
        "notes of a chord that end together": share(lengths[1:][same] == lengths[:-1][same]),
    }
