"""A channel message, read from its bytes."""

from dataclasses import dataclass
from typing import Self

NOTE_OFF, NOTE_ON, CONTROL_CHANGE = 0x80, 0x90, 0xB0
LENGTHS = {NOTE_OFF: 3, NOTE_ON: 3, 0xA0: 3, CONTROL_CHANGE: 3, 0xC0: 2, 0xD0: 2, 0xE0: 3}
"""Bytes of each channel message (MIDI 1.0 Detailed Specification, table I)."""

SUSTAIN = 64
"""The sustain pedal, down from value 64 on (MIDI 1.0 Detailed Specification, table III). Under it, notes
outlast their note-off."""

SWITCHES = frozenset(range(64, 70))
"""Sustain and the other pedals that are up or down (table III): buttons, not knobs."""

PRESSED = 64
"""A control change with at least this value means that a button or pedal is down (table III)."""

FIRST_MODE = 120
"""Control changes from here on are channel mode messages, such as all notes off."""

ALL_SOUND_OFF = 120
"""Channel mode message: silence at once, no release (MIDI 1.0 Detailed Specification, "Mode Messages")."""

ALL_NOTES_OFF = 123
"""Channel mode message: release every key (MIDI 1.0 Detailed Specification, "Mode Messages")."""

KEYS_UP = (ALL_SOUND_OFF, ALL_NOTES_OFF)
"""From a keyboard, these say that all its keys are up."""


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """A channel message.

    Attributes:
        kind: its status byte without the channel; a note-on of velocity 0 is a note-off.
        channel: 0..15.
        number: its first data byte: the note, or the controller.
        value: its last data byte: the velocity, or the controller's value.
    """

    kind: int
    channel: int
    number: int
    value: int

    @classmethod
    def from_bytes(cls, data: bytes) -> Self | None:
        """Return the message in these bytes; None if they are no channel message."""
        kind = data[0] & 0xF0 if data else 0
        if len(data) != LENGTHS.get(kind) or max(data[1:]) > 127:
            return None
        if kind == NOTE_ON and data[2] == 0:
            kind = NOTE_OFF
        return cls(kind, data[0] & 0x0F, data[1], data[-1])

    @property
    def is_mode(self) -> bool:
        """Whether it is a channel mode message, which is no music."""
        return self.kind == CONTROL_CHANGE and self.number >= FIRST_MODE

    @property
    def releases_keys(self) -> bool:
        """Whether a keyboard says by it that all its keys are up."""
        return self.kind == CONTROL_CHANGE and self.number in KEYS_UP

    @property
    def is_pedal(self) -> bool:
        """Whether it moves the sustain pedal."""
        return self.kind == CONTROL_CHANGE and self.number == SUSTAIN

    @property
    def is_down(self) -> bool:
        """Whether a pedal's value means down."""
        return self.value >= PRESSED
