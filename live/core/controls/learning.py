"""MIDI learn: binds the knob, pad or pedal that the musician moves to the target chosen on the screen."""

import re
from collections import defaultdict
from itertools import pairwise

from mido import Message

from live.core.controls.binding import Binding, Encoding, Target, name_of
from presets.sets.channel_message import PRESSED, SWITCHES

NEVER = frozenset({0, 32, 88, *range(96, 102), *range(120, 128)})
"""Control changes that are not knobs: bank select, high resolution velocity, (non-)registered parameters and
messages to a whole channel (MIDI 1.0 Detailed Specification, table III; CA-031)."""

UP = {Encoding.RELATIVE: range(1, 17), Encoding.RELATIVE_64: range(65, 81)}
"""The values that an encoder sends when turned to the right, slowly or fast."""

DOWN = (range(112, 128), range(48, 64))
"""The values for turning left; a sign bit's values, 65 and more, cannot be distinguished from 64 + n."""

FEW = 4
"""Number of messages that identify a knob or encoder whose values fit only one of the two."""

MANY = 8
"""Number of messages if the values fit both: no encoder is turned faster and faster for that long."""


class Learner:
    """Waits until the musician moves the control to bind. Owned by one thread.

    For a target that is pressed, one note-on, or one control change from a button, is enough. For a knob, the
    learner needs several messages of one control change, to distinguish a position from steps of an encoder.
    Other messages from the musician and from clocks do not disturb it.

    Args:
        target: the target to bind.

    Attributes:
        hint: what the musician should do next, for the screen.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        on_a_control = Binding(target, control=1)
        self._is_pressed = on_a_control.is_button
        self._takes_notes = on_a_control.knob is None or bool(on_a_control.knob.choices)
        self._moves: defaultdict[tuple[str, int, int], list[int]] = defaultdict(list)
        self._name = name_of(target)
        if self._is_pressed:
            self.hint = f"{self._name}: hit a pad, play a key, or press a button or a pedal"
        elif self._takes_notes:
            self.hint = f"{self._name}: turn a knob to the right, or hit a pad"
        else:
            self.hint = f"{self._name}: turn a knob to the right"

    def hear(self, input_name: str, message: Message) -> Binding | None:
        """Take a message; return the binding once the control is certain.

        The binding names the channel, and the part of the input's name that stays the same.
        """
        match message.type:
            case "note_on" if message.velocity > 0:
                if self._takes_notes:
                    return self._bound(input_name, message, note=message.note)
                self.hint = f"a note cannot control {self._name}: turn a knob to the right"
            case "control_change" if message.control not in NEVER:
                if self._is_pressed:
                    if message.value >= PRESSED:
                        return self._bound(input_name, message, control=message.control)
                elif message.control in SWITCHES:
                    self.hint = f"a pedal cannot control {self._name}: turn a knob to the right"
                else:
                    return self._hear_move(input_name, message)
        return None

    def _hear_move(self, input_name: str, message: Message) -> Binding | None:
        moves = self._moves[input_name, message.channel, message.control]
        moves.append(message.value)
        del moves[:-MANY]
        encoding = encoding_of(moves)
        if encoding is not None:
            return self._bound(input_name, message, control=message.control, encoding=encoding)
        goes_on = len(moves) < FEW or _goes_one_way(moves[-FEW:])
        self.hint = f"{self._name}: {'keep turning' if goes_on else 'now turn it the other way'}"
        return None

    def _bound(
        self,
        input_name: str,
        message: Message,
        control: int | None = None,
        note: int | None = None,
        encoding: Encoding = Encoding.ABSOLUTE,
    ) -> Binding:
        return Binding(
            self._target,
            control=control,
            note=note,
            channel=message.channel,
            input=lasting_name(input_name),
            encoding=encoding,
        )


def encoding_of(values: list[int]) -> Encoding | None:
    """Return the encoding of the newest values 0..127 of one control change; None while it is uncertain.

    An encoder repeats its small steps. A knob that sends its position never repeats a value: its values go
    one way, and soon reach some that no encoder sends.
    """
    newest = values[-FEW:]
    if len(newest) < FEW:
        return None
    for encoding, steps in UP.items():
        if _all_in(steps, newest) and any(value == following for value, following in pairwise(newest)):
            return encoding
    enough = MANY if any(_all_in(steps, newest) for steps in (*UP.values(), *DOWN)) else FEW
    return Encoding.ABSOLUTE if len(values) >= enough and _goes_one_way(values[-enough:]) else None


def lasting_name(input_name: str) -> str | None:
    """Return the part of an input's name that stays when it is plugged in again; None if it is segue's own.

    ALSA, its bridge to JACK, and Windows number the devices: `nanoKONTROL2 MIDI 1 24:0`,
    `a2j:nanoKONTROL2 [24] (capture): nanoKONTROL2 MIDI 1`, `nanoKONTROL2 1`. Messages at segue's own port may
    come from any device.
    """
    lasting = re.sub(r"([\s_]+\d+(:\d+)?)+$", "", input_name.split(" [")[0]).strip()
    # A name with unprintable characters cannot be written into a file.
    return None if not lasting.isprintable() or lasting.startswith("segue") else lasting or None


def _all_in(steps: range, values: list[int]) -> bool:
    return all(value in steps for value in values)


def _goes_one_way(values: list[int]) -> bool:
    steps = [following - value for value, following in pairwise(values)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)
