"""Music written bar by bar, for the tests of what comes back."""

from presets.music.encoding import Columns, Position, encode
from presets.music.event import PPQ, Event, Note

BAR = 4 * PPQ
ARPEGGIO = (0, 4, 7, 12)


def piece(*bars: int | tuple[int, ...], parts: int = 1, bar: int = BAR) -> Columns:
    """Return a piece in which each bar is an arpeggio in eighths above a note, or its notes in quarters."""
    notes: list[tuple[int, int]] = []
    for number, content in enumerate(bars):
        if isinstance(content, int):
            steps = [content + step for step in ARPEGGIO * 2]
            notes += [(number * BAR + index * PPQ // 2, note) for index, note in enumerate(steps)]
        else:
            notes += [(number * BAR + index * PPQ, note) for index, note in enumerate(content)]
    events, positions, before = [], [], notes[0][0]
    for onset, note in notes:
        events.append(Event.of(onset - before, [Note(note, PPQ // 2, 64)]))
        positions.append(Position(onset % bar, bar))
        before = onset
    return encode(events, positions, parts)
