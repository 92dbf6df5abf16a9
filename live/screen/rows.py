"""Makes rows of the screen, cut to the available width."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

Row = list[Segment]

PLAIN = Style()
DIM = Style(dim=True)
BOLD = Style(bold=True)
WARNING = Style(bold=True, color="red")
CHOSEN = Style(bold=True, reverse=True)
SEGUE = Style(color="cyan")
SEGUE_NOW = Style(color="cyan", bold=True)
SEGUE_COMING = Style(color="cyan", dim=True)
YOU = Style(color="yellow")
YOU_NOW = Style(color="yellow", bold=True)

ASCII = str.maketrans("▀▄█▘▖▌▛▙░▰▱●○│┃…", "###===@@.#-*o.|~")
"""Replacements for a terminal that can show only ASCII characters."""


def fit(text: str, width: int) -> str:
    """Return a text cut or padded to exactly `width` cells; a text that is too long ends in an ellipsis.

    Control characters, which a port's name may contain, become `?`: the terminal would execute them.
    """
    text = "".join(character if character.isprintable() else "?" for character in text)
    if cell_len(text) > width > 0:
        return set_cell_size(text, width - 1) + "…"
    return set_cell_size(text, width)


def line(text: str, width: int, style: Style = PLAIN) -> Row:
    """Return a row with one text."""
    return [Segment(fit(text, width), style)]


def two_sided(left: Sequence[tuple[str, Style]], right: str, width: int, style: Style = BOLD) -> Row:
    """Return a row with texts on the left and one on the right; if room is short, cut the left ones."""
    right = fit(right, min(cell_len(right), width))
    return [
        *cut(left, width - cell_len(right) - 1),
        Segment(" " * (cell_len(right) < width)),
        Segment(right, style),
    ]


def cut(texts: Iterable[tuple[str, Style]], width: int) -> Row:
    """Return texts one after the other, cut or padded to exactly `width` cells."""
    row, left = [], max(0, width)
    for text, style in texts:
        taken = min(cell_len(text), left)
        if taken:
            row.append(Segment(fit(text, taken), style))
        left -= taken
    return [*row, Segment(" " * left)]


def in_columns(cells: Sequence[Row], width: int, columns: int, cell_width: int) -> list[Row]:
    """Return cells in columns, which read from top to bottom and then to the right."""
    height = -(-len(cells) // columns)
    blank = [Segment(" " * cell_width)]
    rows = []
    for top in range(height):
        row: Row = []
        for column in range(columns):
            index = column * height + top
            row += cells[index] if index < len(cells) else blank
        rows.append([*row, Segment(" " * (width - columns * cell_width))])
    return rows
