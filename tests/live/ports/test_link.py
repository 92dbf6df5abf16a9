"""The ports as the engine sees them, while port processes come and die."""

import os
from dataclasses import replace
from itertools import pairwise
from queue import SimpleQueue
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import Message

from live.core.output.orders import Orders
from live.core.output.schedule import Strike
from live.core.output.thru import Thru
from live.core.output.thru_rules import ThruRules
from live.midi.ports import PortError
from live.ports import link as link_module
from live.ports.line import LineClosed, PeerCame, PeerLeft, queue_lines
from live.ports.link import CLOSE_SECONDS, LIVE_SECONDS, PortClock, PortLink
from live.ports.orders import Close, Connections, Give, Live, Open, Panic, Remember, SelectSounds, SetRules
from live.ports.process import SILENT_SECONDS, PortProcess
from live.ports.reports import (
    Abandoned,
    Closed,
    Connected,
    InputsChanged,
    InputsState,
    MessageReceived,
    MessageSent,
    News,
    Opened,
    OutputChanged,
    Refused,
)
from live.system.clock import MonotonicClock, VirtualClock
from tests.live.midi.memory_ports import MemorySystem

TIMEOUT = 20.0
WANTED = Open((None, "synth"), (), None, False, False, ThruRules())
KEYS = InputsState(("keys", "pads"), ("keys", "pads"), None)
OPENED = Opened("JACK", os.getpid(), ("memory:out", "synth"), KEYS, None)
AGAIN = replace(WANTED, backend="jack", must_have_midi=True)
"""What another port process is asked for."""


class Linked:
    """A link on virtual time, and the line's other end.

    Attributes:
        ports: the port process's end of the line.
        reports: what the engine was told.
    """

    def __init__(self):
        line, self.ports = queue_lines()
        self._line = line
        self.machine = VirtualClock()
        self.reports = []
        self.link = PortLink(line, WANTED, self.reports.append, self.machine)

    def tell(self, *reports, dropped=0, ahead=0.0, lead=0.0):
        """Let the port process report this."""
        self.come(News(ahead, lead, dropped, reports))

    def come(self, *packets):
        self.link.take_in(packets)

    def ordered(self):
        return [packet for packet in self.ports.receive(0.0) if packet != PeerCame()]


@pytest.fixture
def linked():
    """A link whose ports are open."""
    linked = Linked()
    linked.come(PeerCame())
    linked.tell(OPENED)
    assert linked.ordered() == [WANTED]
    return linked


def test_each_order_is_a_packet_in_the_order_in_which_it_was_given(linked):
    orders, sounds = Orders(strikes=[Strike(0.0, 1.0, 0, 60, 80)]), {1: [Message("program_change")]}
    linked.link.give(orders)
    linked.link.select_sounds()
    linked.link.select_sounds(sounds, output=1)
    linked.link.panic()
    linked.link.set_rules(ThruRules(learns=True))
    linked.link.remember(b"bar 7")
    assert linked.ordered() == [
        Give(orders),
        SelectSounds(None),
        SelectSounds(sounds, 1),
        Panic(),
        SetRules(ThruRules(learns=True)),
        Remember(b"bar 7"),
    ]


def test_it_says_that_the_engine_lives_often_enough_and_only_if_there_is_nothing_else_to_say(linked):
    assert LIVE_SECONDS * 2 <= SILENT_SECONDS
    said = [0.0]
    for milliseconds in range(1, 1001):
        linked.machine.jump_to(milliseconds / 1000)
        linked.link.keep_alive()
        said += [linked.machine.now()] * linked.ordered().count(Live())
    gaps = [later - earlier for earlier, later in pairwise(said)]
    assert gaps == pytest.approx([LIVE_SECONDS] * len(gaps), abs=0.0011)
    assert said[-1] > 1.0 - LIVE_SECONDS
    linked.link.panic()
    linked.machine.jump_to(1.0 + LIVE_SECONDS / 2)
    linked.link.keep_alive()
    assert linked.ordered() == [Panic()]


def test_what_is_reported_reaches_the_engine_in_order_and_the_rest_is_for_the_link(linked):
    assert linked.reports == []
    assert linked.link.opened == OPENED
    sent, received = MessageSent(0.0, Message("clock"), 0.0), MessageReceived(0.0, 0, Message("clock"))
    linked.tell(sent, received, dropped=3, lead=0.025)
    linked.tell(received, dropped=4, lead=0.03)
    assert linked.reports == [sent, received, received]
    assert (linked.link.dropped, linked.link.lead_seconds) == (4, 0.03)


def test_a_port_process_that_dies_is_reported_as_the_loss_of_all_ports(linked):
    linked.come(PeerLeft())
    reason = "the port process ended"
    assert linked.reports == [
        OutputChanged(None, reason, 0),
        OutputChanged(None, reason, 1),
        InputsChanged(InputsState(KEYS.names, ("keys (lost)", "pads (lost)"), reason), (0, 1)),
    ]


def test_another_one_opens_the_same_with_the_rules_and_connections_of_now(linked):
    rules, connections = ThruRules(Thru(["5"])), Connections((("synth:in",), ()), (("keys:out",), ()))
    linked.link.set_rules(rules)
    linked.tell(Connected(connections))
    linked.come(PeerLeft())
    linked.ordered()
    before = len(linked.reports)
    linked.come(PeerCame())
    assert linked.ordered() == [replace(AGAIN, rules=rules, connections=connections)]
    opened = replace(OPENED, outputs=("memory:out", "synth 2"))
    linked.tell(opened)
    assert linked.reports[before:] == [
        OutputChanged("memory:out", None, 0),
        OutputChanged("synth 2", None, 1),
        InputsChanged(KEYS),
    ]
    assert linked.link.opened == opened


def test_ports_that_another_one_cannot_open_yet_are_asked_for_once_a_second(linked):
    linked.come(PeerLeft(), PeerCame())
    asked = []
    for milliseconds in range(0, 3000, 10):
        linked.machine.jump_to(milliseconds / 1000)
        linked.link.keep_alive()
        for wanted in linked.ordered():
            if wanted == AGAIN:
                asked.append(milliseconds)
                linked.tell(Refused("there is no JACK server: start JACK or PipeWire"))
    assert asked == [0, 1000, 2000]
    linked.machine.jump_to(3.0)
    linked.link.keep_alive()
    linked.tell(OPENED)
    linked.machine.jump_to(9.0)
    linked.link.keep_alive()
    assert linked.ordered().count(AGAIN) == 1
    assert linked.reports[-1] == InputsChanged(KEYS)


def test_without_a_midi_system_another_one_may_find_one():
    linked = Linked()
    linked.come(PeerCame())
    linked.tell(
        Opened(None, os.getpid(), ("nowhere", "nowhere"), None, "there is no MIDI system: start JACK")
    )
    linked.come(PeerLeft(), PeerCame())
    assert linked.ordered() == [WANTED, WANTED]


@given(st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=5))
def test_the_notes_that_several_port_processes_dropped_add_up(lives):
    linked, total = Linked(), 0
    for life in lives:
        linked.come(PeerCame())
        linked.tell(OPENED)
        dropped = 0
        for more in life:
            dropped += more
            linked.tell(dropped=dropped)
            assert linked.link.dropped == total + dropped
        total += dropped
        linked.come(PeerLeft())
        assert linked.link.dropped == total


def test_an_engine_that_nobody_would_help_is_told(linked):
    linked.come(LineClosed())
    assert linked.reports == [Abandoned()]


def test_a_port_process_that_dies_before_it_opened_anything_is_no_loss():
    linked = Linked()
    linked.come(PeerCame(), PeerLeft(), PeerCame())
    assert linked.ordered() == [WANTED, WANTED]
    assert linked.reports == []


def test_its_clock_is_that_of_the_ports_and_never_goes_back():
    machine = VirtualClock()
    clock = PortClock(machine)
    machine.jump_to(1.0)
    clock.set(0.5)
    assert clock.now() == 1.5
    clock.set(0.4)
    assert clock.now() == 1.5
    machine.jump_to(1.2)
    assert clock.now() == pytest.approx(1.6)


class Started:
    """A link that listens in its thread, and a port process in another one."""

    def __init__(self, wanted=WANTED):
        line, self.there = queue_lines()
        self.system = MemorySystem(MonotonicClock())
        self.reports = SimpleQueue()
        self.link = PortLink(line, wanted, self.reports.put)
        self.process = PortProcess(self.there, open_system=lambda backend: self.system)
        self._thread = Thread(target=self.process.run)
        self._thread.start()

    def close(self):
        self.link.close()
        self._thread.join(TIMEOUT)
        assert not self._thread.is_alive()


def test_starting_returns_what_was_opened_and_closing_waits_until_all_is_reported():
    started = Started()
    opened = started.link.start()
    assert opened.outputs == ("memory:out", "synth")
    started.link.panic()
    started.close()
    sent = [report for report in drained(started.reports) if isinstance(report, MessageSent)]
    assert [[report.message for report in sent if report.output == number] for number in (0, 1)] == [
        [message for _, message in port.sent] for port in started.system.outputs
    ]
    assert all(port.closed for port in started.system.outputs)


def test_an_engine_that_leaves_the_ports_to_another_one_closes_nothing():
    line, there = queue_lines()
    link = PortLink(line, WANTED, lambda report: None)
    there.send(News(0.0, 0.0, 0, (OPENED,)))
    link.start()
    link.leave()
    link.close()
    assert [packet for packet in there.receive(0.0) if packet == Close()] == []


@pytest.mark.parametrize("answer", [Closed(), Refused("there is no JACK server: start JACK")])
def test_if_the_port_process_dies_the_next_one_ends_its_notes_before_closing_is_over(answer):
    line, there = queue_lines()
    link = PortLink(line, WANTED, lambda report: None)
    there.send(News(0.0, 0.0, 0, (OPENED,)))
    link.start()
    there.send(PeerLeft())
    there.receive(0.0)
    closing = Thread(target=link.close)
    closing.start()
    assert there.receive(TIMEOUT) == [Close()]
    there.send(PeerCame())
    wanted = there.receive(TIMEOUT)
    assert (wanted + there.receive(TIMEOUT if len(wanted) == 1 else 0.0))[:2] == [AGAIN, Close()]
    there.send(News(0.0, 0.0, 0, (answer,)))
    closing.join(CLOSE_SECONDS / 2)
    assert not closing.is_alive()


@pytest.mark.parametrize("packets", [(PeerLeft(), LineClosed()), (LineClosed(), PeerLeft())])
def test_closing_does_not_wait_for_a_port_process_that_cannot_come(packets):
    link, there = answering(News(0.0, 0.0, 0, (OPENED,)))
    link.start()
    for packet in packets:
        there.send(packet)
    closing = Thread(target=link.close)
    closing.start()
    closing.join(CLOSE_SECONDS / 2)
    assert not closing.is_alive()


def test_what_is_refused_is_an_error_with_that_sentence():
    started = Started(replace(WANTED, outputs=("theremin",)))
    with pytest.raises(PortError, match=r"^there is no port called 'theremin'; the ports are 'synth'$"):
        started.link.start()
    started.close()


def drained(queue):
    found = []
    while not queue.empty():
        found.append(queue.get())
    return found


def answering(*packets):
    """Return a link that gets these packets."""
    line, there = queue_lines()
    for packet in packets:
        there.send(packet)
    return PortLink(line, WANTED, lambda report: None), there


def test_a_port_process_that_never_comes_is_an_error():
    link, _ = answering(PeerLeft(), LineClosed())
    with pytest.raises(PortError, match=r"^the port process ended before it opened a port$"):
        link.start()
    link.close()


def test_a_port_process_that_does_not_answer_is_an_error(monkeypatch):
    monkeypatch.setattr(link_module, "OPEN_SECONDS", 0.01)
    link, there = answering()
    with pytest.raises(PortError, match=r"^no MIDI port opened within 0 s: restart the MIDI system$"):
        link.start()
    there.send(News(0.0, 0.0, 0, (Refused("too late"), Closed())))
    link.close()
    assert there.receive(0.0)[-3:] == [Close(), PeerLeft(), LineClosed()]
