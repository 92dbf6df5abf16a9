"""Which of its names a note is written with: C sharp or D flat."""

from collections.abc import Iterable
from dataclasses import dataclass

from export.notation.keys import Signature

STEPS = "FCGDAEB"
"""The names in fifths; each seven further are a sharp higher."""

LOWEST, HIGHEST = -8, 12
"""F flat and B sharp, in fifths from C: beyond them there would be double accidentals."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A note as it is written.

    Attributes:
        step: `C` ... `B`.
        alter: semitones, -1..1.
        octave: 4 begins at middle C; B sharp counts to the octave of its B.
    """

    step: str
    alter: int
    octave: int


LEADING_DOWN = (7, 8)
"""Fifths from the tonic of a major key: its raised first and fifth, which are flats on their way down."""


def spell(note: int, key: Signature, following: Iterable[int] = ()) -> Spelled:
    """Return how a MIDI note is written.

    A note of the key is written as the signature says; others as the chromatic scale of the key has them
    (raised fourth, lowered seventh, leading notes), but a lowered one that goes up to its neighbour is a
    sharp, and in major the raised first and fifth are flats where they go down.

    Args:
        note: MIDI note number.
        key: in which it stands.
        following: MIDI notes that come next on its staff.
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
    """Return whether the key signature alone says a note."""
    return (note * 7 - key.sharps + 1) % 12 < 7


def altered_by(step: str, key: Signature) -> int:
    """Return what a key signature does to a step of the scale: semitones, -1..1."""
    return (key.sharps - STEPS.index(step) + 6) // 7
