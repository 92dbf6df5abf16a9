import pytest
from mido import Message

from live.core.controls.actions import Action
from live.core.controls.binding import Binding, Encoding, PresetNamed
from live.core.controls.learning import Learner, encoding_of, lasting_name

NANO = "nanoKONTROL2:nanoKONTROL2 MIDI 1 24:0"


def cc(value, control=21, channel=0):
    return Message("control_change", channel=channel, control=control, value=value)


def strike(note, channel=0):
    return Message("note_on", channel=channel, note=note, velocity=80)


def learn(target, *messages, at=NANO):
    """Return what each message taught."""
    learner = Learner(target)
    return [learner.hear(at, message) for message in messages]


# What is pressed.


@pytest.mark.parametrize("target", [Action.PANIC, 2, PresetNamed("bach"), "mute"])
def test_one_note_or_one_button_is_enough_for_what_is_pressed(target):
    assert learn(target, strike(36, 9)) == [
        Binding(target, note=36, channel=9, input="nanoKONTROL2:nanoKONTROL2 MIDI")
    ]
    assert learn(target, cc(127, 41), at="segue:in") == [Binding(target, control=41, channel=0)]


def test_a_sustain_pedal_can_be_go_and_counts_when_it_goes_down():
    assert learn(Action.GO, cc(0, 64), cc(30, 64), cc(90, 64), at="segue:in") == [
        None,
        None,
        Binding(Action.GO, control=64, channel=0),
    ]


@pytest.mark.parametrize(
    "message",
    [
        Message("pitchwheel", pitch=3000),
        Message("aftertouch", value=100),
        Message("polytouch", note=60, value=100),
        Message("program_change", program=3),
        Message("clock"),
        Message("start"),
        Message("songpos", pos=64),
        Message("sysex", data=(1, 2, 3)),
        Message("note_off", note=60),
        Message("note_on", note=60, velocity=0),
        cc(127, 0),
        cc(127, 32),
        cc(100, 88),
        cc(127, 99),
        cc(127, 123),
    ],
    ids=str,
)
@pytest.mark.parametrize("target", [Action.GO, "temperature", "mode"])
def test_what_nobody_pressed_or_turned_is_not_mistaken(target, message):
    assert learn(target, *[message] * 10) == [None] * 10


# What is turned.


@pytest.mark.parametrize(
    ("values", "encoding"),
    [
        ([40, 41, 42, 43], "absolute"),
        ([5, 30, 70, 127], "absolute"),
        ([0, 1, 2, 3], "absolute"),
        ([90, 80, 70, 60], "absolute"),
        ([30, 31, 30, 32, 33, 34], "absolute"),
        ([1, 2, 3, 4, 5, 6, 7, 8], "absolute"),
        ([66, 67, 68, 69, 70, 71, 72, 73], "absolute"),
        ([126, 125, 124, 123, 122, 121, 120, 119], "absolute"),
        ([1, 1, 1, 1], "relative"),
        ([1, 2, 4, 4], "relative"),
        ([127, 127, 127, 127, 1, 1, 1, 1], "relative"),
        ([65, 65, 66, 65], "relative-64"),
        ([63, 63, 63, 63, 65, 65, 65, 65], "relative-64"),
    ],
)
def test_a_few_messages_tell_what_a_knob_is_and_no_fewer(values, encoding):
    heard = [encoding_of(values[: count + 1]) for count in range(len(values))]
    assert heard == [None] * (len(values) - 1) + [Encoding(encoding)]


@pytest.mark.parametrize(
    "turned", [[1, 2, 3, 4, 5], [127] * 8, [126, 125, 124, 123], [63] * 8, [64] * 8, [0] * 8]
)
def test_what_may_be_either_is_not_guessed(turned):
    assert encoding_of(turned) is None


def test_a_learned_knob_has_its_channel_and_its_encoding():
    assert learn("temperature", *[cc(1, 16, 3)] * 4)[-1] == Binding(
        "temperature",
        control=16,
        channel=3,
        input="nanoKONTROL2:nanoKONTROL2 MIDI",
        encoding=Encoding.RELATIVE,
    )


def test_a_pedal_and_keys_under_the_hands_are_no_knob():
    playing = [strike(60), cc(127, 64), cc(90, 64), cc(60, 64), cc(20, 64), cc(0, 64), strike(64)]
    assert learn("density", *playing) == [None] * 7


def test_a_knob_that_trembles_beside_it_is_not_mistaken_for_the_one_that_is_turned():
    learner = Learner("density")
    heard = []
    for value in range(40, 44):
        heard += [learner.hear(NANO, cc(60 + value % 2, 7)), learner.hear(NANO, cc(value, 21))]
    assert [binding and binding.control for binding in heard] == [None] * 7 + [21]


def test_the_mode_is_learned_from_a_pad_or_from_a_knob():
    assert learn("mode", strike(40))[0].note == 40
    assert learn("mode", *map(cc, (10, 20, 30, 40)))[-1].control == 21


# What the screen says meanwhile.


@pytest.mark.parametrize(
    ("target", "heard", "hint"),
    [
        (Action.PANIC, [], "panic: hit a pad, play a key, or press a button or a pedal"),
        (2, [], "preset 3: hit a pad, play a key, or press a button or a pedal"),
        ("mode", [], "mode: turn a knob to the right, or hit a pad"),
        ("density", [], "density: turn a knob to the right"),
        ("density", [strike(60)], "a note cannot control density: turn a knob to the right"),
        ("density", [cc(127, 64)], "a pedal cannot control density: turn a knob to the right"),
        ("density", [cc(30)], "density: keep turning"),
        ("density", [cc(127)] * 4, "density: now turn it the other way"),
    ],
)
def test_it_says_what_to_do_next(target, heard, hint):
    learner = Learner(target)
    for message in heard:
        learner.hear(NANO, message)
    assert learner.hint == hint


@pytest.mark.parametrize(
    ("name", "lasting"),
    [
        ("nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ CTR 24:0", "nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ CTR"),
        ("nanoKONTROL2:nanoKONTROL2 MIDI 1 24:0", "nanoKONTROL2:nanoKONTROL2 MIDI"),
        ("a2j:nanoKONTROL2 [24] (capture): nanoKONTROL2 MIDI 1", "a2j:nanoKONTROL2"),
        ("system:midi_capture_3", "system:midi_capture"),
        ("nanoKONTROL2 1", "nanoKONTROL2"),
        ("Digital Piano", "Digital Piano"),
        ("segue:in", None),
        ("segue in", None),
    ],
)
def test_an_input_is_known_tomorrow_by_what_does_not_change_in_its_name(name, lasting):
    assert lasting_name(name) == lasting
    if lasting:
        assert lasting in name
