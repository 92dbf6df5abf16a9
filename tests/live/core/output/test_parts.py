from hypothesis import given
from hypothesis import strategies as st

from live.core.output.parts import Sounds, give_parts, parts_named, program_changes, window_in_parts
from presets.bundles.settings import Part
from presets.music.event import Event, Note
from presets.music.window import Window
from tests.live.stage.transcript import line

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


def test_parts_are_found_by_name_and_all_of_them_are_none():
    parts = [Part("low", 0), Part("high", 1), Part("high", 2)]
    assert parts_named({"high", "flute"}, parts) == {1, 2}
    assert parts_named({"low", "high"}, parts) == parts_named((), parts) == frozenset()


def test_a_window_keeps_its_length_and_its_intervals():
    window = Window.of([Event(5, (Note(30, 1, 1),)), Event(7, (Note(80, 2, 2, 4),))], 50)
    assert window_in_parts(window, HANDS) == Window.of(
        [Event(5, (Note(30, 1, 1, 1),)), Event(7, (Note(80, 2, 2, 0),))], 50
    )


def test_a_program_is_sent_for_each_part_that_has_one():
    assert [(m.channel, m.program) for m in program_changes(HANDS)] == [(0, 40)]


def selected(sounds, parts, outputs=()):
    chosen = sounds.choose(parts, outputs)
    return {output: [line(0, message)[6:] for message in messages] for output, messages in chosen.items()}


def test_a_bank_is_named_before_its_program_upper_bits_first():
    banked = [Part("organ", 2, 19, bank=8 * 128 + 5), Part("strings", 3, 48, bank=0)]
    assert [line(0, message)[6:] for message in program_changes(banked)] == [
        "ch3 cc 0=8",
        "ch3 cc 32=5",
        "ch3 program 19",
        "ch4 cc 0=0",
        "ch4 cc 32=0",
        "ch4 program 48",
    ]


def test_sounds_are_selected_on_the_output_of_each_part():
    quartet = [Part(str(channel), channel, 40 + channel) for channel in range(4)]
    assert selected(Sounds(), quartet, (0, 1, 0, 2)) == {
        0: ["ch1 program 40", "ch3 program 42"],
        1: ["ch2 program 41"],
        2: ["ch4 program 43"],
    }
    assert selected(Sounds(), quartet[:2]) == {0: ["ch1 program 40", "ch2 program 41"]}


def test_nothing_is_said_to_an_output_whose_parts_leave_the_sound_alone():
    assert selected(Sounds(), HANDS, (0, 1)) == {0: ["ch1 program 40"]}


def test_no_preset_inherits_another_s_program_or_bank():
    sounds = Sounds()
    sounds.choose([Part("organ", 0, 19, bank=3), Part("bass", 1, 32)])
    # One channel had a program in a bank, one a program, and one nothing.
    plain = [Part(str(channel), channel) for channel in range(3)]
    assert selected(sounds, plain) == {0: ["ch1 cc 0=0", "ch1 cc 32=0", "ch1 program 0", "ch2 program 0"]}
    assert selected(sounds, [Part("piano", 0, 0), Part("bass", 1, 32)]) == {
        0: ["ch1 cc 0=0", "ch1 cc 32=0", "ch1 program 0", "ch2 program 32"]
    }


def test_a_channel_of_another_output_inherits_nothing_either():
    sounds = Sounds()
    sounds.choose([Part("organ", 0, 19)], (1,))
    assert selected(sounds, [Part("piano", 0)], (0,)) == {}
    assert selected(sounds, [Part("piano", 0)], (1,)) == {1: ["ch1 program 0"]}


def test_two_parts_on_one_channel_have_the_sound_of_the_last_that_names_one():
    shared = [Part("left", 0, 4), Part("right", 0), Part("both", 0, 5)]
    assert selected(Sounds(), shared) == {0: ["ch1 program 5"]}
