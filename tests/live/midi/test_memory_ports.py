from time import monotonic

import pytest
from mido import Message

from tests.live.midi.memory_ports import MemorySystem
from tests.live.midi.port_contract import PortContract


class MemoryRig:
    receiver = "synth"
    sender = "keyboard"
    melody = "memory:melody"

    def __init__(self) -> None:
        self.system = MemorySystem()

    def join(self, port):
        pass

    def heard(self, count):
        return [message for _, message in self.system.outputs[-1].sent]

    def play(self, *data):
        for port in self.system.inputs:
            port.play(*((monotonic(), message) for message in data))

    def leave(self):
        self.system.unplug()

    def come_back(self):
        self.system.plug_in()


@pytest.fixture
def rig():
    return MemoryRig()


class TestMemoryPorts(PortContract):
    pass


def test_it_remembers_moments():
    port = MemorySystem().open_output()
    port.send(Message("note_on", note=60), 1.5)
    assert port.sent == [(1.5, Message("note_on", note=60))]
