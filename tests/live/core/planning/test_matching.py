"""How far segue's turn is like the phrase before it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.input.phrase import Phrase
from live.core.planning.matching import matched
from presets.bundles.settings import Part
from presets.music.event import Event, Note
from tests.live.stage.alphabet import CONTROLS

DUET = (Part("low", register=48), Part("high", register=72))


def phrase(*notes, velocity=90):
    return Phrase(
        0, 0, events=[(tick, Event.of(1, [Note(note, 1, velocity)])) for tick, note in enumerate(notes)]
    )


def test_at_one_it_is_as_loud_and_as_high_as_the_phrase():
    controls = matched(replace(CONTROLS, match=1, velocity=60), phrase(76, 80), DUET)
    assert controls.velocity == 90
    assert controls.register == pytest.approx(0.5)


def test_at_zero_it_stays_as_it_is_set():
    controls = replace(CONTROLS, match=0, velocity=60, register=-0.2)
    assert matched(controls, phrase(80), DUET) == controls


@pytest.mark.parametrize(
    ("ticks", "rate"), [((0, 480, 960), 1), ((100, 340, 580), 2), ((0, 0), None), ((7,), None)]
)
def test_its_rate_is_that_of_the_phrase_from_its_first_event_to_its_last(ticks, rate):
    events = [(tick, Event.of(1, [Note(60, 1, 64)])) for tick in ticks]
    assert matched(CONTROLS, Phrase(0, 0, events=events), DUET).rate == rate


def test_in_between_it_goes_half_way():
    controls = matched(replace(CONTROLS, match=0.5, velocity=60), phrase(84), DUET)
    assert controls.velocity == 75
    assert controls.register == pytest.approx(0.5)


@given(
    st.lists(st.integers(0, 127), min_size=1),
    st.integers(1, 127),
    st.integers(1, 127),
    st.floats(0, 1),
    st.floats(-1, 1),
)
def test_it_stays_within_its_ranges(notes, own, heard, match, register):
    controls = replace(CONTROLS, match=match, velocity=own, register=register)
    changed = matched(controls, phrase(*notes, velocity=heard), DUET)
    assert min(own, heard) <= changed.velocity <= max(own, heard)
    assert -1 <= changed.register <= 1
