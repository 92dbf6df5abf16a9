"""The player and its ledger under any order of what segue plays, what hands play, and what stops them."""

from queue import SimpleQueue

from hypothesis import example, given
from hypothesis import strategies as st
from mido import Message

from live.core.output.schedule import Due, Strike
from live.midi.ports import CHECK_SECONDS
from live.output.sender import Sender
from live.system.clock import VirtualClock
from tests.live.midi.memory_ports import MemoryOutput
from tests.live.stage.transcript import transcript

PERIOD = 0.020


class PeriodOutput(MemoryOutput):
    """Takes a period's messages at its beginning, as JACK does: those can no longer be withdrawn.

    What comes later waits for the next period; what is sent at once leaves at its beginning.
    """

    def __init__(self, clock):
        self._left, self._at_once, self._waiting, self._period = [], [], [], -1
        super().__init__(lead_seconds=PERIOD + 0.02PERIOD, clock=clock)

    @property
    def sent(self):
        return self._left + self._at_once + self._waiting

    @sent.setter
    def sent(self, nothing):
        assert nothing == []

    def send(self, message, at):
        self._begin_period()
        self._waiting.append((at, message))

    def send_at_once(self, message, at):
        self._begin_period()
        # It stands behind what this period has taken, so it cannot end a note before that begins.
        taken = [moment for moment, before in self._left if _key(before) == _key(message) is not None]
        self._at_once.append((max([at, *taken]), message))

    def withdraw(self):
        self._begin_period()
        withdrawn, self._waiting = self._waiting, []
        return withdrawn

    def _begin_period(self):
        self.check()
        period = self._clock.now() // PERIOD
        if period > self._period:
            self._period = period
            self._left += self._at_once
            self._at_once = []
            while self._waiting and self._waiting[0][0] < (period + 1) * PERIOD:
                self._left.append(self._waiting.pop(0))


def _key(message):
    return (message.channel, message.note) if message.type in ("note_on", "note_off") else None


class Played:
    """A player on virtual time, the hands at it, and what the other end hears."""

    def __init__(self, open_port):
        self.clock, self.reports = VirtualClock(), SimpleQueue()
        self.ports = []
        self._open = open_port
        self.sender = Sender(self.open_port, self.clock, self.reports.put)
        self.strikes = []
        self.numbers = []
        self.held = {}

    def open_port(self):
        self.ports.append(self._open(self.clock))
        return self.ports[-1]

    def wait(self, seconds):
        until = self.clock.now() + seconds
        while (deadline := self.sender.pump()) <= until:
            self.clock.jump_to(max(deadline, self.clock.now()))
        self.clock.jump_to(until)

    def obey(self, order, value, seconds):
        """Obey, and wait so long."""
        now = self.clock.now()
        match order:
            case "strike":
                ahead, length, channel, note = value
                strike = Strike(now + ahead, now + ahead + length, channel, note, 80)
                self.strikes.append(strike)
                self.sender.play([strike])
            case "message":
                self.numbers.append(len(self.numbers))
                self.sender.send([Due(now + value, Message("songpos", pos=self.numbers[-1]))])
            case "press":
                owner, channel = value
                self.held[owner] = channel, owner[2]
                self.sender.thru(Message("note_on", channel=channel, note=owner[2], velocity=101), owner)
            case "release":
                owner, channel = value
                self.held.pop(owner, None)
                self.sender.thru(Message("note_off", channel=channel, note=owner[2], velocity=0), owner)
            case "pedal":
                source, channel, down = value
                pedal = Message("control_change", channel=channel, control=64, value=127 * down)
                self.sender.thru(pedal, (source, channel, 64))
            case "let go":
                self.held = {owner: note for owner, note in self.held.items() if owner[0] != value}
                self.sender.let_go(value)
            case "end" if self.strikes:
                self.sender.end([self.strikes[value % len(self.strikes)]])
            case "retime" if self.strikes:
                number, length = value
                known = self.strikes[number % len(self.strikes)]
                self.sender.retime([Strike(known.at, known.at + length, *known.key, known.velocity)])
            case "silence":
                self.sender.silence()
            case "panic":
                self.held.clear()
                self.sender.panic()
            case "lose":
                self.held.clear()
                self.ports[-1].lose()
                self.wait(2 * CHECK_SECONDS)
        self.sender.pump()
        self.wait(seconds)


def heard(sent):
    """Return the notes that sound at the end, and the channels whose pedal is down."""
    sounding, pedals = set(), set()
    for _, message in sent:
        match message.type:
            case "note_on":
                assert (message.channel, message.note) not in sounding
                sounding.add((message.channel, message.note))
            case "note_off":
                sounding.remove((message.channel, message.note))
            case "control_change" if message.control == 64:
                (pedals.add if message.value >= 64 else pedals.discard)(message.channel)
    return sounding, pedals


notes = st.integers(60, 61)
channels = st.sampled_from([0, 0, 0, 1])
lengths = st.integers(1, 20).map(lambda tick: tick / 8)
owners = st.tuples(st.integers(0, 1), st.just(0), notes)


def music(ahead):
    """What segue plays, so many seconds before its moment."""
    return st.one_of(
        st.tuples(st.just("strike"), st.tuples(ahead, lengths, channels, notes)),
        st.tuples(st.just("message"), ahead),
    )


hands = [
    st.tuples(st.just("press"), st.tuples(owners, channels)),
    st.tuples(st.just("release"), st.tuples(owners, channels)),
    st.tuples(st.just("pedal"), st.tuples(st.integers(0, 1), channels, st.booleans())),
    st.tuples(st.just("let go"), st.integers(0, 1)),
]
stops = [
    st.tuples(st.just("end"), st.integers(0, 99)),
    st.tuples(st.just("silence"), st.none()),
    st.tuples(st.just("panic"), st.none()),
]
retimes = st.tuples(st.just("retime"), st.tuples(st.integers(0, 99), lengths))


def scripts(*orders, most):
    """What is done, and how long nothing is done after each."""
    seconds = st.one_of(st.sampled_from([0.0, 0.01, 0.125]), st.floats(0.001, 0.3))
    step = st.builds(lambda order, wait: (*order, wait), st.one_of(*orders), seconds)
    # Hypothesis likes short lists best, and what goes wrong here needs a long one.
    return st.lists(step, max_size=most // 2) | st.lists(step, min_size=most // 2, max_size=most)


ports = st.sampled_from(
    [
        lambda clock: MemoryOutput(clock=clock),
        lambda clock: MemoryOutput(lead_seconds=0.03, clock=clock),
        lambda clock: MemoryOutput(lead_seconds=0.5, clock=clock),
        PeriodOutput,
    ]
)


PUSHED_IN = ("strike", (0.125, 0.125, 0, 60), 0.0)
"""A strike before the end of the one before, which the port has already: it stands behind that end."""


@given(scripts(music(lengths), *hands, *stops, retimes, most=80), ports)
@example([(*PUSHED_IN[:2], 0.122), ("silence", None, 0.0)], PeriodOutput)
@example(
    [
        *[PUSHED_IN] * 2,
        ("silence", None, 0.0),
        *[PUSHED_IN] * 2,
        (*PUSHED_IN[:2], 0.125),
        ("press", ((0, 0, 60), 0), 0.0),
    ],
    lambda clock: MemoryOutput(lead_seconds=0.5, clock=clock),
)
def test_every_note_on_gets_its_note_off_and_what_a_hand_holds_sounds(script, open_port):
    played = Played(open_port)
    for order, value, seconds in script:
        played.obey(order, value, seconds)
        sounding, _ = heard(played.ports[0].sent)
        assert sounding == played.sender.sounding
        assert set(played.held.values()) <= sounding
    played.wait(60)
    sent = played.ports[0].sent
    assert heard(sent)[0] == set(played.held.values()), "segue's own notes have ended"
    assert sorted(message.pos for _, message in sent if message.type == "songpos") == played.numbers
    played.sender.close()
    assert heard(sent := played.ports[0].sent) == (set(), set())
    reports = [played.reports.get() for _ in range(played.reports.qsize())]
    assert sorted(transcript((report.at, report.message) for report in reports)) == sorted(transcript(sent))


in_time = lengths.map(lambda seconds: 0.5 + seconds)


@given(scripts(music(in_time), *hands, *stops, most=60), st.sampled_from([0.03, 0.5]))
def test_a_port_that_takes_messages_ahead_is_heard_as_one_that_does_not(script, lead):
    transcripts = []
    for lead_seconds in (0.0, lead):
        played = Played(lambda clock, lead=lead_seconds: MemoryOutput(lead_seconds=lead, clock=clock))
        for order, value, seconds in script:
            played.obey(order, value, seconds)
        played.wait(60)
        transcripts.append(transcript(played.ports[0].sent))
    assert transcripts[0] == transcripts[1]


@given(scripts(music(lengths), *hands, *stops, st.just(("lose", None)), most=40), ports)
def test_after_a_loss_nothing_is_owed_to_anyone(script, open_port):
    played = Played(open_port)
    for order, value, seconds in script:
        played.obey(order, value, seconds)
        sounding, _ = heard(played.ports[-1].sent)
        assert set(played.held.values()) <= sounding == played.sender.sounding
    played.sender.close()
    assert heard(played.ports[-1].sent) == (set(), set())
