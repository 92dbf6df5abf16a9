"""Lines of notes, as pieces that were read."""

from presets.bundles.settings import Meter
from presets.music.encoding import Position
from presets.music.event import PPQ, Event, Note
from training.score.reading.piece import ScorePiece


def climb(name: str, length: int, step: int, ioi: int = PPQ) -> ScorePiece:
    """A line of equal notes that climbs `step` semitones each, within two octaves."""
    events = [Event.of(ioi * (index > 0), [Note(40 + index * step % 24, ioi, 64)]) for index in range(length)]
    bar = 4 * PPQ
    positions = [Position(index * ioi % bar, bar) for index in range(length)]
    return ScorePiece(name, f"sha256 of {name}", tuple(events), tuple(positions), 120.0, Meter(4, 4))
