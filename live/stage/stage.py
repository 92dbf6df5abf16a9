"""The main thread's loop: whatever happens comes in through one inbox, and is dealt with in turn."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue

from mido import Message

from live.core.controls.control_map import PRESSED
from live.core.input.echo import LoopDetector
from live.core.output.orders import Orders
from live.core.output.panic_messages import SUSTAIN
from live.core.output.thru import Thru
from live.core.performer.master_sync import CLOCK_MESSAGES, MasterSync
from live.core.performer.performer import Performer
from live.core.planning.states import Source, State
from live.core.planning.turns import TAKES_TURNS
from live.inference.preset_loader import PresetFailed, PresetReady
from live.journals.recorder import Recorder
from live.midi.inputs import Inputs
from live.output.lateness import LatenessMeter
from live.output.outputs import Outputs
from live.output.sender import MessageSent, PortChanged, Report, SenderFailed
from live.screen import REFRESH_SECONDS, ROLL_SECONDS, Coming, Display, Snapshot
from live.screen.recent_notes import RecentNotes
from live.setlist.repertoire import Repertoire
from live.stage.steering import Steering
from live.system.clock import Clock
from presets.sets.records import Use


@dataclass(frozen=True, slots=True)
class Heard:
    """A message came in.

    Attributes:
        at: when, seconds on the stage's clock, as the port's own thread stamped it.
        source: number of the input.
        message: what came.
    """

    at: float
    source: int
    message: Message


@dataclass(frozen=True, slots=True)
class Typed:
    """A key of the computer.

    Attributes:
        character: what the terminal sent for it.
        at: when, seconds on the stage's clock, as the thread that reads stamped it.
    """

    character: str
    at: float


@dataclass(frozen=True, slots=True)
class Signalled:
    """The system asks to end.

    Attributes:
        number: of the signal.
    """

    number: int


Item = Heard | Typed | Signalled | Report | PresetReady | PresetFailed
Inbox = SimpleQueue[Item]

LAST_WORDS_SECONDS = 1.5
"""How long leaving may take: a Stop stands behind the clocks that were handed over before it."""

LETTING_GO = (120, 123)
"""All sound off and all notes off, from a keyboard: its keys are up (MIDI 1.0, "Mode Messages")."""


class Stage:
    """Runs a performance until its length is over, or it is asked to end. Owned by the main thread.

    Args:
        performer: decides.
        outputs: sends; already started or pumped by a test. The stage leaves closing to the owner.
        clock: the stage's.
        inbox: whatever happens.
        display: shows the moment.
        repertoire: the presets that can be switched to.
        steering: obeys the player.
        system: what the MIDI system is called; None where there is none.
        outputs: names of the ports that the band plays into.
        inputs: where the keyboard comes in; None where there is no MIDI system.
        loop_detector: tell what segue sent, and comes in again, from what the player plays.
        thru: leads what the player plays to the output; None to keep it.
        master_sync: lets the performer follow a master; None if its own clock leads.
        notice: what the player must know from the start.
        recorder: writes down what happens, if wanted.
        journal_trouble: says why the journal cannot be written; None while all is well.
        set_name: of the set that is played; None without one.

    Attributes:
        lateness: of what was sent.
        signal: number of the signal that asked to end; None if none did.
        is_leaving: whether the performance is over.
    """

    def __init__(
        self,
        performer: Performer,
        outputs: Outputs,
        clock: Clock,
        inbox: Inbox,
        display: Display,
        *,
        repertoire: Repertoire,
        steering: Steering,
        system: str | None,
        output_names: Sequence[str],
        inputs: Inputs | None,
        loop_detector: LoopDetector,
        thru: Thru | None = None,
        master_sync: MasterSync | None = None,
        notice: str | None = None,
        recorder: Recorder | None = None,
        journal_trouble: Callable[[], str | None] = lambda: None,
        set_name: str | None = None,
    ) -> None:
        self.lateness = LatenessMeter()
        self.signal: int | None = None
        self.is_leaving = False
        self._performer = performer
        self._outputs = outputs
        self._clock = clock
        self._inbox = inbox
        self._display = display
        self._repertoire = repertoire
        self._steering = steering
        self._system = system
        self._output_names = list(output_names)
        # Why they are lost, by their numbers.
        self._lost_outputs: dict[int, str] = {}
        self._inputs = inputs
        self._loop_detector = loop_detector
        self._thru = thru
        self._master_sync = master_sync
        self._notice = notice
        self._recorder = recorder
        self._journal_trouble = journal_trouble
        self._set_name = set_name
        self._recent_notes = RecentNotes()
        # The sustain pedals that are down in the music, by input and channel.
        self._pedals: set[tuple[int, int]] = set()
        # When a message that is no clock came in last, and when one left.
        self._heard_at: float | None = None
        self._sent_at: float | None = None
        self._show_at = clock.now()
        self._heard_until = float("-inf")
        self._leave_at = float("inf")

    @property
    def deadline(self) -> float:
        """When to pump again, seconds on the stage's clock."""
        deadline = min(self._performer.deadline, self._show_at, self._leave_at)
        if self._inputs is not None:
            deadline = min(deadline, self._inputs.deadline)
        if self._master_sync is not None:
            deadline = min(deadline, self._master_sync.deadline)
        return min(deadline, self._performer.quiet_at) if self._is_finished else deadline

    def run(self) -> None:
        """Perform until the end."""
        while not self.is_leaving:
            came: list[Item] = []
            with suppress(Empty):
                came.append(self._inbox.get(timeout=max(0.0, self.deadline - self._clock.now())))
            self.pump(came)
        self._show()

    def pump(self, came: Sequence[Item] = ()) -> None:
        """Deal with what came in, here or in the inbox, and do what is due by now."""
        for item in self._in_order(came):
            self._take(item)
        now = self._clock.now()
        if self._master_sync is not None:
            self._master_sync.pump(now)
        self._performer.lead_seconds = self._outputs.lead_seconds
        self._give(self._performer.pump(now))
        if self._recorder is not None:
            self._recorder.follow(now)
        now = self._clock.now()
        if self._inputs is not None:
            for number in self._inputs.pump(now):
                self._let_go(number, now)
        if now >= self._leave_at or (self._is_finished and now >= self._performer.quiet_at):
            self.is_leaving = True
        if now >= self._show_at:
            self._show()
            # From now and not from the last time: a slow terminal must not be drawn on without a pause.
            self._show_at = self._clock.now() + REFRESH_SECONDS

    @property
    def dropped(self) -> int:
        """Notes left out because they were too late."""
        return self._outputs.dropped

    def _in_order(self, came: Sequence[Item]) -> list[Item]:
        """Return everything that waits; what was heard in order of its moments: several inputs mix them."""
        items = list(came)
        with suppress(Empty):
            while True:
                items.append(self._inbox.get_nowait())
        heard = sorted((item for item in items if isinstance(item, Heard)), key=lambda item: item.at)
        return [*(item for item in items if not isinstance(item, Heard)), *heard]

    @property
    def _is_finished(self) -> bool:
        return self._performer.state is State.FINISHED

    def _give(self, orders: Orders) -> None:
        """Let the player obey."""
        now = self._clock.now()
        if orders.silence:
            self._outputs.silence()
            self._recent_notes.silence(now)
        if orders.sounds is not None:
            self._outputs.select_sounds(orders.sounds)
        if orders.ended:
            self._outputs.end(orders.ended)
            for strike in orders.ended:
                self._recent_notes.retime(replace(strike, until=max(strike.at, now)))
        if orders.retimed:
            self._outputs.retime(orders.retimed)
            for strike in orders.retimed:
                self._recent_notes.retime(strike)
        if orders.messages:
            self._outputs.send(orders.messages)
        if orders.strikes:
            self._outputs.play(orders.strikes)
            for strike in orders.strikes:
                self._recent_notes.strike(strike)

    def _take(self, item: Item) -> None:
        match item:
            case Heard(at, source, message):
                self._hear(at, source, message)
            case Typed(character, at):
                self._steering.type(character, at, self._clock.now())
                if self._steering.wants_to_leave:
                    self._leave(self._clock.now())
            case Signalled(number):
                self.signal = number
                self._leave(self._clock.now())
            case MessageSent(at, message, late):
                if late is not None:
                    self.lateness.add(late)
                if not message.is_realtime:
                    self._sent_at = at
                if self._recorder is not None:
                    self._recorder.sent(item)
            case PortChanged(name, reason, output):
                self._output_names[output] = name or "lost"
                if reason is not None:
                    self._lost_outputs[output] = reason
                else:
                    self._lost_outputs.pop(output, None)
                if name is not None:
                    # Another preset may have taken over while it was lost.
                    self._outputs.select_sounds(self._performer.sounds, output)
                    if output == 0:  # the clock is on the first
                        self._performer.say_clock_again(self._clock.now())
            case PresetReady() | PresetFailed():
                self._notice = self._repertoire.take(item) or self._notice
                self._steering.preset_came(self._clock.now())
            case SenderFailed(error):
                raise error

    def _hear(self, at: float, source: int, message: Message) -> None:
        # A message of the input that was served last may be older than what was heard already.
        at = self._heard_until = max(at, self._heard_until)
        use = self._take_up(at, source, message)
        if self._recorder is not None:
            self._recorder.heard(at, message, source, use)

    def _take_up(self, at: float, source: int, message: Message) -> Use:
        """Do what a message means; return what it was."""
        now = self._clock.now()
        if self._loop_detector.is_echo(at, message):
            return Use.ECHO
        if message.type in CLOCK_MESSAGES:
            if self._master_sync is not None:
                self._master_sync.hear(source, message, at, now)
            return Use.CLOCK
        self._heard_at = at
        if self._inputs is not None and self._steering.hear(
            self._inputs.input_name(source), message, at, now
        ):
            if not _is_sustain(message) or (source, message.channel) not in self._pedals:
                return Use.CONTROL
            message = message.copy(value=0)  # it was down when it was bound: for the music it comes up
        self._play_along(at, source, message)
        return Use.MUSIC

    def _play_along(self, at: float, source: int, message: Message) -> None:
        """Take what the player plays."""
        self._lead_through(source, message)
        match message.type:
            case "note_on":
                self._recent_notes.press(message.note, at)
                self._performer.press((source, message.channel, message.note), message.velocity, at)
            case "note_off":
                self._recent_notes.release(message.note, at)
                self._performer.release((source, message.channel, message.note), at)
            case _ if _is_sustain(message):
                is_down = message.value >= PRESSED
                (self._pedals.add if is_down else self._pedals.discard)((source, message.channel))
                self._performer.pedal(source, message.channel, is_down, at)
            case "control_change" if message.control in LETTING_GO:
                self._let_go(source, at)

    def _lead_through(self, source: int, message: Message) -> None:
        """Send on what the player plays, now; that all keys are up, the band says in its own way."""
        led = self._thru.through(message) if self._thru is not None else None
        match message.type:
            case _ if led is None:
                return
            case "note_on" | "note_off":
                self._outputs.thru(led, (source, message.channel, message.note))
            case "control_change" if message.control == SUSTAIN:
                self._outputs.thru(
                    led, (source, message.channel, SUSTAIN)
                )  # it is lifted if its input is lost
            case "control_change" if message.control in LETTING_GO:
                return
            case _:
                self._outputs.thru(led)

    def _let_go(self, source: int, at: float) -> None:
        """Release every key of an input: it is gone, or says so itself."""
        self._pedals = {pedal for pedal in self._pedals if pedal[0] != source}
        self._performer.release_all(at, source)
        self._outputs.let_go(source)
        self._recent_notes.release_all(at)

    def _notices(self) -> str | None:
        """Return what the player must know most."""
        master_sync = self._master_sync.notice if self._master_sync is not None else None
        answer = self._steering.answer(self._clock.now())
        echo = self._loop_detector.notice(self._clock.now())
        output = next(iter(self._lost_outputs.values()), None)
        lost = output or (self._inputs.lost if self._inputs is not None else None)
        journal = self._journal_trouble()
        return self._performer.trouble or master_sync or echo or answer or lost or journal or self._notice

    def _leave(self, now: float) -> None:
        """End the music, and leave as soon as the Stop has gone to those who follow segue's clock."""
        self._performer.stop(now)
        self._leave_at = min(self._leave_at, self._performer.quiet_at, now + LAST_WORDS_SECONDS)

    def _show(self) -> None:
        try:
            self._display.show(self._snapshot())
        except OSError:
            # The terminal is gone: nobody sees or types anything any more.
            self._leave(self._clock.now())

    def _snapshot(self) -> Snapshot:
        performer, master_sync, steering = self._performer, self._master_sync, self._steering
        transport, switch, now = performer.transport, performer.switch, self._clock.now()
        offers, number = self._repertoire.offers, self._repertoire.number_of(performer.style)
        coming = None
        if switch is not None:
            coming = Coming(offers[self._repertoire.number_of(switch.style)].name, switch.line)
        return Snapshot(
            preset=performer.style.name,
            coming=coming,
            offers=offers,
            state=performer.state,
            # Before it begins there is nothing to count, but for a count-in.
            tick=max(performer.first_tick, transport.tick_at(now)) if transport else None,
            goes_on_at=performer.goes_on_at,
            bpm=(master_sync.bpm if master_sync is not None else None) or performer.bpm,
            follows=master_sync is not None,
            meter=performer.meter,
            history=tuple(performer.history),
            output=self._where_to(),
            inputs=self._inputs.names if self._inputs is not None else (),
            lateness=self.lateness.summary(),
            dropped=self.dropped,
            rested=performer.rested,
            notice=self._notices(),
            now=now,
            transport=transport,
            roll=self._recent_notes.notes(now - ROLL_SECONDS),
            dials=steering.dials(now),
            chosen=steering.chosen,
            mode=performer.mode,
            turn=self._whose_turn(),
            muted=performer.muted,
            set_name=self._set_name,
            title=offers[number].name if self._set_name is not None else None,
            number=number,
            heard_at=self._heard_at,
            sent_at=self._sent_at,
            learning=steering.learning,
            help=steering.needs_help,
            copying=performer.copying,
            longest_copy=performer.longest_copy,
            originality=performer.controls.originality,
        )

    def _where_to(self) -> str:
        output_names = ", ".join(self._output_names)
        return f"{output_names} ({self._system})" if self._system is not None else output_names

    def _whose_turn(self) -> Source | None:
        """Return whose turn it is where turns are taken."""
        performer = self._performer
        if performer.mode not in TAKES_TURNS:
            return None
        return Source.PLAYER if performer.turn is None else Source.SEGUE


def _is_sustain(message: Message) -> bool:
    return bool(message.type == "control_change" and message.control == SUSTAIN)
