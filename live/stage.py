"""The main thread's loop: whatever happens comes in through one inbox, and is dealt with in turn."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from mido import Message

from live.band import Band
from live.clock import Clock
from live.core.actions import Action
from live.core.following import CLOCK_MESSAGES, Following
from live.core.orders import Orders
from live.core.performance import State
from live.core.performer import Performer
from live.core.tap import TapTempo
from live.inputs import Inputs
from live.key_bindings import KeyAction, meaning_of
from live.lateness import LatenessMeter
from live.player import PlayerFailed, PortChanged, Report, Sent
from live.preset_loader import PresetFailed, PresetReady
from live.recording import Recording
from live.repertoire import Repertoire
from live.screen import REFRESH_SECONDS, Coming, Display, Snapshot


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

NOTICE_SECONDS = 6.0
"""How long the answer to a key stays on the screen."""

LETTING_GO = (120, 123)
"""All sound off and all notes off, from a keyboard: its keys are up (MIDI 1.0, "Mode Messages")."""


class Stage:
    """Runs a performance until its length is over, or it is asked to end. Owned by the main thread.

    Args:
        performer: decides.
        band: sends; already started or pumped by a test. The stage leaves closing to the owner.
        clock: the stage's.
        inbox: whatever happens.
        display: shows the moment.
        repertoire: the presets that can be switched to.
        system: what the MIDI system is called; None where there is none.
        output: name of the port that the player opened.
        inputs: where the keyboard comes in; None where there is no MIDI system.
        following: lets the performer follow a master; None if its own clock leads.
        switch_grid: ticks between the lines that a preset may take over on; None for bars.
        notice: what the player must know from the start.
        recording: takes what was sent, if wanted.

    Attributes:
        lateness: of what was sent.
        signal: number of the signal that asked to end; None if none did.
        is_leaving: whether the performance is over.
    """

    def __init__(
        self,
        performer: Performer,
        band: Band,
        clock: Clock,
        inbox: Inbox,
        display: Display,
        *,
        repertoire: Repertoire,
        system: str | None,
        output: str,
        inputs: Inputs | None,
        following: Following | None = None,
        switch_grid: int | None = None,
        notice: str | None = None,
        recording: Recording | None = None,
    ) -> None:
        self.lateness = LatenessMeter()
        self.signal: int | None = None
        self.is_leaving = False
        self._performer = performer
        self._band = band
        self._clock = clock
        self._inbox = inbox
        self._display = display
        self._repertoire = repertoire
        self._system = system
        self._output = output
        self._inputs = inputs
        self._following = following
        self._switch_grid = switch_grid
        self._notice = notice
        self._recording = recording
        # The answer to a key, and until when it is shown.
        self._answer: tuple[str, float] | None = None
        # The preset that was asked for before it was loaded.
        self._awaited: int | None = None
        self._tap = TapTempo()
        self._show_at = clock.now()
        self._heard_until = float("-inf")
        self._leave_at = float("inf")

    @property
    def deadline(self) -> float:
        """When to pump again, seconds on the stage's clock."""
        deadline = min(self._performer.deadline, self._show_at, self._leave_at)
        if self._inputs is not None:
            deadline = min(deadline, self._inputs.deadline)
        if self._following is not None:
            deadline = min(deadline, self._following.deadline)
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
        if self._following is not None:
            self._following.pump(now)
        self._performer.lead_seconds = self._band.lead_seconds
        self._give(self._performer.pump(now))
        if self._recording is not None:
            self._recording.follow(self._performer, now)
        now = self._clock.now()
        if self._inputs is not None:
            for number in self._inputs.pump(now):
                self._performer.release_all(now, number)
        if now >= self._leave_at or (self._is_finished and now >= self._performer.quiet_at):
            self.is_leaving = True
        if now >= self._show_at:
            self._show()
            # From now and not from the last time: a slow terminal must not be drawn on without a pause.
            self._show_at = self._clock.now() + REFRESH_SECONDS

    @property
    def dropped(self) -> int:
        """Notes left out because they were too late."""
        return self._band.dropped

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
        if orders.silence:
            self._band.silence()
        if orders.greeting is not None:
            self._band.greet(orders.greeting)
        if orders.ended:
            self._band.end(orders.ended)
        if orders.retimed:
            self._band.retime(orders.retimed)
        if orders.messages:
            self._band.send(orders.messages)
        if orders.strikes:
            self._band.play(orders.strikes)

    def _take(self, item: Item) -> None:
        match item:
            case Heard(at, source, message):
                self._hear(at, source, message)
            case Typed(character, at):
                self._obey(character, at)
            case Signalled(number):
                self.signal = number
                self._leave(self._clock.now())
            case Sent(at, message, late):
                if late is not None:
                    self.lateness.add(late)
                if self._recording is not None:
                    self._recording.add(at, message)
            case PortChanged(name, reason):
                self._output = name or "lost"
                self._notice = reason
                if name is not None:
                    # Another preset may have taken over while it was lost.
                    self._band.greet(self._performer.sounds)
                    self._performer.say_clock_again(self._clock.now())
            case PresetReady(number, _) | PresetFailed(number, _):
                self._notice = self._repertoire.take(item) or self._notice
                if number == self._awaited:
                    self._request(number, self._clock.now())
            case PlayerFailed(error):
                raise error

    def _hear(self, at: float, source: int, message: Message) -> None:
        # A message of the input that was served last may be older than what was heard already.
        at = self._heard_until = max(at, self._heard_until)
        match message.type:
            case "note_on":
                self._performer.press((source, message.channel, message.note), message.velocity, at)
            case "note_off":
                self._performer.release((source, message.channel, message.note), at)
            case "control_change" if message.control in LETTING_GO:
                self._performer.release_all(at, source)
            case clock if clock in CLOCK_MESSAGES and self._following is not None:
                self._following.hear(source, message, at, self._clock.now())

    def _obey(self, character: str, at: float) -> None:
        now = self._clock.now()
        match meaning_of(character):
            case Action.START:
                self._begin(self._performer.start, now)
            case Action.STOP if self._performer.state is not State.STOPPED:
                self._performer.stop(now)
            case Action.STOP:
                self._begin(self._performer.resume, now)
            case Action.PANIC:
                self._performer.panic(now)
                self._band.panic()
            case KeyAction.FASTER:
                self._change_tempo(lambda: self._performer.nudge_tempo(1, now))
            case KeyAction.SLOWER:
                self._change_tempo(lambda: self._performer.nudge_tempo(-1, now))
            case Action.TAP:
                if (bpm := self._tap.tap(at)) is not None:
                    self._change_tempo(lambda: self._performer.change_tempo(bpm, now))
            case KeyAction.QUIT:
                self._leave(now)
            case int(number):
                self._request(number, now)

    def _begin(self, begin: Callable[[], None], now: float) -> None:
        """Start or go on, also with a master that rolls already."""
        begin()
        if self._following is not None:
            self._following.join(now)
        self._band.greet(self._performer.sounds)

    def _change_tempo(self, change: Callable[[], None]) -> None:
        if self._following is not None:
            self._say("the tempo is the master's: change it there")
        else:
            change()

    def _request(self, number: int, now: float) -> None:
        """Let another preset take over, on the next line that can be met."""
        self._awaited = number if self._repertoire.is_loading(number) else None
        choice = self._repertoire.choose(number)
        if isinstance(choice, str):
            self._say(choice)
            return
        self._answer = None
        if choice.meter not in (None, self._performer.meter):
            self._say(f"{choice.name} is at home in {choice.meter}, and goes on in {self._performer.meter}")
        self._performer.request(choice, now, self._switch_grid)

    def _say(self, answer: str) -> None:
        self._answer = answer, self._clock.now() + NOTICE_SECONDS

    def _notices(self) -> str | None:
        """Return what the player must know most."""
        if self._answer is not None and self._clock.now() >= self._answer[1]:
            self._answer = None
        following = self._following.notice if self._following is not None else None
        answer = self._answer[0] if self._answer is not None else None
        return self._performer.trouble or following or answer or self._notice

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
        performer, following = self._performer, self._following
        transport, switch = performer.transport, performer.switch
        return Snapshot(
            preset=performer.style.name,
            coming=Coming(switch.style.name, switch.line) if switch is not None else None,
            offers=self._repertoire.offers,
            state=performer.state,
            tick=transport.tick_at(self._clock.now()) if transport else None,
            bpm=(following.bpm if following is not None else None) or performer.bpm,
            follows=following is not None,
            meter=performer.meter,
            history=tuple(performer.history),
            output=f"{self._output} ({self._system})" if self._system is not None else self._output,
            inputs=self._inputs.names if self._inputs is not None else (),
            lateness=self.lateness.summary(),
            dropped=self.dropped,
            rested=performer.rested,
            notice=self._notices(),
        )
