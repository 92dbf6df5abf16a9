"""Cut long music into stretches: a synthesizer plays each one separately, and their sum is the whole music.

The sound of a note hardly depends on other notes, so music may be cut between any two notes. A stretch has
the notes that begin in it, and lasts until the last of them has died away.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from export.files.instruments import BLOCKS_A_SECOND, Instrument, Played
from presets.sets.channel_message import ALL_NOTES_OFF, CONTROL_CHANGE, NOTE_OFF, NOTE_ON, SUSTAIN

STRETCH = 60 * BLOCKS_A_SECOND
"""Length of a stretch in blocks: all its notes begin in this time."""

TAIL = 12 * BLOCKS_A_SECOND
"""Blocks for the last note to die away after key and pedal are released."""

PARAMETERS = frozenset((6, 38, 96, 97, 98, 99, 100, 101))
"""Control changes whose order matters: they set parameters by number, such as the pitch bend range."""

Cue = tuple[int, bytes]
"""A block, and a message that takes effect before it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Music that a synthesizer plays in one go.

    Attributes:
        begin: its first block.
        length: its length in blocks, with the time to die away.
        cues: the cues of each synthesizer that plays, in order; blocks count from the beginning of the
            stretch.
    """

    begin: int
    length: int
    cues: tuple[tuple[Cue, ...], ...]


def stretches(ensemble: Sequence[Instrument]) -> Iterator[Stretch]:
    """Yield the music in stretches, in order, without stretches in which no note begins.

    Args:
        ensemble: all instruments of the music.
    """
    ensemble = sorted(ensemble, key=lambda instrument: instrument.synthesizer)
    last = max((instrument.notes[-1].begin for instrument in ensemble), default=-1)
    for begin in range(0, last + 1, STRETCH):
        notes_of = [
            (instrument, notes)
            for instrument in ensemble
            if (notes := _beginning(instrument, begin, STRETCH))
        ]
        if notes_of:
            quiet = max(note.until for _, notes in notes_of for note in notes)
            yield Stretch(
                begin,
                quiet - begin + TAIL,
                tuple(
                    tuple(
                        cue for instrument, notes in group for cue in _cues(instrument, notes, begin, quiet)
                    )
                    for _, group in groupby(notes_of, key=lambda pair: pair[0].synthesizer)
                ),
            )


def _beginning(instrument: Instrument, begin: int, length: int) -> tuple[Played, ...]:
    """Return the notes that begin in the `length` blocks from `begin` on."""
    first, after = (
        bisect_left(instrument.notes, block, key=lambda note: note.begin) for block in (begin, begin + length)
    )
    return instrument.notes[first:after]


def _cues(instrument: Instrument, notes: Sequence[Played], begin: int, quiet: int) -> list[Cue]:
    """Return the messages with which an instrument plays these notes, from block `begin` on.

    Everything is silent from block `quiet` on. Messages on the same block come in this order: note-offs,
    other messages, note-ons.
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
    """Return the earlier messages of an instrument that still apply: the last one of each kind."""
    standing: dict[tuple[int, ...], bytes] = {}
    for number, (_, message) in enumerate(controls):
        kind = message[0] & 0xF0
        key: tuple[int, ...] = (kind,)
        if kind == CONTROL_CHANGE:
            key = (kind, number) if message[1] in PARAMETERS else (kind, message[1], -1)
        # Keep the position of the last message of a kind, not the first: a program change uses the bank
        # selected before it.
        standing.pop(key, None)
        standing[key] = message
    return list(standing.values())
