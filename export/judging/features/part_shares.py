"""Which parts play."""

import numpy as np

from export.judging.windows import Window


def part_shares(window: Window) -> dict[str, float]:
    """Return each part's share of the notes, and the share of the events in which it plays."""
    durations = window.piece.columns.durations[window.events]
    if durations.shape[1] == 1:
        return {}
    struck = durations > 0
    notes = struck.sum(axis=(0, 2))
    playing = struck.any(axis=2).mean(axis=0)
    return {
        f"part {number + 1}: {what}": float(value)
        for what, values in (("share of the notes", notes / np.sum(notes)), ("share of the events", playing))
        for number, value in enumerate(values)
    }
