"""Turns the chords that the musician plays into events of the music."""

from dataclasses import replace

from live.core.beat.transport import ticks_in
from live.core.controls.values import Controls
from live.core.input.keyboard import Chord, KeyId, Released
from live.core.output.parts import give_parts
from live.core.planning.style import Style
from presets.music.event import Event, Note


def chord_event(chord: Chord, style: Style, controls: Controls) -> Event:
    """Return a chord as an event of a style.

    A held key has no duration yet. Until it is released, its note has the duration that segue's own notes
    have. The interval is one step; the caller, who knows the event before, sets the real one.
    """
    loudest: dict[int, int] = {}
    for pressed in chord.keys:
        number = pressed.key[-1]
        loudest[number] = max(loudest.get(number, 0), pressed.velocity)
    notes = (Note(number, controls.duration_ticks, velocity) for number, velocity in loudest.items())
    return Event.of(controls.step_ticks, give_parts(notes, style.parts))


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
