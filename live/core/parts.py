"""Which part of a preset plays a note, and which sound it plays with."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mido import Message

from presets.event import Event, Note
from presets.settings import Part
from presets.window import Window


def give_parts(notes: Iterable[Note], parts: Sequence[Part]) -> list[Note]:
    """Return notes of anyone's as notes of these parts, each of the part whose register is nearest.

    A part plays a note number once: where two notes would meet, the later goes to the next nearest part, and
    if every part has that number already, both are one note, the longer and the louder of them.

    Args:
        notes: of one event.
        parts: at least one; of two that are equally near the first gets the note.
    """
    given: dict[tuple[int, int], Note] = {}
    for note in notes:
        nearest = sorted(range(len(parts)), key=lambda part: abs(parts[part].register - note.note))
        free = [part for part in nearest if (part, note.note) not in given]
        part = free[0] if free else nearest[0]
        before = given.get((part, note.note), note)
        given[part, note.note] = Note(
            note.note, max(before.duration, note.duration), max(before.velocity, note.velocity), part
        )
    return list(given.values())


def window_in_parts(window: Window, parts: Sequence[Part]) -> Window:
    """Return the window with its notes given to these parts; an event that fits stays that very one."""

    def in_parts(event: Event) -> Event:
        given = Event.of(event.ioi, give_parts(event.notes, parts))
        return event if given == event else given

    return replace(window, events=tuple(map(in_parts, window)))


def program_changes(parts: Iterable[Part]) -> list[Message]:
    """Return what selects each part's sound; nothing for a part that leaves the instrument's alone."""
    return [
        Message("program_change", channel=part.channel, program=part.program)
        for part in parts
        if part.program is not None
    ]
