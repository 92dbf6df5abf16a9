"""Which port is meant by a name."""

import pytest

from live.ports import PortError, find_port

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
        match=r"^several ports are called like 'ardour': say which of 'ardour:MIDI 1/midi_in 1', "
        r"'ardour:MIDI 2/midi_in 1'$",
    ) as caught:
        find_port("ardour", NAMES)
    assert caught.value.port == "ardour"


def test_an_unknown_name_lists_what_there_is_nearest_first():
    with pytest.raises(
        PortError, match=r"^there is no port called 'loopMIDI 1'; there are 'loopMIDI Port 1', '"
    ):
        find_port("loopMIDI 1", NAMES)


def test_where_there_is_no_port_it_says_so():
    with pytest.raises(PortError, match=r"^there is no port called 'synth', and no other either$"):
        find_port("synth", [])
