"""What a player's hands did, as events of the music."""

from dataclasses import replace

from live.core.beat.transport import ticks_in
from live.core.controls.values import Controls
from live.core.input.keyboard import Chord, KeyId, Released
from live.core.output.parts import give_parts
from live.core.planning.style import Style
from presets.music.event import Event, Note


def chord_event(chord: Chord, style: Style, controls: Controls) -> Event:
    """Return a chord as an event of a style.

    A held key has no duration yet: until it comes up, the one that segue itself would give it. The interval
    is a step; who knows the one before it sets it.
    """
    loudest: dict[int, int] = {}
    for pressed in chord.keys:
        number = pressed.key[-1]
        loudest[number] = max(loudest.get(number, 0), pressed.velocity)
    notes = (Note(number, controls.duration_ticks, velocity) for number, velocity in loudest.items())
    return Event.of(controls.step_ticks, give_parts(notes, style.parts))


class HeldNotes:
    """Which event each key that is down belongs to, so that it gets the duration that it was held."""

    def __init__(self) -> None:
        self._events: dict[KeyId, Event] = {}

    def hold(self, chord: Chord, event: Event) -> None:
        """Remember a chord's keys."""
        self._events.update((pressed.key, event) for pressed in chord.keys)

    def replaced(self, event: Event, other: Event) -> None:
        """Follow an event that became another one."""
        for key, held in self._events.items():
            if held is event:
                self._events[key] = other

    def release(self, released: Released, bpm: float) -> tuple[Event, Event] | None:
        """Return the event of a key that came up, and the same with its real duration; None if unknown."""
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
