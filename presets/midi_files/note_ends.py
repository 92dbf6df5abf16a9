"""Find the end of each note: its note-off, the pedal, or a message that silences its channel."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from presets.midi_files.events import ChannelEvent, EndOfTrack, Event
from presets.sets.channel_message import (
    ALL_NOTES_OFF,
    ALL_SOUND_OFF,
    CONTROL_CHANGE,
    NOTE_OFF,
    NOTE_ON,
    PRESSED,
    SUSTAIN,
)
from presets.sets.recording import PERCUSSION_CHANNEL

RESET_ALL_CONTROLLERS = 121
KEYS_UP = frozenset((ALL_SOUND_OFF, *range(ALL_NOTES_OFF, 128)))
"""The channel mode messages that release every key: those that change the omni and mono modes do so, too.
Source: MIDI 1.0 Detailed Specification, "Mode Messages"."""


class FileNote(NamedTuple):
    """A note of a file.

    Attributes:
        onset: its first tick, in the file's PPQ.
        end: its last tick, in the file's PPQ.
        note: 0..127.
        velocity: 1..127.
        track: index of its track.
        channel: 0..15, and not that of the drums.
    """

    onset: int
    end: int
    note: int
    velocity: int
    track: int
    channel: int


@dataclass(slots=True)
class _Sounding:
    """A note that has begun; its end is None until it is known."""

    onset: int
    note: int
    velocity: int
    track: int
    channel: int
    end: int | None = None

    def finished(self, last_tick: int) -> FileNote:
        """Return the note, which ends on this tick at the latest."""
        end = last_tick if self.end is None else self.end
        return FileNote(self.onset, end, self.note, self.velocity, self.track, self.channel)


@dataclass(slots=True)
class _Channel:
    """The notes that sound on one channel, and those that only the pedal holds, by note number."""

    obeys_pedal: bool
    pressed: dict[tuple[int, int], deque[_Sounding]] = field(default_factory=dict)
    held: dict[int, list[_Sounding]] = field(default_factory=dict)
    pedal: bool = False

    def hear(self, event: ChannelEvent) -> _Sounding | None:
        """Process a message; return the note that it begins, if any."""
        tick, track, _, number, value = event
        if event.kind == CONTROL_CHANGE:
            self._control(tick, number, value)
            return None
        pressed = self.pressed.setdefault((track, number), deque())
        if event.kind == NOTE_ON and value > 0:
            self._release(tick, number)
            pressed.append(_Sounding(tick, number, value, track, event.channel))
            return pressed[-1]
        if pressed:
            self._lift(pressed.popleft(), tick)
        return None

    def _control(self, tick: int, number: int, value: int) -> None:
        """Process a controller: the pedal, or a message that silences the channel."""
        if number == SUSTAIN:
            self._move_pedal(tick, self.obeys_pedal and value >= PRESSED)
        elif number == RESET_ALL_CONTROLLERS:
            self._move_pedal(tick, False)
        elif number in KEYS_UP:
            for pressed in self.pressed.values():
                while pressed:
                    self._lift(pressed.popleft(), tick)
            if number == ALL_SOUND_OFF:
                self._release_all(tick)

    def _move_pedal(self, tick: int, down: bool) -> None:
        self.pedal = down
        if not down:
            self._release_all(tick)

    def _lift(self, note: _Sounding, tick: int) -> None:
        """Release the key of a note."""
        if self.pedal:
            self.held.setdefault(note.note, []).append(note)
        else:
            note.end = tick

    def _release(self, tick: int, number: int) -> None:
        """End the notes of one number that only the pedal holds."""
        for note in self.held.pop(number, ()):
            note.end = tick

    def _release_all(self, tick: int) -> None:
        for number in list(self.held):
            self._release(tick, number)


_NOTES = frozenset((NOTE_OFF, NOTE_ON, CONTROL_CHANGE))


def find_notes(
    events: Iterable[Event], *, pedal: bool = True, own_pedals: bool = False
) -> Iterator[FileNote]:
    """Yield the notes of events, in order of their onsets, as soon as the end of each is known.

    A note ends at its note-off. The first note-off on a channel of a track ends the earliest of several notes
    with its number. If the sustain pedal of the channel is down then, the note ends when the pedal comes up,
    or when the same note is played again. A note without a note-off ends with its track. Drums (channel 10)
    are left out.

    Args:
        events: in order of time.
        pedal: whether the sustain pedal lengthens notes.
        own_pedals: whether each track has channels of its own: the tracks of a file of type 2.
    """
    waiting: deque[_Sounding] = deque()
    channels: dict[tuple[int, int], _Channel] = {}
    last_ticks: dict[int, int] = {}
    for event in events:
        if isinstance(event, EndOfTrack):
            last_ticks[event.track] = event.tick
        elif isinstance(event, ChannelEvent) and event.kind in _NOTES and event.channel != PERCUSSION_CHANNEL:
            key = event.track if own_pedals else 0, event.channel
            channel = channels.get(key) or channels.setdefault(key, _Channel(pedal))
            begun = channel.hear(event)
            if begun is not None:
                waiting.append(begun)
            while waiting and waiting[0].end is not None:
                yield waiting.popleft().finished(0)
    for note in waiting:
        yield note.finished(last_ticks[note.track])
