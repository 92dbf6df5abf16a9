"""The player alone: leads, greetings, and a port that fails in a way that nobody foresaw."""

from queue import SimpleQueue
from threading import Event

import pytest
from live.output.sender import MessageSent, PortChanged, Sender, SenderFailed
from mido import Message

from live.core.output.panic_messages import panic_messages
from live.core.output.schedule import LATE_LIMIT, Due, Strike
from live.midi.ports import CHECK_SECONDS
from live.system.clock import MonotonicClock, VirtualClock
from tests.live.midi.memory_ports import MemoryOutput
from tests.live.stage.transcript import transcript

PROGRAM = Message("program_change", channel=3, program=19)


def reports(queue):
    found = []
    while not queue.empty():
        found.append(queue.get())
    return found


def play(port, *, sounds=()):
    clock, queue = VirtualClock(), SimpleQueue()
    return Sender(lambda: port, clock, queue.put, sounds), clock, queue


def test_a_port_with_a_lead_gets_each_message_ahead_with_its_own_moment():
    port = MemoryOutput(lead_seconds=0.03)
    sender, clock, queue = play(port)
    sender.play([Strike(1.0, 2.0, 0, 60, 80)])
    assert sender.pump() == pytest.approx(0.97)
    clock.jump_to(0.9699)
    sender.pump()
    assert port.sent == []
    clock.jump_to(0.97)
    sender.pump()
    assert transcript(port.sent) == ["1.000 ch1 on 60"]
    assert reports(queue) == [], "it may still be taken back"
    clock.jump_to(1.01)
    sender.pump()
    assert [report.late for report in reports(queue)] == [0.0]


def test_late_is_what_misses_the_last_moment_that_the_port_needs():
    port = MemoryOutput(lead_seconds=0.03)
    sender, clock, queue = play(port)
    clock.jump_to(0.995)
    sender.play([Strike(1.0, 2.0, 0, 60, 80)])
    sender.pump()
    clock.jump_to(1.1)
    sender.pump()
    assert [report.late for report in reports(queue)] == [pytest.approx(0.005)]


def test_other_messages_leave_at_their_moments_between_note_offs_and_note_ons():
    port = MemoryOutput()
    sender, clock, queue = play(port)
    sender.play([Strike(0.5, 1.0, 0, 60, 80), Strike(1.0, 9.0, 0, 64, 80)])
    sender.send([Due(1.0, Message("start")), Due(1.0, Message("clock")), Due(1.5, Message("clock"))])
    for _ in range(4):
        clock.jump_to(min(sender.pump(), 2.0))
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
    sender, clock, queue = play(port)
    sender.send([Due(at / 10, Message("clock")) for at in range(5)])
    sender.play([Strike(0.0, 1.0, 0, 60, 80)])
    clock.jump_to(10 * LATE_LIMIT)
    sender.pump()
    assert transcript(port.sent) == [f"{at / 10:.3f} clock" for at in range(5)]
    assert [report.late for report in reports(queue)] == pytest.approx([1.0, 0.9, 0.8, 0.7, 0.6])
    assert sender.dropped == 1


def test_a_note_ends_when_it_was_last_told_to():
    port = MemoryOutput()
    sender, clock, _ = play(port)
    sender.play([Strike(0.0, 9.0, 0, 60, 80), Strike(1.0, 9.0, 0, 64, 80)])
    sender.pump()
    sender.retime([Strike(0.0, 0.5, 0, 60, 80), Strike(1.0, 1.5, 0, 64, 80), Strike(3.0, 4.0, 0, 67, 80)])
    while clock.now() < 5.0:
        clock.jump_to(min(sender.pump(), 5.0))
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
    return Sender(lambda: port, clock, queue.put), port, clock, queue


def test_silence_takes_back_what_has_not_left():
    sender, port, clock, queue = ahead()
    sender.play([Strike(0.2, 0.9, 0, 60, 80), Strike(0.4, 0.6, 0, 64, 80), Strike(0.8, 9.0, 0, 67, 80)])
    sender.pump()
    assert len(port.sent) == 5
    clock.jump_to(0.5)
    sender.silence()
    sender.pump()
    clock.jump_to(9.0)
    sender.pump()
    sent = ["0.200 ch1 on 60", "0.400 ch1 on 64", "0.500 ch1 off 60", "0.500 ch1 off 64"]
    assert transcript(port.sent) == sent
    assert transcript((report.at, report.message) for report in reports(queue)) == sent


def test_silence_leaves_clock_and_transport_their_moments():
    sender, port, clock, queue = ahead()
    sender.play([Strike(0.6, 0.9, 0, 60, 80)])
    ticks = [Due(at / 10, Message("clock")) for at in range(20)]
    sender.send([*ticks[:8], Due(0.7, Message("stop")), *ticks[8:]])
    sender.pump()
    clock.jump_to(0.45)
    sender.silence()
    sender.pump()
    clock.jump_to(2.0)
    sender.pump()
    expected = [*(f"{at / 10:.3f} clock" for at in range(8)), "0.700 stop"]
    expected += [f"{at / 10:.3f} clock" for at in range(8, 20)]
    assert transcript(port.sent) == expected
    assert transcript((report.at, report.message) for report in reports(queue)) == expected


def test_leaving_takes_the_notes_back_and_lets_the_rest_go_that_was_on_its_way():
    sender, port, clock, queue = ahead()
    sender.play([Strike(0.0, 0.9, 0, 60, 80), Strike(0.5, 0.9, 0, 64, 80)])
    sender.send([Due(0.5, Message("stop")), Due(3.0, Message("clock"))])
    sender.pump()
    clock.jump_to(0.1)
    sender.close()
    assert transcript(port.sent) == ["0.000 ch1 on 60", "0.100 ch1 off 60", "0.500 stop"]
    assert len(reports(queue)) == 3
    assert port.closed


def test_a_stop_has_no_moment_that_it_could_miss():
    sender, _, queue = play(MemoryOutput())
    sender.play([Strike(0.0, 2.0, 0, 60, 80)])
    sender.pump()
    sender.silence()
    sender.pump()
    assert [(r.message.type, r.late) for r in reports(queue)] == [("note_on", 0.0), ("note_off", None)]


def test_a_port_is_told_the_greeting_first_and_again_after_a_loss_behind_the_panic():
    first, second = MemoryOutput(), MemoryOutput()
    ports = [second, first]
    clock, queue = VirtualClock(), SimpleQueue()
    sender = Sender(ports.pop, clock, queue.put, [PROGRAM])
    assert [message for _, message in first.sent] == [PROGRAM]
    sender.select_sounds()
    sender.pump()
    assert [message for _, message in first.sent] == [PROGRAM, PROGRAM]
    first.lose()
    clock.jump_to(CHECK_SECONDS)
    sender.pump()
    clock.jump_to(2 * CHECK_SECONDS)
    sender.pump()
    assert [message for _, message in second.sent] == [*panic_messages(), PROGRAM]
    changes = [report for report in reports(queue) if isinstance(report, PortChanged)]
    assert [change.name for change in changes] == [None, second.name]


def test_strikes_handed_over_while_there_is_no_port_are_gone():
    first, second = MemoryOutput(), MemoryOutput()
    ports = [second, first]
    clock = VirtualClock()
    sender = Sender(ports.pop, clock, lambda report: None)
    first.lose()
    clock.jump_to(CHECK_SECONDS)
    sender.pump()
    sender.play([Strike(CHECK_SECONDS + 0.5, 9.0, 0, 60, 80)])
    sender.send([Due(CHECK_SECONDS + 0.5, Message("clock"))])
    for seconds in (1.5, 2.0, 2.5, 3.0):
        clock.jump_to(seconds)
        sender.pump()
    assert [message.type for _, message in second.sent] == ["control_change"] * len(panic_messages())


KEY = (0, 0, 60)
"""A keyboard's middle C."""


def hand(kind, note=60, *, velocity=101, channel=0):
    return Message(kind, channel=channel, note=note, velocity=velocity)


def play_until(sender, clock, until):
    while (deadline := sender.pump()) <= until:
        clock.jump_to(max(deadline, clock.now()))
    clock.jump_to(until)


def test_what_hands_play_leaves_now_before_all_that_waits_in_the_port():
    sender, port, clock, queue = ahead()
    sender.play([Strike(0.2, 0.9, 0, 64, 80), Strike(0.6, 0.9, 0, 67, 80)])
    sender.pump()
    clock.jump_to(0.5)
    sender.thru(hand("note_on"), KEY)
    sender.thru(Message("pitchwheel", pitch=99))
    sender.pump()
    clock.jump_to(0.7)
    sender.thru(hand("note_off"), KEY)
    play_until(sender, clock, 2.0)
    expected = [
        "0.200 ch1 on 64",
        "0.500 ch1 on 60",
        "0.500 ch1 pitchwheel",
        "0.600 ch1 on 67",
        "0.700 ch1 off 60",
        "0.900 ch1 off 64",
        "0.900 ch1 off 67",
    ]
    assert transcript(port.sent) == expected
    reported = reports(queue)
    assert transcript((report.at, report.message) for report in reported) == expected
    assert [report.late for report in reported] == [0.0, None, None, 0.0, None, 0.0, 0.0]


def test_a_hand_strikes_a_note_that_sounds_again_and_it_ends_with_its_last_owner():
    sender, port, clock, _ = ahead()
    sender.play([Strike(0.2, 0.9, 0, 60, 80)])
    play_until(sender, clock, 0.5)
    sender.thru(hand("note_on"), KEY)
    play_until(sender, clock, 1.5)
    sender.thru(hand("note_off", velocity=33), KEY)
    play_until(sender, clock, 2.0)
    assert transcript(port.sent) == [
        "0.200 ch1 on 60",
        "0.500 ch1 off 60",
        "0.500 ch1 on 60",
        "1.500 ch1 off 60",
    ]
    assert [message.velocity for _, message in port.sent] == [80, 64, 101, 33]


def test_a_strike_on_a_note_that_a_hand_holds_is_not_heard_and_keeps_it_on():
    sender, port, clock, _ = ahead()
    sender.play([Strike(0.2, 0.9, 0, 60, 80)])
    sender.pump()
    clock.jump_to(0.1)
    sender.thru(hand("note_on"), KEY)
    play_until(sender, clock, 0.5)
    sender.thru(hand("note_off"), KEY)
    play_until(sender, clock, 2.0)
    assert transcript(port.sent) == ["0.100 ch1 on 60", "0.900 ch1 off 60"]


def test_a_note_on_that_waits_in_the_port_is_struck_there_when_the_hand_has_let_go():
    sender, port, clock, _ = ahead()
    sender.play([Strike(0.6, 0.9, 0, 60, 80)])
    sender.pump()
    for at, kind in ((0.1, "note_on"), (0.3, "note_off")):
        clock.jump_to(at)
        sender.thru(hand(kind), KEY)
        sender.pump()
    play_until(sender, clock, 2.0)
    assert transcript(port.sent) == [
        "0.100 ch1 on 60",
        "0.300 ch1 off 60",
        "0.600 ch1 on 60",
        "0.900 ch1 off 60",
    ]


def test_keys_whose_channels_are_led_together_own_a_note_together():
    port = MemoryOutput()
    sender, _, _ = play(port)
    upper, lower = (0, 0, 60), (0, 1, 60)
    for kind, key in (("note_on", upper), ("note_on", lower), ("note_off", upper), ("note_off", lower)):
        sender.thru(hand(kind), key)
    sender.pump()
    assert [message.type for _, message in port.sent] == ["note_on", "note_off", "note_on", "note_off"]


def test_a_note_off_ends_what_its_key_began_wherever_that_was_led():
    port = MemoryOutput()
    sender, _, _ = play(port)
    sender.thru(hand("note_on", channel=4), KEY)
    sender.thru(hand("note_off", channel=7), KEY)
    sender.thru(hand("note_off", channel=7), KEY)
    sender.pump()
    assert transcript(port.sent) == ["0.000 ch5 on 60", "0.000 ch5 off 60"]


def test_a_note_without_its_key_is_refused():
    sender, _, _ = play(MemoryOutput())
    with pytest.raises(
        ValueError, match=r"^a note sent through must come with its key, got note_on .* and None$"
    ):
        sender.thru(hand("note_on"))


def test_letting_an_input_go_ends_what_its_hands_hold_and_lifts_its_pedal():
    port = MemoryOutput()
    sender, _, _ = play(port)
    for source, note in ((0, 60), (0, 64), (1, 64), (1, 67)):
        sender.thru(hand("note_on", note), (source, 0, note))
    for source in (0, 1):
        pedal = Message("control_change", channel=source, control=64, value=127)
        sender.thru(pedal, (source, source, 64))
    sender.let_go(0)
    sender.let_go(0)
    sender.pump()
    assert transcript(port.sent)[-2:] == ["0.000 ch1 off 60", "0.000 ch1 cc 64=0"]
    assert sender.sounding == {(0, 64), (0, 67)}


def test_single_strikes_can_be_ended_where_they_wait_and_where_they_sound():
    sender, port, clock, _ = ahead()
    waits, sounds, held, other = (
        Strike(at, 3.0, 0, note, 80) for at, note in ((2.5, 48), (0.2, 60), (0.2, 64), (0.2, 67))
    )
    handed = Strike(0.8, 3.0, 0, 72, 80)
    sender.play([waits, sounds, held, other, handed])
    play_until(sender, clock, 0.3)
    sender.thru(hand("note_on", 64), (0, 0, 64))
    sender.pump()
    clock.jump_to(0.5)
    sender.end([waits, sounds, held, handed, Strike(0.2, 3.0, 1, 67, 80)])
    play_until(sender, clock, 5.0)
    assert transcript(port.sent)[3:] == [
        "0.300 ch1 off 64",
        "0.300 ch1 on 64",
        "0.500 ch1 off 60",
        "3.000 ch1 off 67",
    ]
    assert sender.sounding == {(0, 64)}


def test_silence_leaves_hands_alone_and_a_panic_forgets_them():
    sender, port, clock, _ = ahead()
    sender.play([Strike(0.2, 3.0, 0, 64, 80)])
    sender.thru(hand("note_on"), KEY)
    play_until(sender, clock, 0.5)
    sender.silence()
    play_until(sender, clock, 1.0)
    assert sender.sounding == {(0, 60)}
    sender.panic()
    sender.thru(hand("note_off"), KEY)
    sender.pump()
    assert transcript(port.sent)[:4] == [
        "0.000 ch1 on 60",
        "0.200 ch1 on 64",
        "0.500 ch1 off 64",
        "1.000 ch1 off 60",
    ]
    assert [message for _, message in port.sent[4:]] == panic_messages()


def test_leaving_ends_what_hands_hold_and_lifts_their_pedals():
    port = MemoryOutput()
    sender, _, _ = play(port)
    sender.thru(hand("note_on"), KEY)
    sender.thru(Message("control_change", control=64, value=64), KEY)
    sender.close()
    assert transcript(port.sent)[2:] == ["0.000 ch1 off 60", "0.000 ch1 cc 64=0"]


def test_after_a_loss_a_hand_owns_nothing():
    first, second = MemoryOutput(), MemoryOutput()
    ports, clock = [second, first], VirtualClock()
    sender = Sender(ports.pop, clock, lambda report: None)
    sender.thru(hand("note_on"), KEY)
    sender.pump()
    first.lose()
    play_until(sender, clock, 2 * CHECK_SECONDS)
    sender.thru(hand("note_off"), KEY)
    sender.pump()
    assert [message for _, message in second.sent] == panic_messages()


def test_each_message_is_told_of_before_the_port_gets_it():
    told, port, clock = [], MemoryOutput(lead_seconds=0.5), VirtualClock()
    port.send, send = lambda message, at: (told.append("sent"), send(message, at)), port.send
    sender = Sender(
        lambda: port,
        clock,
        lambda report: None,
        [PROGRAM],
        lambda at, message: told.append((at, message.type)),
    )
    sender.play([Strike(0.5, 9.0, 0, 60, 80)])
    sender.thru(hand("note_on", 64), (0, 0, 64))
    sender.pump()
    moments = [(0.0, "program_change"), (0.0, "note_on"), (0.5, "note_on")]
    assert told == [each for moment in moments for each in (moment, "sent")]


class BrokenOutput(MemoryOutput):
    """Fails once, at the second note-on, with an error that no port may raise."""

    def send(self, message, at):
        if message.type == "note_on" and len(self.sent) == 1:
            raise ArithmeticError("on purpose")
        super().send(message, at)


def test_when_the_players_thread_fails_it_ends_the_notes_and_tells():
    port, told, told_of = BrokenOutput(), Event(), []

    def report(what):
        if isinstance(what, SenderFailed):
            told_of.append(what.error)
            told.set()
        else:
            assert isinstance(what, MessageSent)

    clock = MonotonicClock()
    sender = Sender(lambda: port, clock, report)
    sender.start()
    now = clock.now()
    sender.play([Strike(now, now + 60, 0, 60, 80), Strike(now + 0.001, now + 60, 0, 64, 80)])
    assert told.wait(20)
    sender.close()
    assert isinstance(told_of[0], ArithmeticError)
    sounding = [message.note for _, message in port.sent if message.type == "note_on"]
    assert sounding == [60]
    assert 60 in [message.note for _, message in port.sent if message.type == "note_off"]
    assert port.closed
