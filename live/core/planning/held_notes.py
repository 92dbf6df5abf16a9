"""Which event each held key belongs to: a note gets its duration when its key comes up."""

from dataclasses import replace

from live.core.beat.transport import ticks_in
from live.core.input.keyboard import Chord, KeyId, Released
from presets.music.event import Event


class HeldNotes:
    """Remembers the event of each key that is down, to set the note's duration on release."""

    def __init__(self) -> None:
        self._events: dict[KeyId, Event] = {}

    def hold(self, chord: Chord, event: Event) -> None:
        """Remember that a chord's keys belong to this event."""
        self._events.update((pressed.key, event) for pressed in chord.keys)

    def replaced(self, event: Event, other: Event) -> None:
        """Point the keys of an event to the event that replaces it."""
        for key, held in self._events.items():
            if held is event:
                self._events[key] = other

    def release(self, released: Released, bpm: float) -> tuple[Event, Event] | None:
        """Return a released key's event and its copy with the real duration; None if the key is unknown."""
        event = self._events.pop(released.key, None)
        if event is None:
            return None
        duration = max(1, ticks_in(released.seconds, bpm))
        number = released.key[-1]
        corrected = Event.of(
            event.ioi,
            (replace(note, duration=duration) if note.note == number else note for note in event.notes),
        )
        self.replaced(event, corrected)
        return event, corrected
