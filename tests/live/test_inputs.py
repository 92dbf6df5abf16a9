"""Keyboards that are unplugged and come back."""

import pytest
from mido import Message

from live.inputs import Inputs
from live.ports import CHECK_SECONDS, PortError
from tests.io.memory_ports import MemorySystem

NOTE = Message("note_on", note=60, velocity=90)


@pytest.fixture
def heard():
    return []


def listen(system, wanted, heard):
    return Inputs(system, wanted, lambda *message: heard.append(message), now=0.0)


def test_each_input_says_its_number(heard):
    system = MemorySystem()
    with listen(system, [None, "keyboard"], heard) as inputs:
        system.inputs[1].play((1.0, NOTE))
        system.inputs[0].play((2.0, NOTE))
        assert heard == [(1.0, 1, NOTE), (2.0, 0, NOTE)]
        assert inputs.names == (system.inputs[0].name, system.inputs[1].name)
    assert all(port.closed for port in system.inputs)


def test_a_lost_input_is_told_once_and_taken_up_when_it_is_back(heard):
    system = MemorySystem()
    with listen(system, ["keyboard"], heard) as inputs:
        assert inputs.pump(CHECK_SECONDS) == []
        system.unplug()
        assert inputs.pump(2 * CHECK_SECONDS) == [0]
        assert inputs.names == ("keyboard (lost)",)
        assert inputs.pump(3 * CHECK_SECONDS) == []
        system.plug_in()
        assert inputs.pump(4 * CHECK_SECONDS) == []
        assert inputs.names == (system.inputs[-1].name,)
        system.inputs[-1].play((5.0, NOTE))
        assert heard == [(5.0, 0, NOTE)]


def test_it_looks_only_once_a_second(heard):
    system = MemorySystem()
    with listen(system, ["keyboard"], heard) as inputs:
        system.unplug()
        assert inputs.pump(CHECK_SECONDS / 2) == []
        assert inputs.deadline == CHECK_SECONDS


def test_an_input_that_is_not_there_is_refused_and_the_others_are_closed(heard):
    system = MemorySystem()
    with pytest.raises(PortError, match="keytar"):
        listen(system, [None, "keytar"], heard)
    assert [port.closed for port in system.inputs] == [True]
