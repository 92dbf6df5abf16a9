"""What stands on the pages, sign by sign, before anybody draws it."""

from dataclasses import dataclass, field

from export.notation.bars import Bar
from export.notation.clefs import Clef
from export.notation.durations import Value
from export.notation.keys import Signature
from export.notation.spelling import Spelled


@dataclass(frozen=True, slots=True)
class Head:
    """One note of a chord.

    Attributes:
        note: MIDI note number.
        spelled: its name.
        accidental: whether one stands before it.
        tied_from: whether it continues the sign before.
        tied_to: whether it goes on in the next.
    """

    note: int
    spelled: Spelled
    accidental: bool = False
    tied_from: bool = False
    tied_to: bool = False


@dataclass(frozen=True, slots=True)
class Sign:
    """A note, chord or rest.

    Attributes:
        value: where it stands in the bar, and how long.
        heads: from the lowest; none is a rest.
        visible: whether it is printed: rests that another voice makes superfluous are not.
        fills_bar: whether it is the rest of a whole bar.
        staccato: whether it has a dot for that.
        beams: from the eighths' on, `start`, `continue`, `stop`, `partial-left` or `partial-right`.
        tuplet_starts: whether it is the first of its tuplet.
        tuplet_stops: whether it is the last.
        bracket: whether its tuplet needs one, because no beam holds it together.
    """

    value: Value
    heads: tuple[Head, ...] = ()
    visible: bool = True
    fills_bar: bool = False
    staccato: bool = False
    beams: tuple[str, ...] = ()
    tuplet_starts: bool = False
    tuplet_stops: bool = False
    bracket: bool = False


Voice = tuple[Sign, ...]
"""Signs that fill a bar, one after the other."""


@dataclass(frozen=True, slots=True)
class StaffBar:
    """What stands in a bar of one staff.

    Attributes:
        clef: in force.
        voices: one, or the upper and the lower.
    """

    clef: Clef
    voices: tuple[Voice, ...]

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing but a rest."""
        return not any(sign.heads for voice in self.voices for sign in voice)


@dataclass(frozen=True, slots=True)
class Part:
    """The staves of a track.

    Attributes:
        name: before its first system; empty if there is no other part.
        abbreviation: before the others.
        program: General MIDI program, 0..127, that it began with.
        staves: from the top, each with every bar.
    """

    name: str
    abbreviation: str
    program: int
    staves: tuple[tuple[StaffBar, ...], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a bar has in common on all staves.

    Attributes:
        bar: when it is in the recording, and its metre.
        key: in force.
        bpm: a tempo mark over the bar, quarter notes a minute, or None.
        texts: what is written over it: units from the bar line, and the words.
        rehearsals: likewise, in a frame.
    """

    bar: Bar
    key: Signature
    bpm: int | None = None
    texts: tuple[tuple[int, str], ...] = field(default=())
    rehearsals: tuple[tuple[int, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A piece as it stands on the pages.

    Attributes:
        title: over the first page.
        headings: of each bar.
        parts: from the top.
    """

    title: str
    headings: tuple[Heading, ...]
    parts: tuple[Part, ...]
