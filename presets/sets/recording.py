"""A recording: what was played, in ticks. MIDI files, pages and pictures are made from it."""

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from presets.bundles.settings import Meter
from presets.music.event import PPQ

PERCUSSION_CHANNEL = 9
"""Channel 10 of General MIDI, whose notes are percussion instruments rather than pitches."""


class By(StrEnum):
    """Who played a track."""

    SEGUE = "segue"
    PLAYER = "player"
    COUNT_IN = "count-in"


@dataclass(frozen=True, slots=True, order=True)
class Recorded:
    """A note as it sounded.

    Attributes:
        tick: onset, 0 or more, from the beginning of the recording.
        note: MIDI note number, 0..127.
        duration: ticks, at least 1.
        velocity: 1..127.
        channel: 0..15.
    """

    tick: int
    note: int
    duration: int
    velocity: int
    channel: int = 0


@dataclass(frozen=True, slots=True)
class Track:
    """What one part, or one musician, played.

    Attributes:
        name: the name that a DAW shows.
        by: who played it.
        notes: the notes in order of onset; two with the same channel and number never overlap.
        controls: tick and bytes of each other channel message (programs, pedals, bends), in order.
    """

    name: str
    by: By
    notes: tuple[Recorded, ...]
    controls: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """Music in ticks, with its tempo map.

    Attributes:
        name: title of the recording.
        meters: tick and time signature from there on; the first at 0, each on a bar line.
        tempos: tick, and microseconds a quarter note from there on (1..2**24 - 1); the first at 0.
        markers: tick and text, in order; each names the preset that plays from there on.
        tracks: the tracks with at least one note.
        sections: tick and label of each section of the form that begins there, in order.
    """

    name: str
    meters: tuple[tuple[int, Meter], ...]
    tempos: tuple[tuple[int, int], ...]
    markers: tuple[tuple[int, str], ...]
    tracks: tuple[Track, ...]
    sections: tuple[tuple[int, str], ...] = ()

    def marks(self, besides: str | None = None) -> tuple[tuple[int, str], ...]:
        """Return the ticks at which a preset or a section begins, each with its names, in order.

        Args:
            besides: the name of a preset that is left out.
        """
        texts: dict[int, list[str]] = {}
        named = [(tick, name) for tick, name in self.markers if name != besides]
        for tick, text in (*named, *self.sections):
            texts.setdefault(tick, []).append(text)
        return tuple((tick, " ".join(texts[tick])) for tick in sorted(texts))

    @property
    def end(self) -> int:
        """The tick on which the last note ends; 0 if there is none."""
        return max((note.tick + note.duration for track in self.tracks for note in track.notes), default=0)

    def seconds_at(self, tick: int) -> float:
        """Return the seconds from the beginning to a tick, 0 or more."""
        index = bisect_right(self.tempos, tick, key=lambda change: change[0])
        passed = 0.0
        for (begin, tempo), (end, _) in zip(
            self.tempos[:index], [*self.tempos[1:index], (tick, 0)], strict=True
        ):
            passed += (end - begin) * tempo
        return passed / PPQ / 1e6
