"""Maps the knobs, pads and pedals of all controllers to what they control."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import isclose

from mido import Message

from live.core.controls.actions import Action
from live.core.controls.binding import Binding, Encoding, PresetNamed, Target
from live.core.controls.control_state import ControlState
from live.core.controls.knobs import Knob
from presets.sets.channel_message import PRESSED


@dataclass(frozen=True, slots=True)
class Turned:
    """A knob was turned.

    Attributes:
        control_state: the new control state.
        knob: the knob that was turned.
        text: what to show.
    """

    control_state: ControlState
    knob: Knob
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A button was pressed."""

    action: Action


@dataclass(frozen=True, slots=True)
class AskedPreset:
    """The musician requested a preset; its number counts from 0 and may be beyond the last."""

    number: int


@dataclass(frozen=True, slots=True)
class Passed:
    """The message belongs to a bound control, so it is not music, but there is nothing to do.

    Attributes:
        text: what to show: which way to turn a knob to pick up the value; or "".
    """

    text: str = ""


Effect = Turned | Asked | AskedPreset | Passed
"""What a bound message does."""


@dataclass(slots=True)
class _Hand:
    """The position of a knob of a controller.

    Attributes:
        value: 0..127; None until the first message.
        zone: the choice that it selects, if it selects choices.
        left: name and last value of the knob that it turned; while that is the value, turning continues.
    """

    value: int | None = None
    zone: float | None = None
    left: tuple[str, float] | None = None

    def holds(self, knob: Knob, now: float) -> bool:
        """Return whether a knob still has the last value set here; clocks round the tempo a little."""
        return (
            self.left is not None and self.left[0] == knob.name and isclose(self.left[1], now, abs_tol=1e-6)
        )


class ControlMap:
    """All controllers together. Owned by one thread.

    A knob whose position differs from the value must reach or cross the value before it changes anything, so
    that nothing jumps; it must do so again whenever something else has changed the value. If several bindings
    match, those learned in this session take precedence over those of the set, and those over bindings
    learned earlier. Among these, a binding that names the input or the channel takes precedence, and then the
    newest.

    Args:
        learned: bindings from earlier sessions, in order; a later one replaces an earlier one for the same
            handle.
        of_the_set: bindings of the set, in order; a later one replaces an earlier one for the same handle.

    Attributes:
        version: grows with each change of the bindings.
    """

    def __init__(self, learned: Iterable[Binding] = (), of_the_set: Iterable[Binding] = ()) -> None:
        self.version = 0
        # In increasing precedence: learned earlier, of the set, learned in this session.
        self._layers = _by_handle(learned), _by_handle(of_the_set), _by_handle(())
        self._hands: defaultdict[tuple[str, int, int], _Hand] = defaultdict(_Hand)
        # Notes whose note-on was a control: their note-off is not music either.
        self._down: set[tuple[str, int, int]] = set()

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """All bindings, each handle once, in increasing precedence."""
        return tuple(_by_handle(binding for layer in self._layers for binding in layer.values()).values())

    def handles(self, input_name: str) -> frozenset[tuple[str, int, int]]:
        """Return what is bound at an input: type of message, channel 0..15, number 0..127."""
        return frozenset(
            ("control_change" if binding.control is not None else "note_on", channel, number)
            for binding in self.bindings
            for channel in range(16)
            if binding.fits(input_name, channel)
            and (number := binding.note if binding.control is None else binding.control) is not None
        )

    def add(self, binding: Binding) -> None:
        """Add a newly learned binding; it replaces any learned binding with the same handle."""
        self.version += 1
        earlier, _, tonight = self._layers
        for learned in (earlier, tonight):
            learned.pop(binding.handle, None)
        tonight[binding.handle] = binding

    def remove(self, target: Target) -> tuple[Binding, ...]:
        """Remove all bindings of a target; return those of the set, which come back with it next time."""
        self.version += 1
        of_the_set = tuple(binding for binding in self._layers[1].values() if binding.target == target)
        for layer in self._layers:
            for binding in [binding for binding in layer.values() if binding.target == target]:
                del layer[binding.handle]
        return of_the_set

    def hear(self, input_name: str, message: Message, control_state: ControlState) -> Effect | None:
        """Return what a message requests; None if it is not bound and therefore music.

        Args:
            input_name: name of the input that it came from.
            message: any message.
            control_state: the present control state.
        """
        match message.type:
            case "program_change":
                return AskedPreset(message.program)
            case "note_on" | "note_off" | "polytouch":
                return self._hear_note(input_name, message, control_state)
            case "control_change":
                binding = self._find(input_name, message.channel, control=message.control)
                return (
                    None
                    if binding is None
                    else self._hear_control(binding, input_name, message, control_state)
                )
        return None

    def lets_go(self, input_name: str, message: Message) -> bool:
        """Take a note while segue learns; return True if it is the note-off of a control, and not music.

        A note-on counts as music while segue learns.
        """
        if message.type not in ("note_on", "note_off"):
            return False
        key = (input_name, message.channel, message.note)
        was_down = key in self._down
        self._down.discard(key)
        return was_down and not _begins(message)

    def _hear_note(self, input_name: str, message: Message, control_state: ControlState) -> Effect | None:
        key = (input_name, message.channel, message.note)
        if _begins(message):
            binding = self._find(input_name, message.channel, note=message.note)
            if binding is None:
                return None
            self._down.add(key)
            return _press(binding, control_state)
        # If a key was pressed before it was bound, its release is music.
        is_bound = key in self._down if message.type == "polytouch" else self.lets_go(input_name, message)
        return Passed() if is_bound else None

    def _hear_control(
        self, binding: Binding, input_name: str, message: Message, control_state: ControlState
    ) -> Effect:
        hand = self._hands[input_name, message.channel, message.control]
        before, hand.value = hand.value, message.value
        knob = binding.knob
        if knob is None or binding.is_button:
            pressed = message.value >= PRESSED and (before is None or before < PRESSED)
            return _press(binding, control_state) if pressed else Passed()
        if binding.encoding is Encoding.ABSOLUTE:
            return _turn(binding, knob, hand, before, message.value, control_state)
        now = knob.value_of(control_state)
        low, high = sorted(binding.ends)
        low, high = min(low, now), max(high, now)
        steps = binding.encoding.steps(message.value) * (1 if binding.ends[0] <= binding.ends[1] else -1)
        return _turned(
            knob, control_state, knob.turned(control_state, max(low, min(high, now + steps * knob.step)))
        )

    def _find(
        self, input_name: str, channel: int, control: int | None = None, note: int | None = None
    ) -> Binding | None:
        """Return the binding that takes precedence for a control change or a note."""
        for layer in reversed(self._layers):
            fitting = [
                binding
                for binding in reversed(layer.values())
                if (binding.control, binding.note) == (control, note) and binding.fits(input_name, channel)
            ]
            if fitting:
                return max(
                    fitting, key=lambda binding: (binding.input is not None) + (binding.channel is not None)
                )
        return None


def _by_handle(bindings: Iterable[Binding]) -> dict[tuple[object, ...], Binding]:
    """Return the newest binding of each handle, in order."""
    newest: dict[tuple[object, ...], Binding] = {}
    for binding in bindings:
        newest.pop(binding.handle, None)
        newest[binding.handle] = binding
    return newest


def _begins(message: Message) -> bool:
    return bool(message.type == "note_on" and message.velocity > 0)


def _press(binding: Binding, control_state: ControlState) -> Effect:
    """Return what a button does."""
    knob = binding.knob
    if knob is not None:
        return _turned(
            knob, control_state, knob.turned(control_state, _next_choice(binding, knob, control_state))
        )
    match binding.target:
        case PresetNamed(name):
            return Passed(f"there is no preset {name!r} in this performance")
        case Action() as action:
            return Asked(action)
    assert isinstance(binding.target, int)
    return AskedPreset(binding.target)


def _next_choice(binding: Binding, knob: Knob, control_state: ControlState) -> int:
    """Return the choice after the present one; the first after the last one or after any other value."""
    first, last = map(round, binding.ends)
    way = 1 if first <= last else -1
    choices = list(range(first, last + way, way))
    now = round(knob.value_of(control_state))
    if now not in choices:
        # For a preset without a key, "preset" and "any" are the same choice.
        now = next(
            (choice for choice in choices if knob.turned(control_state, choice) == control_state), last
        )
    return choices[(choices.index(now) + 1) % len(choices)]


def _turn(
    binding: Binding, knob: Knob, hand: _Hand, before: int | None, value: int, control_state: ControlState
) -> Effect:
    """Return the effect of an absolute knob that moved to a value from another, if that one is known."""
    wanted = binding.value_at(value)
    now = knob.value_of(control_state)
    if hand.holds(knob, now):
        if knob.choices and before is not None and hand.zone is not None:
            # A knob that jitters between two zones stays in its present zone.
            back = value - 1 if value > before else value + 1 if value < before else value
            wanted = hand.zone if hand.zone in (wanted, binding.value_at(back)) else wanted
    else:
        low, high = sorted(binding.ends)
        target = max(low, min(high, now))
        reach = 0 if knob.choices else (high - low) / 126
        crossed = before is not None and (binding.value_at(before) - target) * (wanted - target) < 0
        if not crossed and abs(wanted - target) > reach:
            way = "up" if (wanted < target) == (binding.ends[0] < binding.ends[1]) else "down"
            there = knob.text(knob.rounded(wanted))
            return Passed(f"{knob.name} {knob.text_of(control_state)}: knob at {there}, turn it {way}")
    hand.zone = wanted
    turned = knob.turned(control_state, wanted)
    hand.left = knob.name, knob.value_of(turned)
    return _turned(knob, control_state, turned)


def _turned(knob: Knob, before: ControlState, after: ControlState) -> Effect:
    return Passed() if after == before else Turned(after, knob, f"{knob.name} {knob.text_of(after)}")
