"""The contract on a real JACK server, and what only JACK does: its names, and exact frames."""

from contextlib import closing
from itertools import pairwise
from random import Random
from time import monotonic

import pytest
from mido import Message

from live.core.output.schedule import Due, Strike
from live.midi.ports import PortLostError
from live.midi.system import open_midi_system
from tests.jack.jack_rig import JackRig
from tests.live.midi.port_contract import SCALE, Gathered, PortContract

pytestmark = pytest.mark.jack

RATE = 48_000
GAPS = [0, 1, 2, 7, 100, 1023, 1024, 1025, 3000]
COUNTER = 1 << 32


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


def test_ports_that_stand_for_others_leave_out_and_in_to_segue_s_own(system, peer):
    with (
        closing(system.open_output(peer.ear)),
        closing(system.open_input(Gathered(), peer.keys)),
        closing(system.open_output()) as output,
        closing(system.open_input(Gathered())) as source,
    ):
        assert (output.name, source.name) == ("segue:out", "segue:in")
        assert {"segue:to", "segue:from"} <= set(peer.ports())


def test_inputs_and_outputs_of_one_name_stand_side_by_side(system):
    with closing(system.open_output("segue:from")), closing(system.open_output("segue:from")) as second:
        assert second.name == "segue:from-2"


def test_an_other_end_that_was_away_for_a_moment_is_lost(system, new_peer):
    peer = new_peer()
    with (
        closing(system.open_output(peer.ear)) as output,
        closing(system.open_input(Gathered(), peer.keys)) as source,
    ):
        peer.close()
        with closing(new_peer()) as back:
            assert (back.ear, back.keys) == (output.name, source.name)
            for port in (output, source):
                with pytest.raises(PortLostError, match=rf"^the port '{port.name}' was disconnected$"):
                    port.check()


def test_a_second_segue_says_what_it_is_called(system):
    with closing(open_midi_system("jack")) as second:
        assert second.own_output_name == "segue-01:out"
        assert second.open_output().name == "segue-01:out"


def test_jack_is_chosen_while_its_server_runs(jack_server):
    with closing(open_midi_system()) as system:
        assert system.label == "JACK"


def test_messages_are_wanted_a_period_ahead_and_a_little_more(system):
    assert system.open_output().lead_seconds == pytest.approx(1024 / RATE + 0.005)


def test_each_message_leaves_on_the_frame_of_its_moment(system, peer):
    random, clock = Random(5), system.clock
    with closing(system.open_output()) as port:
        peer.listen_to(port.name)
        start = clock.now() + 2 * port.lead_seconds
        moments = sorted(start + random.uniform(0, 2) for _ in range(200))
        for at in moments:
            port.send(SCALE[0], at)
        heard = [frame for frame, _ in peer.wait_for(len(moments))]
    assert heard == [clock.frame_of(at) % COUNTER for at in moments]


def test_a_port_process_loses_no_frame(peer, ports_on_jack):
    random = Random(6)
    with ports_on_jack() as ports:
        peer.listen_to("segue:out")
        start = ports.soon()
        strikes = [Strike(at := start + random.uniform(0, 2), at + 9, 0, note, 80) for note in range(100)]
        ticks = [start + tick / 48 for tick in range(97)]
        ports.give(*strikes, *(Due(at, Message("clock")) for at in ticks))
        heard = [(frame, data[0]) for frame, data in peer.wait_for(197)]
        assert [frame for frame, status in heard if status == 0x90] == [
            ports.frame_of(strike.at) for strike in sorted(strikes)
        ]
        assert [frame for frame, status in heard if status == 0xF8] == [ports.frame_of(at) for at in ticks]


def test_what_comes_in_has_the_moment_of_its_frame(system, peer):
    gathered = Gathered()
    with closing(system.open_input(gathered)) as port:
        peer.play_into(port.name)
        frame = first = peer.frame(seconds_ahead=0.1)
        for gap in GAPS:
            frame += gap
            peer.play(bytes(SCALE[0].bin()), frame=frame)
        came = [system.clock.frame_of(at) for at, _ in gathered.wait_for(len(GAPS))]
    assert apart(came) == GAPS[1:]
    # The frame that it is now is JACK's guess, and the first message may have come too late for its own.
    assert came[0] % COUNTER == pytest.approx(first, abs=0.1 * RATE)


def test_the_clock_begins_as_the_machine_s_and_goes_on_with_jack_s(system):
    # A stall of the machine between the readings may part them; no wrong unit or frame comes so near.
    assert system.clock.now() == pytest.approx(monotonic(), abs=0.2)
    moments = [system.clock.now() for _ in range(10_000)]
    assert moments == sorted(moments)
    assert moments[0] < moments[-1]


def test_a_stop_takes_effect_within_a_period_or_two(peer, ports_on_jack):
    with ports_on_jack() as ports:
        peer.listen_to("segue:out")
        soon = ports.soon(2)
        ports.give(*(Strike(soon, soon + 1, 0, note, 80) for note in range(60, 68)))
        ports.give(Due(soon - 2, Message("stop")), silence=True)
        ports.give(Due(soon + 0.1, Message("clock")))
        (frame, stop), (_, clock) = peer.wait_for(2)
    assert (stop, clock) == (b"\xfc", b"\xf8"), "no note was left"
    assert frame < ports.frame_of(soon) - RATE


def apart(frames):
    return [round(later - earlier) for earlier, later in pairwise(frames)]
