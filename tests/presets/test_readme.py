"""README.md says of the presets what their cards say."""

import re
from pathlib import Path

import pytest

from presets.bundles.library import SHIPPED_FOLDER

ROWS = [row for row in (Path(__file__).parents[2] / "README.md").read_text().splitlines() if "CARD.md" in row]
CARDS = sorted(path for path in SHIPPED_FOLDER.glob("*/CARD.md"))


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_a_preset_is_made_from_as_many_pieces_as_its_card_says(path):
    (row,) = (row for row in ROWS if f"(presets/{path.parent.name}/CARD.md)" in row)
    card = path.read_text()
    count = re.search(r"^\d+ files; (\d+) pieces", card, re.MULTILINE) or re.search(
        r"^(\d+) files, [\d,]+ tokens", card, re.MULTILINE
    )
    assert re.search(rf"\b{count[1]}\b", row.split("|")[4])
