"""Serves the ports of a performance: what the engine orders, what the musician plays, and what is due."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from mido import Message

from live.core.input.loop_detection import LoopDetector
from live.core.output.schedule import Due
from live.core.output.thru_rules import ThruRules, is_sustain
from live.core.sync.clock_keeper import ClockKeeper
from live.midi.ports import OutputPort
from live.ports.orders import Give, Panic, SelectSounds, SetRules
from live.ports.output import Output
from live.ports.reports import LoopFound, MessageReceived, MessageSent, OutputChanged, Report
from presets.sets.channel_message import KEYS_UP, PRESSED, SUSTAIN

MusicOrder = Give | SelectSounds | Panic | SetRules
"""The orders that change what sounds."""

MOST_REPORTS = 100_000
"""Reports to keep for an engine that does not take them; the oldest are lost first. A lively set has 20 a
second."""


class PortServer:
    """All outputs, and what comes in at the inputs.

    On JACK its calls come from the audio callback, so they wait for nothing and take time in proportion to
    what is played. Whoever calls it sees to it that no two calls overlap; only `take` may be called by any
    thread at any time. Every `now` and `at` is in seconds on the stage's clock.

    Args:
        ports: the open output ports, in the order of their numbers, at least one.
        rules: what of the musician's messages goes through.

    Attributes:
        outputs: the outputs, by number.
    """

    def __init__(self, ports: Sequence[OutputPort], rules: ThruRules) -> None:
        self._reports: deque[Report] = deque(maxlen=MOST_REPORTS)
        self._loop_detector = LoopDetector()
        self.outputs = [
            Output(number, port, self._report, self._loop_detector.sent) for number, port in enumerate(ports)
        ]
        self._rules = rules
        self._clock_keeper = ClockKeeper()
        # Orders that have come, but not been carried out.
        self._orders: deque[MusicOrder] = deque()
        self._heard_until = float("-inf")
        # The sustain pedals that are down in the music, by input and channel.
        self._pedals: set[tuple[int, int]] = set()
        self._urgent = False
        self._hears_itself = False

    @property
    def dropped(self) -> int:
        """Notes dropped because they were too late."""
        return sum(output.dropped for output in self.outputs)

    @property
    def sounding(self) -> frozenset[tuple[int, int, int]]:
        """The (output, channel, note) triples that sound now."""
        return frozenset((number, *key) for number, out in enumerate(self.outputs) for key in out.sounding)

    @property
    def lead_seconds(self) -> float:
        """How long before its time an order should be here, for any output."""
        return max(output.lead_seconds for output in self.outputs)

    @property
    def deadline(self) -> float:
        """When to pump again; minus infinity for at once."""
        if self._orders:
            return float("-inf")
        return min(self._clock_keeper.deadline, *(output.deadline for output in self.outputs))

    @property
    def clock_place(self) -> tuple[float, float] | None:
        """The time of the last MIDI clock, and the seconds to the next; None while no clock runs."""
        return self._clock_keeper.place

    @property
    def has_reports(self) -> bool:
        """Whether there is anything to report."""
        return bool(self._reports)

    @property
    def has_urgent_reports(self) -> bool:
        """Whether something came in that the engine must know at once."""
        return self._urgent

    def take(self, order: MusicOrder) -> None:
        """Take an order, which is carried out with the next message that comes in, or the next pump."""
        self._orders.append(order)

    def reports(self) -> tuple[Report, ...]:
        """Return what has happened since the last call, in order."""
        reports = tuple(self._reports)
        self._reports.clear()
        self._urgent = False
        return reports

    def hear(self, source: int, message: Message, at: float) -> None:
        """Take in a message of an input, and send it through at that very time if it is music."""
        # Messages of several inputs may arrive out of order: time must not run backwards.
        now = self._heard_until = max(at, self._heard_until)
        self._obey(now)
        self._go_on_with_clock(now)
        is_echo = self._loop_detector.is_echo(now, message)
        if not is_echo:
            self._send_through(source, message, now)
        elif is_sustain(message) and message.value < PRESSED:
            self._pedals.discard((source, message.channel))  # whosever it is, it is up on the output
        self.tell(MessageReceived(at, source, message, is_echo))

    def let_go(self, source: int, now: float) -> None:
        """End the notes and lift the pedals that an input holds: it is gone, or says that its keys are up."""
        self._pedals = {pedal for pedal in self._pedals if pedal[0] != source}
        self.outputs[0].let_go(source, now)

    def pump(self, now: float, until: float | None = None) -> None:
        """Carry out the waiting orders, then send what is due.

        Args:
            now: in a cycle of JACK, the time of its first frame.
            until: the time of its end; None for `now`, where there are no cycles.
        """
        self._obey(now)
        self._go_on_with_clock(now if until is None else until)
        for output in self.outputs:
            output.pump(now, until)

    def keep_clock(self) -> None:
        """Go on with the engine's MIDI clock, if one runs, until an engine orders the next."""
        self._clock_keeper.lead()

    def stay_alone(self, now: float) -> None:
        """Take in that the engine is gone: end its notes; its clock goes on.

        What the musician holds sounds on, and goes through as before.
        """
        self._obey(now)
        self.keep_clock()
        for output in self.outputs:
            output.silence(now)

    def finish(self, now: float) -> None:
        """End every note, stop the followers, and give the ports what else is due before they close."""
        self._obey(now)
        if self._clock_keeper.place is not None:
            self.outputs[0].add(Due(now, Message("stop")))
        for output in self.outputs:
            output.finish(now)

    def watch_loop(self, now: float) -> None:
        """Report it if segue has begun to hear itself, or ceased to."""
        hears_itself = self._loop_detector.is_proven(now)
        if hears_itself != self._hears_itself:
            self._hears_itself = hears_itself
            self.tell(LoopFound(hears_itself))

    def troubles(self) -> tuple[Report, ...]:
        """Return the reports of what is wrong now, for an engine that was not there when it was reported."""
        lost = [OutputChanged(None, out.lost, out.number) for out in self.outputs if out.lost is not None]
        return (*lost, LoopFound(True)) if self._hears_itself else tuple(lost)

    def tell(self, report: Report) -> None:
        """Add a report that the engine must get at once."""
        self._reports.append(report)
        self._urgent = True

    def _report(self, report: MessageSent | OutputChanged) -> None:
        self._reports.append(report)
        self._urgent |= isinstance(report, OutputChanged)

    def _obey(self, now: float) -> None:
        while self._orders:
            match self._orders.popleft():
                case Give(orders):
                    messages = [each for due in orders.messages for each in self._pass_on(due)]
                    orders = replace(orders, messages=messages)
                    for output in self.outputs:
                        output.give(orders, now)
                case SelectSounds(sounds, number):
                    for output in self.outputs if number is None else [self.outputs[number]]:
                        its_own = None if sounds is None else sounds.get(output.number, ())
                        output.select_sounds(its_own, now)
                case Panic():
                    self._pedals.clear()
                    for output in self.outputs:
                        output.panic(now)
                case SetRules(rules):
                    self._rules = rules

    def _go_on_with_clock(self, until: float) -> None:
        for due in self._clock_keeper.pump(until):
            self.outputs[0].add(due)

    def _pass_on(self, due: Due) -> list[Due]:
        return self._clock_keeper.pass_on(due) if due.output == 0 else [due]

    def _send_through(self, source: int, message: Message, at: float) -> None:
        pedal = (source, message.channel) if is_sustain(message) else None
        led = self._rules.through(source, message, pedal=pedal in self._pedals)
        output = self.outputs[0]
        match message.type:
            case _ if led is None:
                return
            case "note_on" | "note_off":
                output.thru(led, (source, message.channel, message.note), at)
            case "control_change" if pedal is not None:
                # The pedal has an owner, so that it is lifted if its input is lost.
                (self._pedals.add if led.value >= PRESSED else self._pedals.discard)(pedal)
                output.thru(led, (source, message.channel, SUSTAIN), at)
            case "control_change" if message.control in KEYS_UP:
                self.let_go(source, at)
            case _:
                output.thru(led, None, at)
