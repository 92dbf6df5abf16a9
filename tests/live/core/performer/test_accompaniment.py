"""Where the music is left to a player's hands."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from live.core.performer.accompaniment import ROOM, keep_clear
from presets.bundles.settings import Part
from presets.music.event import Note
from tests.live.stage.alphabet import CONTROLS

PIANO = (Part("piano", register=63),)
DUET = (Part("chords", register=45), Part("melody", register=72))
CHOIR = tuple(
    Part(name, register=at) for name, at in (("bass", 51), ("tenor", 59), ("alto", 65), ("soprano", 71))
)
OWN = replace(CONTROLS, lowest=24, highest=100)
NOBODY = frozenset()


def struck(*numbers):
    return [Note(number, 240, 64) for number in numbers]


def free(lately, held=NOBODY, controls=OWN):
    """The range that a piano is left."""
    left = keep_clear(controls, PIANO, frozenset(held), struck(*lately))
    return left.lowest, left.highest


def resting(parts, *lately):
    return sorted(keep_clear(OWN, parts, NOBODY, struck(*lately)).resting_parts)


def test_who_plays_nothing_changes_nothing():
    assert keep_clear(OWN, PIANO, NOBODY, []) == OWN
    assert keep_clear(OWN, CHOIR, NOBODY, []) == OWN


def test_beside_hands_the_density_is_lower_down_to_the_lowest():
    def density(own):
        return keep_clear(replace(OWN, density=own), PIANO, NOBODY, struck(60)).density

    assert [density(own) for own in (1, 0, -0.25, -0.75, -1)] == [0.5, -0.5, -0.75, -1, -1]


def test_held_notes_are_avoided_besides_those_that_are_already():
    shy = replace(OWN, avoid=frozenset({40}))
    assert keep_clear(shy, DUET, frozenset({60, 64}), []).avoid == {40, 60, 64}


def test_a_piano_plays_below_a_high_hand_and_above_a_low_one():
    assert free([72, 76, 79]) == (24, 69)
    assert free([40, 43, 48]) == (51, 100)
    assert free([], held={72}) == (24, 69)


def test_between_two_hands_far_apart_there_is_room():
    assert free([36, 40, 84, 88]) == (43, 81)


def test_where_the_hands_leave_too_little_the_range_stays():
    assert free([36, 48, 60, 72, 84, 96]) == (24, 100)
    narrow = replace(OWN, lowest=60, highest=79)
    assert free([70], controls=narrow) == (60, 79)


def test_notes_outside_the_range_take_nothing_from_it():
    assert free([110, 20]) == (24, 100)
    assert free([101]) == (24, 98)


def test_the_part_that_the_hand_plays_rests():
    assert resting(DUET, 72, 74, 76) == [1]
    assert resting(DUET, 40, 45) == [0]
    assert resting(CHOIR, 59, 66) == [1, 2]


def test_of_hands_in_every_part_the_least_taken_plays_on():
    assert resting(DUET, 45, 48, 72) == [0]
    assert resting(CHOIR, 51, 51, 59, 59, 65, 71, 71) == [0, 1, 3]


def test_parts_that_rest_already_go_on_resting():
    resting_bass = replace(OWN, resting_parts=frozenset({0}))
    assert keep_clear(resting_bass, CHOIR, NOBODY, struck(71)).resting_parts == {0, 3}
    assert keep_clear(resting_bass, DUET, NOBODY, struck(72)).resting_parts == {0}


numbers = st.integers(0, 127)


@given(st.lists(numbers), st.frozensets(numbers), st.sampled_from([PIANO, DUET, CHOIR]), numbers, numbers)
def test_somebody_always_plays_in_a_range_with_room_or_the_own(lately, held, parts, one, other):
    own = replace(OWN, lowest=min(one, other), highest=max(one, other))
    left = keep_clear(own, parts, held, struck(*lately))
    assert left.avoid == held
    assert len(left.resting_parts) < len(parts)
    if (left.lowest, left.highest) != (own.lowest, own.highest):
        assert own.lowest <= left.lowest <= left.highest - ROOM <= own.highest - ROOM
        assert not any(left.lowest <= number <= left.highest for number in {*lately, *held})
