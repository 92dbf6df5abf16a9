"""A keyboard on a real JACK server that leaves while a key is down, and comes back."""

from contextlib import closing
from queue import Empty, SimpleQueue

import pytest
from mido import Message

from live.core.input.keyboard import Keyboard
from live.midi.inputs import Inputs
from live.midi.system import open_midi_system
from tests.live.midi.port_contract import TIMEOUT

pytestmark = pytest.mark.jack

BACK_WITHIN = 2.0
NOTE_ON, LATER = (
    bytes(Message("note_on", note=60, velocity=90).bin()),
    bytes(Message("note_on", note=64).bin()),
)


class Listener:
    """What the stage does with its inputs, and nothing else: one inbox, and the keyboard's keys."""

    def __init__(self, system, *wanted):
        self.keyboard = Keyboard()
        self.lost = []
        self._clock = system.clock
        self._inbox = SimpleQueue()
        self.inputs = Inputs(system, wanted, lambda *heard: self._inbox.put(heard), self._clock.now())

    def listen_until(self, happened):
        """Return how many seconds it took."""
        begun = self._clock.now()
        while not happened():
            now = self._clock.now()
            assert now < begun + TIMEOUT, "it never happened"
            try:
                at, source, message = self._inbox.get(timeout=max(0.0, self.inputs.deadline - now))
                if message.type == "note_on":
                    self.keyboard.press((source, message.channel, message.note), message.velocity, at)
            except Empty:
                pass
            now = self._clock.now()
            for number in self.inputs.pump(now):
                self.keyboard.release_all(now, number)
                self.lost.append(number)
        return self._clock.now() - begun


@pytest.fixture
def system(jack_server):
    with closing(open_midi_system("jack")) as system:
        yield system


@pytest.mark.parametrize("stays_away", [True, False], ids=["for a while", "for a moment"])
def test_its_keys_are_let_go_and_it_is_heard_again_within_two_seconds(system, new_peer, stays_away):
    peer = new_peer()
    listener = Listener(system, None, "peer:keys")
    with listener.inputs as inputs:
        assert inputs.last_names[1] == "peer:keys"
        peer.play(NOTE_ON)
        listener.listen_until(lambda: listener.keyboard.held)
        peer.close()
        if stays_away:
            assert listener.listen_until(lambda: not listener.keyboard.held) < BACK_WITHIN
            assert inputs.names == ("segue:in", "peer:keys (lost)")
        with closing(new_peer()) as peer:
            assert (
                listener.listen_until(lambda: inputs.names[1] == "peer:keys" and listener.lost) < BACK_WITHIN
            )
            assert listener.lost == [1]
            assert not listener.keyboard.held
            peer.play(LATER)
            listener.listen_until(lambda: listener.keyboard.sounding == {64})
