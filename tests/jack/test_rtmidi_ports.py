"""The real RtMidi, tried on the one of its systems that needs no hardware: JACK.

segue uses RtMidi for JACK only when told to; ALSA, CoreMIDI and Windows MM go the same way through
`RtMidiSystem`, whose rules are tested in tests/live/midi. jackd loses a client now and then if one of
the same name has just left, so each test here opens each client once.
"""

from contextlib import closing
from time import monotonic

import pytest
from mido import Message

from live.midi.system import open_midi_system
from tests.live.midi.port_contract import SCALE, Gathered

pytestmark = pytest.mark.jack


@pytest.fixture
def system(jack_server):
    return open_midi_system("jack-rtmidi")


def test_messages_leave_complete_and_in_order(system, peer):
    with closing(system.open_output()) as port:
        assert port.name == system.own_output_name == "segue:out"
        peer.listen_to(port.name)
        for message in SCALE:
            port.send(message, monotonic())
        assert [Message.from_bytes(data) for _, data in peer.wait_for(len(SCALE))] == SCALE


def test_clock_comes_in_and_active_sensing_does_not(system, peer):
    gathered = Gathered()
    with closing(system.open_input(gathered)) as port:
        assert port.name == system.own_input_name == "segue-in:in"
        peer.play_into(port.name)
        before = monotonic()
        peer.play(b"\x90\x3c\x50", b"\xf8", b"\xfe", b"\xf0\x7d\xf7", b"\x90\x3c\x00")
        came = gathered.wait_for(3)
        after = monotonic()
    assert [message for _, message in came] == [
        Message("note_on", note=60, velocity=80),
        Message("clock"),
        Message("note_off", note=60, velocity=0),
    ]
    assert all(before <= at <= after for at, _ in came)


def test_both_ports_stand_side_by_side_under_their_names(system, peer):
    with closing(system.open_output()) as output, closing(system.open_input(Gathered())) as input_port:
        assert {output.name, input_port.name} <= set(peer.ports())
