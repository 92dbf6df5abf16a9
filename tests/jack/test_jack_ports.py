"""The contract on a real JACK server, and what only JACK does: its names, and exact frames."""

from contextlib import closing
from itertools import pairwise
from time import monotonic

import pytest

from live.midi_system import open_midi_system
from tests.io.port_contract import SCALE, Gathered, PortContract
from tests.jack.jack_rig import JackRig

pytestmark = pytest.mark.jack

RATE = 48_000
GAPS = [0, 1, 2, 7, 100, 1023, 1024, 1025, 3000]
TRIES = 5
"""A stall of the machine moves JACK's frames against the clock; one try must be free of it."""


@pytest.fixture
def system(jack_server):
    with closing(open_midi_system("jack")) as system:
        yield system


@pytest.fixture
def rig(system, new_peer):
    with closing(JackRig(system, new_peer)) as rig:
        yield rig


class TestJackPorts(PortContract):
    pass


def test_the_ports_are_segue_out_and_segue_in(system, peer):
    with closing(system.open_output()), closing(system.open_input(Gathered())):
        assert {"segue:out", "segue:in"} <= set(peer.ports())
        assert system.output_names() == [peer.ear]
        assert system.input_names() == [peer.keys]
    assert not {"segue:out", "segue:in"} & set(peer.ports())


def test_further_inputs_have_ports_of_their_own(system):
    ports = [system.open_input(Gathered()) for _ in range(3)]
    assert [port.name for port in ports] == ["segue:in", "segue:in-2", "segue:in-3"]
    ports[1].close()
    assert system.open_input(Gathered()).name == "segue:in-2"


def test_a_second_segue_says_what_it_is_called(system):
    with closing(open_midi_system("jack")) as second:
        assert second.own_output_name == "segue-01:out"
        assert second.open_output().name == "segue-01:out"


def test_jack_is_chosen_while_its_server_runs(jack_server):
    with closing(open_midi_system()) as system:
        assert system.label == "JACK"


def test_messages_are_wanted_a_period_ahead_and_a_little_more(system):
    assert system.open_output().lead_seconds == pytest.approx(1024 / RATE + 0.020)


def test_messages_are_as_many_frames_apart_as_they_are_due(system, peer):
    with closing(system.open_output()) as port:
        peer.listen_to(port.name)

        def distances():
            before = len(peer.heard)
            at = monotonic() + 2 * port.lead_seconds
            for gap in GAPS:
                at += gap / RATE
                port.send(SCALE[0], at)
            return apart(frame for frame, _ in peer.wait_for(before + len(GAPS))[before:])

        assert GAPS[1:] in [distances() for _ in range(TRIES)]


def test_what_comes_in_is_as_far_apart_as_its_frames(system, peer):
    gathered = Gathered()
    with closing(system.open_input(gathered)) as port:
        peer.play_into(port.name)

        def distances():
            before = len(gathered.wait_for(0))
            frame = peer.frame(seconds_ahead=0.05)
            for gap in GAPS:
                frame += gap
                peer.play(bytes(SCALE[0].bin()), frame=frame)
            return apart(at * RATE for at, _ in gathered.wait_for(before + len(GAPS))[before:])

        assert GAPS[1:] in [distances() for _ in range(TRIES)]


def test_a_moment_is_that_of_its_frame(system, peer):
    gathered = Gathered()
    with closing(system.open_output()) as output, closing(system.open_input(gathered)) as input_port:
        peer.listen_to(output.name)
        peer.play_into(input_port.name)
        now, frame = monotonic(), peer.frame(seconds_ahead=0.1)
        output.send(SCALE[0], now + 0.1)
        peer.play(bytes(SCALE[0].bin()), frame=frame)
        ((heard, _),) = peer.wait_for(1)
        ((at, _),) = gathered.wait_for(1)
    # A stall of the machine between the readings may move both, but no wrong clock or unit comes so near.
    assert heard == pytest.approx(frame, abs=0.05 * RATE)
    assert at == pytest.approx(now + 0.1, abs=0.05)


def apart(frames):
    return [round(later - earlier) for earlier, later in pairwise(frames)]
