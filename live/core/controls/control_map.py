"""What the knobs, pads and pedals of all controllers do to the music."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import isclose

from mido import Message

from live.core.controls.actions import Action
from live.core.controls.binding import Binding, Encoding, PresetNamed, Target
from live.core.controls.control_state import ControlState
from live.core.controls.knobs import Knob

PRESSED = 64
"""From this value on a control change is a button, or a pedal, that is down (MIDI 1.0, table III)."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A knob was turned.

    Attributes:
        control_state: as it stands now.
        knob: which.
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
    """Another preset is wanted; its number counts from 0, and may be beyond the last."""

    number: int


@dataclass(frozen=True, slots=True)
class Passed:
    """It is bound, so it is no music, but there is nothing to do.

    Attributes:
        text: what to show: how far a knob is from the value that it must pick up; or nothing.
    """

    text: str = ""


Heard = Turned | Asked | AskedPreset | Passed


@dataclass(slots=True)
class _Hand:
    """Where a knob of a controller stands.

    Attributes:
        value: 0..127; None until it is heard.
        zone: what it asks for, if it chooses.
        left: the knob's name and the value that it was left at; while it is still there, it turns on.
    """

    value: int | None = None
    zone: float | None = None
    left: tuple[str, float] | None = None

    def holds(self, knob: Knob, now: float) -> bool:
        """Return whether a knob's value is the one that it was left at; clocks round it a little."""
        return (
            self.left is not None and self.left[0] == knob.name and isclose(self.left[1], now, abs_tol=1e-6)
        )


class ControlMap:
    """All controllers together. Owned by one thread.

    A knob whose position is not the value's must reach or cross it first, so that nothing jumps; and again
    whenever something else has changed the value. Of several bindings that fit, what was learned tonight goes
    before what the set binds, and that before what was learned earlier; within one of these the one counts
    that names the input and the channel, and of equals the newest.

    Args:
        learned: on earlier evenings, in order; a later one for the same handle replaces an earlier one.
        of_the_set: what the set binds, likewise.
    """

    def __init__(self, learned: Iterable[Binding] = (), of_the_set: Iterable[Binding] = ()) -> None:
        # What goes before, last.
        self._layers = _by_handle(learned), _by_handle(of_the_set), _by_handle(())
        self._hands: defaultdict[tuple[str, int, int], _Hand] = defaultdict(_Hand)
        # Notes whose note-on did something: their note-off is no music either.
        self._down: set[tuple[str, int, int]] = set()

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """What is bound, each handle once; what goes before, last."""
        return tuple(_by_handle(binding for layer in self._layers for binding in layer.values()).values())

    def add(self, binding: Binding) -> None:
        """Bind something more, learned tonight; what was learned for the same handle is over."""
        earlier, _, tonight = self._layers
        for learned in (earlier, tonight):
            learned.pop(binding.handle, None)
        tonight[binding.handle] = binding

    def remove(self, target: Target) -> tuple[Binding, ...]:
        """Bind nothing to a target any more; return what the set binds to it, and will again next time."""
        of_the_set = tuple(binding for binding in self._layers[1].values() if binding.target == target)
        for layer in self._layers:
            for binding in [binding for binding in layer.values() if binding.target == target]:
                del layer[binding.handle]
        return of_the_set

    def hear(self, input_name: str, message: Message, control_state: ControlState) -> Heard | None:
        """Return what a message asks for; None if it is not bound, and so is music.

        Args:
            input_name: of the input that it came from.
            message: any.
            control_state: what was asked for last, by whomever.
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
        """Take a note while something is learned; return whether it ends what did something.

        That is no music either. One that begins is music then: what its key did before is over.
        """
        if message.type not in ("note_on", "note_off"):
            return False
        key = (input_name, message.channel, message.note)
        was_down = key in self._down
        self._down.discard(key)
        return was_down and not _begins(message)

    def _hear_note(self, input_name: str, message: Message, control_state: ControlState) -> Heard | None:
        key = (input_name, message.channel, message.note)
        if _begins(message):
            binding = self._find(input_name, message.channel, note=message.note)
            if binding is None:
                return None
            self._down.add(key)
            return _press(binding, control_state)
        # A key that was pressed before it was bound is let go in the music.
        is_bound = key in self._down if message.type == "polytouch" else self.lets_go(input_name, message)
        return Passed() if is_bound else None

    def _hear_control(
        self, binding: Binding, input_name: str, message: Message, control_state: ControlState
    ) -> Heard:
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
        """Return the binding that counts for a control change or a note."""
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
    """Return bindings, each handle once, in the order of their newest."""
    newest: dict[tuple[object, ...], Binding] = {}
    for binding in bindings:
        newest.pop(binding.handle, None)
        newest[binding.handle] = binding
    return newest


def _begins(message: Message) -> bool:
    return bool(message.type == "note_on" and message.velocity > 0)


def _press(binding: Binding, control_state: ControlState) -> Heard:
    """Return what a button does."""
    knob = binding.knob
    if knob is not None:
        return _turned(
            knob, control_state, knob.turned(control_state, _next_choice(binding, knob, control_state))
        )
    match binding.target:
        case PresetNamed(name):
            return Passed(f"{name!r} is not among tonight's presets")
        case Action() as action:
            return Asked(action)
    assert isinstance(binding.target, int)
    return AskedPreset(binding.target)


def _next_choice(binding: Binding, knob: Knob, control_state: ControlState) -> int:
    """Return the choice after the present one; after the last, or from elsewhere, the first."""
    first, last = map(round, binding.ends)
    way = 1 if first <= last else -1
    choices = list(range(first, last + way, way))
    now = round(knob.value_of(control_state))
    if now not in choices:
        # Where the preset has no key of its own, its own key and any key are the same.
        now = next(
            (choice for choice in choices if knob.turned(control_state, choice) == control_state), last
        )
    return choices[(choices.index(now) + 1) % len(choices)]


def _turn(
    binding: Binding, knob: Knob, hand: _Hand, before: int | None, value: int, control_state: ControlState
) -> Heard:
    """Return what an absolute knob does that has come from one value, if that is known, to another."""
    wanted = binding.value_at(value)
    now = knob.value_of(control_state)
    if hand.holds(knob, now):
        if knob.choices and before is not None and hand.zone is not None:
            # A knob that trembles on the line between two zones stays in the one it was in.
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


def _turned(knob: Knob, before: ControlState, after: ControlState) -> Heard:
    return Passed() if after == before else Turned(after, knob, f"{knob.name} {knob.text_of(after)}")
