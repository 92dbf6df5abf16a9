"""The player alone: leads, greetings, and a port that fails in a way that nobody foresaw."""

from queue import SimpleQueue
from threading import Event

import pytest
from mido import Message

from live.clock import MonotonicClock, VirtualClock
from live.core.panic_messages import panic_messages
from live.core.schedule import Strike
from live.player import Player, PlayerFailed, PortChanged, Sent
from live.ports import CHECK_SECONDS
from tests.io.memory_ports import MemoryOutput
from tests.live.transcript import transcript

PROGRAM = Message("program_change", channel=3, program=19)


def reports(queue):
    found = []
    while not queue.empty():
        found.append(queue.get())
    return found


def play(port, *, greeting=()):
    clock, queue = VirtualClock(), SimpleQueue()
    return Player(lambda: port, clock, queue.put, greeting), clock, queue


def test_a_port_with_a_lead_gets_each_message_ahead_with_its_own_moment():
    port = MemoryOutput(lead_seconds=0.03, needed_seconds=0.01)
    player, clock, queue = play(port)
    player.play([Strike(1.0, 2.0, 0, 60, 80)])
    assert player.pump() == pytest.approx(0.97)
    clock.jump_to(0.9699)
    player.pump()
    assert port.sent == []
    clock.jump_to(0.97)
    player.pump()
    assert transcript(port.sent) == ["1.000 ch1 on 60"]
    assert [report.late for report in reports(queue)] == [0.0]


def test_late_is_what_misses_the_last_moment_that_the_port_needs():
    port = MemoryOutput(lead_seconds=0.03, needed_seconds=0.01)
    player, clock, queue = play(port)
    clock.jump_to(0.995)
    player.play([Strike(1.0, 2.0, 0, 60, 80)])
    player.pump()
    assert [report.late for report in reports(queue)] == [pytest.approx(0.005)]


def test_a_stop_has_no_moment_that_it_could_miss():
    player, _, queue = play(MemoryOutput())
    player.play([Strike(0.0, 2.0, 0, 60, 80)])
    player.pump()
    player.silence()
    player.pump()
    assert [(r.message.type, r.late) for r in reports(queue)] == [("note_on", 0.0), ("note_off", None)]


def test_a_port_is_told_the_greeting_first_and_again_after_a_loss_behind_the_panic():
    first, second = MemoryOutput(), MemoryOutput()
    ports = [second, first]
    clock, queue = VirtualClock(), SimpleQueue()
    player = Player(ports.pop, clock, queue.put, [PROGRAM])
    assert [message for _, message in first.sent] == [PROGRAM]
    player.greet()
    player.pump()
    assert [message for _, message in first.sent] == [PROGRAM, PROGRAM]
    first.lose()
    clock.jump_to(CHECK_SECONDS)
    player.pump()
    clock.jump_to(2 * CHECK_SECONDS)
    player.pump()
    assert [message for _, message in second.sent] == [*panic_messages(), PROGRAM]
    changes = [report for report in reports(queue) if isinstance(report, PortChanged)]
    assert [change.name for change in changes] == [None, second.name]


def test_strikes_handed_over_while_there_is_no_port_are_gone():
    first, second = MemoryOutput(), MemoryOutput()
    ports = [second, first]
    clock = VirtualClock()
    player = Player(ports.pop, clock, lambda report: None)
    first.lose()
    clock.jump_to(CHECK_SECONDS)
    player.pump()
    player.play([Strike(CHECK_SECONDS + 0.5, 9.0, 0, 60, 80)])
    for seconds in (1.5, 2.0, 2.5, 3.0):
        clock.jump_to(seconds)
        player.pump()
    assert [message.type for _, message in second.sent] == ["control_change"] * len(panic_messages())


class BrokenOutput(MemoryOutput):
    """Fails once, at the second note-on, with an error that no port may raise."""

    def send(self, message, at):
        if message.type == "note_on" and len(self.sent) == 1:
            raise ArithmeticError("on purpose")
        super().send(message, at)


def test_when_the_players_thread_fails_it_ends_the_notes_and_tells():
    port, told, told_of = BrokenOutput(), Event(), []

    def report(what):
        if isinstance(what, PlayerFailed):
            told_of.append(what.error)
            told.set()
        else:
            assert isinstance(what, Sent)

    clock = MonotonicClock()
    player = Player(lambda: port, clock, report)
    player.start()
    now = clock.now()
    player.play([Strike(now, now + 60, 0, 60, 80), Strike(now + 0.001, now + 60, 0, 64, 80)])
    assert told.wait(20)
    player.close()
    assert isinstance(told_of[0], ArithmeticError)
    sounding = [message.note for _, message in port.sent if message.type == "note_on"]
    assert sounding == [60]
    assert 60 in [message.note for _, message in port.sent if message.type == "note_off"]
    assert port.closed
