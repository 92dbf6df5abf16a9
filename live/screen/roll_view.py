"""Draws the piano roll: notes move to the left, and a vertical line marks the present.

A row of the terminal holds two rows of the roll. Notes of segue are solid bars and notes of the musician are
dashed ones, so that the roll can be read without colours.
"""

import re
from itertools import product

from rich.segment import Segment
from rich.style import Style

from live.core.controls.note_names import note_name
from live.core.planning.states import Source
from live.screen.recent_notes import RollNote
from live.screen.rows import BOLD, DIM, SEGUE, SEGUE_COMING, SEGUE_NOW, YOU, YOU_NOW, Row
from live.screen.snapshot import Snapshot

COLUMN_SECONDS = 0.1
"""Length of a column: each refresh of the screen adds one."""

WIDE = 160
"""On a terminal with at least this many columns, each lasts half as long."""

AHEAD_SECONDS = 1.0
"""How far ahead the roll shows the notes that are about to sound."""

GUTTER = 4
"""Columns for the names of the octaves."""

THICKER_FROM = 24
"""A roll with at least this many rows draws notes two half rows thick: such a terminal has small letters."""

LEAST_RANGE = 24
RANGE_STEP = 6
"""Semitones: the range grows and shrinks in steps, so that the roll does not move all the time."""

# The possible contents of half a cell.
_NOTHING, _PAST, _SOUNDING, _COMING, _YOURS, _YOURS_SOUNDING = range(6)
_OF_SEGUE = (_PAST, _SOUNDING, _COMING)
_STYLES = {
    _NOTHING: DIM,
    _PAST: SEGUE,
    _SOUNDING: SEGUE_NOW,
    _COMING: SEGUE_COMING,
    _YOURS: YOU,
    _YOURS_SOUNDING: YOU_NOW,
}
_KINDS = len(_STYLES)
_LINE = _KINDS * _KINDS
"""The code of the vertical line; all other codes are the upper half times `_KINDS`, plus the lower half."""

_GLYPHS = {"s.": "▀", ".s": "▄", "ss": "█", "y.": "▘", ".y": "▖", "yy": "▌", "sy": "▛", "ys": "▙"}
"""The character for an upper and a lower half: s for segue, y for you, . for nothing."""


def _letter(kind: int) -> str:
    return "." if kind == _NOTHING else "s" if kind in _OF_SEGUE else "y"


def _style(above: int, below: int) -> Style:
    """Return the style of whoever plays here; bold without colour for both, as a cell has only one colour."""
    if _NOTHING not in (above, below) and (above in _OF_SEGUE) != (below in _OF_SEGUE):
        return BOLD
    return _STYLES[max(above, below) if _SOUNDING not in (above, below) else _SOUNDING]


_DRAWN = {
    above * _KINDS + below: (_GLYPHS[_letter(above) + _letter(below)], _style(above, below))
    for above, below in product(range(_KINDS), repeat=2)
    if above or below
}

_RUNS = re.compile(rb"(.)\1*", re.DOTALL)


def roll_rows(snapshot: Snapshot, width: int, height: int) -> list[Row]:
    """Return the roll: exactly `height` rows, each exactly `width` columns wide."""
    columns = width - GUTTER
    seconds = COLUMN_SECONDS if width < WIDE else COLUMN_SECONDS / 2
    line = columns - 1 - round(AHEAD_SECONDS / seconds)
    if line < 1 or height < 1:
        return [[Segment(" " * width)] for _ in range(height)]
    first = _column(snapshot.now, seconds) - line
    background, numbered = _background(snapshot, first, seconds, columns, line)
    low, high = _range(snapshot.roll)
    halves = [bytearray(columns) for _ in range(2 * height)]
    thickness = 1 + height // THICKER_FROM
    for note, start, end in _placed(snapshot, first, seconds, columns):
        bottom = (note.note - low) * 2 * height // (high - low)
        top = max(bottom + thickness, (note.note + 1 - low) * 2 * height // (high - low))
        kind = _kind(note, snapshot.now)
        for half in halves[bottom:top]:
            half[start:end] = bytes((kind,)) * (end - start)
    names = {
        (octave - low) * height // (high - low): note_name(octave)
        for octave in range(low, high)
        if octave % 12 == 0
    }
    return [
        [
            Segment(f"{names.get(row, ''):<{GUTTER}}", DIM),
            *_drawn(
                halves[2 * row + 1], halves[2 * row], numbered if row == height - 1 else background, line
            ),
        ]
        for row in reversed(range(height))
    ]


def _column(at: float, seconds: float) -> int:
    # A column covers the same span of time in every picture, so that nothing flickers as the roll moves.
    return int(at // seconds)


def _range(roll: tuple[RollNote, ...]) -> tuple[int, int]:
    """Return the lowest note of the roll, and the note above its highest."""
    low = min((note.note for note in roll), default=60 - LEAST_RANGE // 2)
    high = max((note.note for note in roll), default=60 + LEAST_RANGE // 2 - 1) + 1
    low, high = low - low % RANGE_STEP, high + -high % RANGE_STEP
    while high - low < LEAST_RANGE:
        low, high = low - RANGE_STEP, high + RANGE_STEP
    return low, high


def _kind(note: RollNote, now: float) -> int:
    sounds = note.start <= now and (note.end is None or note.end > now)
    if note.source is Source.PLAYER:
        return _YOURS_SOUNDING if sounds else _YOURS
    return _SOUNDING if sounds else _COMING if note.start > now else _PAST


def _placed(snapshot: Snapshot, first: int, seconds: float, columns: int) -> list[tuple[RollNote, int, int]]:
    """Return the visible notes in order of time, each with its first column and the column after its last.

    A note that lasts until the same note is played again loses its last column, so that both are visible.
    """
    placed: list[tuple[RollNote, int, int]] = []
    newest: dict[tuple[Source, int], int] = {}
    for note in sorted(snapshot.roll, key=lambda note: note.start):
        start = _column(note.start, seconds) - first
        # A note whose key is down reaches through the line.
        until = snapshot.now + seconds if note.end is None else note.end
        end = max(start + 1, _column(until, seconds) - first)
        if start >= columns or end <= 0:
            continue
        key = note.source, note.note
        if (index := newest.get(key)) is not None:
            before, begun, ended = placed[index]
            placed[index] = before, begun, max(begun + 1, min(ended, start - 1))
        newest[key] = len(placed)
        placed.append((note, start, end))
    return [(note, max(0, start), min(columns, end)) for note, start, end in placed if end > 0]


def _background(snapshot: Snapshot, first: int, seconds: float, columns: int, line: int) -> tuple[str, str]:
    """Return a row of bar lines, and the same row with the numbers of the bars."""
    plain = [" "] * columns
    numbered = plain
    transport, bars = snapshot.clock.transport, snapshot.clock.bars
    if transport is not None:
        begin = max(0, bars.number(transport.tick_at(first * seconds)))
        end = bars.number(transport.tick_at((first + columns) * seconds))
        lines = [
            (_column(transport.seconds_at(bars.line(bar)), seconds) - first, bar + 1)
            for bar in range(begin, end + 1)
        ]
        lines = [(column, bar) for column, bar in lines if 0 <= column < columns]
        for column, _ in lines:
            plain[column] = "│"
        numbered = plain.copy()
        for column, bar in lines:
            if column + len(str(bar)) < line:
                numbered[column + 1 : column + 1 + len(str(bar))] = str(bar)
    return "".join(plain), "".join(numbered)


def _drawn(above: bytearray, below: bytearray, background: str, line: int) -> Row:
    codes = (
        bytearray(map(_CODES.__getitem__, zip(above, below, strict=True)))
        if any(above) or any(below)
        else None
    )
    if codes is None:
        return [Segment(background[:line], DIM), Segment("┃", BOLD), Segment(background[line + 1 :], DIM)]
    if not codes[line]:
        codes[line] = _LINE
    row: Row = []
    for run in _RUNS.finditer(codes):
        code, (start, end) = codes[run.start()], run.span()
        if code == _LINE:
            row.append(Segment("┃", BOLD))
        elif code:
            glyph, style = _DRAWN[code]
            row.append(Segment(glyph * (end - start), style))
        else:
            row.append(Segment(background[start:end], DIM))
    return row


_CODES = {(above, below): above * _KINDS + below for above, below in product(range(_KINDS), repeat=2)}
