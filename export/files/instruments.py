"""Split a recording into instruments for a synthesizer, with channels and times in its own blocks."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from export.tempo_map import TempoMap
from presets.sets.channel_message import CONTROL_CHANGE, PRESSED, SUSTAIN
from presets.sets.recording import By, Recorded, Recording, Track

RATE = 48_000
"""Frames per second."""

BLOCK = 64
"""Frames that the synthesizer computes at once: messages take effect only between two blocks."""

BLOCKS_A_SECOND = RATE // BLOCK

DRUMS = 9
"""General MIDI's channel of percussion."""

MELODIC = tuple(channel for channel in range(16) if channel != DRUMS)

LONGEST = 300 * BLOCKS_A_SECOND
"""Maximum length of a note in blocks: a note that hangs for an hour would have to be computed in one go."""

PEDAL = 10 * BLOCKS_A_SECOND
"""Blocks after the last note at which a pedal that is still down is lifted."""

VOLUME, VOLUME_FINE = 7, 39
"""Numbers of control changes (MIDI 1.0, table 3)."""


@dataclass(frozen=True, slots=True, order=True)
class Played:
    """A note with times in the synthesizer's blocks.

    Attributes:
        begin: block of its note-on, 0 or more.
        end: block of its note-off, after `begin`.
        note: MIDI note number, 0..127.
        velocity: 1..127.
        until: block in which both key and pedal are released, `end` or later.
    """

    begin: int
    end: int
    note: int
    velocity: int
    until: int


@dataclass(frozen=True, slots=True)
class Instrument:
    """One sound: the notes of a track on one channel.

    Attributes:
        synthesizer: index of the synthesizer that plays it: each has only sixteen channels.
        channel: its channel on that synthesizer, 0..15.
        notes: in order; notes with the same number never overlap.
        controls: block and bytes of each other message on its channel, in order; the last lifts the pedal.
    """

    synthesizer: int
    channel: int
    notes: tuple[Played, ...]
    controls: tuple[tuple[int, bytes], ...]


def instruments(recording: Recording) -> list[Instrument]:
    """Return the instruments of a recording, each on its own channel; in the recording, tracks may share one.

    Drums stay on the drum channel. A note begins at the block nearest to its time. The count-in is left out:
    it is for the musicians, and its clicks would be louder than the music.
    """
    recording = replace(recording, tracks=tuple(t for t in recording.tracks if t.by is not By.COUNT_IN))
    tempo_map = TempoMap(recording)

    def block_of(tick: int) -> int:
        return round(tempo_map.seconds_at(tick) * BLOCKS_A_SECOND)

    places = {True: _places((DRUMS,)), False: _places(MELODIC)}
    return [
        _instrument(track, channel, next(places[channel == DRUMS]), block_of, block_of(recording.end))
        for track in recording.tracks
        for channel in sorted({note.channel for note in track.notes})
    ]


def _places(channels: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    return ((synthesizer, channel) for synthesizer in count() for channel in channels)


def _instrument(
    track: Track, channel: int, place: tuple[int, int], block_of: Callable[[int], int], end: int
) -> Instrument:
    synthesizer, own = place
    controls = [
        (min(block_of(tick), end + PEDAL), bytes((message[0] & 0xF0 | own, *message[1:])))
        for tick, message in track.controls
        if message[0] & 0x0F == channel
        # The fine half of a volume message: `Synthesizer` sets both halves itself.
        and not (message[0] & 0xF0 == CONTROL_CHANGE and message[1] == VOLUME_FINE)
    ]
    controls.append((end + PEDAL, bytes((CONTROL_CHANGE | own, SUSTAIN, 0))))
    notes = (note for note in track.notes if note.channel == channel)
    return Instrument(synthesizer, own, tuple(_played(notes, _pedalled(controls), block_of)), tuple(controls))


def _pedalled(controls: Iterable[tuple[int, bytes]]) -> list[tuple[int, int]]:
    """Return the spans in which the sustain pedal is down: first and last block, in order."""
    spans = []
    down: int | None = None
    for block, message in controls:
        if message[0] & 0xF0 != CONTROL_CHANGE or message[1] != SUSTAIN:
            continue
        if message[2] >= PRESSED:
            down = block if down is None else down
        elif down is not None:
            spans.append((down, block))
            down = None
    return spans


def _played(
    notes: Iterable[Recorded], pedalled: list[tuple[int, int]], block_of: Callable[[int], int]
) -> list[Played]:
    played = []
    ends: dict[int, int] = {}
    for recorded in notes:
        # A note-off ends all notes with its number, so the next one must not begin before it.
        begin = max(block_of(recorded.tick), ends.get(recorded.note, 0))
        end = min(max(block_of(recorded.tick + recorded.duration), begin + 1), begin + LONGEST)
        ends[recorded.note] = end
        span = bisect_right(pedalled, (end, end)) - 1
        until = end
        if span >= 0 and pedalled[span][0] <= end < pedalled[span][1]:
            until = min(pedalled[span][1], begin + LONGEST)
        played.append(Played(begin, end, recorded.note, recorded.velocity, max(until, end)))
    return sorted(played)
