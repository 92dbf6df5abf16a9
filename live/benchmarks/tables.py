"""Prints benchmarks as tables."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from live.benchmarks import BENCHMARKS
from live.benchmarks.setting import Measured, Row


def show(machine: dict[str, Any], results: dict[str, Measured | str], console: Console | None = None) -> None:
    """Print the computer, then each benchmark as a table, or the sentence that says why there is none."""
    console = console or Console()

    def say(line: str = "", style: str = "") -> None:
        # As texts: rich would read a bracket in a name as markup.
        console.print(Text(line, style=style), soft_wrap=True)

    say("  ".join(f"{name} {value if value is not None else 'none'}" for name, value in machine.items()))
    for name, result in results.items():
        say()
        say(f"{name}: {BENCHMARKS[name]}", style="bold")
        if isinstance(result, str):
            say(f"  not measured: {result}")
            continue
        for rows in _alike(result.rows):
            console.print(as_table(rows))
        for remark in result.remarks:
            say(f"  {remark}")


def as_table(rows: Sequence[Row]) -> Table:
    """Return a table with a row for each thing, and a column for every measurement."""
    names = list(dict.fromkeys(name for row in rows for name in row.figures))
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    table.add_column("unit")
    for row in rows:
        cells = [_number(row.figures[name]) if name in row.figures else "" for name in names]
        table.add_row(Text(row.what), *cells, Text(row.unit))
    return table


def _alike(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield the rows in order, in groups that share a column: one wide table would not fit."""
    group: list[Row] = []
    for row in rows:
        if group and not any(row.figures.keys() & other.figures.keys() for other in group):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _number(value: float) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
