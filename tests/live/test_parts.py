from hypothesis import given
from hypothesis import strategies as st

from live.core.parts import give_parts, program_changes, window_in_parts
from presets.event import Event, Note
from presets.settings import Part
from presets.window import Window

HANDS = (Part("melody", 0, 40, register=74), Part("chords", 1, register=52))

notes = st.lists(
    st.builds(Note, st.integers(0, 127), st.integers(1, 9999), st.integers(1, 127), part=st.integers(0, 5)),
    min_size=1,
    max_size=12,
)
instruments = st.lists(st.builds(Part, st.just("part"), register=st.integers(0, 127)), min_size=1, max_size=4)


def test_each_note_goes_to_the_part_whose_register_is_nearest():
    given_to = give_parts([Note(48, 240, 60), Note(63, 240, 60), Note(64, 240, 60), Note(90, 240, 60)], HANDS)
    assert [(note.note, note.part) for note in given_to] == [(48, 1), (63, 0), (64, 0), (90, 0)]


def test_one_part_plays_everything():
    assert [note.part for note in give_parts([Note(20, 1, 1, 3), Note(100, 1, 1, 1)], HANDS[:1])] == [0, 0]


def test_two_equal_notes_go_to_two_parts_and_a_third_joins_one_of_them():
    struck = [Note(60, 100, 90), Note(60, 200, 50), Note(60, 300, 70)]
    assert give_parts(struck, HANDS) == [Note(60, 300, 90, 1), Note(60, 200, 50, 0)]


@given(notes, instruments)
def test_no_part_has_a_note_twice_and_every_note_is_there(struck, parts):
    given_to = give_parts(struck, parts)
    assert len({(note.note, note.part) for note in given_to}) == len(given_to)
    assert {note.note for note in given_to} == {note.note for note in struck}
    assert all(note.part < len(parts) for note in given_to)


def test_a_window_keeps_its_length_and_its_intervals():
    window = Window.of([Event(5, (Note(30, 1, 1),)), Event(7, (Note(80, 2, 2, 4),))], 50)
    assert window_in_parts(window, HANDS) == Window.of(
        [Event(5, (Note(30, 1, 1, 1),)), Event(7, (Note(80, 2, 2, 0),))], 50
    )


def test_a_program_is_sent_for_each_part_that_has_one():
    assert [(m.channel, m.program) for m in program_changes(HANDS)] == [(0, 40)]
