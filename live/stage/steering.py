"""What keys of the computer and the controllers ask for, done."""

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice

from mido import Message

from live.core.beat.switch_grids import SWITCH_GRIDS
from live.core.beat.tap_tempo import TapTempo
from live.core.controls.actions import Action
from live.core.controls.binding import Binding, Target, name_of
from live.core.controls.control_map import PRESSED, Asked, AskedPreset, ControlMap, Passed, Turned
from live.core.controls.control_state import ControlState
from live.core.controls.knobs import KNOBS, Knob
from live.core.controls.learning import SWITCHES, Learner
from live.core.controls.mode import Mode
from live.core.performer.master_sync import MasterSync
from live.core.performer.performer import Performer
from live.core.planning.states import State
from live.core.planning.turns import TAKES_TURNS
from live.output.outputs import Outputs
from live.screen import Dial, Learnable, Learning
from live.screen.key_bindings import KeyAction, meaning_of
from live.setlist.repertoire import Repertoire
from presets.errors import SegueError

NOTICE_SECONDS = 6.0
"""How long the answer to what was asked stays on the screen."""

LEARNED_SECONDS = 2.0
"""How long it is told that a knob was learned, while a hand still turns it and has to pick it up."""


class Steering:
    """Obeys the player. Owned by the stage's thread; every `now` is seconds on the stage's clock.

    Args:
        performer: plays.
        outputs: sends.
        repertoire: the presets that can be switched to.
        master_sync: lets the performer follow a master; None if its own clock leads.
        switch: where a preset takes over if it does not say itself, one of `SWITCH_GRIDS`.
        surface: what the controllers do.
        save: keeps what was learned; a `SegueError` if it cannot.
        forget: takes what was learned for a target out again, likewise.

    Attributes:
        wants_to_leave: whether the performance is to end.
        needs_help: whether the keys are to be explained.
    """

    def __init__(
        self,
        performer: Performer,
        outputs: Outputs,
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
        self._outputs = outputs
        self._repertoire = repertoire
        self._master_sync = master_sync
        self._switch = switch
        self._surface = surface
        self._save = save
        self._forget = forget
        self._tap = TapTempo()
        self._chosen = 0
        self._learner: Learner | None = None
        self._target = 0
        self._learned_until = float("-inf")
        # The answer to what was asked, and until when it is shown.
        self._answer: tuple[str, float] | None = None
        # The entry that was asked for before its preset was loaded.
        self._awaited: int | None = None

    def answer(self, now: float) -> str | None:
        """Return what is to be said to what was asked lately."""
        if self._answer is not None and now >= self._answer[1]:
            self._answer = None
        return None if self._answer is None else self._answer[0]

    def dials(self, now: float) -> tuple[Dial, ...]:
        """Return the knobs that mean something to the preset that plays."""
        control_state = self._performer.control_state(now)
        return tuple(
            Dial(
                knob.name,
                self._text_of(knob, control_state),
                knob.position_of(control_state),
                self._bound_to(knob.name),
            )
            for knob in self._knobs
        )

    def _text_of(self, knob: Knob, control_state: ControlState) -> str:
        """Return a knob's value; of a key that is followed, with a ~, which one it is by now."""
        heard = self._performer.key_heard
        follows = control_state.controls.follow_key or (
            control_state.mode is Mode.ACCOMPANY and control_state.controls.key is None
        )
        if knob.name == "key" and follows and heard is not None:
            return f"~{heard}"
        return knob.text_of(control_state)

    @property
    def chosen(self) -> int:
        """Number of the dial that the arrow keys turn."""
        return min(self._chosen, len(self._knobs) - 1)

    @property
    def learning(self) -> Learning | None:
        """What is being learned; None outside of learning."""
        if self._learner is None:
            return None
        targets = tuple(Learnable(name_of(target), self._bound_to(target)) for target in self._targets)
        return Learning(targets, self._target, self._learner.hint)

    def type(self, character: str, at: float, now: float) -> None:
        """Obey a key of the computer, typed `at` seconds."""
        match meaning_of(character):
            case Action() as action:
                self._do(action, at, now)
            case KeyAction() as action:
                self._obey_key(action, now)
            case int(number):
                self.request(number, now)

    def hear(self, input_name: str, message: Message, at: float, now: float) -> bool:
        """Obey a message that came in; return whether it was for the controls, and is no music."""
        # A program change is no knob: the set goes on while something is learned.
        if self._learner is not None and message.type != "program_change":
            if self._surface.lets_go(input_name, message):
                return True
            binding = self._learner.hear(input_name, message)
            if binding is not None:
                self._learn(binding, now)
            # What hands play while they look for the knob is music, and so is the end of a pedal.
            return binding is not None or (message.type == "control_change" and not _lets_go(message))
        match self._surface.hear(input_name, message, self._performer.control_state(now)):
            case None:
                return False
            case Turned(control_state, knob, _):
                if now >= self._learned_until:
                    self._answer = None  # it has been picked up
                self._turn(knob, control_state, now)
            case Asked(action):
                self._do(action, at, now)
            case AskedPreset(number):
                self.request(number, now)
            case Passed(text) if text and now >= self._learned_until:
                self._say(text, now)
        return True

    def preset_came(self, now: float) -> None:
        """A preset of the repertoire has been loaded, or has failed to be: somebody may wait for it."""
        if self._awaited is not None and not self._repertoire.is_loading(self._awaited):
            self.request(self._awaited, now)

    def request(self, number: int, now: float) -> None:
        """Let another preset take over, on the next line that can be met."""
        self._awaited = number if self._repertoire.is_loading(number) else None
        choice = self._repertoire.choose(number)
        if isinstance(choice, str):
            self._say(choice, now)
            return
        self._answer = None
        if choice.meter not in (None, self._performer.meter):
            meter = self._performer.meter
            self._say(f"{choice.name} is at home in {choice.meter}, and goes on in {meter}", now)
        self._performer.request(choice, now, SWITCH_GRIDS[self._repertoire.switch_of(number) or self._switch])

    @property
    def _knobs(self) -> tuple[Knob, ...]:
        kind = self._performer.style.kind
        return tuple(knob for knob in KNOBS if knob.rhythm in (None, kind.has_rhythm))

    @property
    def _targets(self) -> tuple[Target, ...]:
        """What can be learned: every knob, then every action, then the presets by number."""
        knobs = [knob.name for knob in KNOBS]
        actions = (action for action in Action if action.value not in knobs)  # a knob can be pressed, too
        return (*knobs, *actions, *range(len(self._repertoire.names)))

    def _do(self, action: Action, at: float, now: float) -> None:
        performer = self._performer
        match action:
            case Action.START if performer.state is State.PLAYING:
                self._say("it plays already: restart begins anew", now)
            case Action.START:
                self._begin(performer.start, now)
            case Action.RESTART:
                self._begin(lambda: performer.restart(now), now)
            case Action.STOP if performer.state is not State.STOPPED:
                performer.stop(now)
            case Action.STOP:
                self._begin(performer.resume, now)
            case Action.PANIC:
                performer.panic(now)
                self._outputs.panic()
            case Action.NEXT:
                self._step(1, now)
            case Action.PREVIOUS:
                self._step(-1, now)
            case Action.GO:
                performer.go()
                if performer.mode not in TAKES_TURNS:
                    self._say(f"nobody takes turns in {performer.mode}", now)
            case Action.MUTE:
                control_state = performer.control_state(now)
                performer.turn_to(replace(control_state, muted=not control_state.muted), now)
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
                modes = islice(cycle(Mode), list(Mode).index(self._performer.mode) + 1, None)
                self._performer.change_mode(next(modes), now, SWITCH_GRIDS[self._switch])
            case KeyAction.UP | KeyAction.DOWN:
                self._choose(1 if action is KeyAction.DOWN else -1)
            case KeyAction.LEFT | KeyAction.RIGHT:
                knob = self._knobs[self.chosen]
                steps = 1 if action is KeyAction.RIGHT else -1
                self._turn(knob, knob.stepped(self._performer.control_state(now), steps), now)
            case KeyAction.LEARN:
                self._begin_learning()
            case KeyAction.UNLEARN if self._learner is not None:
                self._unlearn(self._targets[self._target], now)
            case KeyAction.LEAVE:
                self._learner, self.needs_help = None, False
            case KeyAction.HELP:
                self.needs_help = not self.needs_help
            case KeyAction.QUIT:
                self.wants_to_leave = True

    def _step(self, by: int, now: float) -> None:
        """Let the preset after, or before, the one that plays take over."""
        number = self._number + by
        if 0 <= number < len(self._repertoire.names):
            self.request(number, now)
        else:
            self._say(f"this is the {'last' if by > 0 else 'first'} preset", now)

    @property
    def _number(self) -> int:
        """The entry that plays, or is going to."""
        if self._awaited is not None:
            return self._awaited
        switch = self._performer.switch
        return self._repertoire.number_of(self._performer.style if switch is None else switch.style)

    def _choose(self, by: int) -> None:
        if self._learner is None:
            self._chosen = (self.chosen + by) % len(self._knobs)
        else:
            self._target = (self._target + by) % len(self._targets)
            self._learner = Learner(self._targets[self._target])

    def _begin_learning(self) -> None:
        if self._learner is not None:
            self._learner = None
            return
        self.needs_help = False
        self._target = self._targets.index(self._knobs[self.chosen].name)
        self._learner = Learner(self._targets[self._target])

    def _learn(self, binding: Binding, now: float) -> None:
        self._learner, self._learned_until = None, now + LEARNED_SECONDS
        self._surface.add(binding)
        learned = f"{binding.label} is {name_of(binding.target)} from now on"
        try:
            self._save(binding)
        except SegueError as error:
            self._say(f"{learned}, but only tonight: {error}", now)
        else:
            self._say(learned, now)

    def _unlearn(self, target: Target, now: float) -> None:
        if self._bound_to(target) is None:
            self._say(f"nothing is bound to {name_of(target)}", now)
            return
        of_the_set = self._surface.remove(target)
        unlearned = f"nothing is bound to {name_of(target)} any more"
        try:
            self._forget(target)
        except SegueError as error:
            self._say(f"{unlearned}, but only tonight: {error}", now)
        else:
            self._say(f"{unlearned}, until the set is read again" if of_the_set else unlearned, now)

    def _turn(self, knob: Knob, control_state: ControlState, now: float) -> None:
        if knob.name == "tempo" and self._master_sync is not None:
            self._change_tempo(lambda: None, now)
            return
        self._performer.turn_to(control_state, now, SWITCH_GRIDS[self._switch])

    def _change_tempo(self, change: Callable[[], None], now: float) -> None:
        if self._master_sync is not None:
            self._say("the tempo is the master's: change it there", now)
        else:
            change()

    def _begin(self, begin: Callable[[], None], now: float) -> None:
        """Start or go on, also with a master that rolls already."""
        begin()
        if self._master_sync is not None:
            self._master_sync.join(now)
        self._outputs.select_sounds(self._performer.sounds)

    def _bound_to(self, target: Target) -> str | None:
        """Return what turns, or asks for, a target, the newest first; None if nothing does."""
        bound = (binding for binding in reversed(self._surface.bindings) if binding.target == target)
        return next((binding.label for binding in bound), None)

    def _say(self, answer: str, now: float) -> None:
        self._answer = answer, now + NOTICE_SECONDS


def _lets_go(message: Message) -> bool:
    """Return whether it is a pedal that comes up: one that is down must not stay there."""
    return message.control in SWITCHES and message.value < PRESSED
