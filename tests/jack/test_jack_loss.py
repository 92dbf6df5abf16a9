"""A JACK server that dies under a performance, and comes back."""

import gc
from contextlib import closing
from time import monotonic, sleep

import pytest
from mido import Message

from live.midi.frame_clock import FrameClock
from live.midi.ports import NoMidiSystemError, PortLostError
from live.midi.system import open_midi_system
from tests.live.midi.port_contract import SCALE, TIMEOUT, Gathered

pytestmark = pytest.mark.jack


@pytest.fixture
def system(mortal_jack_server):
    with closing(open_midi_system("jack")) as system:
        yield system


def reason_of_loss(attempt):
    """Try until the port is lost and return the message."""
    deadline = monotonic() + TIMEOUT
    while monotonic() < deadline:
        try:
            attempt()
        except PortLostError as error:
            return str(error)
        sleep(0.001)
    raise AssertionError("the port was not lost")


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_ports_are_lost_with_their_server_and_are_there_again_with_it(system, mortal_jack_server, how):
    from tests.jack.jack_peer import JackPeer

    gathered = Gathered()
    output, input_port = system.open_output(), system.open_input(gathered)
    for _ in range(3):
        getattr(mortal_jack_server, how)()
        assert reason_of_loss(output.check) == "the JACK server ended"
        assert reason_of_loss(input_port.check) == "the JACK server ended"
        with pytest.raises(PortLostError, match=r"^the JACK server ended$"):
            output.send(SCALE[0], monotonic())
        output.close()
        for _ in range(3):
            with pytest.raises(NoMidiSystemError, match=r"^there is no JACK server: start JACK or PipeWire$"):
                system.open_output()

        mortal_jack_server.start()
        output = system.open_output()
        input_port.close()  # after its client was freed
        input_port = system.open_input(gathered)
        gc.collect()
        assert (output.name, input_port.name) == ("segue:out", "segue:in")
        with JackPeer() as peer:
            peer.listen_to(output.name)
            peer.play_into(input_port.name)
            before = len(gathered.wait_for(0))
            output.send(SCALE[0], monotonic())
            peer.play(bytes(SCALE[1].bin()))
            assert [data for _, data in peer.wait_for(1)] == [bytes(SCALE[0].bin())]
            assert [message for _, message in gathered.wait_for(before + 1)[before:]] == [SCALE[1]]


def test_closing_does_not_wait_for_a_dead_server(system, mortal_jack_server):
    output = system.open_output()
    output.send(SCALE[0], monotonic() + 5)
    mortal_jack_server.kill()
    reason_of_loss(output.check)
    before = monotonic()
    output.close()
    assert monotonic() - before < 1


def test_nothing_is_written_to_stderr(mortal_jack_server, capfd):
    with closing(open_midi_system("jack")) as system:
        output = system.open_output()
        mortal_jack_server.kill()
        reason_of_loss(output.check)
        output.close()
        with pytest.raises(NoMidiSystemError):
            system.open_output()
        mortal_jack_server.start()
        system.open_output().close()
    assert capfd.readouterr() == ("", "")


def test_a_deliver_that_fails_loses_the_ports_and_they_can_be_opened_again(system):
    from tests.jack.jack_peer import JackPeer

    def fail(at: float, message: Message) -> None:
        raise RuntimeError("a fault of segue's")

    output, input_port = system.open_output(), system.open_input(fail)
    with JackPeer() as peer:
        peer.play_into(input_port.name)
        peer.play(bytes(SCALE[0].bin()))
        reason = reason_of_loss(lambda: output.send(SCALE[0], monotonic()))
        assert reason == """segue failed in JACK's thread: RuntimeError("a fault of segue's")"""
        output.close()
        with closing(system.open_output()) as output:
            peer.listen_to(output.name)
            output.send(SCALE[1], monotonic())
            assert [data for _, data in peer.wait_for(1)] == [bytes(SCALE[1].bin())]


def test_the_clock_goes_on_without_its_server_and_with_the_next(system, mortal_jack_server):
    moments = []

    def read():
        moments.append(system.clock.now())

    output = system.open_output()
    read()
    mortal_jack_server.kill()
    reason_of_loss(lambda: (read(), output.check()))
    read()
    without = moments[-1]
    while moments[-1] < without + 0.05:
        read()
    output.close()
    with pytest.raises(NoMidiSystemError):
        system.open_output()
    mortal_jack_server.start()
    before = monotonic() - system.clock.now()
    with closing(system.open_output()):
        read()
        # A fresh server counts from nought; its frames are laid where the clock has come to.
        assert monotonic() - system.clock.now() == pytest.approx(before, abs=0.2)
        read()
    assert moments == sorted(moments)


def test_a_server_that_stands_still_is_lost_if_it_does_not_answer(system, monkeypatch):
    """PipeWire's library says nothing when its server ends: no cycle comes, and nothing is registered."""
    import jack

    def refuse(ports, name):
        raise jack.JackError("port registration failed")

    with closing(system.open_output()) as output:
        monkeypatch.setattr(FrameClock, "stands_still", True)
        output.check()
        monkeypatch.setattr(jack.Ports, "register", refuse)
        with pytest.raises(PortLostError, match=r"^the JACK server ended$"):
            output.check()
