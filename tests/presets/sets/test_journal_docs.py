"""docs/journal.md tells the truth."""

import re
from pathlib import Path

import pytest

from presets.sets.lines import TYPES, from_line, to_line
from presets.sets.reader import records_in
from presets.sets.records import Closed, Opened

PAGE = (Path(__file__).parents[3] / "docs" / "journal.md").read_text()
EXAMPLE = re.search(r"```jsonl\n(.*?)```", PAGE, re.DOTALL)[1]
ROWS = [row for row in PAGE.splitlines() if row.startswith("| `")]


def test_each_figure_is_filled_in():
    assert re.findall(r"@\w+@", PAGE) == []


def test_the_example_is_a_whole_journal():
    records, unreadable = records_in(EXAMPLE.encode())
    assert unreadable == 0
    assert isinstance(records[0], Opened)
    assert isinstance(records[-1], Closed)


@pytest.mark.parametrize("line", EXAMPLE.splitlines(), ids=lambda line: line[:30])
def test_the_example_is_as_segue_writes_it(line):
    assert to_line(from_line(line)) == f"{line}\n"


@pytest.mark.parametrize("name", TYPES)
def test_every_type_is_shown_and_each_of_its_fields_is_explained(name):
    assert f'"type":"{name}"' in EXAMPLE
    (row,) = (row for row in ROWS if row.startswith(f"| `{name}` |"))
    common = "".join(row for row in ROWS if row.startswith(("| `at` |", "| `take` |", "| `tick` |")))
    _, fields = TYPES[name]
    assert [field.key for field in fields if f"`{field.key}`" not in row + common] == []
