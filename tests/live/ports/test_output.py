"""One output on virtual time: what leaves by it and when, who owns its notes, and what its loss means."""

import pytest
from mido import Message

from live.core.output.orders import Orders
from live.core.output.panic_messages import panic_messages
from live.core.output.schedule import LATE_LIMIT, Due, Strike
from live.ports.output import Output
from live.ports.reports import MessageSent, OutputChanged
from tests.live.midi.memory_ports import MemoryOutput
from tests.live.stage.transcript import transcript

PROGRAM = Message("program_change", channel=3, program=19)
KEY = (0, 0, 60)
"""A keyboard's middle C."""


class Played:
    """An output on virtual time."""

    def __init__(self, port=None):
        self.port = port or MemoryOutput()
        self.reports = []
        self.output = Output(0, self.port, self.reports.append)
        self.now = 0.0

    @property
    def sent(self):
        return transcript(self.port.sent)

    def play(self, *strikes):
        self.give(strikes=list(strikes))

    def give(self, **orders):
        self.output.give(Orders(**orders), self.now)

    def hand(self, kind, note=60, *, velocity=101, channel=0, key=None):
        message = Message(kind, channel=channel, note=note, velocity=velocity)
        self.output.thru(message, key or (0, 0, note), self.now)

    def pedal(self, value, channel=0, source=0):
        pedal = Message("control_change", channel=channel, control=64, value=value)
        self.output.thru(pedal, (source, channel, 64), self.now)

    def wait_until(self, until):
        """Pump at each deadline."""
        while (deadline := self.output.deadline) <= until:
            self.output.pump(max(deadline, self.now))
        self.now = until


def test_other_messages_leave_at_their_times_between_note_offs_and_note_ons():
    played = Played()
    played.play(Strike(0.5, 1.0, 0, 60, 80), Strike(1.0, 9.0, 0, 64, 80))
    played.give(messages=[Due(1.0, Message("start")), Due(1.0, Message("clock"))])
    played.output.add(Due(1.5, Message("clock")))
    played.wait_until(2.0)
    assert played.sent == [
        "0.500 ch1 on 60",
        "1.000 ch1 off 60",
        "1.000 start",
        "1.000 clock",
        "1.000 ch1 on 64",
        "1.500 clock",
    ]
    assert [report.late for report in played.reports] == [0.0] * 6


def test_a_cycle_gets_all_that_leaves_in_it_with_its_own_times():
    played = Played()
    played.play(Strike(1.0, 1.01, 0, 60, 80), Strike(1.03, 2.0, 0, 64, 80))
    played.output.pump(0.98, 0.9999)
    assert played.sent == []
    played.output.pump(1.0, 1.0199)
    assert played.sent == ["1.000 ch1 on 60", "1.010 ch1 off 60"]
    assert [(report.at, report.late) for report in played.reports] == [(1.0, 0.0), (1.01, 0.0)]


def test_a_note_that_is_a_little_late_leaves_and_says_how_late():
    played = Played()
    played.play(Strike(1.0, 2.0, 0, 60, 80))
    played.output.pump(1.025, 1.045)
    assert played.sent == ["1.000 ch1 on 60"]
    assert [report.late for report in played.reports] == [pytest.approx(0.025)]


def test_clock_that_is_late_leaves_in_a_burst_and_a_note_that_is_is_dropped():
    played = Played()
    played.give(messages=[Due(at / 10, Message("clock")) for at in range(5)])
    played.play(Strike(0.0, 1.0, 0, 60, 80))
    played.output.pump(10 * LATE_LIMIT)
    assert played.sent == [f"{at / 10:.3f} clock" for at in range(5)]
    assert [report.late for report in played.reports] == pytest.approx([1.0, 0.9, 0.8, 0.7, 0.6])
    assert played.output.dropped == 1


def test_a_note_ends_when_it_was_last_told_to():
    played = Played()
    played.play(Strike(0.0, 9.0, 0, 60, 80), Strike(1.0, 9.0, 0, 64, 80))
    played.wait_until(0.0)
    played.give(
        retimed=[Strike(0.0, 0.5, 0, 60, 80), Strike(1.0, 1.5, 0, 64, 80), Strike(3.0, 4.0, 0, 67, 80)]
    )
    played.wait_until(5.0)
    assert played.sent == ["0.000 ch1 on 60", "0.500 ch1 off 60", "1.000 ch1 on 64", "1.500 ch1 off 64"]


def test_silence_drops_notes_that_wait_ends_those_that_sound_and_leaves_clock_and_transport():
    played = Played()
    played.play(Strike(0.2, 0.9, 0, 60, 80), Strike(0.4, 0.6, 0, 64, 80), Strike(0.8, 9.0, 0, 67, 80))
    played.give(messages=[Due(0.3, Message("clock")), Due(0.7, Message("stop")), Due(0.9, Message("clock"))])
    played.wait_until(0.5)
    played.give(silence=True)
    played.wait_until(9.0)
    assert played.sent == [
        "0.200 ch1 on 60",
        "0.300 clock",
        "0.400 ch1 on 64",
        "0.500 ch1 off 60",
        "0.500 ch1 off 64",
        "0.700 stop",
        "0.900 clock",
    ]
    assert [report.late for report in played.reports] == [0.0, 0.0, 0.0, None, None, 0.0, 0.0]


def test_orders_are_carried_out_in_their_order():
    played = Played()
    sounds, other = Strike(0.0, 9.0, 0, 60, 80), Strike(0.0, 9.0, 0, 62, 80)
    played.play(sounds, other)
    played.wait_until(1.0)
    played.give(silence=True, sounds={0: [PROGRAM]}, ended=[sounds], strikes=[Strike(1.0, 2.0, 0, 60, 80)])
    played.wait_until(3.0)
    assert played.sent[2:] == [
        "1.000 ch1 off 60",
        "1.000 ch1 off 62",
        "1.000 ch4 program 19",
        "1.000 ch1 on 60",
        "2.000 ch1 off 60",
    ]


def test_single_strikes_can_be_ended_where_they_wait_and_where_they_sound():
    played = Played()
    waits, sounds, held, other = (
        Strike(at, 3.0, 0, note, 80) for at, note in ((2.5, 48), (0.2, 60), (0.2, 64), (0.2, 67))
    )
    played.play(waits, sounds, held, other)
    played.wait_until(0.3)
    played.hand("note_on", 64)
    played.wait_until(0.5)
    played.give(ended=[waits, sounds, held, Strike(0.2, 3.0, 1, 67, 80)])
    played.wait_until(5.0)
    assert played.sent[3:] == ["0.300 ch1 off 64", "0.300 ch1 on 64", "0.500 ch1 off 60", "3.000 ch1 off 67"]
    assert played.output.sounding == {(0, 64)}


def test_what_hands_play_leaves_at_once_after_what_was_due_before_it():
    played = Played()
    played.play(Strike(0.2, 0.9, 0, 64, 80), Strike(0.6, 0.9, 0, 67, 80))
    played.now = 0.25
    played.hand("note_on")
    played.output.thru(Message("pitchwheel", pitch=99), None, 0.25)
    played.wait_until(0.7)
    played.hand("note_off")
    played.wait_until(2.0)
    expected = [
        "0.200 ch1 on 64",
        "0.250 ch1 on 60",
        "0.250 ch1 pitchwheel",
        "0.600 ch1 on 67",
        "0.700 ch1 off 60",
        "0.900 ch1 off 64",
        "0.900 ch1 off 67",
    ]
    assert played.sent == expected
    assert transcript((report.at, report.message) for report in played.reports) == expected
    assert [report.hand for report in played.reports] == [False, True, True, False, False, False, False]
    lates = [report.late for report in played.reports]
    assert lates == [pytest.approx(0.05), None, None, 0.0, None, 0.0, 0.0]


def test_a_hand_plays_a_note_that_sounds_again_and_it_ends_with_its_last_owner():
    played = Played()
    played.play(Strike(0.2, 0.9, 0, 60, 80))
    played.wait_until(0.5)
    played.hand("note_on")
    played.wait_until(1.5)
    played.hand("note_off", velocity=33)
    assert played.sent == ["0.200 ch1 on 60", "0.500 ch1 off 60", "0.500 ch1 on 60", "1.500 ch1 off 60"]
    assert [message.velocity for _, message in played.port.sent] == [80, 64, 101, 33]


def test_a_strike_on_a_note_that_a_hand_holds_is_not_heard_and_keeps_it_on():
    played = Played()
    played.play(Strike(0.2, 0.9, 0, 60, 80))
    played.wait_until(0.1)
    played.hand("note_on")
    played.wait_until(0.5)
    played.hand("note_off")
    played.wait_until(2.0)
    assert played.sent == ["0.100 ch1 on 60", "0.900 ch1 off 60"]


def test_a_strike_on_a_note_that_a_hand_has_let_go_is_heard():
    played = Played()
    played.play(Strike(0.6, 0.9, 0, 60, 80))
    for at, kind in ((0.1, "note_on"), (0.3, "note_off")):
        played.wait_until(at)
        played.hand(kind)
    played.wait_until(2.0)
    assert played.sent == ["0.100 ch1 on 60", "0.300 ch1 off 60", "0.600 ch1 on 60", "0.900 ch1 off 60"]


def test_keys_whose_channels_are_led_together_own_a_note_together():
    played = Played()
    upper, lower = (0, 0, 60), (0, 1, 60)
    for kind, key in (("note_on", upper), ("note_on", lower), ("note_off", upper), ("note_off", lower)):
        played.hand(kind, key=key)
    assert [message.type for _, message in played.port.sent] == ["note_on", "note_off", "note_on", "note_off"]


def test_a_note_off_ends_what_its_key_began_wherever_that_was_led():
    played = Played()
    played.hand("note_on", channel=4)
    played.hand("note_off", channel=7)
    played.hand("note_off", channel=7)
    assert played.sent == ["0.000 ch5 on 60", "0.000 ch5 off 60"]


def test_letting_an_input_go_ends_what_its_hands_hold_and_lifts_its_pedal():
    played = Played()
    for source, note in ((0, 60), (0, 64), (1, 64), (1, 67)):
        played.hand("note_on", note, key=(source, 0, note))
    for source in (0, 1):
        played.pedal(127, channel=source, source=source)
    before = len(played.sent)
    played.output.let_go(0, 0.0)
    played.output.let_go(0, 0.0)
    assert played.sent[before:] == ["0.000 ch1 off 60", "0.000 ch1 cc 64=0"]
    assert played.output.sounding == {(0, 64), (0, 67)}


def test_silence_leaves_hands_alone_and_a_panic_forgets_them():
    played = Played()
    played.play(Strike(0.2, 3.0, 0, 64, 80))
    played.hand("note_on")
    played.wait_until(0.5)
    played.output.silence(0.5)
    played.wait_until(1.0)
    assert played.output.sounding == {(0, 60)}
    played.output.panic(1.0)
    played.hand("note_off")
    assert played.sent[:4] == ["0.000 ch1 on 60", "0.200 ch1 on 64", "0.500 ch1 off 64", "1.000 ch1 off 60"]
    assert [message for _, message in played.port.sent[4:]] == panic_messages()


def test_finishing_ends_all_notes_lets_out_what_is_on_its_way_and_forgets_the_rest():
    played = Played(MemoryOutput(lead_seconds=1.0))
    played.play(Strike(0.0, 0.9, 0, 60, 80), Strike(0.5, 0.9, 0, 64, 80))
    played.give(messages=[Due(0.5, Message("stop")), Due(3.0, Message("clock"))])
    played.output.pump(0.0)
    played.now = 0.1
    played.hand("note_on", 72)
    played.pedal(64)
    played.output.finish(0.1)
    played.wait_until(9.0)
    assert played.sent == [
        "0.000 ch1 on 60",
        "0.100 ch1 on 72",
        "0.100 ch1 cc 64=64",
        "0.100 ch1 off 60",
        "0.100 ch1 off 72",
        "0.100 ch1 cc 64=0",
        "0.500 stop",
    ]


def test_a_new_listener_is_sent_the_present_sounds_or_others():
    played, other = Played(), Message("program_change", program=1)
    played.output.select_sounds([PROGRAM], 0.0)
    played.output.select_sounds(None, 1.0)
    played.output.select_sounds([other], 2.0)
    played.give(sounds={1: [PROGRAM]})
    played.output.select_sounds(None, 3.0)
    assert played.sent == ["0.000 ch4 program 19", "1.000 ch4 program 19", "2.000 ch1 program 1"]


def test_after_a_loss_the_new_port_is_silenced_then_given_its_sounds_then_reported():
    played, again = Played(), MemoryOutput("memory:again")
    played.output.select_sounds([PROGRAM], 0.0)
    played.port.lose()
    played.output.select_sounds(None, 1.0)
    assert (played.output.port, played.output.lost_port) == (None, played.port)
    assert played.output.lost == "the port 'memory:out' is gone"
    played.output.reconnect(again, 2.0)
    assert played.output.lost is None
    assert [message for _, message in again.sent] == [*panic_messages(), PROGRAM]
    assert played.reports[1] == OutputChanged(None, "the port 'memory:out' is gone")
    assert played.reports[-1] == OutputChanged("memory:again", None)
    assert played.output.name == "memory:again"


def test_a_port_that_is_gone_again_at_once_is_not_reported_as_there():
    played, again = Played(), MemoryOutput()
    played.output.lose("gone")
    again.lose()
    played.output.reconnect(again, 1.0)
    assert [report.reason for report in played.reports] == ["gone", "the port 'memory:out' is gone"]
    assert played.output.lost_port is again


def test_a_port_that_two_threads_find_lost_is_lost_once():
    played = Played()
    played.output.lose("the cable was pulled")
    played.output.lose("the port is gone")
    assert played.reports == [OutputChanged(None, "the cable was pulled")]
    assert played.output.lost_port is played.port, "somebody must still close it"


def test_what_is_given_while_there_is_no_port_is_gone():
    played, again = Played(), MemoryOutput()
    played.output.lose("gone")
    played.play(Strike(0.5, 9.0, 0, 60, 80))
    played.give(messages=[Due(0.5, Message("clock"))])
    played.output.add(Due(0.6, Message("clock")))
    played.output.reconnect(again, 0.1)
    played.wait_until(10.0)
    assert [message for _, message in again.sent] == panic_messages()


def test_what_is_given_with_the_message_that_finds_the_port_lost_is_gone():
    played, again = Played(), MemoryOutput()
    sounds = Strike(0.0, 9.0, 0, 60, 80)
    played.play(sounds)
    played.wait_until(0.1)
    played.port.lose()
    played.give(ended=[sounds], strikes=[Strike(0.5, 9.0, 0, 64, 80)], messages=[Due(0.5, Message("clock"))])
    played.output.reconnect(again, 0.2)
    played.wait_until(10.0)
    assert [message for _, message in again.sent] == panic_messages()


@pytest.mark.parametrize("is_lost", [False, True], ids=["before the loss", "during the loss"])
def test_after_a_loss_a_hand_owns_nothing_whenever_it_pressed_its_key(is_lost):
    played, again = Played(), MemoryOutput()
    for _ in range(2):
        if is_lost == (played.output.port is None):
            played.hand("note_on")
        if played.output.port is not None:
            played.output.lose("gone")
    assert played.output.sounding == frozenset()
    played.output.reconnect(again, 1.0)
    played.now = 1.0
    played.play(Strike(1.0, 2.0, 0, 60, 80))
    played.wait_until(1.5)
    assert played.output.sounding == {(0, 60)}
    played.hand("note_off")
    played.wait_until(3.0)
    assert transcript(again.sent)[len(panic_messages()) :] == ["1.000 ch1 on 60", "2.000 ch1 off 60"]


def test_each_message_is_told_of_before_the_port_gets_it():
    told, port = [], MemoryOutput()
    port.send, send = lambda message, at: (told.append("sent"), send(message, at)), port.send
    output = Output(0, port, lambda report: None, lambda at, message: told.append((at, message.type)))
    output.select_sounds([PROGRAM], 0.0)
    output.give(Orders(strikes=[Strike(0.5, 9.0, 0, 60, 80)]), 0.0)
    output.thru(Message("note_on", note=64), KEY, 0.1)
    output.pump(0.4, 0.6)
    times = [(0.0, "program_change"), (0.1, "note_on"), (0.5, "note_on")]
    assert told == [each for time in times for each in (time, "sent")]


def test_it_obeys_and_reports_under_its_own_number():
    port, reports = MemoryOutput(lead_seconds=0.03), []
    output = Output(2, port, reports.append)
    assert output.lead_seconds == 0.03
    strikes = [Strike(0.5, 0.6, 0, 60 + number, 80, number) for number in range(3)]
    dues = [Due(0.5, Message("songpos", pos=number), number) for number in range(3)]
    output.give(Orders(sounds={0: [PROGRAM]}, strikes=strikes, messages=dues), 0.0)
    output.pump(0.5)
    assert transcript(port.sent) == ["0.500 songpos 2", "0.500 ch1 on 62"]
    assert [report.output for report in reports if isinstance(report, MessageSent)] == [2, 2]
    output.lose("gone")
    assert reports[-1] == OutputChanged(None, "gone", 2)
    assert output.lead_seconds == 0.0
