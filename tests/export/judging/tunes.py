"""Small pieces of music whose features anyone can count."""

from export.judging.hearing import Music
from export.judging.piece import Piece
from presets.music.encoding import Position, encode
from presets.music.event import PPQ, Event, Note

BAR = 4 * PPQ


def music(name, *chords, ioi=PPQ, length=PPQ, velocity=64, part=0, late=0):
    """Chords of note numbers, one each interval, from a bar line on; `late` ticks behind it."""
    events = [
        Event.of(0 if number == 0 else ioi, [Note(note, length, velocity, part) for note in chord])
        for number, chord in enumerate(chords)
    ]
    positions = [Position((late + ioi * number) % BAR, BAR) for number in range(len(events))]
    return Music(name, events, positions)


def piece(*chords, name="tune", parts=1, **how):
    """The same, as a judge hears it."""
    heard = music(name, *chords, **how)
    return Piece(heard.name, heard.name, encode(heard.events, heard.positions, parts))


def tune(*notes, **how):
    """A melody of single notes."""
    return piece(*([note] for note in notes), **how)
