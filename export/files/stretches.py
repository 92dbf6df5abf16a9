"""Long music in stretches: each sounds by itself, and all of them, laid over each other, as the whole.

What a synthesizer makes of a note hardly depends on the other notes, so music may be cut between any two of
them. A stretch has the notes that begin in it, and lasts until the last of them has died away.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from export.files.instruments import BLOCKS_A_SECOND, Instrument, Played
from presets.sets.channel_message import ALL_NOTES_OFF, CONTROL_CHANGE, NOTE_OFF, NOTE_ON, SUSTAIN

STRETCH = 60 * BLOCKS_A_SECOND
"""Blocks in which the notes of one stretch begin."""

TAIL = 12 * BLOCKS_A_SECOND
"""Blocks that the last note is given to die away, once key and pedal have let it go."""

PARAMETERS = frozenset((6, 38, 96, 97, 98, 99, 100, 101))
"""Control changes that say something in their order only: parameters by number, as the range of bends."""

Cue = tuple[int, bytes]
"""A block, and the message that is obeyed before it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is played in one go.

    Attributes:
        begin: its first block.
        length: blocks, with what rings on.
        cues: of each synthesizer that plays, in order; their blocks count from the beginning of the stretch.
    """

    begin: int
    length: int
    cues: tuple[tuple[Cue, ...], ...]


def stretches(ensemble: Sequence[Instrument]) -> Iterator[Stretch]:
    """Yield the music in stretches, in order; those in which no note begins are left out.

    Args:
        ensemble: all instruments.
    """
    ensemble = sorted(ensemble, key=lambda instrument: instrument.synthesizer)
    last = max((instrument.notes[-1].begin for instrument in ensemble), default=-1)
    for begin in range(0, last + 1, STRETCH):
        struck = [
            (instrument, notes) for instrument in ensemble if (notes := _struck(instrument, begin, STRETCH))
        ]
        if struck:
            quiet = max(note.until for _, notes in struck for note in notes)
            yield Stretch(
                begin,
                quiet - begin + TAIL,
                tuple(
                    tuple(
                        cue for instrument, notes in group for cue in _cues(instrument, notes, begin, quiet)
                    )
                    for _, group in groupby(struck, key=lambda pair: pair[0].synthesizer)
                ),
            )


def _struck(instrument: Instrument, begin: int, length: int) -> tuple[Played, ...]:
    """Return the notes that begin in so many blocks."""
    first, after = (
        bisect_left(instrument.notes, block, key=lambda note: note.begin) for block in (begin, begin + length)
    )
    return instrument.notes[first:after]


def _cues(instrument: Instrument, notes: Sequence[Played], begin: int, quiet: int) -> list[Cue]:
    """Return how an instrument plays these notes from a block on, and leaves nothing sounding after another.

    What falls on one block is obeyed in this order: note-offs, other messages, note-ons.
    """
    channel = instrument.channel
    first, after = (
        bisect_left(instrument.controls, block, key=lambda control: control[0]) for block in (begin, quiet)
    )
    cues = [(0, 1, message) for message in _standing(instrument.controls[:first])]
    cues += [(block - begin, 1, message) for block, message in instrument.controls[first:after]]
    for note in notes:
        cues.append((note.begin - begin, 2, bytes((NOTE_ON | channel, note.note, note.velocity))))
        cues.append((note.end - begin, 0, bytes((NOTE_OFF | channel, note.note, 0))))
    cues.sort(key=lambda cue: cue[:2])
    for control in (SUSTAIN, ALL_NOTES_OFF):
        cues.append((quiet - begin, 1, bytes((CONTROL_CHANGE | channel, control, 0))))
    return [(block, message) for block, _, message in cues]


def _standing(controls: Sequence[tuple[int, bytes]]) -> list[bytes]:
    """Return the earlier messages of an instrument that still apply: of each kind the last."""
    standing: dict[tuple[int, ...], bytes] = {}
    for number, (_, message) in enumerate(controls):
        kind = message[0] & 0xF0
        key: tuple[int, ...] = (kind,)
        if kind == CONTROL_CHANGE:
            key = (kind, number) if message[1] in PARAMETERS else (kind, message[1], -1)
        # Where the last of a kind stood, not the first: a program counts in the bank before it.
        standing.pop(key, None)
        standing[key] = message
    return list(standing.values())
