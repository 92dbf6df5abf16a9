"""A state as a line: what is written is read, and what is something else is refused."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.controls.mode import Mode
from live.core.performer.state_line import StateLineError, from_line, to_line
from live.core.planning.states import State
from presets.bundles.settings import Meter
from presets.music.event import Event, Note


class Step(NamedTuple):
    number: int
    name: str | None


@dataclass(frozen=True)
class Everything:
    number: int
    seconds: float
    text: str
    flag: bool
    data: bytes
    state: State
    mode: Mode
    meter: Meter | None
    events: tuple[Event, ...]
    pairs: tuple[tuple[int, Note], ...]
    names: frozenset[str]
    step: Step
    chance: Mapping[str, Any]


NOTES = st.builds(Note, st.integers(0, 127), st.integers(1, 9999), st.integers(1, 127), st.integers(0, 3))
STATES = st.builds(
    Everything,
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.booleans(),
    st.binary(),
    st.sampled_from(State),
    st.sampled_from(Mode),
    st.none() | st.builds(Meter, st.integers(1, 32), st.sampled_from([1, 2, 4, 8])),
    st.lists(st.builds(Event.of, st.integers(0, 9999), st.lists(NOTES, min_size=1, max_size=3))).map(tuple),
    st.lists(st.tuples(st.integers(), NOTES)).map(tuple),
    st.frozensets(st.text()),
    st.builds(Step, st.integers(), st.none() | st.text()),
    st.dictionaries(st.text(), st.integers(0, 2**128) | st.dictionaries(st.text(), st.integers())),
)


@given(STATES)
def test_what_is_written_is_read(state):
    line = to_line(state)
    assert from_line(Everything, line) == state
    assert line.isascii()
    assert b"\n" not in line


def holding(kind):
    """Return a state with one field of this type."""
    return dataclass(frozen=True)(type("Holding", (), {"__annotations__": {"value": kind}}))


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        (int, 1.5),
        (int, True),
        (int, None),
        (float, "1.5"),
        (bool, 1),
        (str, 1),
        (bytes, "no hex"),
        (State, "SLEEPING"),
        (Mode, "stream"),
        (Meter, [33, 4]),
        (Meter, [4]),
        (Meter, 4),
        (Event, [0, []]),
        (Event, [0, [[128, 1, 1, 0]]]),
        (tuple[int, ...], [1, "2"]),
        (tuple[int, ...], "12"),
        (tuple[int, str], [1, "2", 3]),
        (frozenset[str], ["a", 1]),
        (int | None, "1"),
        (Mapping[str, Any], [1]),
    ],
    ids=str,
)
def test_a_value_of_another_type_is_refused(kind, row):
    body = json.dumps([row]).encode()
    with pytest.raises(StateLineError, match=r"^the state is of another version of segue: "):
        from_line(holding(kind), b"1 %08x %b" % (zlib.crc32(body), body))
