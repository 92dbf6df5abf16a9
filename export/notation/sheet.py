"""The contents of the pages, sign by sign, before they are drawn."""

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
        accidental: whether it has an accidental.
        tied_from: whether it is tied to the sign before.
        tied_to: whether it is tied to the next sign.
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
        value: its position in the bar and its length.
        heads: the notes, from the lowest; a rest has none.
        visible: whether it is printed; rests that another voice makes superfluous are not.
        fills_bar: whether it is a whole-bar rest.
        staccato: whether it has a staccato dot.
        beams: from the eighth's beam down: `start`, `continue`, `stop`, `partial-left` or `partial-right`.
        tuplet_starts: whether it is the first of its tuplet.
        tuplet_stops: whether it is the last.
        bracket: whether its tuplet needs a bracket, because no beam holds it together.
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
    """A bar of one staff.

    Attributes:
        clef: the clef of the bar.
        voices: one voice, or the upper and the lower one.
    """

    clef: Clef
    voices: tuple[Voice, ...]

    @property
    def is_silent(self) -> bool:
        """Whether the bar has only rests."""
        return not any(sign.heads for voice in self.voices for sign in voice)


@dataclass(frozen=True, slots=True)
class Part:
    """The staves of a track.

    Attributes:
        name: the name before the first system; empty if there is no other part.
        abbreviation: the name before all other systems.
        program: its first General MIDI program, 0..127.
        staves: the staves from the top, each with all bars.
    """

    name: str
    abbreviation: str
    program: int
    staves: tuple[tuple[StaffBar, ...], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The properties of a bar that are common to all staves.

    Attributes:
        bar: its position in the recording, and its time signature.
        key: the key signature of the bar.
        bpm: a tempo mark over the bar in quarter notes per minute, or None.
        texts: the texts over the bar: units from the bar line, and the words.
        rehearsals: the rehearsal marks, in the same form.
    """

    bar: Bar
    key: Signature
    bpm: int | None = None
    texts: tuple[tuple[int, str], ...] = field(default=())
    rehearsals: tuple[tuple[int, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A piece of sheet music.

    Attributes:
        title: the title over the first page.
        headings: the heading of each bar.
        parts: the parts from the top.
    """

    title: str
    headings: tuple[Heading, ...]
    parts: tuple[Part, ...]
