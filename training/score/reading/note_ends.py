"""When each note of a MIDI file ends, by its note-off, its pedal, or its next stroke."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mido import Message

from presets.sets.recording import PERCUSSION_CHANNEL

SUSTAIN_PEDAL = 64
"""Its control change; values from 64 up are down. Source: MIDI 1.0 Detailed Specification, table III."""


@dataclass(slots=True)
class Sounding:
    """A note that a file has begun.

    Attributes:
        track: index of its track in the file.
        onset: in the file's ticks.
        end: in the file's ticks, once it is known.
    """

    track: int
    onset: int
    note: int
    velocity: int
    end: int = 0


@dataclass(slots=True)
class _Channel:
    """What sounds on one channel, and what only the pedal holds."""

    pressed: dict[tuple[int, int], deque[Sounding]] = field(default_factory=dict)
    held: list[Sounding] = field(default_factory=list)
    pedal: bool = False


def together(messages: Iterable[Sequence[tuple[int, Message]]]) -> list[tuple[int, int, Message]]:
    """Return (tick, track, message) of all tracks in order of time; at one tick in order of the tracks."""
    rows = [(tick, track, message) for track, row in enumerate(messages) for tick, message in row]
    return sorted(rows, key=lambda row: row[0])


def sound(messages: Sequence[Sequence[tuple[int, Message]]]) -> list[Sounding]:
    """Return every note with its end, as an instrument with a pedal on each channel would sound them."""
    notes: list[Sounding] = []
    channels = [_Channel() for _ in range(16)]
    for tick, track, message in together(messages):
        if (
            message.type not in ("note_on", "note_off", "control_change")
            or message.channel == PERCUSSION_CHANNEL
        ):
            continue
        channel = channels[message.channel]
        if message.type == "control_change":
            if message.control == SUSTAIN_PEDAL:
                channel.pedal = message.value >= 64
                if not channel.pedal:
                    _end(channel.held, tick)
                    channel.held = []
            continue
        pressed = channel.pressed.setdefault((track, message.note), deque())
        if message.type == "note_on" and message.velocity > 0:
            _end([note for note in channel.held if note.note == message.note], tick)
            channel.held = [note for note in channel.held if note.note != message.note]
            pressed.append(Sounding(track, tick, message.note, message.velocity))
            notes.append(pressed[-1])
        elif pressed:
            ended = pressed.popleft()
            if channel.pedal:
                channel.held.append(ended)
            else:
                ended.end = tick
    for channel in channels:
        for left in (channel.held, *channel.pressed.values()):
            for note in left:
                note.end = messages[note.track][-1][0]
    return notes


def _end(notes: Iterable[Sounding], tick: int) -> None:
    for note in notes:
        note.end = tick
