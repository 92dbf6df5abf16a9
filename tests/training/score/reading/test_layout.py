import re
from typing import Any

import pytest

from training.score.reading.layout import Layout, LayoutError, PartSource, layout_from_toml

CHORDS = {"name": "chords", "tracks": [1], "channel": 1, "program": 21}
MELODY = {"name": "melody", "tracks": ["MELODY", "BRIDGE"]}


def test_nothing_said_is_one_piano_on_the_whole_grid() -> None:
    assert layout_from_toml({}) == Layout(parts=(), grid=24, bars=True, beats=True, test=())


def test_channels_are_counted_from_1_in_the_file_and_programs_from_0() -> None:
    assert layout_from_toml(
        {
            "grid": 12,
            "bars": False,
            "test": ["a", "b1"],
            "valid": ["d"],
            "leave_out": ["c"],
            "parts": [CHORDS, MELODY],
        }
    ) == Layout(
        (PartSource("chords", (1,), channel=0, program=21), PartSource("melody", ("MELODY", "BRIDGE"))),
        grid=12,
        bars=False,
        test=("a", "b1"),
        valid=("d",),
        leave_out=("c",),
    )


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ({"gird": 4}, "got 'gird'; did you mean grid?"),
        ({"grid": 5}, "grid must be one of 1, 2, 3, 4, 6, 8, 12, 24 per quarter note, got 5"),
        ({"grid": True}, "got True"),
        ({"grid": "4"}, "got '4'"),
        ({"bars": 1}, "bars must be true or false, got 1"),
        ({"beats": "no"}, "beats must be true or false, got 'no'"),
        ({"beats": False}, "with beats = false, also write bars = false"),
        ({"test": "a"}, "test must be a list of file names, or of how they begin, got 'a'"),
        ({"test": [""]}, "got ['']"),
        ({"valid": ["a"]}, "a corpus that names pieces in valid also names some in test, got none"),
        ({"leave_out": 5}, "leave_out must be a list of file names, or of how they begin, got 5"),
        ({"parts": {"name": "a"}}, "each part must be a table that begins with [[parts]]"),
        ({"parts": [{"name": "a"}]}, "a part must have a name and tracks"),
        ({"parts": [{**CHORDS, "track": 1}]}, "did you mean tracks?"),
        ({"parts": [{**CHORDS, "name": 1}]}, "a part's name must be one line of text, got 1"),
        ({"parts": [{**CHORDS, "tracks": []}]}, "the tracks of the part 'chords' must be a list"),
        ({"parts": [{**CHORDS, "tracks": [True]}]}, "got [True]"),
        ({"parts": [{**CHORDS, "tracks": [-1]}]}, "got [-1]"),
        ({"parts": [{**CHORDS, "channel": 0}]}, "the channel of the part 'chords' must be 1..16, got 0"),
        ({"parts": [{**CHORDS, "program": 128}]}, "a part's program must be 0..127, got 128"),
        (
            {"parts": [CHORDS, {**CHORDS, "tracks": [0]}]},
            "parts must have different names, got 'chords' twice",
        ),
        (
            {"parts": [MELODY, {**CHORDS, "tracks": ["bridge"]}]},
            "a track must belong to one part, got 'bridge' twice",
        ),
    ],
)
def test_a_wrong_layout_is_refused_with_the_rule_and_what_was_said(value: dict[str, Any], rule: str) -> None:
    with pytest.raises(LayoutError, match=re.escape(rule)):
        layout_from_toml(value)
