"""How many, how high, how far apart."""

import numpy as np

from export.judging.features.shares import correlation, mean, share
from export.judging.windows import Window
from presets.music.encoding import KEYS, LOWEST_KEY

_KEYS = np.arange(KEYS) + LOWEST_KEY


def texture(window: Window) -> dict[str, float]:
    """Return features of the notes that are struck and sound together in a window."""
    piece, events = window.piece, window.events
    struck = piece.struck[events]
    sizes = struck.sum(axis=1)
    lowest = LOWEST_KEY + struck.argmax(axis=1)
    highest = LOWEST_KEY + KEYS - 1 - struck[:, ::-1].argmax(axis=1)
    pitches = np.broadcast_to(_KEYS, struck.shape)[struck]
    # From one note of a chord to the next.
    rows, keys = np.nonzero(struck)
    gaps = np.diff(keys)[np.diff(rows) == 0]
    first, *_, last = piece.beats[events]
    beats = piece.sounding_in_beats[first : last + 1]
    return {
        "notes an event": mean(sizes),
        "spread of the notes an event": float(sizes.std()),
        "notes an event, after as many": correlation(sizes[1:], sizes[:-1]),
        "events of one note": share(sizes == 1),
        "events of four or more notes": share(sizes >= 4),
        "sounding notes a beat": mean(beats),
        "spread of the sounding notes a beat": float(beats.std()),
        "spread of the pitches": float(pitches.std()),
        "mean pitch of the lowest notes": mean(lowest),
        "mean pitch of the highest notes": mean(highest),
        "semitones from the lowest to the highest note": float(pitches.max() - pitches.min()),
        "semitones from note to note of a chord": mean(gaps),
        "gaps above an octave": share(gaps > 12),
    }
