"""Draws the help, which explains every key, and the row that names the most important keys."""

from live.screen.key_bindings import BINDINGS, KeyAction
from live.screen.rows import BOLD, DIM, PLAIN, SEGUE, YOU, Row, cut, in_columns, line

CELL = 40

ALWAYS_NAMED = (KeyAction.HELP, KeyAction.QUIT)
"""Keys that the row always names: help leads to all the others."""

PRESETS = "1-9", "switch to this preset"

ROLL = [
    ("roll: ", BOLD),
    ("████", SEGUE),
    (" segue  ", PLAIN),
    ("▌▌▌▌", YOU),
    (" you  ", PLAIN),
    ("│", DIM),
    (" bar line  ", PLAIN),
    ("┃", BOLD),
    (" now", PLAIN),
]


def help_rows(width: int, height: int) -> list[Row]:
    """Return the help in exactly `height` rows."""
    keys = [(binding.key, binding.help) for binding in BINDINGS]
    keys.insert(-3, PRESETS)
    columns = min(2, max(1, width // CELL))
    cell = min(width // columns, 2 * CELL)
    cells: list[Row] = [cut([(f"{key:<6} ", BOLD), (words, PLAIN)], cell) for key, words in keys]
    rows = [*in_columns(cells, width, columns, cell), line("", width), cut(ROLL, width)]
    return [*rows, *([line("", width)] * (height - len(rows)))][:height]


def keys_row(width: int) -> Row:
    """Return a row with as many keys as fit."""
    always = [f"{binding.key} {binding.label}" for binding in BINDINGS if binding.meaning in ALWAYS_NAMED]
    others = [f"{binding.key} {binding.label}" for binding in BINDINGS if binding.meaning not in ALWAYS_NAMED]
    while others and len("  ".join([*others, *always])) > width:
        others.pop()
    return line("  ".join([*others, *always]), width, DIM)
