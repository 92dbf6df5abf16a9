"""The ledger of what sounds, under any order of what segue plays, what hands play, and what stops them."""

from itertools import cycle

from hypothesis import given
from hypothesis import strategies as st
from mido import Message

from live.core.output.orders import Orders
from live.core.output.schedule import Due, Strike
from live.core.output.thru import Thru
from live.core.output.thru_rules import ThruRules
from live.ports.orders import Give, Panic
from live.ports.port_server import PortServer
from live.ports.reports import MessageSent
from tests.live.midi.memory_ports import MemoryOutput
from tests.live.stage.transcript import transcript

TICK = 1 / 1024
"""Seconds; sums of these are exact, so that messages and cycles often fall on the same time."""


class Played:
    """A server on virtual time, the hands at its inputs, and what the other end hears.

    Args:
        periods: the lengths of the process cycles, in ticks, over and over; None to pump at each deadline.
    """

    def __init__(self, periods=None):
        self.ports = [MemoryOutput()]
        # Whatever the channel of a key, its notes go to the first one: two keys may own one note.
        self.server = PortServer(self.ports, ThruRules(Thru(["1"])))
        self.now = 0.0
        self.strikes = []
        self.numbers = []
        self.held = {}
        self._periods = cycle(periods) if periods is not None else None
        self._count = 0

    @property
    def output(self):
        return self.server.outputs[0]

    @property
    def sent(self):
        """What the present port was sent."""
        return self.ports[-1].sent

    def order(self, order, value):
        now, server = self.now, self.server
        match order:
            case "strike":
                ahead, length, channel, note = value
                self.strikes.append(Strike(now + ahead, now + ahead + length, channel, note, 80))
                self._give(strikes=self.strikes[-1:])
            case "message":
                self.numbers.append(len(self.numbers))
                self._give(messages=[Due(now + value, Message("songpos", pos=self.numbers[-1]))])
            case "let go":
                self.held = {owner: note for owner, note in self.held.items() if owner[0] != value}
                server.let_go(value, now)
            case "end" if self.strikes:
                self._give(ended=[self.strikes[value % len(self.strikes)]])
            case "retime" if self.strikes:
                number, length = value
                known = self.strikes[number % len(self.strikes)]
                self._give(retimed=[Strike(known.at, known.at + length, *known.key, known.velocity)])
            case "silence":
                self._give(silence=True)
            case "stay alone":
                server.stay_alone(now)
            case "panic":
                self.held.clear()
                server.take(Panic())
            case "lose":
                self.held.clear()
                self.ports[-1].lose()
                self.output.lose("it is gone")
            case "find lost":
                self.held.clear()
                self.ports[-1].lose()
                server.take(Panic())
            case "come back" if self.output.port is None:
                self.ports.append(MemoryOutput())
                self.output.reconnect(self.ports[-1], now)
            case "press" | "release" | "pedal":
                self.hand(order, value, now)

    def hand(self, order, value, at):
        """Let a message of the musician come in; no two are alike, as they would then look like echoes."""
        self._count += 1
        match order:
            case "press":
                source, channel, note = value
                if self.output.port is not None:
                    self.held[value] = 0, note
                velocity = 1 + self._count % 79
                self.server.hear(
                    source, Message("note_on", channel=channel, note=note, velocity=velocity), at
                )
            case "release":
                source, channel, note = value
                self.held.pop(value, None)
                self.server.hear(source, Message("note_off", channel=channel, note=note), at)
            case "pedal":
                source, channel, is_down = value
                value = self._count % 64 + 64 * is_down
                pedal = Message("control_change", channel=channel, control=64, value=value)
                self.server.hear(source, pedal, at)

    def wait(self, ticks, hands=()):
        """Let time pass; each of the hands comes in so many ticks later, in order."""
        until, to_come = self.now + ticks * TICK, [(self.now + after * TICK, *hand) for after, *hand in hands]
        while self.now < until:
            end = until if self._periods is None else min(until, self.now + next(self._periods) * TICK)
            while to_come and to_come[0][0] < end:
                at, order, value = to_come.pop(0)
                if self._periods is None:
                    self._pump_until(at)
                self.hand(order, value, at)
            if self._periods is None:
                self._pump_until(end)
            else:
                self.server.pump(self.now, end - TICK / 2)
            self.now = end

    def finish(self):
        self.server.finish(self.now)

    def reported(self):
        return [report for report in self.server.reports() if isinstance(report, MessageSent)]

    def _give(self, **orders):
        self.server.take(Give(Orders(**orders)))

    def _pump_until(self, until):
        while (deadline := self.server.deadline) < until:
            self.server.pump(max(deadline, self.now))


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
lengths = st.integers(1, 20).map(lambda eighths: eighths / 8)
owners = st.tuples(st.integers(0, 1), st.sampled_from([0, 0, 1]), notes)


def music(ahead):
    """What segue plays, given so many seconds before its time."""
    return st.one_of(
        st.tuples(st.just("strike"), st.tuples(ahead, lengths, channels, notes)),
        st.tuples(st.just("message"), ahead),
    )


hands = st.one_of(
    st.tuples(st.just("press"), owners),
    st.tuples(st.just("release"), owners),
    st.tuples(st.just("pedal"), st.tuples(st.integers(0, 1), channels, st.booleans())),
)
stops = st.one_of(
    st.tuples(st.just("let go"), st.integers(0, 1)),
    st.tuples(st.just("end"), st.integers(0, 99)),
    *(st.tuples(st.just(order), st.none()) for order in ("silence", "stay alone", "panic")),
)
retimes = st.tuples(st.just("retime"), st.tuples(st.integers(0, 99), lengths))
losses = st.sampled_from([("lose", None), ("find lost", None), ("come back", None)])
waits = st.one_of(st.sampled_from([0, 8, 128]), st.integers(1, 300))
periods = st.none() | st.lists(st.integers(1, 64), min_size=1, max_size=5)


def scripts(*orders, most):
    """What is done, and how many ticks nothing is done after each."""
    step = st.builds(lambda order, wait: (*order, wait), st.one_of(*orders), waits)
    # Hypothesis likes short lists best, and what goes wrong here needs a long one.
    return st.lists(step, max_size=most // 2) | st.lists(step, min_size=most // 2, max_size=most)


@given(scripts(music(lengths), hands, stops, retimes, most=60), periods)
def test_every_note_on_gets_its_note_off_and_what_a_hand_holds_sounds(script, periods):
    played = Played(periods)
    for order, value, ticks in script:
        played.order(order, value)
        played.wait(ticks)
        if ticks:  # otherwise orders may still wait
            sounding, _ = heard(played.sent)
            assert sounding == played.output.sounding
            assert set(played.held.values()) <= sounding
    played.wait(5000)
    assert heard(played.sent)[0] == set(played.held.values()), "segue's own notes have ended"
    positions = [message.pos for _, message in played.sent if message.type == "songpos"]
    assert sorted(positions) == played.numbers
    played.finish()
    assert heard(played.sent) == (set(), set())
    assert transcript((report.at, report.message) for report in played.reported()) == transcript(played.sent)


in_time = lengths.map(lambda seconds: 0.5 + seconds)
soon_after = st.sampled_from([128, 129, 140]) | st.integers(64, 255)
later_hands = st.lists(st.tuples(soon_after, hands), max_size=4).map(
    lambda found: [(after, *hand) for after, hand in sorted(found, key=lambda each: each[0])]
)
"""Hands that come in after the first cycle of a wait, in which the orders before it are carried out."""


@given(
    st.lists(st.tuples(st.one_of(music(in_time), stops), later_hands), max_size=25),
    st.lists(st.integers(1, 64), min_size=1, max_size=5),
)
def test_pumped_in_cycles_of_any_length_or_at_each_deadline_it_is_heard_alike(script, periods):
    transcripts, lates = [], []
    for how in (None, periods):
        played = Played(how)
        for order, hands in script:
            played.order(*order)
            played.wait(256, hands)
        played.wait(5000)
        transcripts.append(transcript(played.sent))
        lates.append([report.late for report in played.reported()])
    assert transcripts[0] == transcripts[1]
    assert lates[0] == lates[1]
    assert set(lates[0]) <= {0.0, None}


@given(scripts(music(lengths), hands, stops, losses, most=50), periods)
def test_after_a_loss_nothing_is_owed_to_anyone(script, periods):
    played = Played(periods)
    for order, value, ticks in script:
        played.order(order, value)
        played.wait(ticks)
        if ticks and played.output.port is not None:
            sounding, _ = heard(played.sent)
            assert set(played.held.values()) <= sounding == played.output.sounding
        elif ticks:
            assert played.output.sounding == frozenset()
    played.order("come back", None)
    played.finish()
    assert heard(played.ports[-1].sent) == (set(), set())
