"""Phrases as a musician might play them, with their true beats: cut from MIDI files, with uneven hands."""

import random
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import mido
import numpy as np

from live.core.input.tempo_finder import PlayedNote
from presets.bundles.settings import Meter
from presets.errors import SegueError

FEWEST_ONSETS = 6
"""Of a phrase that is cut."""

SIMPLE_EXERCISES = (
    *(
        (1,),
        (1,),
        (0.5,),
        (1, 1, 0.5, 0.5),
        (0.5, 0.5, 1),
        (1, 1, 2),
        (2, 1, 1),
        (1.5, 0.5),
        (1.5, 0.5, 1, 1),
    ),
    *((2, 1), (1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5, 1, 1), (0.25, 0.25, 0.5, 1)),
    *((1, 0.75, 0.25), (1, 1, 1 / 3, 1 / 3, 1 / 3, 1), (2 / 3, 1 / 3, 1)),
)
COMPOUND_EXERCISES = ((1,), (1 / 3,), (2 / 3, 1 / 3), (1 / 3, 1 / 3, 1 / 3, 1), (1, 2 / 3, 1 / 3))
"""Rhythms in beats, which are repeated."""


@dataclass(frozen=True)
class Piece:
    """A MIDI file.

    Attributes:
        name: of the file, without its ending.
        resolution: ticks in a quarter.
        notes: onset and end in ticks, number and velocity, in order.
        tempos: tick, seconds, and seconds of a tick from there on.
        meters: tick and time signature.
    """

    name: str
    resolution: int
    notes: tuple[tuple[int, int, int, int], ...]
    tempos: tuple[tuple[int, float, float], ...]
    meters: tuple[tuple[int, Meter], ...]

    def seconds_at(self, tick: float) -> float:
        """Return when a tick comes."""
        since, at, seconds = self.tempos[max(0, bisect_right(self.tempos, tick, key=lambda t: t[0]) - 1)]
        return at + (tick - since) * seconds

    def meter_at(self, tick: float) -> tuple[int, Meter]:
        """Return the time signature at a tick, and the tick where it begins."""
        return self.meters[max(0, bisect_right(self.meters, tick, key=lambda m: m[0]) - 1)]

    def notes_from(self, begin: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield the notes that begin from a tick on and before another one."""
        return (note for note in self.notes if begin <= note[0] < end)

    def beat_of(self, meter: Meter) -> int:
        """Return the ticks of a beat."""
        return self.resolution * 3 // 2 if meter.is_compound else self.resolution

    @property
    def is_in_first_half(self) -> bool:
        """Whether the tempo finder learned from it: half of all files, as their names fall."""
        return zlib.crc32(f"{self.name}.mid".encode()) % 2 == 0


@dataclass(frozen=True)
class Phrase:
    """A phrase, with the truth.

    Attributes:
        name: of its piece.
        meter: its time signature.
        notes: as they are played, in order.
        beats: when the beats are, seconds: from its first beat to four beats after its end.
        length: how many beats it has.
    """

    name: str
    meter: Meter
    notes: tuple[PlayedNote, ...]
    beats: tuple[float, ...]
    length: int

    @property
    def end(self) -> float:
        """When the beat after the phrase is."""
        return self.beats[self.length]

    @property
    def beat_seconds(self) -> float:
        """The mean of its last four beats."""
        return (self.end - self.beats[self.length - 4]) / 4


def read_pieces(folder: Path) -> list[Piece]:
    """Return the pieces of a folder of MIDI files that can be read."""
    return [piece for path in sorted(folder.rglob("*.mid")) if (piece := _read(path)) is not None]


def _read(path: Path) -> Piece | None:
    try:
        file = mido.MidiFile(path)
        tempos, meters, notes = [(0, 500_000)], [(0, Meter(4, 4))], []
        for track in file.tracks:
            tick, begun = 0, {}
            for message in track:
                tick += message.time
                if message.type == "set_tempo":
                    tempos.append((tick, message.tempo))
                elif message.type == "time_signature":
                    meters.append((tick, Meter(message.numerator, message.denominator)))
                elif message.type == "note_on" and message.velocity:
                    begun.setdefault((message.channel, message.note), []).append((tick, message.velocity))
                elif message.type in ("note_on", "note_off") and begun.get((message.channel, message.note)):
                    since, velocity = begun[message.channel, message.note].pop(0)
                    notes.append((since, tick, message.note, velocity))
    except (OSError, ValueError, SegueError):
        return None
    if len(notes) < 4 * FEWEST_ONSETS:
        return None
    at, timed = 0.0, []
    for tick, tempo in sorted(tempos, key=lambda change: change[0]):
        if timed:
            at += (tick - timed[-1][0]) * timed[-1][2]
        timed.append((tick, at, tempo / 1e6 / file.ticks_per_beat))
    by_tick = tuple(sorted(meters, key=lambda change: change[0]))
    return Piece(path.stem, file.ticks_per_beat, tuple(sorted(notes)), tuple(timed), by_tick)


def melody(piece: Piece) -> Piece:
    """Return the melody of a folk tune: the highest note of each onset above the chords."""
    top: dict[int, tuple[int, int, int, int]] = {}
    for note in piece.notes:
        if note[2] >= 60 and (note[0] not in top or top[note[0]][2] < note[2]):
            top[note[0]] = note
    return replace(piece, notes=tuple(top[tick] for tick in sorted(top)))


def cut(pieces: Sequence[Piece], rng: random.Random) -> Iterator[tuple[Piece, Meter, int, int]]:
    """Yield pieces with a time signature, the tick of a beat, and 8 to 16 beats from there on."""
    while True:
        piece = rng.choice(pieces)
        since, meter = piece.meter_at(rng.randrange(piece.notes[-1][0] + 1))
        beat, length = piece.beat_of(meter), rng.randint(8, 16)
        room = (piece.notes[-1][0] - since) // beat - length
        if room < 2:
            continue
        begin = since + rng.randrange(room) * beat
        end = begin + length * beat
        onsets = sorted({note[0] for note in piece.notes_from(begin, end)})
        if len(onsets) < FEWEST_ONSETS or piece.meter_at(end) != (since, meter):
            continue
        if onsets[0] < begin + beat and onsets[-1] >= end - 2 * beat:
            yield piece, meter, begin, length


def performed(pieces: Sequence[Piece], count: int, seed: int, noise: float) -> list[Phrase]:
    """Return phrases in the tempo of their files, with this noise of each onset (standard deviation,
    seconds)."""
    rng, hands = random.Random(seed), np.random.default_rng(seed)
    phrases = []
    for piece, meter, begin, length in islice(cut(pieces, rng), count):
        beat = piece.beat_of(meter)
        beats = [piece.seconds_at(begin + place * beat) for place in range(length + 5)]
        played = []
        for since, until, number, velocity in piece.notes_from(begin, begin + length * beat):
            at = piece.seconds_at(since)
            held = piece.seconds_at(until) - at
            played.append(PlayedNote(at + hands.normal(0, noise), number, velocity, held))
        phrases.append(_phrase(piece, meter, played, beats, length))
    return phrases


def by_hand(
    pieces: Sequence[Piece], count: int, seed: int, noise: float, drift: float = 0.01
) -> list[Phrase]:
    """Return phrases as one would play them from sheet music.

    Args:
        pieces: written without a tempo of their own, or with one that does not matter.
        count: how many phrases.
        seed: of the chance.
        noise: of each onset, seconds (standard deviation).
        drift: by how much of itself each beat differs from the one before (standard deviation).
    """
    rng, hands = random.Random(seed), np.random.default_rng(seed)
    phrases = []
    for piece, meter, begin, length in islice(cut(pieces, rng), count):
        beat = piece.beat_of(meter)
        written = piece.seconds_at(begin + beat) - piece.seconds_at(begin)
        lengths = written * np.exp(hands.normal(0, 0.2) + np.cumsum(hands.normal(0, drift, length + 4)))
        beats = [0.0, *np.cumsum(lengths).tolist()]
        played = []
        for since, until, number, velocity in piece.notes_from(begin, begin + length * beat):
            at, end = np.interp([(tick - begin) / beat for tick in (since, until)], range(len(beats)), beats)
            loudness = int(np.clip(velocity + hands.normal(0, 8), 1, 127))
            played.append(PlayedNote(at + hands.normal(0, noise), number, loudness, max(0.05, end - at)))
        phrases.append(_phrase(piece, meter, played, beats, length))
    return phrases


def exercises(count: int, seed: int, noise: float, drift: float = 0.01) -> list[Phrase]:
    """Return phrases of one note after the other in plain rhythms, in a tempo about 100 or, of 6/8, 85
    beats a minute.

    Args:
        count: how many phrases.
        seed: of the chance.
        noise: of each onset, seconds (standard deviation).
        drift: by how much of itself each beat differs from the one before (standard deviation).
    """
    hands, phrases = np.random.default_rng(seed), []
    for number in range(count):
        meter = Meter(6, 8) if number % 4 == 3 else Meter(4, 4)
        rhythms = COMPOUND_EXERCISES if meter.is_compound else SIMPLE_EXERCISES
        rhythm, length = rhythms[hands.integers(len(rhythms))], int(hands.integers(8, 17))
        written = 60 / (85 if meter.is_compound else 100)
        lengths = written * np.exp(hands.normal(0, 0.25) + np.cumsum(hands.normal(0, drift, length + 4)))
        beats = [0.0, *np.cumsum(lengths).tolist()]
        place, held, notes = 0.0, hands.uniform(0.4, 0.95), []
        while place < length - 1e-6:
            beat = rhythm[len(notes) % len(rhythm)]
            at, end = np.interp((place, place + held * beat), range(len(beats)), beats)
            loudness = int(np.clip(hands.normal(75, 8), 1, 127))
            number_of_note = 60 + int(hands.integers(12))
            notes.append(PlayedNote(at + hands.normal(0, noise), number_of_note, loudness, end - at))
            place += beat
        phrases.append(
            Phrase("exercise", meter, tuple(sorted(notes, key=lambda n: n.at)), tuple(beats), length)
        )
    return phrases


def _phrase(
    piece: Piece, meter: Meter, played: Iterable[PlayedNote], beats: Sequence[float], length: int
) -> Phrase:
    notes = tuple(sorted(played, key=lambda note: note.at))
    return Phrase(piece.name, meter, notes, tuple(beats), length)
