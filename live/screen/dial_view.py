"""Draws the knobs with their values, and the list of what a controller can learn."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment

from live.screen.rows import BOLD, CHOSEN, DIM, PLAIN, Row, cut, fit, in_columns, line
from live.screen.snapshot import Dial, Learnable, Learning

CELL = 20
"""Columns for a knob: enough to distinguish `rhythm-temperature` from `rhythm-top-p`."""

SLIDER = 6
"""Columns of a knob's slider, if there is room for sliders."""

WITH_SLIDER = CELL + SLIDER + 2

LEARNED_CELL = 26


def dial_rows(dials: Sequence[Dial], chosen: int | None, width: int) -> list[Row]:
    """Return the knobs in as many rows as they need."""
    cell = WITH_SLIDER if width >= 4 * WITH_SLIDER else CELL
    columns = max(1, width // cell)
    cell = min(width // columns, cell + 8)
    cells = [_dial(dial, number == chosen, cell) for number, dial in enumerate(dials)]
    return in_columns(cells, width, columns, cell)


def chosen_row(dials: Sequence[Dial], chosen: int | None, width: int) -> list[Row]:
    """Return the one knob that the arrow keys change, for a screen without room for all knobs."""
    cell = min(width, WITH_SLIDER)
    return [] if chosen is None else in_columns([_dial(dials[chosen], True, cell)], width, 1, cell)


def learning_rows(learning: Learning, width: int, height: int) -> list[Row]:
    """Return the target that segue is learning, what to do next, and the other targets."""
    target = learning.targets[learning.chosen].name
    head = [
        line(f"LEARN {target}", width, BOLD),
        line(learning.hint, width, BOLD),
        line("up/down choose another control, x unlearns it, Esc leaves", width, DIM),
    ]
    rows, columns = max(1, height - len(head)), max(1, width // LEARNED_CELL)
    # Show the page with the chosen target.
    first = learning.chosen // (rows * columns) * rows * columns
    cells = [
        _learnable(target, number == learning.chosen)
        for number, target in enumerate(learning.targets[first : first + rows * columns], first)
    ]
    cells += [[Segment(" " * LEARNED_CELL)]] * (rows * columns - len(cells))
    return [*head, *in_columns(cells, width, columns, LEARNED_CELL)][:height]


def _dial(dial: Dial, is_chosen: bool, width: int) -> Row:
    slider = ""
    if width >= WITH_SLIDER:
        filled = round(dial.position * SLIDER)
        slider = " " + "▰" * filled + "▱" * (SLIDER - filled)
    value = dial.text if cell_len(dial.text) <= 9 else fit(dial.text, 9)
    name = fit(dial.name, width - 3 - cell_len(value) - len(slider))
    mark, style = (">", CHOSEN) if is_chosen else (" ", PLAIN)
    return cut([(mark, BOLD), (f"{name} {value}{slider}", style)], width)


def _learnable(target: Learnable, is_chosen: bool) -> Row:
    bound = f" {target.bound}" if target.bound else ""
    mark, style = (">", CHOSEN) if is_chosen else (" ", PLAIN)
    name = fit(target.name, LEARNED_CELL - 2 - cell_len(bound))
    return cut([(mark, BOLD), (f"{name}{bound}", style)], LEARNED_CELL)
