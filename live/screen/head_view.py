"""Draws the head, readable from two metres away: the preset, the bar, whose turn it is, what comes next."""

import textwrap
from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style

from live.core.performer.status import BeatClock
from live.core.planning.states import Source, State
from live.screen.block_letters import block_letters, letters_height
from live.screen.rows import BOLD, CHOSEN, DIM, PLAIN, SEGUE_NOW, WARNING, YOU_NOW, Row, line, two_sided
from live.screen.snapshot import Snapshot
from live.screen.words import (
    NAMES,
    TURNS,
    coming_words,
    heard_words,
    mine_words,
    section_words,
    state_words,
    tempo_words,
    time_left,
    turn_words,
    where_words,
)
from presets.music.event import PPQ

LETTERS_SHARE = 7
"""The big letters take up to one seventh of the screen's height."""

WITH_WORDS = 60
"""A terminal with at least this many columns has room for words beside the numbers on the right."""

NOTICE_ROWS = 3
"""Maximum number of rows for a notice."""

TURN_STYLES = {Source.SEGUE: SEGUE_NOW, Source.PLAYER: YOU_NOW}

_SHORT_STATES = {
    State.LISTENING: "listening",
    State.STOPPED: "stopped",
    State.WAITING: "waiting",
    State.FINISHED: "finished",
}


def head_rows(snapshot: Snapshot, width: int, height: int) -> list[Row]:
    """Return the head for a terminal of this size: four rows, or more with big letters."""
    scale = _scale(snapshot, width, height)
    return [
        *_name(snapshot, width, scale),
        *_band(snapshot, width, scale - 1),
        _coming(snapshot, width),
        _mode(snapshot, width),
        *_notice(snapshot.notice or "", width),
    ]


def _scale(snapshot: Snapshot, width: int, height: int) -> int:
    """Return the scale of the head's big letters; 0 for normal letters."""
    # Assume a bar number while stopped, too: the letters must not change size with every stop.
    figures = _figures(snapshot) or "1.1"
    # If the name is too long for big letters, only the bar and the beat are big.
    for text in (f"{_called(snapshot)} {figures}", figures):
        scale = 0
        while letters_height(scale + 1) <= height // LETTERS_SHARE:
            drawn = block_letters(text, scale + 1)
            if drawn is None or len(drawn[0]) > width:
                break
            scale += 1
        if scale:
            return scale
    return 0


def _called(snapshot: Snapshot) -> str:
    """Return the title of the current preset in the set, or else its name."""
    return snapshot.setlist.title or snapshot.setlist.preset


def _figures(snapshot: Snapshot) -> str:
    """Return the bar and the beat; if stopped, those to continue at; the bars of a count-in are negative."""
    clock = snapshot.clock
    tick = clock.goes_on_at if clock.tick is None else clock.tick
    if tick is None:
        return ""
    where = clock.bars.position(tick)
    return f"{where.bar + (where.bar >= 0)}.{where.beat + 1}"


def _name(snapshot: Snapshot, width: int, scale: int) -> list[Row]:
    """Return the preset, in big letters if there is room, with the bar and the beat."""
    called = _called(snapshot)
    if not scale:
        return [two_sided([(called, BOLD)], _figures(snapshot), width)]
    figures = _drawn([_figures(snapshot)], scale, width)
    name = _drawn([called], scale, width - len(figures[0]) - 1)
    rows = _spread(name, PLAIN, figures, BOLD, width)
    return rows if name[0] else [two_sided([(called, BOLD)], figures[0], width), *rows[1:]]


def _band(snapshot: Snapshot, width: int, scale: int) -> list[Row]:
    """Return whose turn it is and when the next preset comes, if there is room for big letters."""
    if scale < 1:
        return []
    style = PLAIN
    texts = [_status(snapshot), snapshot.mode.value]
    if snapshot.turn is not None and texts[0] == TURNS[snapshot.turn]:
        style, texts = TURN_STYLES[snapshot.turn], [texts[0], NAMES[snapshot.turn]]
    left = _drawn(texts, scale, width // 2)
    right = _drawn(_countdown(snapshot), scale, width - width // 2 - 1)
    blank = line("", width)
    return [blank, *_spread(left, style, right, BOLD, width), blank]


def _drawn(texts: Sequence[str], scale: int, width: int) -> list[str]:
    """Return the first of the texts that fits in big letters; blank lines if none does."""
    for text in texts:
        drawn = block_letters(text, scale)
        if drawn is not None and len(drawn[0]) <= width:
            return drawn
    return [""] * letters_height(scale)


def _spread(left: list[str], style: Style, right: list[str], right_style: Style, width: int) -> list[Row]:
    return [
        [Segment(near, style), Segment(" " * (width - len(near) - len(far))), Segment(far, right_style)]
        for near, far in zip(left, right, strict=True)
    ]


def _status(snapshot: Snapshot) -> str:
    """Return the most important state: not playing, muted, whose turn it is, or the mode."""
    if snapshot.state is not State.PLAYING:
        return _SHORT_STATES[snapshot.state]
    if snapshot.muted:
        return "muted"
    return TURNS[snapshot.turn] if snapshot.turn is not None else snapshot.mode.value


def _countdown(snapshot: Snapshot) -> list[str]:
    """Return texts about the next preset, the longest first; without a next preset, about the tempo."""
    coming, clock = snapshot.setlist.coming, snapshot.clock
    if coming is None:
        return [f"{clock.bpm:.4g} bpm", f"{clock.bpm:.4g}"]
    bars, beats = time_left(coming, clock)
    left = f"{bars}" if bars else f"{beats}"
    unit = ("bar" if bars else "beat") + "s" * (left != "1")
    name = coming.preset
    return [f"{name} in {left} {unit}", f"{name} {left} {unit}", f"{name} {left}", f"{left} {unit}"]


def _coming(snapshot: Snapshot, width: int) -> Row:
    setlist, clock = snapshot.setlist, snapshot.clock
    title = f"{setlist.preset} ({setlist.set_name})" if setlist.set_name else ""
    words = coming_words(setlist.coming, clock)
    gap = "   " if words and title else ""
    form = section_words(snapshot.sections, clock)
    before = "   " if form and (words or title) else ""
    tempo = tempo_words(clock) if width >= WITH_WORDS else f"{clock.bpm:.4g}"
    left = [(words, BOLD), (gap, PLAIN), (title, PLAIN), (before, PLAIN), (form, PLAIN)]
    return two_sided(left, tempo, width)


def _mode(snapshot: Snapshot, width: int) -> Row:
    left = [(snapshot.mode.value, BOLD), ("  ", PLAIN)]
    if snapshot.turn is not None:
        left += [(TURNS[snapshot.turn], TURN_STYLES[snapshot.turn]), ("  ", PLAIN)]
    if snapshot.muted:
        left += [(" MUTED ", CHOSEN), ("  ", PLAIN)]
    left.append(
        (turn_words(snapshot) or state_words(snapshot), DIM if snapshot.state is State.PLAYING else BOLD)
    )
    for words in (heard_words(snapshot), mine_words(snapshot)):
        if words:
            left += [("  ", PLAIN), (words, BOLD)]
    beats = _beats(snapshot.clock) if width >= WITH_WORDS else ""
    return two_sided(left, f"{where_words(snapshot.clock)}  {beats}".strip(), width)


def _notice(notice: str, width: int) -> list[Row]:
    """Return the notice; it always takes at least one row, so that the screen does not jump."""
    rows = textwrap.wrap(notice, width) or [""]
    if len(rows) > NOTICE_ROWS:
        rows = [*rows[: NOTICE_ROWS - 1], " ".join(rows[NOTICE_ROWS - 1 :])]
    return [line(row, width, WARNING) for row in rows]


def _beats(clock: BeatClock) -> str:
    """Return the beats of the bar, with the current one filled."""
    beats = -(-clock.meter.bar_ticks // PPQ)
    beat = None if clock.tick is None else clock.bars.position(clock.tick).beat
    return " ".join("██" if number == beat else "░░" for number in range(beats))
