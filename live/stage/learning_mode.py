"""MIDI learn: the musician chooses what to control, then moves a knob or presses a button for it."""

from collections.abc import Callable

from mido import Message

from live.core.controls.actions import Action
from live.core.controls.binding import Binding, Target, name_of
from live.core.controls.control_map import ControlMap
from live.core.controls.knobs import KNOBS
from live.core.controls.learning import Learner
from live.screen import Learnable, Learning
from presets.errors import SegueError


class LearningMode:
    """Binds knobs and buttons of controllers. Owned by the stage's thread.

    Args:
        presets: number of presets; a button can choose each of them.
        surface: what the controllers do.
        save: saves a new binding; raises `SegueError` if it cannot.
        forget: removes the saved bindings of a target; raises `SegueError` if it cannot.
    """

    def __init__(
        self,
        presets: int,
        surface: ControlMap,
        save: Callable[[Binding], None],
        forget: Callable[[Target], None],
    ) -> None:
        knobs = [knob.name for knob in KNOBS]
        actions = (action for action in Action if action.value not in knobs)  # a button can also turn a knob
        # All targets: every knob, then every action, then the presets by number.
        self._targets: tuple[Target, ...] = (*knobs, *actions, *range(presets))
        self._surface = surface
        self._save = save
        self._forget = forget
        self._target = 0
        self._learner: Learner | None = None

    @property
    def is_on(self) -> bool:
        """Whether segue is learning a control."""
        return self._learner is not None

    @property
    def shown(self) -> Learning | None:
        """What the screen shows about learning; None if segue is not learning."""
        if self._learner is None:
            return None
        bound = labels_of(self._surface)
        targets = (Learnable(name_of(target), bound.get(target)) for target in self._targets)
        return Learning(tuple(targets), self._target, self._learner.hint)

    def begin(self, target: Target) -> None:
        """Start learning a control for this target."""
        self._target = self._targets.index(target)
        self._learner = Learner(target)

    def choose(self, by: int) -> None:
        """Learn the target `by` positions further down the list instead."""
        self.begin(self._targets[(self._target + by) % len(self._targets)])

    def end(self) -> None:
        """Stop learning."""
        self._learner = None

    def hear(self, input_name: str, message: Message) -> str | None:
        """Learn from a message; once it is clear what the musician moved, bind it and return a notice."""
        binding = self._learner.hear(input_name, message) if self._learner is not None else None
        if binding is None:
            return None
        self.end()
        self._surface.add(binding)
        learned = f"{binding.label} now controls {name_of(binding.target)}"
        try:
            self._save(binding)
        except SegueError as error:
            return f"{learned}, but only until you quit: {error}"
        return learned

    def unlearn(self) -> str:
        """Remove all bindings of the target that segue is learning; return a notice."""
        target = self._targets[self._target]
        if target not in labels_of(self._surface):
            return f"nothing controls {name_of(target)}"
        of_the_set = self._surface.remove(target)
        unlearned = f"nothing controls {name_of(target)} any more"
        try:
            self._forget(target)
        except SegueError as error:
            return f"{unlearned}, but only until you quit: {error}"
        return f"{unlearned}, until you load the set again" if of_the_set else unlearned


def labels_of(surface: ControlMap) -> dict[Target, str]:
    """Return the label of each target's newest binding, such as `CC 21`; only of targets that have one."""
    return {binding.target: binding.label for binding in surface.bindings}
