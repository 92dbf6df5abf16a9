"""Encoded pieces one after the other, for the rows that the score network learns from."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from presets.music.encoding import Columns
from presets.music.outline import Floats
from presets.music.sections import onsets_of, sections_of

PAUSE = 1_000_000
"""Grid ticks between two pieces, and before the first: far more than any section is long ago."""

Ints = npt.NDArray[np.int64]


class Bars(NamedTuple):
    """What the network is told of each bar of a stream: B bars, n rows.

    Attributes:
        of_row: the index of each row's bar; a blank row belongs to the first bar of its piece; (n,).
        begins: the bar lines on the stream's time line, in grid ticks, rising; (B,).
        outlines: what each bar is like, (B, O).
        back: how many grid ticks earlier the bar begins that it is like; 0 if there is none; (B,).
    """

    of_row: Ints
    begins: Ints
    outlines: Floats
    back: Ints


class Stream(NamedTuple):
    """Pieces one after the other on one time line; a blank row before each marks its beginning; n rows.

    Attributes:
        columns: the columns of all rows.
        blank: whether a row is blank: the network hears it, but does not predict it; bool (n,).
        onsets: the onset of each row in grid ticks, rising; a blank row's is half a pause earlier; (n,).
        plays: which parts strike something in each row, (n, P).
        bars: the bars of all pieces.
    """

    columns: Columns
    blank: npt.NDArray[np.bool_]
    onsets: Ints
    plays: npt.NDArray[np.bool_]
    bars: Bars


def join(pieces: Sequence[Columns]) -> Stream:
    """Return pieces, each with at least one event, as one stream."""
    rows = [part for piece in pieces for part in (_blank(piece), piece)]
    blank = np.zeros(sum(map(len, rows)), dtype=bool)
    blank[np.cumsum([0, *(len(piece) + 1 for piece in pieces[:-1])])] = True
    onsets: list[Ints] = []
    bars: list[Bars] = []
    time, count = PAUSE, 0
    for piece in pieces:
        sections, played = sections_of(piece), onsets_of(piece) + time
        onsets += [played[:1] - PAUSE // 2, played]
        of_event = sections.bar_of_event + count
        of_row = np.concatenate([of_event[:1], of_event])
        bars.append(Bars(of_row, sections.begins + time, sections.told, sections.back))
        time, count = int(played[-1]) + PAUSE, count + len(sections.begins)
    joined = Bars(*(np.concatenate(column) for column in zip(*bars, strict=True)))
    columns = stack(rows)
    plays = np.asarray(columns.durations.any(axis=-1))
    return Stream(columns, blank, np.concatenate(onsets), plays, joined)


def cut_rows(length: int, row: int, offset: int) -> Ints:
    """Cut a stream, read as a ring, into adjoining training rows of `row` + 1 events; return their indices.

    The last event of a training row is the first of the next: one row predicts it, the next hears it. A
    remainder at the end is left out. A stream that is shorter than a training row is repeated until it fills
    one.

    Args:
        length: events in the stream, including blank rows.
        row: events to predict in a training row.
        offset: where the first training row begins.

    Returns:
        Indices, (training rows, row + 1).
    """
    count = max(1, length // row)
    starts = offset + row * np.arange(count)
    return np.asarray((starts[:, np.newaxis] + np.arange(row + 1)) % length)


def take(columns: Columns, rows: npt.NDArray[np.int64]) -> Columns:
    """Return the rows with these indices."""
    return Columns(*(getattr(columns, name)[rows] for name in Columns.__slots__))


def stack(rows: Sequence[Columns]) -> Columns:
    """Return columns one after the other."""
    return Columns(*(np.concatenate([getattr(row, name) for row in rows]) for name in Columns.__slots__))


def _blank(piece: Columns) -> Columns:
    """Return a row without notes, at the position of the piece's first event."""
    first = piece[:1]
    empty = {name: np.zeros_like(getattr(first, name)) for name in Columns.__slots__}
    return Columns(**{**empty, "position": first.position, "bar": first.bar})
