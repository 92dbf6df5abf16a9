"""The port process on virtual time: engines come, die, fall silent and are replaced, and ports are lost."""

import os

import pytest
from mido import Message

from live.core.output.orders import Orders
from live.core.output.panic_messages import panic_messages
from live.core.output.schedule import Due, Strike
from live.core.output.thru import Thru
from live.core.output.thru_rules import ThruRules
from live.midi.ports import CHECK_SECONDS, NoMidiSystemError, PortError
from live.ports.line import LineClosed, PeerCame, PeerLeft, queue_lines
from live.ports.orders import Close, Connections, Give, Live, Open, Panic, Remember, SelectSounds, SetRules
from live.ports.process import (
    DRIFT_SECONDS,
    HOP_SECONDS,
    LASTED_SECONDS,
    MOST_IN_A_PACKET,
    PortProcess,
)
from live.ports.reports import (
    REPORT_SECONDS,
    Closed,
    Connected,
    GoneOn,
    InputsChanged,
    InputsState,
    LoopFound,
    MessageReceived,
    MessageSent,
    News,
    Opened,
    OutputChanged,
    Refused,
)
from live.system.clock import VirtualClock
from tests.live.midi.memory_ports import MemorySystem
from tests.live.stage.transcript import transcript

PANIC = len(panic_messages())
ENDED_WITHIN = 0.1
"""Seconds within which an engine's notes must have ended when it is gone."""

SILENT_SECONDS = 0.5
TEMPO = 0.02
"""Seconds from clock to clock: 125 bpm."""


def wanting(*outputs, inputs=(), **others):
    wanted = {
        "outputs": outputs or (None,),
        "inputs": inputs,
        "backend": None,
        "follows_clock": False,
        "must_have_midi": False,
        "rules": ThruRules(Thru([""])),
    }
    return Open(**{**wanted, **others})


def on(note=60, velocity=101):
    return Message("note_on", note=note, velocity=velocity)


class AheadClock:
    """The clock of a MIDI system; it runs with the machine's, ahead of it."""

    def __init__(self, machine):
        self.machine = machine
        self.ahead = 0.0

    def now(self):
        return self.machine.now() + self.ahead


class CyclesSystem(MemorySystem):
    """A system with process cycles; `cycle` runs one."""

    def serve_in_cycles(self, serve):
        self.cycle = serve
        return True


class Processed:
    """A port process, its machine, and the engine at the other end of the line.

    Attributes:
        news: all that the engine was sent, in order.
    """

    def __init__(self, *, system=None, refuse=None):
        self.machine = VirtualClock()
        self.clock = AheadClock(self.machine)
        self.system = (system or MemorySystem)(self.clock)
        self._refuse = refuse
        self.asked_for = []
        self.engine, line = queue_lines()
        self.process = PortProcess(line, self.machine, self._open_system)
        self._line = line
        self.news = []

    def _open_system(self, backend):
        self.asked_for.append(backend)
        if self._refuse is not None:
            raise self._refuse
        return self.system

    @property
    def now(self):
        return self.machine.now()

    @property
    def sent(self):
        """What left by the newest port."""
        return transcript(self.system.outputs[-1].sent)

    @property
    def reports(self):
        return [report for news in self.news for report in news.reports]

    def reported(self, kind):
        return [report for report in self.reports if isinstance(report, kind)]

    def tell(self, *packets):
        """Let these packets come."""
        for packet in packets:
            self.engine.send(packet)
        self.step()

    def step(self):
        self.process.step(self._line.receive(0.0))
        self.news += [packet for packet in self.engine.receive(0.0) if isinstance(packet, News)]

    def wait_until(self, until, *, engine_lives=False):
        """Step whenever the process wants to; a living engine says so often enough."""
        while (deadline := self.process.deadline) <= until and not self.process.is_over:
            self.machine.jump_to(max(deadline, self.now))
            if engine_lives:
                self.engine.send(Live())
            self.step()
        self.machine.jump_to(until)
        self.step()

    def play(self, *strikes, **orders):
        self.tell(Give(Orders(strikes=list(strikes), **orders)))


def opened(*outputs, **others):
    """Return a process whose engine has opened these ports."""
    processed = Processed(system=others.pop("system", None))
    processed.tell(wanting(*outputs, **others))
    assert processed.reported(Refused) == []
    return processed


def order_clocks(processed, begins, count):
    dues = [Due(begins, Message("start"))]
    dues += [Due(begins + number * TEMPO, Message("clock")) for number in range(count)]
    processed.tell(Give(Orders(messages=dues)))


def clocks(processed):
    return [at for at, message in processed.system.outputs[-1].sent if message.type == "clock"]


def test_it_opens_what_the_engine_asks_for_and_says_what_that_is():
    processed = opened(None, "segue:melody", inputs=("keyb",), backend="jack")
    assert processed.asked_for == ["jack"]
    names = InputsState(("keyboard",), ("keyboard",), None)
    assert processed.reported(Opened) == [
        Opened("memory", os.getpid(), ("memory:out", "memory:melody"), names, None)
    ]
    assert processed.news[0].lead_seconds == HOP_SECONDS


@pytest.mark.parametrize(
    ("inputs", "follows_clock", "names"),
    [
        ((), False, ("memory:in",)),
        ((), True, ("memory:in",)),
        (("keyboard",), False, ("keyboard",)),
        (("keyboard",), True, ("keyboard", "memory:in")),
    ],
)
def test_segue_s_own_input_is_there_without_others_and_for_another_device_s_clock(
    inputs, follows_clock, names
):
    processed = opened(inputs=inputs, follows_clock=follows_clock)
    assert processed.reported(Opened)[0].inputs.names == names


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (
            wanting("theremin"),
            "there is no port called 'theremin'; the ports are 'synth'",
        ),
        (
            wanting(None, "synth", "theremin"),
            "there is no port called 'theremin'; the ports are 'synth'",
        ),
        (
            wanting(inputs=("keytar",)),
            "there is no port called 'keytar'; the ports are 'keyboard'",
        ),
    ],
)
def test_a_port_that_is_not_there_is_refused_and_nothing_stays_open(wanted, sentence):
    processed = Processed()
    processed.tell(wanted)
    assert processed.reports == [Refused(sentence)]
    assert all(port.closed for port in (*processed.system.outputs, *processed.system.inputs))
    processed.tell(wanting("synth"))
    assert processed.reported(Opened)[0].outputs == ("synth",)


def test_without_a_midi_system_segue_plays_into_nowhere_unless_the_user_named_a_port():
    missing = NoMidiSystemError("MIDI system", "start JACK")
    processed = Processed(refuse=missing)
    processed.tell(wanting(None, None))
    (found,) = processed.reports
    assert found == Opened(
        None, os.getpid(), ("nowhere", "nowhere"), None, "there is no MIDI system: start JACK"
    )
    processed.play(Strike(0.1, 0.2, 0, 60, 80, 1))
    processed.wait_until(1.0)
    assert [(report.at, report.output) for report in processed.reported(MessageSent)] == [(0.1, 1), (0.2, 1)]
    processed = Processed(refuse=missing)
    processed.tell(wanting(must_have_midi=True))
    assert processed.reports == [Refused("there is no MIDI system: start JACK")]


def test_without_an_own_input_segue_plays_on_its_own():
    class NoInputs(MemorySystem):
        def open_input(self, deliver, port=None):
            raise PortError("no input today")

    processed = opened(system=NoInputs)
    assert (processed.reports[0].inputs, processed.reports[0].trouble) == (None, "no input today")
    processed.wait_until(3.0, engine_lives=True)
    assert processed.reported(InputsChanged) == []


def test_what_is_ordered_leaves_at_its_time_and_is_reported_in_good_time():
    processed = opened()
    processed.play(Strike(1.0, 2.0, 0, 60, 80), messages=[Due(0.5, Message("clock"))])
    processed.tell(SelectSounds({0: [Message("program_change", program=5)]}))
    processed.wait_until(1.5, engine_lives=True)
    processed.tell(Panic())
    assert processed.sent[:4] == ["0.000 ch1 program 5", "0.500 clock", "1.000 ch1 on 60", "1.500 ch1 off 60"]
    processed.wait_until(1.5 + REPORT_SECONDS, engine_lives=True)
    reported = [(report.at, report.message) for report in processed.reported(MessageSent)]
    assert reported == processed.system.outputs[-1].sent
    assert max(len(news.reports) for news in processed.news) <= MOST_IN_A_PACKET


def test_what_hands_play_goes_through_before_the_process_even_steps():
    processed = opened()
    processed.system.inputs[0].play((0.3, on()))
    assert processed.sent == ["0.300 ch1 on 60"]
    news = [packet for packet in processed.engine.receive(0.0) if isinstance(packet, News)][-1]
    assert [type(report) for report in news.reports][-2:] == [MessageSent, MessageReceived]
    processed.tell(SetRules(ThruRules()))
    processed.system.inputs[0].play((0.4, on(64)))
    assert processed.sent == ["0.300 ch1 on 60"]


def test_many_reports_are_sent_in_several_packets_in_order():
    processed = opened()
    count = 3 * MOST_IN_A_PACKET
    processed.tell(Give(Orders(messages=[Due(0.05, Message("songpos", pos=n)) for n in range(count)])))
    processed.wait_until(0.2)
    assert [report.message.pos for report in processed.reported(MessageSent)] == list(range(count))
    assert max(len(news.reports) for news in processed.news) == MOST_IN_A_PACKET


def test_it_says_that_it_lives_and_what_was_dropped():
    processed = opened()
    processed.wait_until(1.0, engine_lives=True)
    assert len(processed.news) >= 1.0 / SILENT_SECONDS
    processed.machine.jump_to(5.0)
    processed.play(Strike(1.0, 2.0, 0, 60, 80))
    processed.wait_until(5.2, engine_lives=True)
    assert processed.news[-1].dropped == 1


def test_the_engine_is_told_how_the_stage_s_clock_stands_as_soon_as_that_changes():
    processed = opened()
    processed.wait_until(0.32, engine_lives=True)
    before = len(processed.news)
    processed.clock.ahead = DRIFT_SECONDS / 2
    processed.step()
    assert len(processed.news) == before
    processed.clock.ahead = 0.25
    processed.step()
    assert processed.news[-1].ahead == pytest.approx(0.25)
    assert len(processed.news) == before + 1


def test_with_cycles_all_is_done_in_them_and_the_thread_only_watches():
    processed = opened(system=CyclesSystem)
    cycle = processed.system.cycle
    cycle(0.0, 0.0199)
    processed.play(Strike(0.03, 9.0, 0, 60, 80))
    assert processed.sent == []
    processed.system.inputs[0].play((0.025, on(64)))
    cycle(0.02, 0.0399)
    assert processed.sent == ["0.025 ch1 on 64", "0.030 ch1 on 60"]
    assert processed.process.deadline >= processed.now
    processed.step()
    assert [type(report) for report in processed.reports if not isinstance(report, (Opened, Connected))] == [
        MessageSent,
        MessageReceived,
        MessageSent,
    ]


def test_a_server_that_runs_no_cycles_keeps_no_orders_back():
    processed = opened(system=CyclesSystem)
    processed.system.cycle(0.0, 0.0199)
    processed.tell(Panic())
    assert processed.sent == []
    processed.wait_until(0.3, engine_lives=True)
    assert len(processed.sent) == PANIC


class TestEngineThatIsGone:
    """Its notes end, everything else goes on, and another one takes over."""

    @pytest.fixture
    def processed(self):
        """A process with a note of segue's, one of the musician's, and a clock."""
        processed = opened()
        processed.tell(Remember(b"the first bar"))
        processed.system.inputs[0].play((0.0, on(48)))
        processed.play(Strike(0.1, 9.0, 0, 60, 80), Strike(0.1, 9.0, 0, 64, 80), Strike(1.0, 9.0, 0, 67, 80))
        order_clocks(processed, 0.0, 20)
        processed.wait_until(0.2, engine_lives=True)
        return processed

    def ended(self, processed):
        """Return when segue's notes ended."""
        ends = {
            (at, message.note)
            for at, message in processed.system.outputs[-1].sent
            if message.type == "note_off"
        }
        (at,) = {at for at, _ in ends}
        assert {note for _, note in ends} == {60, 64}
        assert processed.process.server.sounding == {(0, 0, 48)}
        return at

    def test_that_it_left_ends_its_notes_at_once(self, processed):
        processed.tell(PeerLeft())
        assert self.ended(processed) == 0.2
        processed.wait_until(3.0)
        assert self.ended(processed) == 0.2

    def test_that_it_is_silent_ends_its_notes_in_time(self, processed):
        processed.tell(Live())
        processed.wait_until(0.2 + SILENT_SECONDS)
        assert processed.process.server.sounding > {(0, 0, 48)}
        processed.wait_until(0.2 + SILENT_SECONDS + ENDED_WITHIN)
        assert self.ended(processed) <= 0.2 + SILENT_SECONDS + ENDED_WITHIN

    def test_one_that_speaks_again_plays_on(self, processed):
        processed.wait_until(2.0)
        processed.play(Strike(2.1, 2.2, 0, 72, 80))
        processed.wait_until(2.3)
        assert [line for line in processed.sent if line.endswith(" 72")] == [
            "2.100 ch1 on 72",
            "2.200 ch1 off 72",
        ]
        processed.play(Strike(2.4, 9.0, 0, 72, 80))
        processed.wait_until(2.4 + SILENT_SECONDS + ENDED_WITHIN)
        assert processed.process.server.sounding == {(0, 0, 48)}

    def test_what_hands_play_goes_through_and_the_clock_goes_on(self, processed):
        processed.tell(PeerLeft())
        processed.wait_until(2.0)
        processed.system.inputs[0].play((2.0, on(50)), (2.0, Message("note_off", note=48)))
        processed.wait_until(3.01)
        assert processed.sent.count("2.000 ch1 on 50") == processed.sent.count("2.000 ch1 off 48") == 1
        assert clocks(processed) == pytest.approx([number * TEMPO for number in range(151)])

    def test_the_clock_of_one_that_was_stopped_is_not_sent_twice(self, processed):
        processed.wait_until(2.01)
        late = [Due(number * TEMPO, Message("clock")) for number in range(20, 120)]
        processed.tell(Give(Orders(messages=late)))
        processed.wait_until(3.01)
        assert clocks(processed) == pytest.approx([number * TEMPO for number in range(151)])

    def test_another_one_gets_the_same_ports_and_what_was_left(self, processed):
        processed.tell(PeerLeft())
        processed.wait_until(1.01)
        processed.tell(PeerCame())
        processed.wait_until(2.01)
        processed.tell(wanting())
        first, second = processed.reported(Opened)
        at, interval = second.gone_on.clock
        assert second.gone_on == GoneOn(b"the first bar", 0.2, (at, interval))
        assert (at, interval) == pytest.approx((2.0, TEMPO))
        assert (first.gone_on, first.outputs, first.inputs) == (None, second.outputs, second.inputs)
        assert len(processed.system.outputs) == len(processed.system.inputs) == 1
        processed.play(Strike(2.1, 2.2, 0, 72, 80))
        processed.wait_until(2.31)
        assert processed.sent[-1] == "2.300 clock"
        assert "2.200 ch1 off 72" in processed.sent

    def test_a_state_that_kills_who_goes_on_from_it_is_given_no_more(self, processed):
        given = []
        for number, lives in enumerate([0.5, 1.0, 0.5, LASTED_SECONDS + 1.0, 0.5]):
            processed.wait_until(processed.now + lives, engine_lives=True)
            processed.tell(Remember(b"%d" % number), PeerLeft(), PeerCame(), wanting())
            gone_on = processed.reported(Opened)[-1].gone_on
            given.append(None if gone_on is None else gone_on.state)
        assert given == [b"0", b"1", None, b"3", b"4"]

    def test_another_one_counts_as_silent_only_after_it_has_spoken(self, processed):
        processed.tell(PeerLeft())
        processed.wait_until(0.5)
        processed.tell(PeerCame())
        processed.wait_until(5.0)
        processed.tell(wanting())
        processed.play(Strike(5.0, 9.0, 0, 72, 80))
        assert processed.reported(Opened)[-1].gone_on.died_at == 0.2
        processed.wait_until(5.0 + SILENT_SECONDS)
        assert (0, 0, 72) in processed.process.server.sounding
        processed.wait_until(5.0 + SILENT_SECONDS + ENDED_WITHIN)
        assert processed.process.server.sounding == {(0, 0, 48)}

    def test_another_one_is_told_what_is_wrong(self, processed):
        for at in (0.2, 0.3, 0.4):
            processed.play(Strike(at, at + 0.05, 0, 70, 80))
            processed.wait_until(at, engine_lives=True)
            processed.system.inputs[0].play((at, on(70, 80)))
        processed.system.outputs[0].lose()
        processed.wait_until(0.5, engine_lives=True)
        processed.tell(PeerLeft(), PeerCame())
        processed.news.clear()
        processed.tell(wanting())
        opened, *troubles, connected = processed.news[0].reports
        assert (type(opened), type(connected)) == (Opened, Connected)
        assert troubles == [OutputChanged(None, "the port 'memory:out' is gone"), LoopFound(True)]

    def test_one_that_had_nothing_to_remember_leaves_nothing(self):
        processed = opened()
        processed.tell(PeerLeft(), PeerCame(), wanting())
        assert [found.gone_on for found in processed.reported(Opened)] == [None, None]

    @pytest.mark.parametrize("order", [(PeerLeft(), LineClosed()), (LineClosed(), PeerLeft())])
    def test_if_nobody_can_come_everything_ends_and_the_ports_close(self, processed, order):
        for packet in order:
            assert not processed.process.is_over
            processed.tell(packet)
        assert processed.process.is_over
        assert processed.process.server.sounding == frozenset()
        assert all(port.closed for port in (*processed.system.outputs, *processed.system.inputs))

    def test_while_another_one_can_come_the_ports_stay(self, processed):
        processed.tell(PeerLeft())
        processed.wait_until(600.0)
        assert not processed.process.is_over
        assert not processed.system.outputs[0].closed


def test_a_process_that_never_opened_anything_ends_when_nobody_can_come():
    processed = Processed()
    processed.tell(PeerLeft())
    assert not processed.process.is_over
    processed.tell(LineClosed())
    assert processed.process.is_over


def test_orders_before_the_ports_are_open_are_lost_and_do_no_harm():
    processed = Processed()
    processed.tell(Panic(), Give(Orders(strikes=[Strike(0.1, 0.2, 0, 60, 80)])), Live())
    processed.tell(wanting())
    processed.wait_until(1.0)
    assert processed.sent == []


def test_closing_ends_everything_lets_out_a_stop_that_is_due_and_says_so_last():
    processed = opened("synth", None)
    processed.play(*(Strike(0.0, 9.0, 0, 60, 80, output) for output in (0, 1)))
    processed.system.inputs[0].play((0.0, on(48)))
    processed.machine.jump_to(1.0)
    processed.tell(Give(Orders(messages=[Due(1.0, Message("stop")), Due(9.0, Message("clock"))])), Close())
    assert processed.process.is_over
    first, second = (transcript(port.sent) for port in processed.system.outputs)
    assert first[-3:] == ["1.000 ch1 off 48", "1.000 ch1 off 60", "1.000 stop"]
    assert second == ["0.000 ch1 on 60", "1.000 ch1 off 60"]
    assert all(port.closed for port in (*processed.system.outputs, *processed.system.inputs))
    assert processed.reports[-1] == Closed()
    sent = [(r.output, r.at, r.message) for r in processed.reported(MessageSent)]
    for number, port in enumerate(processed.system.outputs):
        assert [(number, at, message) for at, message in port.sent] == [s for s in sent if s[0] == number]


def test_a_lost_output_is_closed_and_opened_again_when_it_is_there():
    processed = opened("synth")
    processed.tell(SelectSounds({0: [Message("program_change", program=5)]}))
    processed.wait_until(0.5, engine_lives=True)
    lost = processed.system.outputs[0]
    processed.system.unplug()
    processed.wait_until(0.5 + 2 * CHECK_SECONDS, engine_lives=True)
    assert lost.closed
    assert processed.reported(OutputChanged) == [OutputChanged(None, "the port 'synth' is gone")]
    processed.system.plug_in()
    processed.wait_until(0.5 + 4 * CHECK_SECONDS, engine_lives=True)
    assert processed.reported(OutputChanged)[1:] == [OutputChanged("synth", None)]
    assert len(processed.sent) == PANIC + 1
    processed.play(Strike(4.6, 4.7, 0, 60, 80))
    processed.wait_until(5.0, engine_lives=True)
    assert processed.sent[-2:] == ["4.600 ch1 on 60", "4.700 ch1 off 60"]


def test_an_output_that_was_lost_just_before_the_end_is_closed_as_well():
    processed = opened("synth", None)
    processed.system.outputs[0].lose()
    processed.tell(Panic())
    processed.tell(Close())
    assert all(port.closed for port in processed.system.outputs)


def test_a_lost_input_is_reported_its_keys_are_let_go_and_it_is_heard_again():
    processed = opened(inputs=("keyboard",))
    processed.system.inputs[0].play((0.1, on()))
    processed.wait_until(0.5, engine_lives=True)
    processed.system.inputs[0].lose()
    processed.wait_until(1.2, engine_lives=True)
    assert processed.sent[0] == "0.100 ch1 on 60"
    assert [line[6:] for line in processed.sent[1:]] == ["ch1 off 60"]
    *_, changed = processed.reported(InputsChanged)
    assert changed == InputsChanged(InputsState(("keyboard",), ("keyboard",), None), (0,))
    assert len(processed.system.inputs) == 2, "it was there again at once"
    processed.system.inputs[1].play((2.0, on(64)))
    assert processed.sent[-1] == "2.000 ch1 on 64"


def test_an_input_that_stays_away_is_reported_as_lost_until_it_is_back():
    processed = opened(inputs=("keyboard",))
    processed.system.unplug()
    processed.wait_until(3.0, engine_lives=True)
    processed.system.plug_in()
    processed.wait_until(5.0, engine_lives=True)
    shown = [(change.state.shown, change.released) for change in processed.reported(InputsChanged)]
    assert shown[0][0] == ("keyboard (lost)",)
    assert shown[-1] == (("keyboard",), ())
    assert [number for _, released in shown for number in released] == [0]


def test_a_loop_is_reported():
    processed = opened()
    for number in range(3):
        at = 0.1 * number
        processed.play(Strike(at, at + 0.05, 0, 60, 80))
        processed.wait_until(at + 0.01, engine_lives=True)
        processed.system.inputs[0].play((at + 0.01, on(60, 80)))
    processed.wait_until(0.5, engine_lives=True)
    assert processed.reported(LoopFound) == [LoopFound(True)]


def test_connections_are_reported_and_those_of_a_process_that_died_are_made_again_and_silenced():
    processed = opened()
    processed.system.outputs[0].connect(["synth:in"])
    processed.system.inputs[0].connect(["keys:out"])
    processed.wait_until(2 * CHECK_SECONDS, engine_lives=True)
    connections = Connections((("synth:in",),), (("keys:out",),))
    assert processed.reported(Connected)[-1] == Connected(connections)
    again = opened(connections=connections)
    assert again.system.outputs[0].connections() == ("synth:in",)
    assert again.system.inputs[0].connections() == ("keys:out",)
    assert [message for _, message in again.system.outputs[0].sent] == panic_messages()
    inputless = opened(connections=Connections(connections.outputs, ()))
    assert inputless.system.inputs[0].connections() == ()


def test_another_engine_is_told_at_once_what_is_connected():
    processed = opened()
    processed.system.outputs[0].connect(["synth:in"])
    processed.wait_until(2 * CHECK_SECONDS, engine_lives=True)
    told = processed.reported(Connected)
    processed.tell(PeerLeft())
    processed.tell(PeerCame())
    processed.tell(wanting())
    assert processed.reported(Connected) == [*told, told[-1]]


def test_when_segue_has_a_fault_every_note_is_ended_and_the_engine_learns_that_nobody_is_there():
    processed = opened("synth", None)
    processed.play(*(Strike(0.0, 9.0, 0, 60, 80, output) for output in (0, 1)))
    port = processed.system.outputs[1]
    send = port.send

    def fail_once(message, at):
        port.send = send
        raise ArithmeticError("on purpose")

    port.send = fail_once
    processed.engine.send(Give(Orders(messages=[Due(0.0, Message("songpos"), 1)])))
    with pytest.raises(ArithmeticError, match="on purpose"):
        processed.process.run()
    for port in processed.system.outputs:
        assert transcript(port.sent)[1] == "0.000 ch1 off 60"
        assert port.closed
    assert processed.engine.receive(0.0)[-2:] == [PeerLeft(), LineClosed()]


def test_it_runs_until_the_engine_closes_it():
    processed = Processed()
    for packet in (wanting(), Close()):
        processed.engine.send(packet)
    processed.process.run()
    assert processed.process.is_over
    assert processed.system.outputs[0].closed
