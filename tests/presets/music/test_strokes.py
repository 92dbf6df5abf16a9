"""What is known of a stroke: which of a part's it is, and how it differs from those before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.music.event import Event, Note
from presets.music.strokes import (
    EVENTS,
    FEATURES,
    LIMIT,
    RECENT,
    STROKES,
    Stroke,
    features,
    share_of,
    strokes_of,
)

BAR = 1920


def event(*notes, ioi=240, duration=120):
    """Return an event of notes of part 1, or (note, part)."""
    pairs = [note if isinstance(note, tuple) else (note, 1) for note in notes]
    return Event.of(ioi, [Note(note, duration, 64, part) for note, part in pairs])


def numbers_of(*events, place=0, register=60):
    strokes = strokes_of(events, place, BAR)[1]
    return dict(zip(FEATURES, features(strokes, register), strict=True))


class TestStrokes:
    def test_each_part_has_its_own_with_their_places_in_the_bar(self):
        found = strokes_of([event(60, 64, ioi=0), event((40, 0)), event(62, (43, 0), (47, 0))], 480, BAR)
        assert found == {
            1: [Stroke(480, 0, 64, 2, 120, False), Stroke(0, 480, 62, 1, 120, True)],
            0: [Stroke(240, 240, 40, 1, 120, False), Stroke(0, 480, 47, 2, 120, True)],
        }

    def test_parts_that_rest_now_are_left_out(self):
        assert set(strokes_of([event((40, 0)), event(60)], 0, BAR)) == {1}

    def test_places_before_a_bar_line_are_in_the_bar_before(self):
        assert [stroke.place for stroke in strokes_of([event(60)] * 3, 240, BAR)[1]] == [1680, 0, 240]

    def test_a_place_just_beside_the_grid_is_on_it(self):
        assert strokes_of([event(60)], 1915, BAR)[1][0].place == 0

    def test_it_looks_back_only_so_far(self):
        assert len(strokes_of([event(60)] * 100, 0, BAR)[1]) == STROKES
        assert len(strokes_of([event(60), *[event((40, 0))] * EVENTS, event(60)], 0, BAR)[1]) == 1

    def test_the_share_of_a_part_is_that_of_its_notes_lately(self):
        assert share_of([event(60, (40, 0)), event(62), event((43, 0))], 1) == 0.5
        assert share_of([event((40, 0)), *[event(60)] * EVENTS], 1) == 1


class TestFeatures:
    def test_of_the_first_stroke_nothing_is_known(self):
        assert numbers_of(event(60)) == dict.fromkeys(FEATURES, 0.0)

    def test_a_stroke_as_all_the_others_differs_in_nothing(self):
        assert numbers_of(*[event(60, ioi=BAR)] * 9) == dict.fromkeys(FEATURES, 0.0)

    def test_what_is_unlike_the_others_is_told(self):
        steady = [event(60)] * 9
        assert numbers_of(*steady, event(72))["height"] == 1
        assert numbers_of(*steady, event(72))["rise"] > 0 > numbers_of(*steady, event(48))["rise"]
        assert numbers_of(*steady, event(60, 57, 53))["notes"] > 0
        assert numbers_of(*steady, event(60, ioi=960))["interval"] == pytest.approx(1)
        assert numbers_of(*steady, event(60, duration=480))["duration"] == pytest.approx(1)
        assert numbers_of(*steady, event(60, (40, 0)))["together"] == 1

    def test_a_bar_line_among_eighths_is_one(self):
        on, off = (numbers_of(*[event(60)] * 9, place=place) for place in (0, 240))
        assert on["bar line"] > 0.8 > 0 > off["bar line"]
        assert on["beat"] == 0.5 == -off["beat"]

    def test_it_is_compared_with_the_latest_strokes_only(self):
        assert numbers_of(*[event(40)] * 20, *[event(60)] * (RECENT + 2))["height"] == 0

    @given(
        st.lists(
            st.builds(
                lambda notes, ioi, duration: event(*notes, ioi=ioi, duration=duration),
                st.sets(st.tuples(st.integers(0, 127), st.integers(0, 3)), min_size=1, max_size=9),
                st.integers(0, 9000),
                st.integers(1, 9000),
            ),
            min_size=1,
            max_size=30,
        ),
        st.integers(0, BAR - 1),
        st.integers(0, 127),
    )
    def test_whatever_was_played_they_stay_within_their_limits(self, events, place, register):
        for strokes in strokes_of(events, place, BAR).values():
            found = features(strokes, register)
            assert len(found) == len(FEATURES)
            assert all(-LIMIT <= number <= LIMIT for number in found)
