"""Draws the foot, below the piano roll: knobs, ports, lateness, copies, presets and keys."""

from rich.cells import cell_len

from live.core.performer.status import Copies
from live.core.planning.states import Source
from live.screen.dial_view import chosen_row, dial_rows
from live.screen.head_view import TURN_STYLES
from live.screen.help_view import keys_row
from live.screen.rows import BOLD, DIM, PLAIN, Row, cut, fit, line
from live.screen.snapshot import Ports, Setlist, Snapshot, Timekeeping
from live.screen.words import copying_words, describe, limit_words, longest_copy_words, offer_words

LIGHT_SECONDS = 0.25
"""How long a port's light stays on after a message."""

EVENTS_FROM = 32
"""A terminal with at least this many rows also shows the newest events as text."""


def foot_rows(snapshot: Snapshot, width: int, height: int, room: int) -> list[Row]:
    """Return the foot.

    Args:
        snapshot: what to show.
        width: columns of the terminal.
        height: rows of the terminal.
        room: maximum number of rows; the foot leaves out the least important ones.
    """
    panel = snapshot.panel
    ports, offers = [_ports(snapshot.ports, snapshot.now, width)], [_offers(snapshot.setlist, width)]
    late, copies = [_late(snapshot.timekeeping, width)], [_copies(snapshot.copies, width)]
    keys, events = [keys_row(width)], _events(snapshot, width) if height >= EVENTS_FROM else []
    dials, dial = dial_rows(panel.dials, panel.chosen, width), chosen_row(panel.dials, panel.chosen, width)
    if snapshot.help or panel.learning is not None:
        dials = dial = []
    for foot in (
        [*events, *dials, *ports, *late, *copies, *offers, *keys],
        [*dials, *ports, *late, *copies, *offers, *keys],
        [*dial, *ports, *late, *copies, *offers, *keys],
        [*ports, *late, *offers, *keys],
    ):
        if len(foot) <= room:
            return foot
    return [*ports, *keys]


def _events(snapshot: Snapshot, width: int) -> list[Row]:
    """Return the newest event of segue and of the musician as text, and how the preset reads it."""
    rows, bars = [], snapshot.clock.bars
    for source in (Source.SEGUE, Source.PLAYER):
        newest = next((entry for entry in reversed(snapshot.history) if entry.source is source), None)
        rows.append(line(describe(newest, bars) if newest else "", width, TURN_STYLES[source]))
    return rows


def _ports(ports: Ports, now: float, width: int) -> Row:
    """Return the inputs and outputs, each with a light that shows activity."""
    inputs, half = ", ".join(ports.inputs) or "none", width // 2
    return [
        *_port("in", inputs, ports.heard_at, now, half),
        *_port("out", ports.output, ports.sent_at, now, width - half),
    ]


def _port(name: str, ports: str, came_at: float | None, now: float, width: int) -> Row:
    is_lit = came_at is not None and now - came_at < LIGHT_SECONDS
    return cut([(f"{name} ", DIM), ("● " if is_lit else "○ ", BOLD), (fit(ports, width - 7), PLAIN)], width)


def _late(timekeeping: Timekeeping, width: int) -> Row:
    """Return how late the notes were, and how many were left out."""
    counts = (("dropped", timekeeping.dropped), ("rested", timekeeping.rested))
    texts = [(f"late {timekeeping.lateness}", PLAIN)]
    texts += [(f"   {word} {count}", BOLD if count else PLAIN) for word, count in counts]
    return cut(texts, width)


def _copies(copies: Copies, width: int) -> Row:
    """Return the limit on copies, the longest copy so far, and the present one if it is long enough."""
    words = limit_words(copies.limit), longest_copy_words(copies.longest), copying_words(copies.current)
    return line("   ".join(filter(None, words)), width)


def _offers(setlist: Setlist, width: int) -> Row:
    """Return the presets with their keys; if room is short, leave out those before the current one."""
    words = [offer_words(number, offer, setlist.number) for number, offer in enumerate(setlist.offers)]
    first = 0
    while first < (setlist.number or 0) and cell_len("  ".join(words[first:])) > width:
        first += 1
    return line("  ".join(words[first:]), width)
