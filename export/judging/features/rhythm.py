"""When: intervals between onsets, and places in the beat and the bar."""

import numpy as np

from export.judging.features.shares import entropy, share
from export.judging.piece import BEAT
from export.judging.windows import Window

SIXTEENTH, TRIPLET, EIGHTH, QUARTER = BEAT // 4, BEAT // 3, BEAT // 2, BEAT


def rhythm(window: Window) -> dict[str, float]:
    """Return features of the onsets of a window."""
    events = window.events
    iois = window.piece.columns.ioi[events].astype(np.int64)[1:]
    places = window.piece.places[events]
    beats = window.piece.beats[events]
    log = np.log2(np.maximum(iois, 1))
    return {
        "intervals below a sixteenth": share(iois < SIXTEENTH),
        "intervals of a sixteenth": share(iois == SIXTEENTH),
        "intervals of a triplet eighth": share(iois == TRIPLET),
        "intervals of an eighth": share(iois == EIGHTH),
        "intervals of a quarter": share(iois == QUARTER),
        "intervals above a quarter": share(iois > QUARTER),
        "mean log of the intervals": float(log.mean()),
        "spread of the log of the intervals": float(log.std()),
        "entropy of the intervals": entropy(np.bincount(iois)),
        "interval as the one before": share(iois[1:] == iois[:-1]),
        "events on a beat": share(places % BEAT == 0),
        "events halfway between beats": share(places % BEAT == EIGHTH),
        "events off sixteenths and triplets": share((places % SIXTEENTH != 0) & (places % TRIPLET != 0)),
        "beats with an event": len(np.unique(beats)) / int(beats[-1] - beats[0] + 1),
        **({"events on the bar line": share(places == 0)} if window.piece.has_bars else {}),
    }
