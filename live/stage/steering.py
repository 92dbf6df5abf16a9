"""Steering: carries out what the musician asks for with the computer keyboard and MIDI controllers."""

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice

from mido import Message

from live.core.beat.switch_grids import SWITCH_GRIDS
from live.core.beat.tap_tempo import TapTempo
from live.core.controls.actions import Action
from live.core.controls.binding import Binding, Target
from live.core.controls.control_map import Asked, AskedPreset, ControlMap, Passed, Turned
from live.core.controls.control_state import ControlState
from live.core.controls.knobs import KNOBS, Knob, knob_named
from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.performer.master_sync import MasterSync
from live.core.performer.performer import Performer
from live.core.performer.status import Status
from live.core.planning.states import State
from live.core.planning.turns import TAKES_TURNS
from live.ports.link import PortLink
from live.screen import Dial, Learning
from live.screen.key_bindings import KeyAction, meaning_of
from live.setlist.repertoire import Repertoire
from live.stage.learning_mode import LearningMode, labels_of
from presets.sets.channel_message import PRESSED, SWITCHES

NOTICE_SECONDS = 6.0
"""How long the answer to a request stays on the screen."""

METERS = {True: "each preset plays in its own meter", False: "presets keep the meter that they find"}
"""What the knob `meter` does, by whether each preset plays in its own."""

LEARNED_SECONDS = 2.0
"""How long the screen says that segue learned a knob: the musician may still be turning it."""


class Steering:
    """Carries out the musician's requests. Owned by the stage's thread.

    Every `now` and `at` is in seconds on the stage's clock.

    Args:
        performer: decides what segue plays.
        ports: the ports.
        repertoire: the presets that the musician can switch to.
        master_sync: makes the performer follow another device's clock; None if segue's own clock leads.
        switch: when a preset takes over, one of `SWITCH_GRIDS`; a preset of a set may have its own value.
        surface: what the controllers do.
        save: saves a learned binding; raises `SegueError` if it cannot.
        forget: removes the saved bindings of a target; raises `SegueError` if it cannot.

    Attributes:
        wants_to_leave: whether the musician wants to quit.
        needs_help: whether the screen shows the help.
        surface: as given.
    """

    def __init__(
        self,
        performer: Performer,
        ports: PortLink,
        repertoire: Repertoire,
        *,
        master_sync: MasterSync | None,
        switch: str,
        surface: ControlMap,
        save: Callable[[Binding], None],
        forget: Callable[[Target], None],
    ) -> None:
        self.wants_to_leave = False
        self.needs_help = False
        self._performer = performer
        self._ports = ports
        self._repertoire = repertoire
        self._master_sync = master_sync
        self._switch = switch
        self.surface = surface
        self._learning = LearningMode(len(repertoire.names), surface, save, forget)
        self._tap = TapTempo()
        self._chosen = 0
        self._learned_until = float("-inf")
        # The answer to the newest request, and until when to show it.
        self._answer: tuple[str, float] | None = None
        # The entry that the musician requested before its preset was loaded.
        self._awaited: int | None = None

    def answer(self, now: float) -> str | None:
        """Return the answer to the newest request; None once it has been shown long enough."""
        if self._answer is not None and now >= self._answer[1]:
            self._answer = None
        return None if self._answer is None else self._answer[0]

    def dials(self, status: Status) -> tuple[Dial, ...]:
        """Return the knobs that have an effect on the current preset; `status` is the performer's, now."""
        control_state = self._performer.control_state(status.at)
        bound = labels_of(self.surface)
        return tuple(
            Dial(
                knob.name,
                self._text_of(knob, control_state, status.key_heard),
                knob.position_of(control_state),
                bound.get(knob.name),
            )
            for knob in self._knobs
        )

    def _text_of(self, knob: Knob, control_state: ControlState, heard: Key | None) -> str:
        """Return a knob's value; when segue follows the musician's key, return that key with a ~."""
        follows = control_state.controls.follows(control_state.mode)
        if knob.name == "key" and follows and heard is not None:
            return f"~{heard}"
        return knob.text_of(control_state)

    @property
    def chosen(self) -> int:
        """Number of the dial that the arrow keys change."""
        return min(self._chosen, len(self._knobs) - 1)

    @property
    def learns(self) -> bool:
        """Whether segue waits for a control to learn."""
        return self._learning.is_on

    @property
    def learning(self) -> Learning | None:
        """What the screen shows about learning; None if segue is not learning."""
        return self._learning.shown

    def type(self, character: str, at: float, now: float) -> None:
        """Carry out a key of the computer keyboard, typed at `at`."""
        match meaning_of(character):
            case Action() as action:
                self._do(action, at, now)
            case KeyAction() as action:
                self._obey_key(action, now)
            case int(number):
                self.request(number, now)

    def hear(self, input_name: str, message: Message, at: float, now: float) -> bool:
        """Carry out an incoming message; return True if it was a control and not music."""
        # Learning ignores program changes, so that the musician can still switch presets.
        if self._learning.is_on and message.type != "program_change":
            return self._learn(input_name, message, now)
        match self.surface.hear(input_name, message, self._performer.control_state(now)):
            case None:
                return False
            case Turned(control_state, knob, _):
                if now >= self._learned_until:
                    self._answer = None  # the knob has picked up the value
                self._turn(knob, control_state, now)
            case Asked(action):
                self._do(action, at, now)
            case AskedPreset(number):
                self.request(number, now)
            case Passed(text) if text and now >= self._learned_until:
                self._say(text, now)
        return True

    def _learn(self, input_name: str, message: Message, now: float) -> bool:
        """Learn from a message; return True if it is a control and not music."""
        if self.surface.lets_go(input_name, message):
            return True
        learned = self._learning.hear(input_name, message)
        if learned is not None:
            self._learned_until = now + LEARNED_SECONDS
            self._say(learned, now)
        # Notes that the musician plays meanwhile are music, and so is a pedal that comes up.
        return learned is not None or (message.type == "control_change" and not _lets_go(message))

    def preset_came(self, now: float) -> None:
        """Switch to a preset that was just loaded, or failed to load, if the musician waits for it."""
        if self._awaited is not None and not self._repertoire.is_loading(self._awaited):
            self.request(self._awaited, now)

    def request(self, number: int, now: float) -> None:
        """Let another preset take over on the next line of its switch grid that it can reach."""
        self._awaited = number if self._repertoire.is_loading(number) else None
        choice = self._repertoire.choose(number)
        if isinstance(choice, str):
            self._say(choice, now)
            return
        self._answer = None
        meter = self._performer.meter_of(choice)
        if choice.corpus_meter not in (None, meter):
            self._say(f"{choice.name} was made for {choice.corpus_meter}, but will play in {meter}", now)
        self._performer.request(choice, now, SWITCH_GRIDS[self._repertoire.switch_of(number) or self._switch])

    @property
    def _knobs(self) -> tuple[Knob, ...]:
        kind = self._performer.style.kind
        return tuple(knob for knob in KNOBS if knob.rhythm in (None, kind.has_rhythm))

    def _do(self, action: Action, at: float, now: float) -> None:
        performer = self._performer
        match action:
            case Action.START if performer.state is State.PLAYING:
                self._say("segue is already playing: use restart to begin again", now)
            case Action.START:
                self._begin(lambda: performer.start(now), now)
            case Action.RESTART:
                self._begin(lambda: performer.restart(now), now)
            case Action.STOP if performer.state is not State.STOPPED:
                performer.stop(now)
            case Action.STOP:
                self._begin(performer.resume, now)
            case Action.PANIC:
                performer.panic(now)
                self._ports.panic()
            case Action.NEXT:
                self._step(1, now)
            case Action.PREVIOUS:
                self._step(-1, now)
            case Action.GO:
                performer.go(now)
                if (mode := performer.status(now).mode) not in TAKES_TURNS:
                    self._say(f"there are no turns in {mode} mode", now)
            case Action.MUTE:
                control_state = performer.control_state(now)
                performer.apply(replace(control_state, muted=not control_state.muted), now)
            case Action.TAP:
                if (bpm := self._tap.tap(at)) is not None:
                    self._change_tempo(lambda: performer.change_tempo(bpm, now), now)

    def _obey_key(self, action: KeyAction, now: float) -> None:
        match action:
            case KeyAction.FASTER:
                self._change_tempo(lambda: self._performer.nudge_tempo(1, now), now)
            case KeyAction.SLOWER:
                self._change_tempo(lambda: self._performer.nudge_tempo(-1, now), now)
            case KeyAction.NEXT_MODE:
                mode = self._performer.status(now).mode
                modes = islice(cycle(Mode), list(Mode).index(mode) + 1, None)
                self._performer.change_mode(next(modes), now, SWITCH_GRIDS[self._switch])
            case KeyAction.OWN_METERS:
                knob, control_state = knob_named("meter"), self._performer.control_state(now)
                self._turn(knob, knob.turned(control_state, not control_state.own_meters), now)
            case KeyAction.UP | KeyAction.DOWN:
                self._choose(1 if action is KeyAction.DOWN else -1)
            case KeyAction.LEFT | KeyAction.RIGHT:
                knob = self._knobs[self.chosen]
                steps = 1 if action is KeyAction.RIGHT else -1
                self._turn(knob, knob.stepped(self._performer.control_state(now), steps), now)
            case KeyAction.LEARN if self._learning.is_on:
                self._learning.end()
            case KeyAction.LEARN:
                self.needs_help = False
                self._learning.begin(self._knobs[self.chosen].name)
            case KeyAction.UNLEARN if self._learning.is_on:
                self._say(self._learning.unlearn(), now)
            case KeyAction.LEAVE:
                self._learning.end()
                self.needs_help = False
            case KeyAction.HELP:
                self.needs_help = not self.needs_help
            case KeyAction.QUIT:
                self.wants_to_leave = True

    def _step(self, by: int, now: float) -> None:
        """Let the next preset take over, or the previous one if `by` is -1."""
        number = self._number(now) + by
        if 0 <= number < len(self._repertoire.names):
            self.request(number, now)
        else:
            self._say(f"this is the {'last' if by > 0 else 'first'} preset", now)

    def _number(self, now: float) -> int:
        """Return the number of the current entry, or of the one that is about to take over."""
        if self._awaited is not None:
            return self._awaited
        status = self._performer.status(now)
        return self._repertoire.number_of(status.style if status.switch is None else status.switch.style)

    def _choose(self, by: int) -> None:
        if self._learning.is_on:
            self._learning.choose(by)
        else:
            self._chosen = (self.chosen + by) % len(self._knobs)

    def _turn(self, knob: Knob, control_state: ControlState, now: float) -> None:
        if knob.name == "tempo" and self._master_sync is not None:
            self._change_tempo(lambda: None, now)
            return
        if knob.name == "meter" and self._master_sync is not None:
            self._say("MIDI clock knows no bars: the meter stays as --meter gives it", now)
            return
        self._performer.apply(control_state, now, SWITCH_GRIDS[self._switch])
        if knob.name == "meter":
            self._say(METERS[control_state.own_meters], now)

    def _change_tempo(self, change: Callable[[], None], now: float) -> None:
        if self._master_sync is not None:
            self._say("the tempo comes from the MIDI clock: change it on that device", now)
        else:
            change()

    def _begin(self, begin: Callable[[], None], now: float) -> None:
        """Start or continue; if another device's clock leads and is already running, join it."""
        begin()
        if self._master_sync is not None:
            self._master_sync.join(now)
        self._ports.select_sounds(self._performer.sounds)

    def _say(self, answer: str, now: float) -> None:
        self._answer = answer, now + NOTICE_SECONDS


def _lets_go(message: Message) -> bool:
    """Return whether a message lifts a pedal: a pedal must not stay down."""
    return message.control in SWITCHES and message.value < PRESSED
