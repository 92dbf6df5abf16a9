"""Every key, explained; and a few of them where there is room for no more than a row."""

from live.screen.key_bindings import BINDINGS, KeyAction
from live.screen.rows import BOLD, DIM, PLAIN, SEGUE, YOU, Row, cut, in_columns, line

CELL = 40

ALWAYS_NAMED = (KeyAction.HELP, KeyAction.QUIT)
"""Who knows these two finds all others."""

PRESETS = "1-9", "another preset"

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
    """Return the keys in so many rows."""
    keys = [(binding.key, binding.help) for binding in BINDINGS]
    keys.insert(-3, PRESETS)
    columns = min(2, max(1, width // CELL))
    cell = min(width // columns, 2 * CELL)
    cells: list[Row] = [cut([(f"{key:<6} ", BOLD), (words, PLAIN)], cell) for key, words in keys]
    rows = [*in_columns(cells, width, columns, cell), line("", width), cut(ROLL, width)]
    return [*rows, *([line("", width)] * (height - len(rows)))][:height]


def keys_row(width: int) -> Row:
    """Return the keys that there is room for."""
    always = [f"{binding.key} {binding.label}" for binding in BINDINGS if binding.meaning in ALWAYS_NAMED]
    others = [f"{binding.key} {binding.label}" for binding in BINDINGS if binding.meaning not in ALWAYS_NAMED]
    while others and len("  ".join([*others, *always])) > width:
        others.pop()
    return line("  ".join([*others, *always]), width, DIM)
