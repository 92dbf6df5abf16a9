"""Which port is meant by a name."""

import pytest

from live.midi.ports import PortError, find_port, own_output

NAMES = ["fluidsynth:midi_00", "ardour:MIDI 1/midi_in 1", "ardour:MIDI 2/midi_in 1", "loopMIDI Port 1"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("loopMIDI Port 1", "loopMIDI Port 1"),
        ("fluid", "fluidsynth:midi_00"),
        ("LOOPmidi", "loopMIDI Port 1"),
        ("midi 2", "ardour:MIDI 2/midi_in 1"),
    ],
)
def test_a_name_or_the_only_one_that_contains_it_is_meant(wanted, found):
    assert find_port(wanted, NAMES) == found


def test_an_exact_name_wins_over_longer_ones():
    assert find_port("synth", ["synth 2", "synth", "synth 3"]) == "synth"


def test_an_ambiguous_name_lists_what_it_may_mean():
    with pytest.raises(
        PortError,
        match=r"^more than one port matches 'ardour': choose one of 'ardour:MIDI 1/midi_in 1', "
        r"'ardour:MIDI 2/midi_in 1'$",
    ) as caught:
        find_port("ardour", NAMES)
    assert caught.value.port == "ardour"


def test_an_unknown_name_lists_what_there_is_nearest_first():
    with pytest.raises(
        PortError, match=r"^there is no port called 'loopMIDI 1'; the ports are 'loopMIDI Port 1', '"
    ):
        find_port("loopMIDI 1", NAMES)


def test_where_there_is_no_port_it_says_so():
    with pytest.raises(PortError, match=r"^there is no port called 'synth': there are no MIDI ports$"):
        find_port("synth", [])


def test_a_device_is_found_that_came_back_with_other_numbers_of_alsa():
    names = ["Midi Through:Midi Through Port-0 14:0", "Keystation:Keystation MIDI 1 28:0"]
    assert find_port("Keystation:Keystation MIDI 1 24:0", names) == names[1]
    with pytest.raises(PortError, match=r"^there is no port called 'Keystation:Keystation MIDI 2 24:0'"):
        find_port("Keystation:Keystation MIDI 2 24:0", names)


@pytest.mark.parametrize(
    ("wanted", "own"),
    [
        (None, "out"),
        ("segue:out", "out"),
        ("segue:melody", "melody"),
        ("Segue:left hand_2", "left hand_2"),
        ("segue:inner", "inner"),
        # Others' ports: another segue's, ALSA's name for it, a synthesizer's, nothing at all.
        ("segue:in", None),
        ("segue:in-2", None),
        ("segue:in 128:0", None),
        ("segue-01:melody", None),
        ("fluidsynth:midi_00", None),
        ("segue", None),
        ("segue:", None),
    ],
)
def test_an_output_of_segue_s_own_is_one_that_is_called_so(wanted, own):
    assert own_output(wanted) == own
