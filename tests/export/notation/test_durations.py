import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.notation.bars import bar_length
from export.notation.durations import find_tuplets, note_values, rest_values
from presets.bundles.settings import Meter
from tests.export.notation.recordings import METERS

SHORT = {"32nd": "t", "16th": "s", "eighth": "e", "quarter": "q", "half": "h", "whole": "w"}


def written(values: list) -> str:
    return " ".join(SHORT[value.kind] + "." * value.dots for value in values)


@pytest.mark.parametrize(
    ("begin", "end", "meter", "expected"),
    [
        (0, 96, Meter(4, 4), "w"),
        (0, 72, Meter(4, 4), "h."),
        (24, 72, Meter(4, 4), "h"),
        (24, 96, Meter(4, 4), "h."),
        (12, 36, Meter(4, 4), "q"),
        (36, 60, Meter(4, 4), "e e"),
        (12, 72, Meter(4, 4), "q. q"),
        (0, 60, Meter(4, 4), "h e"),
        (18, 30, Meter(4, 4), "s s"),
        (6, 18, Meter(4, 4), "e"),
        (0, 18, Meter(4, 4), "e."),
        (0, 21, Meter(4, 4), "e s."),
        (0, 72, Meter(3, 4), "h."),
        (24, 72, Meter(3, 4), "h"),
        (12, 60, Meter(3, 4), "e q."),
        (0, 36, Meter(6, 8), "q."),
        (0, 72, Meter(6, 8), "h."),
        (24, 48, Meter(6, 8), "e e"),
        (0, 48, Meter(6, 8), "q. e"),
        (12, 36, Meter(6, 8), "q"),
        (0, 144, Meter(12, 8), "w."),
        (0, 120, Meter(5, 4), "h. h"),
    ],
)
def test_notes_show_the_beat(begin: int, end: int, meter: Meter, expected: str) -> None:
    assert written(note_values(begin, end, meter, [])) == expected


@pytest.mark.parametrize(
    ("begin", "end", "meter", "expected"),
    [
        (0, 48, Meter(4, 4), "h"),
        (24, 72, Meter(4, 4), "q q"),
        (24, 96, Meter(4, 4), "q h"),
        (12, 36, Meter(4, 4), "e e"),
        (6, 24, Meter(4, 4), "s e"),
        (0, 18, Meter(4, 4), "e s"),
        (24, 72, Meter(3, 4), "q q"),
        (0, 36, Meter(6, 8), "q."),
        (12, 72, Meter(6, 8), "q q."),
    ],
)
def test_rests_are_never_syncopated(begin: int, end: int, meter: Meter, expected: str) -> None:
    assert written(rest_values(begin, end, meter, [])) == expected


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([0, 12, 96], []),
        ([0, 8, 16, 24, 96], [(0, 24, 3, 2)]),
        ([0, 16, 24, 96], [(0, 24, 3, 2)]),
        ([0, 4, 8, 12, 24, 96], [(0, 12, 3, 2)]),
        ([0, 4, 8, 16, 24, 96], [(0, 24, 6, 4)]),
        ([0, 24, 32, 96], [(24, 48, 3, 2)]),
    ],
)
def test_tuplets_are_as_small_as_they_can_be(places: list[int], expected: list[tuple[int, ...]]) -> None:
    found = find_tuplets(places, Meter(4, 4))
    assert [(tuplet.begin, tuplet.end, tuplet.actual, tuplet.normal) for tuplet in found] == expected


def test_a_note_that_leaves_a_triplet_is_tied() -> None:
    tuplets = find_tuplets([0, 16, 60, 96], Meter(4, 4))
    values = note_values(16, 60, Meter(4, 4), tuplets)
    assert [(value.begin, value.end, value.kind) for value in values] == [
        (16, 24, "eighth"),
        (24, 48, "quarter"),
        (48, 60, "eighth"),
    ]


@given(st.data(), st.sampled_from(METERS))
def test_every_length_can_be_written(data: st.DataObject, meter: Meter) -> None:
    places = range(0, bar_length(meter) + 1, 3)
    begin, end = sorted(
        data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True), label="length")
    )
    for values in (note_values(begin, end, meter, []), rest_values(begin, end, meter, [])):
        assert [value.begin for value in values] == [begin, *(value.end for value in values[:-1])]
        assert values[-1].end == end
