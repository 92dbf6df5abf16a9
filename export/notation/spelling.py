"""Choose the written name of a note: C sharp or D flat."""

from collections.abc import Iterable
from dataclasses import dataclass

from export.notation.keys import Signature

STEPS = "FCGDAEB"
"""The note names in fifths; seven fifths further, each name gets one more sharp."""

LOWEST, HIGHEST = -8, 12
"""F flat and B sharp, in fifths from C: notes beyond them would need double accidentals."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """The written name of a note.

    Attributes:
        step: `C` ... `B`.
        alter: semitones, -1..1.
        octave: octave 4 begins at middle C; B sharp belongs to the octave of its B.
    """

    step: str
    alter: int
    octave: int


LEADING_DOWN = (7, 8)
"""Fifths from the tonic of a major key: its raised first and fifth degrees, which become flats when they lead
down."""


def spell(note: int, key: Signature, following: Iterable[int] = ()) -> Spelled:
    """Return the written name of a MIDI note.

    Notes of the key follow the signature. Other notes follow the chromatic scale of the key (raised fourth,
    lowered seventh, leading notes), with two exceptions: a lowered note that leads up to its neighbour is
    written as a sharp, and in major the raised first and fifth are written as flats if they lead down.

    Args:
        note: MIDI note number.
        key: the key at the note.
        following: the MIDI notes that come next on its staff.
    """
    lowest = key.sharps - (2 if key.is_minor else 3)
    fifths = lowest + (note * 7 - lowest) % 12
    if not is_diatonic(note, key):
        going_on = set(following)
        up = note + 1 in going_on and is_diatonic(note + 1, key)
        leads_down = not key.is_minor and (note * 7 - key.sharps) % 12 in LEADING_DOWN
        down = leads_down and note - 1 in going_on
        sharp = key.sharps + 6 + (note * 7 - key.sharps - 6) % 12
        if up and not down:
            fifths = sharp
        elif down and not up:
            fifths = sharp - 12
    while fifths > HIGHEST:
        fifths -= 12
    while fifths < LOWEST:
        fifths += 12
    alter, place = divmod(fifths + 1, 7)
    return Spelled(STEPS[place], alter, (note - alter) // 12 - 1)


def is_diatonic(note: int, key: Signature) -> bool:
    """Return whether a note needs no accidental in this key."""
    return (note * 7 - key.sharps + 1) % 12 < 7


def altered_by(step: str, key: Signature) -> int:
    """Return by how many semitones a key signature alters a step of the scale, -1..1."""
    return (key.sharps - STEPS.index(step) + 6) // 7
