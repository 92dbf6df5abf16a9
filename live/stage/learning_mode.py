"""Learning: the musician chooses what to control, then moves a knob or presses a button for it."""

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
        presets: how many presets there are; a button can choose each.
        surface: what the controllers do.
        save: keeps a new binding; a `SegueError` if it cannot.
        forget: removes what was saved for a target; a `SegueError` if it cannot.
    """

    def __init__(
        self,
        presets: int,
        surface: ControlMap,
        save: Callable[[Binding], None],
        forget: Callable[[Target], None],
    ) -> None:
        knobs = [knob.name for knob in KNOBS]
        actions = (action for action in Action if action.value not in knobs)  # a knob can be pressed, too
        # What can be learned: every knob, then every action, then the presets by number.
        self._targets: tuple[Target, ...] = (*knobs, *actions, *range(presets))
        self._surface = surface
        self._save = save
        self._forget = forget
        self._target = 0
        self._learner: Learner | None = None

    @property
    def is_on(self) -> bool:
        """Whether something is being learned."""
        return self._learner is not None

    @property
    def shown(self) -> Learning | None:
        """What is being learned, for showing; None if nothing is."""
        if self._learner is None:
            return None
        targets = (Learnable(name_of(target), label_of(self._surface, target)) for target in self._targets)
        return Learning(tuple(targets), self._target, self._learner.hint)

    def begin(self, target: Target) -> None:
        """Learn this target."""
        self._target = self._targets.index(target)
        self._learner = Learner(target)

    def choose(self, by: int) -> None:
        """Learn the target that is so many further down the list."""
        self.begin(self._targets[(self._target + by) % len(self._targets)])

    def end(self) -> None:
        """Learn nothing more."""
        self._learner = None

    def hear(self, input_name: str, message: Message) -> str | None:
        """Take a message; once it is certain what was moved, bind it and return a sentence about it."""
        binding = self._learner.hear(input_name, message) if self._learner is not None else None
        if binding is None:
            return None
        self.end()
        self._surface.add(binding)
        learned = f"{binding.label} is {name_of(binding.target)} from now on"
        try:
            self._save(binding)
        except SegueError as error:
            return f"{learned}, but only tonight: {error}"
        return learned

    def unlearn(self) -> str:
        """Unbind the target that is being learned; return a sentence about it."""
        target = self._targets[self._target]
        if label_of(self._surface, target) is None:
            return f"nothing is bound to {name_of(target)}"
        of_the_set = self._surface.remove(target)
        unlearned = f"nothing is bound to {name_of(target)} any more"
        try:
            self._forget(target)
        except SegueError as error:
            return f"{unlearned}, but only tonight: {error}"
        return f"{unlearned}, until the set is read again" if of_the_set else unlearned


def label_of(surface: ControlMap, target: Target) -> str | None:
    """Return what is bound to a target, the newest first, such as `CC 21`; None if nothing is."""
    bound = (binding for binding in reversed(surface.bindings) if binding.target == target)
    return next((binding.label for binding in bound), None)
