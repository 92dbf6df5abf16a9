"""Find the end of each note of a MIDI file: its note-off, the pedal, or the next time it is played."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mido import Message

from presets.sets.recording import PERCUSSION_CHANNEL

SUSTAIN_PEDAL = 64
"""Number of its control change; 64 and above is down. Source: MIDI 1.0 Detailed Specification, table III."""

HEARD = ("note_on", "note_off", "control_change")
"""The types of messages that begin and end notes."""


@dataclass(slots=True)
class Sounding:
    """A note that a file has begun.

    Attributes:
        track: index of its track in the file.
        onset: its first tick, in the file's PPQ.
        end: its last tick, in the file's PPQ, once it is known.
    """

    track: int
    onset: int
    note: int
    velocity: int
    end: int = 0


@dataclass(slots=True)
class _Channel:
    """The notes that sound on one channel, and those that only the pedal holds."""

    pressed: dict[tuple[int, int], deque[Sounding]] = field(default_factory=dict)
    held: list[Sounding] = field(default_factory=list)
    pedal: bool = False

    def hear(self, tick: int, track: int, message: Message) -> Sounding | None:
        """Process a message; return the note that it begins, if any."""
        if message.type == "control_change":
            if message.control == SUSTAIN_PEDAL:
                self._move_pedal(tick, message.value >= 64)
            return None
        pressed = self.pressed.setdefault((track, message.note), deque())
        if message.type == "note_on" and message.velocity > 0:
            self._release(tick, message.note)
            pressed.append(Sounding(track, tick, message.note, message.velocity))
            return pressed[-1]
        if pressed:
            self._lift(pressed.popleft(), tick)
        return None

    def _move_pedal(self, tick: int, down: bool) -> None:
        self.pedal = down
        if not down:
            self._release(tick)

    def _lift(self, note: Sounding, tick: int) -> None:
        """Release the key of a note."""
        if self.pedal:
            self.held.append(note)
        else:
            note.end = tick

    def _release(self, tick: int, number: int | None = None) -> None:
        """End the notes that only the pedal holds: all of them, or those of one note number."""
        for note in self.held:
            if number in (None, note.note):
                note.end = tick
        self.held = [note for note in self.held if number not in (None, note.note)]


def together(messages: Iterable[Sequence[tuple[int, Message]]]) -> list[tuple[int, int, Message]]:
    """Return (tick, track, message) of all tracks in order of time; at the same tick in order of tracks."""
    rows = [(tick, track, message) for track, row in enumerate(messages) for tick, message in row]
    return sorted(rows, key=lambda row: row[0])


def sound(messages: Sequence[Sequence[tuple[int, Message]]]) -> list[Sounding]:
    """Return every note with its end, as played by an instrument with a sustain pedal on each channel."""
    notes: list[Sounding] = []
    channels = [_Channel() for _ in range(16)]
    for tick, track, message in together(messages):
        if message.type in HEARD and message.channel != PERCUSSION_CHANNEL:
            begun = channels[message.channel].hear(tick, track, message)
            if begun is not None:
                notes.append(begun)
    for channel in channels:
        for left in (channel.held, *channel.pressed.values()):
            for note in left:
                note.end = messages[note.track][-1][0]
    return notes
