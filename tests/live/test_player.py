"""The player alone: leads, greetings, and a port that fails in a way that nobody foresaw."""

from queue import SimpleQueue
from threading import Event

import pytest
from mido import Message

from live.clock import MonotonicClock, VirtualClock
from live.core.panic_messages import panic_messages
from live.core.schedule import LATE_LIMIT, Due, Strike
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
    assert reports(queue) == [], "it may still be taken back"
    clock.jump_to(1.01)
    player.pump()
    assert [report.late for report in reports(queue)] == [0.0]


def test_late_is_what_misses_the_last_moment_that_the_port_needs():
    port = MemoryOutput(lead_seconds=0.03, needed_seconds=0.01)
    player, clock, queue = play(port)
    clock.jump_to(0.995)
    player.play([Strike(1.0, 2.0, 0, 60, 80)])
    player.pump()
    clock.jump_to(1.1)
    player.pump()
    assert [report.late for report in reports(queue)] == [pytest.approx(0.005)]


def test_other_messages_leave_at_their_moments_between_note_offs_and_note_ons():
    port = MemoryOutput()
    player, clock, queue = play(port)
    player.play([Strike(0.5, 1.0, 0, 60, 80), Strike(1.0, 9.0, 0, 64, 80)])
    player.send([Due(1.0, Message("start")), Due(1.0, Message("clock")), Due(1.5, Message("clock"))])
    for _ in range(4):
        clock.jump_to(min(player.pump(), 2.0))
    assert transcript(port.sent) == [
        "0.500 ch1 on 60",
        "1.000 ch1 off 60",
        "1.000 start",
        "1.000 clock",
        "1.000 ch1 on 64",
        "1.500 clock",
    ]
    assert [report.late for report in reports(queue)] == [0.0] * 6


def test_clock_that_is_late_leaves_in_a_burst_and_says_how_late():
    port = MemoryOutput()
    player, clock, queue = play(port)
    player.send([Due(at / 10, Message("clock")) for at in range(5)])
    player.play([Strike(0.0, 1.0, 0, 60, 80)])
    clock.jump_to(10 * LATE_LIMIT)
    player.pump()
    assert transcript(port.sent) == [f"{at / 10:.3f} clock" for at in range(5)]
    assert [report.late for report in reports(queue)] == pytest.approx([1.0, 0.9, 0.8, 0.7, 0.6])
    assert player.dropped == 1


def test_a_note_ends_when_it_was_last_told_to():
    port = MemoryOutput()
    player, clock, _ = play(port)
    player.play([Strike(0.0, 9.0, 0, 60, 80), Strike(1.0, 9.0, 0, 64, 80)])
    player.pump()
    player.retime([Strike(0.0, 0.5, 0, 60, 80), Strike(1.0, 1.5, 0, 64, 80), Strike(3.0, 4.0, 0, 67, 80)])
    while clock.now() < 5.0:
        clock.jump_to(min(player.pump(), 5.0))
    assert transcript(port.sent) == [
        "0.000 ch1 on 60",
        "0.500 ch1 off 60",
        "1.000 ch1 on 64",
        "1.500 ch1 off 64",
    ]


def ahead(*, now=0.0):
    """A player whose port takes messages a whole second ahead."""
    clock, queue = VirtualClock(), SimpleQueue()
    clock.jump_to(now)
    port = MemoryOutput(lead_seconds=1.0, clock=clock)
    return Player(lambda: port, clock, queue.put), port, clock, queue


def test_silence_takes_back_what_has_not_left():
    player, port, clock, queue = ahead()
    player.play([Strike(0.2, 0.9, 0, 60, 80), Strike(0.4, 0.6, 0, 64, 80), Strike(0.8, 9.0, 0, 67, 80)])
    player.pump()
    assert len(port.sent) == 5
    clock.jump_to(0.5)
    player.silence()
    player.pump()
    clock.jump_to(9.0)
    player.pump()
    sent = ["0.200 ch1 on 60", "0.400 ch1 on 64", "0.500 ch1 off 60", "0.500 ch1 off 64"]
    assert transcript(port.sent) == sent
    assert transcript((report.at, report.message) for report in reports(queue)) == sent


def test_silence_leaves_clock_and_transport_their_moments():
    player, port, clock, queue = ahead()
    player.play([Strike(0.6, 0.9, 0, 60, 80)])
    ticks = [Due(at / 10, Message("clock")) for at in range(20)]
    player.send([*ticks[:8], Due(0.7, Message("stop")), *ticks[8:]])
    player.pump()
    clock.jump_to(0.45)
    player.silence()
    player.pump()
    clock.jump_to(2.0)
    player.pump()
    expected = [*(f"{at / 10:.3f} clock" for at in range(8)), "0.700 stop"]
    expected += [f"{at / 10:.3f} clock" for at in range(8, 20)]
    assert transcript(port.sent) == expected
    assert transcript((report.at, report.message) for report in reports(queue)) == expected


def test_leaving_takes_the_notes_back_and_lets_the_rest_go_that_was_on_its_way():
    player, port, clock, queue = ahead()
    player.play([Strike(0.0, 0.9, 0, 60, 80), Strike(0.5, 0.9, 0, 64, 80)])
    player.send([Due(0.5, Message("stop")), Due(3.0, Message("clock"))])
    player.pump()
    clock.jump_to(0.1)
    player.close()
    assert transcript(port.sent) == ["0.000 ch1 on 60", "0.100 ch1 off 60", "0.500 stop"]
    assert len(reports(queue)) == 3
    assert port.closed


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
    player.send([Due(CHECK_SECONDS + 0.5, Message("clock"))])
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
