"""All outputs and inputs together: who gets what, what goes through when, and what the engine is told."""

import pytest
from mido import Message

from live.core.input.loop_detection import PROOF
from live.core.output.orders import Orders
from live.core.output.panic_messages import panic_messages
from live.core.output.schedule import Due, Strike
from live.core.output.thru import Thru
from live.core.output.thru_rules import ThruRules
from live.ports.orders import Give, Panic, SelectSounds, SetRules
from live.ports.port_server import PortServer
from live.ports.reports import LoopFound, MessageReceived, MessageSent, OutputChanged
from tests.live.midi.memory_ports import MemoryOutput
from tests.live.stage.transcript import transcript

PANIC = len(panic_messages())
EVERYTHING = ThruRules(Thru([""]))


def program(number):
    return Message("program_change", program=number)


def on(note=60, velocity=101, channel=0):
    return Message("note_on", channel=channel, note=note, velocity=velocity)


def off(note=60, channel=0):
    return Message("note_off", channel=channel, note=note)


def pedal(value, channel=0):
    return Message("control_change", channel=channel, control=64, value=value)


class Hall:
    """A server on virtual time.

    Attributes:
        ports: the ports that were opened first, by number.
    """

    def __init__(self, count=2, *, rules=EVERYTHING, leads=None):
        self.ports = [MemoryOutput(f"memory:{n}", (leads or [0.0] * count)[n]) for n in range(count)]
        self.server = PortServer(self.ports, rules)
        self.now = 0.0

    def give(self, **orders):
        self.server.take(Give(Orders(**orders)))

    def pump_until(self, until):
        """Pump at each deadline."""
        while (deadline := self.server.deadline) <= until:
            self.server.pump(max(deadline, self.now))
        self.now = until

    def sent(self):
        return [transcript(port.sent) for port in self.ports]

    def reported(self, kind):
        return [report for report in self.server.reports() if isinstance(report, kind)]


def test_each_output_gets_its_notes_and_its_messages_and_clock_goes_to_the_first():
    hall = Hall()
    hall.give(
        strikes=[Strike(1.0, 2.0, 0, 60, 80, output=1), Strike(1.0, 3.0, 0, 64, 80)],
        messages=[Due(0.5, program(5), output=1), Due(1.0, Message("start")), Due(1.0, Message("clock"))],
    )
    hall.pump_until(2.5)
    assert hall.server.sounding == {(0, 0, 64)}
    hall.pump_until(4.0)
    assert hall.sent() == [
        ["1.000 start", "1.000 clock", "1.000 ch1 on 64", "3.000 ch1 off 64"],
        ["0.500 ch1 program 5", "1.000 ch1 on 60", "2.000 ch1 off 60"],
    ]
    assert [(report.at, report.output) for report in hall.reported(MessageSent)] == [
        (0.5, 1),
        (1.0, 0),
        (1.0, 0),
        (1.0, 0),
        (1.0, 1),
        (2.0, 1),
        (3.0, 0),
    ]


def test_one_note_on_two_outputs_is_two_notes():
    hall = Hall(3)
    strikes = [Strike(1.0, 3.0, 0, 60, 80, output) for output in range(3)]
    hall.give(strikes=strikes)
    hall.pump_until(1.5)
    hall.give(ended=strikes[:1], retimed=[Strike(1.0, 2.0, 0, 60, 80, output=1)])
    hall.pump_until(4.0)
    assert [sent[1] for sent in hall.sent()] == ["1.500 ch1 off 60", "2.000 ch1 off 60", "3.000 ch1 off 60"]


def test_it_says_when_to_pump_and_at_once_if_there_are_orders():
    hall = Hall()
    assert hall.server.deadline == float("inf")
    hall.give(strikes=[Strike(1.0, 2.0, 0, 60, 80, output=1)])
    assert hall.server.deadline == float("-inf")
    hall.server.pump(0.0)
    assert hall.server.deadline == 1.0
    hall.server.pump(0.98, 1.0)
    assert hall.server.deadline == 2.0


def test_it_wants_messages_as_early_as_the_slowest_output_and_counts_what_all_drop():
    hall = Hall(leads=[0.0, 0.03])
    assert hall.server.lead_seconds == 0.03
    hall.give(strikes=[Strike(1.0, 2.0, 0, 60, 80, output) for output in (0, 1, 1)])
    hall.server.pump(5.0)
    assert hall.server.dropped == 3
    hall.server.outputs[1].lose("gone")
    assert hall.server.lead_seconds == 0.0


def test_each_output_has_its_sounds_and_one_that_is_not_listed_has_none_from_then_on():
    hall = Hall(3)
    for order in (
        SelectSounds({0: [program(1)], 2: [program(2)]}),
        SelectSounds(None),
        SelectSounds({1: [program(3)]}),
        SelectSounds(None),
        SelectSounds({0: [program(4)], 1: [program(5)]}, output=1),
    ):
        hall.server.take(order)
    hall.server.pump(0.0)
    assert [[message.program for _, message in port.sent] for port in hall.ports] == [
        [1, 1],
        [3, 3, 5],
        [2, 2],
    ]


@pytest.mark.parametrize(("order", "more"), [(Give(Orders(silence=True)), 0), (Panic(), PANIC)])
def test_silence_and_panic_reach_every_output(order, more):
    hall = Hall()
    hall.give(strikes=[Strike(0.0, 9.0, 0, 60, 80, output=number) for number in range(2)])
    hall.server.pump(0.0)
    hall.server.take(order)
    hall.pump_until(10.0)
    for sent in hall.sent():
        assert sent[0] == "0.000 ch1 on 60"
        assert sent[1].endswith("ch1 off 60")
        assert len(sent) == 2 + more


def test_a_lost_output_rests_alone_and_goes_on_alone():
    hall, back = Hall(), MemoryOutput("memory:back")
    hall.server.take(SelectSounds({1: [program(7)]}))
    beats = [at / 2 for at in range(1, 12)]
    for at in beats:
        if at == 2.0:
            hall.ports[1].lose()
        elif at == 4.0:
            hall.server.outputs[1].reconnect(back, hall.now)
        hall.give(strikes=[Strike(at, at + 0.25, 0, 60, 80, output) for output in (0, 1)])
        hall.pump_until(at + 0.4)
    note_ons = [
        [at for at, message in port.sent if message.type == "note_on"] for port in (*hall.ports, back)
    ]
    assert note_ons == [beats, [0.5, 1.0, 1.5], [4.0, 4.5, 5.0, 5.5]]
    assert back.sent[PANIC][1] == program(7)
    assert hall.reported(OutputChanged) == [
        OutputChanged(None, "the port 'memory:1' is gone", 1),
        OutputChanged("memory:back", None, 1),
    ]


def test_a_key_goes_through_at_its_very_time_in_order_with_what_is_due():
    hall = Hall()
    hall.give(
        strikes=[Strike(1.005, 1.015, 0, 64, 80), Strike(1.012, 9.0, 0, 67, 80, output=1)],
        messages=[Due(1.018, Message("clock"))],
    )
    hall.server.pump(0.98, 0.9999)
    # JACK's cycle from 1.0 to 1.02: what came in first, then what else is due.
    hall.server.hear(0, on(), 1.011)
    hall.server.hear(0, off(), 1.016)
    hall.server.pump(1.0, 1.0199)
    assert hall.sent() == [
        [
            "1.005 ch1 on 64",
            "1.011 ch1 on 60",
            "1.015 ch1 off 64",
            "1.016 ch1 off 60",
            "1.018 clock",
        ],
        ["1.012 ch1 on 67"],
    ]
    lates = [report.late for report in hall.reported(MessageSent)]
    assert lates == [0.0, None, 0.0, None, 0.0, 0.0]


def test_without_cycles_what_a_key_finds_still_waiting_is_late():
    hall = Hall(1)
    hall.give(strikes=[Strike(1.005, 9.0, 0, 64, 80)])
    hall.server.pump(1.0)
    hall.server.hear(0, on(), 1.011)
    assert [report.late for report in hall.reported(MessageSent)] == [pytest.approx(0.006), None]


def test_a_clock_that_goes_on_without_its_engine_keeps_its_order_with_keys():
    hall = Hall(1)
    hall.give(messages=[Due(0.0, Message("start")), *(Due(at, Message("clock")) for at in (0.0, 0.01))])
    hall.server.pump(0.0, 0.0199)
    hall.server.stay_alone(0.0199)
    hall.server.hear(0, on(), 0.025)
    hall.server.pump(0.02, 0.0399)
    assert hall.sent() == [
        ["0.000 start", "0.000 clock", "0.010 clock", "0.020 clock", "0.025 ch1 on 60", "0.030 clock"]
    ]


def test_orders_that_have_come_before_a_key_are_carried_out_before_it():
    hall = Hall(1)
    hall.give(strikes=[Strike(0.0, 9.0, 0, 64, 80)])
    hall.server.take(SetRules(ThruRules(Thru(["5"]))))
    hall.server.hear(0, on(), 0.05)
    assert hall.sent() == [["0.000 ch1 on 64", "0.050 ch5 on 60"]]


def test_inputs_that_are_read_one_after_the_other_do_not_turn_back_the_time():
    hall = Hall(1)
    hall.server.hear(0, on(60), 0.5)
    hall.server.hear(1, on(64), 0.4)
    assert hall.sent() == [["0.500 ch1 on 60", "0.500 ch1 on 64"]]
    assert [report.at for report in hall.reported(MessageReceived)] == [0.5, 0.4]


def test_all_that_comes_in_is_reported_at_once_and_what_steers_goes_no_further():
    knob, button = (0, "control_change", 0, 21), (1, "note_on", 0, 36)
    hall = Hall(1, rules=ThruRules(Thru([""]), frozenset([knob, button])))
    turned = Message("control_change", control=21, value=5)
    messages = [(0, turned), (1, turned), (1, on(36)), (0, on(36)), (0, program(3)), (0, Message("clock"))]
    assert not hall.server.has_urgent_reports
    for number, (source, message) in enumerate(messages):
        hall.server.hear(source, message, number / 1000)
        assert hall.server.has_urgent_reports
    assert hall.sent() == [["0.001 ch1 cc 21=5", "0.003 ch1 on 36"]]
    received = [report for report in hall.server.reports() if isinstance(report, MessageReceived)]
    assert [(report.source, report.message) for report in received] == messages
    assert not hall.server.has_urgent_reports


def test_without_thru_nothing_goes_through():
    hall = Hall(1, rules=ThruRules())
    for message in (on(), pedal(127), off()):
        hall.server.hear(0, message, 0.0)
    assert hall.sent() == [[]]


def test_a_note_ends_although_its_key_steers_since():
    hall = Hall(1)
    hall.server.hear(0, on(36), 0.0)
    hall.server.take(SetRules(ThruRules(None, frozenset([(0, "note_on", 0, 36)]))))
    hall.server.hear(0, off(36), 1.0)
    assert hall.sent() == [["0.000 ch1 on 36"]], "without thru not even a note-off"
    hall.server.take(SetRules(ThruRules(Thru([""]), frozenset([(0, "note_on", 0, 36)]))))
    hall.server.hear(0, off(36), 2.0)
    assert hall.sent() == [["0.000 ch1 on 36", "2.000 ch1 off 36"]]


def test_a_pedal_comes_up_for_whoever_pressed_it():
    hall = Hall(1)
    for source in (0, 1):
        hall.server.hear(source, pedal(127, channel=source), 0.0)
    hall.server.let_go(0, 1.0)
    hall.server.let_go(0, 1.0)
    assert hall.sent()[0][2:] == ["1.000 ch1 cc 64=0"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], ["2.000 ch1 cc 64=0"]),
        ([pedal(0)], []),
    ],
    ids=["down", "up again"],
)
def test_a_pedal_that_is_down_and_steers_from_now_on_still_comes_up(before, after):
    hall = Hall(1)
    for message in (pedal(127), *before):
        hall.server.hear(0, message, 0.5)
    sent = len(hall.sent()[0])
    hall.server.take(SetRules(ThruRules(Thru([""]), frozenset([(0, "control_change", 0, 64)]))))
    hall.server.hear(0, pedal(20), 2.0)
    hall.server.hear(0, pedal(127), 3.0)
    assert hall.sent()[0][sent:] == after


@pytest.mark.parametrize("forgets", ["panic", "let go"])
def test_a_pedal_that_was_lifted_otherwise_steers_at_once(forgets):
    hall = Hall(1)
    hall.server.hear(0, pedal(127), 0.5)
    if forgets == "panic":
        hall.server.take(Panic())
    else:
        hall.server.let_go(0, 1.0)
    hall.server.take(SetRules(ThruRules(Thru([""]), frozenset([(0, "control_change", 0, 64)]))))
    hall.server.pump(1.0)
    before = len(hall.sent()[0])
    hall.server.hear(0, pedal(0), 2.0)
    assert hall.sent()[0][before:] == []


@pytest.mark.parametrize("control", [120, 123])
def test_a_keyboard_that_says_that_its_keys_are_up_lets_them_go_and_no_other(control):
    hall = Hall(1)
    for source, note in ((0, 60), (1, 64)):
        hall.server.hear(source, on(note), 0.0)
    hall.server.hear(0, Message("control_change", control=control), 1.0)
    assert hall.sent()[0][2:] == ["1.000 ch1 off 60"]


def test_an_echo_is_reported_as_one_and_does_not_go_through():
    hall = Hall(1)
    for number in range(PROOF):
        hall.give(strikes=[Strike(float(number), number + 0.5, 0, 60 + number, 80)])
        hall.pump_until(number + 0.01)
        assert hall.reported(LoopFound) == []
        hall.server.hear(0, on(60 + number, 80), number + 0.01)
        hall.server.watch_loop(number + 0.01)
    received = [report.is_echo for report in hall.server.reports() if isinstance(report, MessageReceived)]
    assert received == [True]
    assert hall.sent()[0][-1] == f"{PROOF - 1}.000 ch1 on {59 + PROOF}"


def test_a_loop_is_reported_once_when_it_is_found_and_once_when_it_is_gone():
    hall = Hall(1, rules=ThruRules())
    for number in range(PROOF + 2):
        hall.give(strikes=[Strike(number / 10, number / 10 + 0.05, 0, 60, 80)])
        hall.pump_until(number / 10)
        hall.server.hear(0, on(60, 80), number / 10 + 0.01)
        hall.server.watch_loop(number / 10 + 0.01)
    assert hall.reported(LoopFound) == [LoopFound(True)]
    for at in (1.0, 60.0, 61.0):
        hall.server.watch_loop(at)
    assert hall.server.has_urgent_reports
    assert hall.reported(LoopFound) == [LoopFound(False)]


def test_without_its_engine_segue_s_notes_end_and_the_musician_s_and_thru_and_clock_go_on():
    hall = Hall()
    hall.give(
        strikes=[Strike(0.0, 9.0, 0, 64, 80, output) for output in (0, 1)] + [Strike(1.0, 9.0, 0, 65, 80)],
        messages=[Due(0.0, Message("start")), *(Due(at / 4, Message("clock")) for at in range(5))],
    )
    hall.server.hear(0, on(60), 0.0)
    hall.pump_until(0.6)
    hall.give(strikes=[Strike(0.7, 9.0, 0, 67, 80)])
    hall.server.stay_alone(0.6)
    assert hall.server.sounding == {(0, 0, 60)}
    assert hall.server.clock_place == (1.0, 0.25)
    hall.pump_until(1.4)
    hall.server.hear(0, off(60), 1.4)
    hall.server.hear(0, on(62), 1.4)
    hall.pump_until(2.0)
    assert hall.sent() == [
        [
            *("0.000 start", "0.000 clock", "0.000 ch1 on 64", "0.000 ch1 on 60"),
            *("0.250 clock", "0.500 clock"),
            "0.600 ch1 off 64",
            *("0.750 clock", "1.000 clock", "1.250 clock"),
            *("1.400 ch1 off 60", "1.400 ch1 on 62"),
            *("1.500 clock", "1.750 clock", "2.000 clock"),
        ],
        ["0.000 ch1 on 64", "0.600 ch1 off 64"],
    ]


def test_finishing_ends_every_note_on_every_output_and_obeys_what_was_ordered_before():
    hall = Hall(3)
    hall.give(strikes=[Strike(0.0, 9.0, 0, 60 + number, 80, number) for number in range(3)])
    hall.server.pump(0.0)
    hall.give(messages=[Due(0.5, Message("stop"))], strikes=[Strike(0.5, 9.0, 0, 72, 80)])
    hall.server.finish(0.5)
    assert hall.sent() == [
        ["0.000 ch1 on 60", "0.500 ch1 off 60", "0.500 stop"],
        ["0.000 ch1 on 61", "0.500 ch1 off 61"],
        ["0.000 ch1 on 62", "0.500 ch1 off 62"],
    ]
    assert hall.server.sounding == frozenset()


def test_a_loss_is_reported_at_once_and_what_was_sent_is_in_no_hurry():
    hall = Hall(1)
    hall.give(strikes=[Strike(0.0, 9.0, 0, 60, 80)])
    hall.server.pump(0.0)
    assert not hall.server.has_urgent_reports
    hall.server.outputs[0].lose("gone")
    assert hall.server.has_urgent_reports
    assert [type(report) for report in hall.server.reports()] == [MessageSent, OutputChanged]
    assert hall.server.reports() == ()
