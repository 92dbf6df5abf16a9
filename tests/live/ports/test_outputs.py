"""Several outputs at once: who gets what, and that one's loss is nobody else's."""

from queue import SimpleQueue
from threading import Event

import pytest
from live.output.outputs import Outputs
from live.output.sender import MessageSent, PortChanged
from mido import Message

from live.core.output.panic_messages import panic_messages
from live.core.output.schedule import Due, Strike
from live.midi.ports import CHECK_SECONDS, PortError
from live.system.clock import MonotonicClock, VirtualClock
from tests.live.midi.memory_ports import MemoryOutput
from tests.live.stage.transcript import transcript

PANIC = len(panic_messages())


def program(number):
    return Message("program_change", program=number)


class Hall:
    """Outputs on virtual time; `ports` are all that were opened, by output."""

    def __init__(self, count=2, *, sounds=None, leads=None):
        self.clock = VirtualClock()
        self.reports = SimpleQueue()
        self.ports = [[] for _ in range(count)]
        self.refused = set()
        self._leads = leads or [0.0] * count
        self.outputs = Outputs(
            [lambda number=number: self.open(number) for number in range(count)],
            self.clock,
            self.reports.put,
            sounds,
        )

    def open(self, number):
        if number in self.refused:
            raise PortError(f"output {number} is not there")
        self.ports[number].append(MemoryOutput(f"memory:{number}", self._leads[number]))
        return self.ports[number][-1]

    def play_until(self, until):
        while (deadline := self.outputs.pump()) <= until:
            self.clock.jump_to(max(deadline, self.clock.now()))
        self.clock.jump_to(until)

    def sent(self):
        return [transcript(sent for port in ports for sent in port.sent) for ports in self.ports]

    def reported(self, kind):
        found = []
        while not self.reports.empty():
            found.append(self.reports.get())
        return [report for report in found if isinstance(report, kind)]


def test_each_output_gets_its_notes_and_its_messages_and_clock_goes_to_the_first():
    hall = Hall()
    hall.outputs.play([Strike(1.0, 2.0, 0, 60, 80, output=1), Strike(1.0, 3.0, 0, 64, 80)])
    hall.outputs.send(
        [Due(0.5, program(5), output=1), Due(1.0, Message("start")), Due(1.0, Message("clock"))]
    )
    hall.play_until(2.5)
    assert hall.outputs.sounding == {(0, 0, 64)}
    hall.play_until(4.0)
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


def test_a_note_is_ended_on_its_own_output():
    hall = Hall()
    strikes = [Strike(0.0, 9.0, 0, 60, 80, output) for output in (0, 1)]
    hall.outputs.play(strikes)
    hall.play_until(1.0)
    hall.outputs.end(strikes[1:])
    hall.play_until(2.0)
    assert hall.sent() == [["0.000 ch1 on 60"], ["0.000 ch1 on 60", "1.000 ch1 off 60"]]


def test_hands_play_into_the_first_output_and_are_let_go_there():
    hall = Hall()
    hall.outputs.thru(Message("note_on", note=60, velocity=90), (0, 0, 60))
    hall.outputs.thru(Message("pitchwheel", pitch=100), (0, 0, 60))
    hall.play_until(1.0)
    hall.outputs.let_go(0)
    hall.play_until(2.0)
    first, second = hall.sent()
    assert first[:3] == ["0.000 ch1 on 60", "0.000 ch1 pitchwheel", "1.000 ch1 off 60"]
    assert second == []


def test_what_leaves_by_any_output_is_told_before_it_does():
    told, ports = [], [MemoryOutput("0"), MemoryOutput("1")]
    outputs = Outputs(
        [lambda port=port: port for port in ports],
        VirtualClock(),
        lambda report: None,
        handing=lambda at, message: told.append((at, message, [len(port.sent) for port in ports])),
    )
    outputs.send([Due(0.0, program(number), number) for number in (0, 1)])
    outputs.pump()
    assert told == [(0.0, program(0), [0, 0]), (0.0, program(1), [1, 0])]


def test_one_note_on_two_outputs_is_two_notes():
    hall = Hall()
    hall.outputs.play([Strike(1.0, 2.0, 0, 60, 80), Strike(1.0, 3.0, 0, 60, 80, output=1)])
    hall.play_until(1.5)
    hall.outputs.retime([Strike(1.0, 2.5, 0, 60, 80, output=1)])
    hall.play_until(4.0)
    assert hall.sent() == [
        ["1.000 ch1 on 60", "2.000 ch1 off 60"],
        ["1.000 ch1 on 60", "2.500 ch1 off 60"],
    ]


def test_each_output_has_its_greeting_and_one_that_is_not_named_has_none_from_then_on():
    hall = Hall(3, sounds={0: [program(1)], 2: [program(2)]})
    hall.outputs.select_sounds()
    hall.outputs.pump()
    hall.outputs.select_sounds({1: [program(3)]})
    hall.outputs.select_sounds()
    hall.play_until(0.5)
    assert hall.sent() == [
        ["0.000 ch1 program 1", "0.000 ch1 program 1"],
        ["0.000 ch1 program 3", "0.000 ch1 program 3"],
        ["0.000 ch1 program 2", "0.000 ch1 program 2"],
    ]


def test_one_output_is_greeted_while_the_others_sound_on_undisturbed():
    hall = Hall(2, sounds={0: [program(1)], 1: [program(2)]})
    hall.outputs.select_sounds({0: [program(3)], 1: [program(4)]}, output=1)
    hall.play_until(0.5)
    assert hall.sent() == [["0.000 ch1 program 1"], ["0.000 ch1 program 2", "0.000 ch1 program 4"]]


@pytest.mark.parametrize(("order", "more"), [("silence", 0), ("panic", PANIC)])
def test_silence_and_panic_reach_every_output(order, more):
    hall = Hall()
    hall.outputs.play([Strike(0.0, 9.0, 0, 60, 80, output=number) for number in range(2)])
    hall.outputs.pump()
    getattr(hall.outputs, order)()
    hall.play_until(10.0)
    for number, sent in enumerate(hall.sent()):
        assert sent[:2] == ["0.000 ch1 on 60", "0.000 ch1 off 60"], number
        assert len(sent) == 2 + more


def test_a_lost_output_rests_alone_and_is_taken_up_again_alone():
    hall = Hall(sounds={1: [program(7)]})
    beats = [at / 2 for at in range(1, 12)]
    for at in beats:
        if at == 2.0:
            hall.ports[1][0].lose()
            hall.refused = {1}
        elif at == 3.5:
            hall.refused = set()
        hall.outputs.play([Strike(at, at + 0.25, 0, 60, 80, output) for output in (0, 1)])
        hall.play_until(at + 0.4)
    first, before = hall.ports[0][0], hall.ports[1][0]
    assert [at for at, message in first.sent if message.type == "note_on"] == beats
    assert len(hall.ports[0]) == 1
    assert [at for at, message in before.sent if message.type == "note_on"] == [0.5, 1.0, 1.5]
    again = transcript(hall.ports[1][1].sent)
    assert again[PANIC] == "4.000 ch1 program 7"
    assert [line for line in again if " on " in line] == [f"{at:.3f} ch1 on 60" for at in (4.5, 5.0, 5.5)]
    assert [(change.name, change.output) for change in hall.reported(PortChanged)] == [
        (None, 1),
        ("memory:1", 1),
    ]


def test_it_wants_messages_as_early_as_the_slowest_output():
    hall = Hall(leads=[0.0, 0.03])
    assert hall.outputs.lead_seconds == 0.03
    hall.outputs.play([Strike(1.0, 2.0, 0, 60, 80, output) for output in (0, 1)])
    assert hall.outputs.pump() == pytest.approx(0.97)
    hall.ports[1][0].lose()
    hall.play_until(CHECK_SECONDS)
    hall.outputs.pump()
    assert hall.outputs.lead_seconds == 0.0


def test_what_comes_too_late_is_counted_over_all_outputs():
    hall = Hall()
    hall.clock.jump_to(5.0)
    hall.outputs.play([Strike(1.0, 2.0, 0, 60, 80, output) for output in (0, 1, 1)])
    hall.outputs.pump()
    assert hall.outputs.dropped == 3


def test_closing_ends_every_note_on_every_output():
    hall = Hall(3)
    hall.outputs.play([Strike(0.0, 9.0, 0, 60 + number, 80, output=number) for number in range(3)])
    hall.outputs.pump()
    hall.outputs.close()
    assert hall.sent() == [[f"0.000 ch1 on {note}", f"0.000 ch1 off {note}"] for note in (60, 61, 62)]
    assert all(port.closed for ports in hall.ports for port in ports)
    assert hall.outputs.sounding == frozenset()


def test_where_one_output_cannot_be_opened_none_stays_open():
    opened = [MemoryOutput(), MemoryOutput()]

    def refuse():
        raise PortError("there is no port called 'theremin'")

    with pytest.raises(PortError, match="theremin"):
        Outputs(
            [lambda: opened[0], lambda: opened[1], refuse],
            VirtualClock(),
            lambda report: None,
            {0: [program(1)]},
        )
    assert [port.closed for port in opened] == [True, True]


def test_each_player_has_a_thread_of_its_own_and_all_of_them_end():
    ports, clock, everyone = [MemoryOutput(str(number)) for number in range(3)], MonotonicClock(), Event()
    left = {0, 1, 2}

    def report(news):
        left.discard(news.output)
        if not left:
            everyone.set()

    outputs = Outputs([lambda port=port: port for port in ports], clock, report)
    assert outputs.port_names == ("0", "1", "2")
    outputs.start()
    outputs.send([Due(clock.now(), program(number), number) for number in range(3)])
    assert everyone.wait(20)
    outputs.close()
    assert all(port.closed for port in ports)
    assert [port.sent[0][1].program for port in ports] == [0, 1, 2]
