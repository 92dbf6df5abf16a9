"""Which of the musician's messages are sent on to the output: music is, what a controller steers is not."""

from dataclasses import dataclass

from mido import Message

from live.core.output.thru import Thru
from presets.sets.channel_message import PRESSED, SUSTAIN, SWITCHES

Handle = tuple[int, str, int, int]
"""A knob, button or pad: number of the input, type of its message, channel 0..15, number 0..127."""


@dataclass(frozen=True, slots=True)
class ThruRules:
    """Decides what goes through. The port process uses it in the audio callback, so it only looks things up.

    Attributes:
        thru: says which channel goes where; None to send nothing through.
        controls: what steers segue, and is no music.
        learns: whether segue waits for a knob to learn: then no control change is music, unless it lifts a
            pedal.
    """

    thru: Thru | None = None
    controls: frozenset[Handle] = frozenset()
    learns: bool = False

    def through(self, source: int, message: Message, *, pedal: bool) -> Message | None:
        """Return what to send for a message of an input; None for nothing.

        A note-off goes through in any case: it ends only what its own key began.

        Args:
            source: number of the input.
            message: any message.
            pedal: whether the sustain pedal of that input's channel is down in the music: it must come up,
                whatever it steers since.
        """
        if self.thru is None:
            return None
        match message.type:
            case "program_change":  # chooses a preset
                return None
            case "note_on" | "polytouch" if self._is_pad(source, message):
                return None
            case "control_change" if self._steers(source, message):
                if not (pedal and is_sustain(message)):
                    return None
                message = message.copy(value=0)
        return self.thru.through(message)

    def _is_pad(self, source: int, message: Message) -> bool:
        return (source, "note_on", message.channel, message.note) in self.controls

    def _steers(self, source: int, message: Message) -> bool:
        if self.learns:
            return not (message.control in SWITCHES and message.value < PRESSED)
        return (source, message.type, message.channel, message.control) in self.controls


def is_sustain(message: Message) -> bool:
    """Return whether a message moves the sustain pedal."""
    return bool(message.type == "control_change" and message.control == SUSTAIN)
