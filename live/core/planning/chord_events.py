"""Turns the chords that the musician plays into events of the music."""

from dataclasses import replace

from live.core.controls.table import Controls
from live.core.input.keyboard import Chord
from live.core.output.parts import give_parts, parts_named
from live.core.planning.style import Style
from presets.music.event import Event, Note


def chord_event(chord: Chord, style: Style, controls: Controls) -> Event:
    """Return a chord as an event of a style.

    A held key has no duration yet. Until it is released, its note has the duration that segue's own notes
    have. The interval is one step; the caller, who knows the event before, sets the real one.

    The notes are given to the musician's own parts if they have any, else to all.
    """
    loudest: dict[int, int] = {}
    for pressed in chord.keys:
        number = pressed.key[-1]
        loudest[number] = max(loudest.get(number, 0), pressed.velocity)
    notes = (Note(number, controls.duration_ticks, velocity) for number, velocity in loudest.items())
    mine = sorted(parts_named(controls.mine, style.parts)) or range(len(style.parts))
    given = give_parts(notes, [style.parts[part] for part in mine])
    return Event.of(controls.step_ticks, [replace(note, part=mine[note.part]) for note in given])
