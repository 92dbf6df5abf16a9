"""Whether each note-on has its note-off."""

from collections import Counter
from collections.abc import Iterable

from mido import Message


def count_unpaired(messages: Iterable[Message]) -> int:
    """Return how many note-ons have no note-off of their own, and note-offs no note-on."""
    open_notes: Counter[tuple[int, int]] = Counter()
    alone = 0
    for message in messages:
        key = (message.channel, message.note)
        if message.type == "note_on":
            open_notes[key] += 1
        elif open_notes[key]:
            open_notes[key] -= 1
        else:
            alone += 1
    return alone + open_notes.total()


def sounding(messages: Iterable[Message]) -> set[tuple[int, int]]:
    """Return what sounds at the end, where one note-off ends a note however often it was struck."""
    notes: set[tuple[int, int]] = set()
    for message in messages:
        key = (message.channel, message.note)
        if message.type == "note_on":
            notes.add(key)
        else:
            notes.discard(key)
    return notes
