import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.music.event import Event, EventError, Note
from presets.music.window import Window

notes = st.builds(
    Note,
    note=st.integers(0, 127),
    duration=st.integers(1, 10_000),
    velocity=st.integers(1, 127),
    part=st.integers(0, 3),
)
events = st.builds(Event.of, ioi=st.integers(0, 10_000), notes=st.lists(notes, min_size=1, max_size=12))


@given(events)
def test_an_event_comes_back_from_json_as_it_went(event):
    assert Event.from_json(event.to_json()) == event


@given(events)
def test_an_events_notes_stand_from_the_bottom_up(event):
    assert list(event.note_numbers) == sorted(event.note_numbers)


@given(st.lists(events, max_size=30), st.lists(events, max_size=30), st.integers(1, 20))
def test_pushing_keeps_the_last(first, then, length):
    window = Window.of(first, length)
    for event in then:
        window = window.push(event)
    assert window.events == tuple([*first, *then][-length:])


def test_replacing_means_that_very_event_and_not_its_equals():
    first, second = Event(0, (Note(60, 1, 1),)), Event(0, (Note(60, 1, 1),))
    corrected = Event(0, (Note(60, 480, 1),))
    window = Window.of([first, second])
    assert window.replace(first, corrected).events == (corrected, second)
    assert window.replace(second, corrected).events == (first, corrected)
    assert window.replace(corrected, first) == window


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((128, 1, 1), r"^a note number must be 0\.\.127, got 128$"),
        ((60, 0, 1), r"^a duration must be at least 1 tick, got 0$"),
        ((60, 1, 0), r"^a velocity must be 1\.\.127, got 0$"),
        ((60, 1, 1, -1), r"^a part must be 0 or more, got -1$"),
    ],
)
def test_an_impossible_note_is_refused(values, message):
    with pytest.raises(EventError, match=message):
        Note(*values)


def test_an_event_without_notes_is_refused():
    with pytest.raises(EventError, match=r"^an event must have at least one note, got none$"):
        Event(0, ())


@pytest.mark.parametrize("value", [None, 3, [1], [0, [[60]]], [0, [["C", 1, 1, 0]]], [0, []]])
def test_what_is_no_stored_event_is_refused(value):
    with pytest.raises(EventError, match=r"^an event (is stored as|must have)"):
        Event.from_json(value)
