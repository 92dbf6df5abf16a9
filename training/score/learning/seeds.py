"""Choose the music that a preset begins with."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from presets.bundles.seed import Seed
from presets.music.encoding import encode
from presets.music.outline import Floats, compared, outline_of
from presets.music.sections import sections_of
from presets.music.window import WINDOW_LENGTH, Window
from training.runs.run_folder import SEEDS, spread
from training.score.reading.piece import ScorePiece

HEARD = 60
"""Pieces of each side that are compared at most."""

PLACES = 24
"""Bar lines of a piece from which a seed may begin, at most."""

OF_A_PIECE = 2
"""Seeds of a piece at most, unless there are few pieces."""

KEPT_APART = ("tonality", "patterns", "return")
"""Groups of the outline that are not compared: seeds may be in any key, and are not played from memory."""


def choose_seeds(pieces: Sequence[ScorePiece], training: Sequence[ScorePiece], parts: int) -> list[Seed]:
    """Return up to eight full windows; the longest pieces if none fills a window.

    They are like the music that the network learns: each next one brings the training pieces' sections, those
    of each piece together as important as those of any other, as near as can be to one of the seeds (greedy
    facility location: G. Nemhauser, L. Wolsey and M. Fisher, "An analysis of approximations for maximizing
    submodular set functions", 1978). So the first one is the most typical.

    Args:
        pieces: where the seeds are from; they begin with a piece, or at one of its later bar lines.
        training: the pieces that are learnt, at least one.
        parts: the number of parts of the future preset.
    """
    long = [piece for piece in pieces if len(piece) >= WINDOW_LENGTH]
    if not long:
        return [_seed(piece, 0) for piece in sorted(pieces, key=len, reverse=True)[:SEEDS]]
    heard = [(piece, spread(_places(piece), PLACES)) for piece in spread(long, HEARD)]
    windows = [(piece, place) for piece, places in heard for place in places]
    outlines = np.concatenate([_outlines(piece, places, parts) for piece, places in heard])
    sections, weights = _sections(spread(training, HEARD), parts)
    apart = np.stack([np.linalg.norm(sections - outline, axis=-1) for outline in outlines], axis=-1)
    most = max(OF_A_PIECE, -(-SEEDS // len(heard)))
    nearest = np.full(len(sections), np.inf)
    chosen: list[int] = []
    while len(chosen) < min(SEEDS, len(windows)):
        cost = weights @ np.minimum(nearest[:, np.newaxis], apart)
        used = Counter(windows[index][0].name for index in chosen)
        free = [index not in chosen and used[piece.name] < most for index, (piece, _) in enumerate(windows)]
        if not any(free):
            break
        chosen.append(int(np.where(free, cost, np.inf).argmin()))
        nearest = np.minimum(nearest, apart[:, chosen[-1]])
    return [_seed(*windows[index]) for index in chosen]


def _places(piece: ScorePiece) -> list[int]:
    """Return where a seed may begin: at the first event, and at bar lines."""
    return [
        place
        for place in range(len(piece) - WINDOW_LENGTH + 1)
        if place == 0 or piece.positions[place].tick == 0
    ]


def _outlines(piece: ScorePiece, places: Sequence[int], parts: int) -> Floats:
    """Return what is compared of the windows that begin at these places: (places, numbers)."""
    columns = encode(piece.events, piece.positions, parts)
    found = [outline_of(columns, slice(place, place + WINDOW_LENGTH)) for place in places]
    return compared(np.array(found, dtype=np.float32), parts, KEPT_APART)


def _sections(pieces: Sequence[ScorePiece], parts: int) -> tuple[Floats, npt.NDArray[np.float64]]:
    """Return what is compared of the sections of pieces, and how important each is: (S, numbers), (S,)."""
    of_pieces = [sections_of(encode(piece.events, piece.positions, parts)).outlines for piece in pieces]
    weights = np.concatenate([np.full(len(rows), 1 / len(rows)) for rows in of_pieces])
    return compared(np.concatenate(of_pieces), parts, KEPT_APART), weights


def _seed(piece: ScorePiece, place: int) -> Seed:
    return Seed(Window.of(piece.events[place : place + WINDOW_LENGTH]), piece.positions[place])
