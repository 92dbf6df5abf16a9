"""Keyboards that are unplugged and come back."""

from random import Random

import pytest
from mido import Message

from live.core.input.keyboard import Keyboard
from live.midi.inputs import LOOK_SECONDS, Inputs
from live.midi.ports import CHECK_SECONDS, PortError
from tests.live.midi.memory_ports import MemorySystem

NOTE = Message("note_on", note=60, velocity=90)


@pytest.fixture
def heard():
    return []


def refuse():
    raise PortError("not now")


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
        assert inputs.pump(1.0) == []
        system.unplug()
        assert inputs.pump(2.0) == []
        assert inputs.pump(inputs.deadline) == [0]
        assert inputs.names == ("keyboard (lost)",)
        assert inputs.pump(3.0) == []
        system.plug_in()
        assert inputs.pump(4.0) == []
        assert inputs.names == (system.inputs[-1].name,)
        system.inputs[-1].play((5.0, NOTE))
        assert heard == [(5.0, 0, NOTE)]


def test_what_a_lost_input_brought_last_is_taken_before_it_is_told_of(heard):
    system = MemorySystem()
    with listen(system, ["keyboard"], heard) as inputs:
        system.inputs[0].play((1.0, NOTE))
        system.unplug()
        assert inputs.pump(1.0) == []
        assert system.inputs[0].closed, "nothing comes in any more"
        assert inputs.deadline == 1.0, "at once"
        assert heard == [(1.0, 0, NOTE)]
        assert inputs.pump(1.0) == [0]
        assert inputs.deadline == 1.0 + LOOK_SECONDS


def test_it_looks_four_times_a_second_and_tries_to_open_once(heard, monkeypatch):
    system, looks, tries = MemorySystem(), [], []
    with listen(system, ["keyboard", None], heard) as inputs:
        monkeypatch.setattr(system.inputs[1], "check", lambda: looks.append(now))
        monkeypatch.setattr(system, "open_input", lambda *port: tries.append(now) or refuse())
        system.inputs[0].lose()
        now = 0.0
        while now < 3.0:
            inputs.pump(now)
            now = inputs.deadline
    assert looks == [0.25 * step for step in range(1, 12)]
    assert tries == [0.25, 1.25, 2.25]


def test_one_that_is_back_already_is_open_again_when_its_keys_are_let_go(heard):
    system = MemorySystem()
    with listen(system, ["keyboard", None], heard) as inputs:
        system.inputs[0].lose()  # and its port is there again
        inputs.pump(CHECK_SECONDS)
        assert inputs.pump(CHECK_SECONDS) == [0]
        assert inputs.names == ("keyboard", "memory:in")
        system.inputs[-1].play((2.0, NOTE))
        assert heard == [(2.0, 0, NOTE)]


def test_an_input_keeps_its_name_while_it_is_lost(heard):
    system = MemorySystem()
    with listen(system, ["KEYB", None], heard) as inputs:
        assert inputs.last_names == ("keyboard", "memory:in")
        system.unplug()
        inputs.pump(CHECK_SECONDS)
        inputs.pump(CHECK_SECONDS)
        assert inputs.last_names == ("keyboard", "memory:in")
        assert inputs.names == ("KEYB (lost)", "its own port (lost)")


def test_its_keys_are_let_go_and_it_is_heard_again_within_a_second(heard):
    """A hundred times: a key is down, the cable comes loose, and is back after up to five seconds."""
    random, system, keyboard, now = Random(6), MemorySystem(), Keyboard(), 0.0
    released = opened = -1.0
    with listen(system, ["keyboard"], heard) as inputs:

        def live_until(moment):
            nonlocal now, released, opened
            while inputs.deadline <= moment:
                now = max(now, inputs.deadline)
                ports = len(system.inputs)
                for number in inputs.pump(now):
                    keyboard.release_all(now, number)
                    released = now
                if len(system.inputs) > ports:
                    opened = now
            now = moment

        for _ in range(100):
            live_until(now + random.uniform(0.1, 3.0))
            keyboard.press((0, 0, 60), 80, now)
            unplugged = now
            system.unplug()
            live_until(now + random.uniform(0.0, 5.0))
            back = now
            system.plug_in()
            live_until(back + CHECK_SECONDS)
            assert not keyboard.held
            assert 0.0 <= released - unplugged <= LOOK_SECONDS
            assert 0.0 <= opened - back <= CHECK_SECONDS
            system.inputs[-1].play((now, NOTE))
            assert heard.pop() == (now, 0, NOTE)


def test_an_input_that_is_not_there_is_refused_and_the_others_are_closed(heard):
    system = MemorySystem()
    with pytest.raises(PortError, match="keytar"):
        listen(system, [None, "keytar"], heard)
    assert [port.closed for port in system.inputs] == [True]
