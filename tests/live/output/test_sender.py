"""The player alone: leads, greetings, and a port that fails in a way that nobody foresaw."""

from queue import SimpleQueue
from threading import Event

import pytest
from mido import Message

from live.core.output.panic_messages import panic_messages
from live.core.output.schedule import LATE_LIMIT, Due, Strike
from live.midi.ports import CHECK_SECONDS
from live.output.sender import Player, PlayerFailed, PortChanged, Sent
from live.system.clock import MonotonicClock, VirtualClock
from tests.live.midi.memory_ports import MemoryOutput
from tests.live.stage.transcript import transcript

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


KEY = (0, 0, 60)
"""A keyboard's middle C."""


def hand(kind, note=60, *, velocity=101, channel=0):
    return Message(kind, channel=channel, note=note, velocity=velocity)


def play_until(player, clock, until):
    while (deadline := player.pump()) <= until:
        clock.jump_to(max(deadline, clock.now()))
    clock.jump_to(until)


def test_what_hands_play_leaves_now_before_all_that_waits_in_the_port():
    player, port, clock, queue = ahead()
    player.play([Strike(0.2, 0.9, 0, 64, 80), Strike(0.6, 0.9, 0, 67, 80)])
    player.pump()
    clock.jump_to(0.5)
    player.thru(hand("note_on"), KEY)
    player.thru(Message("pitchwheel", pitch=99))
    player.pump()
    clock.jump_to(0.7)
    player.thru(hand("note_off"), KEY)
    play_until(player, clock, 2.0)
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
    player, port, clock, _ = ahead()
    player.play([Strike(0.2, 0.9, 0, 60, 80)])
    play_until(player, clock, 0.5)
    player.thru(hand("note_on"), KEY)
    play_until(player, clock, 1.5)
    player.thru(hand("note_off", velocity=33), KEY)
    play_until(player, clock, 2.0)
    assert transcript(port.sent) == [
        "0.200 ch1 on 60",
        "0.500 ch1 off 60",
        "0.500 ch1 on 60",
        "1.500 ch1 off 60",
    ]
    assert [message.velocity for _, message in port.sent] == [80, 64, 101, 33]


def test_a_strike_on_a_note_that_a_hand_holds_is_not_heard_and_keeps_it_on():
    player, port, clock, _ = ahead()
    player.play([Strike(0.2, 0.9, 0, 60, 80)])
    player.pump()
    clock.jump_to(0.1)
    player.thru(hand("note_on"), KEY)
    play_until(player, clock, 0.5)
    player.thru(hand("note_off"), KEY)
    play_until(player, clock, 2.0)
    assert transcript(port.sent) == ["0.100 ch1 on 60", "0.900 ch1 off 60"]


def test_a_note_on_that_waits_in_the_port_is_struck_there_when_the_hand_has_let_go():
    player, port, clock, _ = ahead()
    player.play([Strike(0.6, 0.9, 0, 60, 80)])
    player.pump()
    for at, kind in ((0.1, "note_on"), (0.3, "note_off")):
        clock.jump_to(at)
        player.thru(hand(kind), KEY)
        player.pump()
    play_until(player, clock, 2.0)
    assert transcript(port.sent) == [
        "0.100 ch1 on 60",
        "0.300 ch1 off 60",
        "0.600 ch1 on 60",
        "0.900 ch1 off 60",
    ]


def test_keys_whose_channels_are_led_together_own_a_note_together():
    port = MemoryOutput()
    player, _, _ = play(port)
    upper, lower = (0, 0, 60), (0, 1, 60)
    for kind, key in (("note_on", upper), ("note_on", lower), ("note_off", upper), ("note_off", lower)):
        player.thru(hand(kind), key)
    player.pump()
    assert [message.type for _, message in port.sent] == ["note_on", "note_off", "note_on", "note_off"]


def test_a_note_off_ends_what_its_key_began_wherever_that_was_led():
    port = MemoryOutput()
    player, _, _ = play(port)
    player.thru(hand("note_on", channel=4), KEY)
    player.thru(hand("note_off", channel=7), KEY)
    player.thru(hand("note_off", channel=7), KEY)
    player.pump()
    assert transcript(port.sent) == ["0.000 ch5 on 60", "0.000 ch5 off 60"]


def test_a_note_without_its_key_is_refused():
    player, _, _ = play(MemoryOutput())
    with pytest.raises(
        ValueError, match=r"^a note of a hand must come with its key, got note_on .* and None$"
    ):
        player.thru(hand("note_on"))


def test_letting_an_input_go_ends_what_its_hands_hold_and_lifts_its_pedal():
    port = MemoryOutput()
    player, _, _ = play(port)
    for source, note in ((0, 60), (0, 64), (1, 64), (1, 67)):
        player.thru(hand("note_on", note), (source, 0, note))
    for source in (0, 1):
        pedal = Message("control_change", channel=source, control=64, value=127)
        player.thru(pedal, (source, source, 64))
    player.let_go(0)
    player.let_go(0)
    player.pump()
    assert transcript(port.sent)[-2:] == ["0.000 ch1 off 60", "0.000 ch1 cc 64=0"]
    assert player.sounding == {(0, 64), (0, 67)}


def test_single_strikes_can_be_ended_where_they_wait_and_where_they_sound():
    player, port, clock, _ = ahead()
    waits, sounds, held, other = (
        Strike(at, 3.0, 0, note, 80) for at, note in ((2.5, 48), (0.2, 60), (0.2, 64), (0.2, 67))
    )
    handed = Strike(0.8, 3.0, 0, 72, 80)
    player.play([waits, sounds, held, other, handed])
    play_until(player, clock, 0.3)
    player.thru(hand("note_on", 64), (0, 0, 64))
    player.pump()
    clock.jump_to(0.5)
    player.end([waits, sounds, held, handed, Strike(0.2, 3.0, 1, 67, 80)])
    play_until(player, clock, 5.0)
    assert transcript(port.sent)[3:] == [
        "0.300 ch1 off 64",
        "0.300 ch1 on 64",
        "0.500 ch1 off 60",
        "3.000 ch1 off 67",
    ]
    assert player.sounding == {(0, 64)}


def test_silence_leaves_hands_alone_and_a_panic_forgets_them():
    player, port, clock, _ = ahead()
    player.play([Strike(0.2, 3.0, 0, 64, 80)])
    player.thru(hand("note_on"), KEY)
    play_until(player, clock, 0.5)
    player.silence()
    play_until(player, clock, 1.0)
    assert player.sounding == {(0, 60)}
    player.panic()
    player.thru(hand("note_off"), KEY)
    player.pump()
    assert transcript(port.sent)[:4] == [
        "0.000 ch1 on 60",
        "0.200 ch1 on 64",
        "0.500 ch1 off 64",
        "1.000 ch1 off 60",
    ]
    assert [message for _, message in port.sent[4:]] == panic_messages()


def test_leaving_ends_what_hands_hold_and_lifts_their_pedals():
    port = MemoryOutput()
    player, _, _ = play(port)
    player.thru(hand("note_on"), KEY)
    player.thru(Message("control_change", control=64, value=64), KEY)
    player.close()
    assert transcript(port.sent)[2:] == ["0.000 ch1 off 60", "0.000 ch1 cc 64=0"]


def test_after_a_loss_a_hand_owns_nothing():
    first, second = MemoryOutput(), MemoryOutput()
    ports, clock = [second, first], VirtualClock()
    player = Player(ports.pop, clock, lambda report: None)
    player.thru(hand("note_on"), KEY)
    player.pump()
    first.lose()
    play_until(player, clock, 2 * CHECK_SECONDS)
    player.thru(hand("note_off"), KEY)
    player.pump()
    assert [message for _, message in second.sent] == panic_messages()


def test_each_message_is_told_of_before_the_port_gets_it():
    told, port, clock = [], MemoryOutput(lead_seconds=0.5), VirtualClock()
    port.send, send = lambda message, at: (told.append("sent"), send(message, at)), port.send
    player = Player(
        lambda: port,
        clock,
        lambda report: None,
        [PROGRAM],
        lambda at, message: told.append((at, message.type)),
    )
    player.play([Strike(0.5, 9.0, 0, 60, 80)])
    player.thru(hand("note_on", 64), (0, 0, 64))
    player.pump()
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
