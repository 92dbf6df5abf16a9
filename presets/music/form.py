"""The form: which section follows which, and which one comes back.

`Forms` holds the outlines of a corpus, section after section, and which of them return; no music. From these
it makes new forms: each section is followed by what follows a similar section somewhere in the corpus, so the
music changes as pieces of the corpus do, but as no single one does.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from tokenize import TokenError
from typing import NamedTuple, Self, TypeVar
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from presets.counting import count_of
from presets.errors import SegueError
from presets.music.encoding import TWELVE_KEYS, Columns
from presets.music.outline import Floats, compared, numbers, transposed
from presets.music.sections import FARTHEST, SECTION_BARS, Sections, sections_of

MOST_SECTIONS = 4000
"""Maximum number of sections that are kept of a corpus: whole pieces, the first ones by name."""

NEIGHBOURS = 4
"""From how many similar sections of the corpus the next one is chosen, if not from the same piece."""

GOES_ON = 0.6
"""How often the next section is like what follows in the same piece of the corpus, if it may be: those that
always came from other pieces would not go together."""

TONALITY_WEIGHT = 6.0
"""How much the pitch classes count when sections are compared, against each of the other numbers."""

WHAT_RETURNS = ("patterns", "return")
"""Groups of numbers by which sections are not compared: they say how they go on from others."""

MOST_IN_A_ROW = 4
"""How many times in a row a section may be played."""

VARIED = 0.8
"""A return that is less like the first time than this has a prime: A'."""

COLUMNS = (
    ("outlines", "<f2", np.float32),
    ("repeats", "<u2", np.int64),
    ("likeness", "<f2", np.float32),
    ("lags", "<u2", np.int64),
    ("returns", "<f2", np.float32),
    ("opens", "?", np.bool_),
)
"""The columns of the stored table, with their types there and in memory."""

DAMAGE = (BadZipFile, SyntaxError, TokenError)
"""What NumPy raises, besides the usual, if the first bytes of a file are damaged."""

Ints = npt.NDArray[np.int64]
Scalar = TypeVar("Scalar", bound=np.generic)


class FormError(SegueError):
    """Some bytes are not valid forms."""


@dataclass(frozen=True, slots=True)
class PlannedSection:
    """A section of the form that a performance plays.

    Attributes:
        begins: the tick of its bar line.
        outline: what it is to be like, in the key of the network, its `return` aside; (O,).
        lags: how many bars earlier the bar is that each of its bars is like; 0 for none; (4,).
        returns: how alike these are, 0..1; (4,).
        source: the index of the corpus's section that it is like.
        shift: semitones from that section's key to this one's.
        repeats: the index in the form of the section that it repeats; None if it is new.
        opens: whether a new piece begins with it.
        label: its name: a letter, A for the first one of a piece, and a prime for a return that varies.
    """

    begins: int
    outline: Floats
    lags: tuple[int, ...]
    returns: tuple[float, ...]
    source: int
    shift: int
    repeats: int | None
    opens: bool
    label: str

    @property
    def name(self) -> str:
        """The label without the prime."""
        return self.label.rstrip("'")


class SectionChoice(NamedTuple):
    """What chance has decided about a section; the rest follows from the forms and the sections before it.

    Attributes:
        source: as of `PlannedSection`, like the others.
    """

    source: int
    shift: int
    repeats: int | None
    opens: bool


@dataclass(frozen=True, slots=True)
class FormState:
    """What a form is made of again from some section on, by the same forms of a corpus.

    Attributes:
        key: as given to `Form`.
        section_ticks: as given.
        begins: as given.
        number: of the first section that is kept; a piece begins with it.
        choices: of the sections that are known, from that one on.
    """

    key: tuple[int, ...]
    section_ticks: int
    begins: int
    number: int
    choices: tuple[SectionChoice, ...]


@dataclass(frozen=True, eq=False)
class Forms:
    """The forms of a corpus: N sections, those of a piece one after the other. Immutable, for any thread.

    Attributes:
        parts: P, the number of the preset's parts.
        outlines: the outline of each, float32 (N, O).
        repeats: how many sections earlier the one is that it repeats; 0 if it is new; (N,).
        likeness: how alike these two are, 0..1; (N,).
        lags: how many bars earlier the bar is that each of its bars is like; 0 for none; (N, 4).
        returns: how alike these two are, 0..1; (N, 4).
        opens: whether a piece begins there, bool (N,).
    """

    parts: int
    outlines: Floats
    repeats: Ints
    likeness: Floats
    lags: Ints
    returns: Floats
    opens: npt.NDArray[np.bool_]

    @classmethod
    def build(cls, pieces: Iterable[Columns], parts: int) -> Self:
        """Return the forms of encoded pieces; of a large corpus only the first ones."""
        found: list[Sections] = []
        count = 0
        for piece in pieces:
            sections = sections_of(piece)
            if found and count + len(sections.outlines) > MOST_SECTIONS:
                continue
            found.append(sections)
            count += len(sections.outlines)

        def joined(rows: Iterable[npt.NDArray[Scalar]]) -> npt.NDArray[Scalar]:
            return np.concatenate(list(rows))[:MOST_SECTIONS]

        return cls(
            parts,
            joined(sections.outlines for sections in found),
            joined(sections.repeats for sections in found),
            joined(sections.likeness for sections in found),
            joined(_in_sections(sections.lags) for sections in found),
            joined(_in_sections(sections.returns) for sections in found),
            joined(np.arange(len(sections.outlines)) == 0 for sections in found),
        )

    def __len__(self) -> int:
        return len(self.repeats)

    def to_bytes(self) -> bytes:
        """Return the form stored in bundles: a NumPy file of one table, a row for each section."""
        kinds = {name: kind for name, kind, _ in COLUMNS}
        table = np.zeros(
            len(self), [(name, kind, getattr(self, name).shape[1:]) for name, kind in kinds.items()]
        )
        for name in kinds:
            table[name] = getattr(self, name)
        data = io.BytesIO()
        np.save(data, table, allow_pickle=False)
        return data.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, parts: int) -> Self:
        """Read the form that `to_bytes` returns.

        Raises:
            FormError: if it is damaged, or belongs to another number of parts.
        """
        try:
            table = np.load(io.BytesIO(data), allow_pickle=False)
            columns = {name: table[name].astype(kind) for name, _, kind in COLUMNS}
        except (*DAMAGE, EOFError, IndexError, KeyError, OSError, TypeError, ValueError) as error:
            raise FormError(
                f"the forms must be a NumPy table of sections: {error}; export the preset again"
            ) from error
        forms = cls(parts, **columns)
        shapes = {name: column.shape[1:] for name, column in columns.items()}
        wanted = dict.fromkeys(shapes, ()) | {
            "outlines": (len(numbers(parts)),),
            "lags": (SECTION_BARS,),
            "returns": (SECTION_BARS,),
        }
        if table.ndim != 1 or shapes != wanted:
            raise FormError(
                f"the sections of {count_of(parts, 'part')} must have the shapes {wanted}, got {shapes}; "
                "export the preset again"
            )
        finite = all(np.isfinite(column).all() for column in (forms.outlines, forms.likeness, forms.returns))
        if not len(forms) or not forms.opens[0] or not finite:
            raise FormError(
                "the forms must begin with the first section of a piece, and have finite numbers only; "
                "export the preset again"
            )
        begins = np.maximum.accumulate(np.where(forms.opens, np.arange(len(forms)), 0))
        if (forms.repeats > np.arange(len(forms)) - begins).any():
            raise FormError(
                "a section must repeat one of the same piece, got one that goes back further; export the "
                "preset again"
            )
        return forms

    def first(self, like: Floats, begins: int, rng: np.random.Generator) -> PlannedSection:
        """Return a first section: that of a piece which begins like this outline."""
        source, shift = self._similar(like, self.opens, rng)
        return self.chosen([], SectionChoice(source, shift, None, opens=True), begins)

    def following(
        self, sections: Sequence[PlannedSection], begins: int, rng: np.random.Generator
    ) -> PlannedSection:
        """Return the section that follows these, at least one."""
        last = sections[-1]
        # What follows in the corpus after a section that is similar, is a return if this one is, and has been
        # played as many times in a row.
        count = _in_a_row(sections)
        alike = (self.repeats > 0) == (last.repeats is not None)
        alike &= self._row_numbers == count
        if count >= MOST_IN_A_ROW or not alike.any():
            alike = self._last_in_a_row
        # First whether a new one, a return or the end follows, as often as in the corpus; then which one.
        alike = alike & (self._followed_by == self._followed_by[rng.choice(np.flatnonzero(alike))])
        source, shift = self._similar(last.outline, alike, rng, own=(last.source, last.shift))
        source += 1
        if source == len(self) or self.opens[source]:
            return self.first(last.outline, begins, rng)
        piece = _newest_piece(sections)
        back = _return(int(self.repeats[source]), piece, stays=bool(self._row_numbers[source] > 1))
        repeats = len(sections) - back if back else None
        return self.chosen(sections, SectionChoice(source, shift, repeats, opens=False), begins)

    def chosen(
        self, sections: Sequence[PlannedSection], choice: SectionChoice, begins: int
    ) -> PlannedSection:
        """Return a section of which chance has decided.

        Args:
            sections: those before it; all but those of its piece may be others.
            choice: the decision.
            begins: the tick of its bar line.
        """
        if choice.repeats is not None:
            back = len(sections) - choice.repeats
            return self._again(sections, back, begins, choice.source, choice.shift)
        new = 0 if choice.opens else sum(one.repeats is None for one in _newest_piece(sections))
        return self._new(choice.source, choice.shift, begins, opens=choice.opens, label=_letters(new))

    def _new(self, source: int, shift: int, begins: int, *, opens: bool, label: str) -> PlannedSection:
        """Return a section that is like one of the corpus, and repeats none."""
        # A return that the corpus has there is none here.
        near = (self.lags[source] <= FARTHEST) & (self.repeats[source] == 0)
        return PlannedSection(
            begins,
            transposed(self.outlines[source], shift),
            tuple((self.lags[source] * near).tolist()),
            tuple((self.returns[source] * near).tolist()),
            source,
            shift,
            None,
            opens,
            label,
        )

    def _again(
        self, sections: Sequence[PlannedSection], back: int, begins: int, source: int, shift: int
    ) -> PlannedSection:
        """Return the return of an earlier section; the first time decides what it is like."""
        earlier = sections[-back]
        return replace(
            earlier,
            begins=begins,
            lags=(back * SECTION_BARS,) * SECTION_BARS,
            returns=tuple(self.returns[source].tolist()),
            source=source,
            shift=shift,
            repeats=len(sections) - back,
            opens=False,
            label=earlier.name + ("" if self.likeness[source] >= VARIED else "'"),
        )

    def _similar(
        self,
        outline: Floats,
        among: npt.NDArray[np.bool_],
        rng: np.random.Generator,
        own: tuple[int, int] | None = None,
    ) -> tuple[int, int]:
        """Return one of the sections that are most similar in some key, and the shift to that key.

        Args:
            outline: the outline to compare with.
            among: which sections to choose from, (N,); all if there is none.
            rng: chooses.
            own: a section and its shift that are as similar as can be; it may not be among them.
        """
        if own is not None and among[own[0]] and rng.random() < GOES_ON:
            return own
        rows, lengths = self._in_all_keys
        distances = lengths - 2 * (rows @ _compared(outline, self.parts))
        best = distances.argmin(axis=0)
        least = np.where(among if among.any() else True, distances.min(axis=0), np.inf)
        nearest = np.argsort(least, kind="stable")[: min(NEIGHBOURS, np.isfinite(least).sum())]
        found = [(int(source), TWELVE_KEYS[int(best[source])]) for source in nearest]
        return found[int(rng.integers(len(found)))]

    @cached_property
    def _row_numbers(self) -> Ints:
        """How many times in a row each section, or what it repeats, has been played when it ends: (N,)."""
        names, counts = list(range(len(self))), [1] * len(self)
        for place, (back, opens) in enumerate(zip(self.repeats.tolist(), self.opens.tolist(), strict=True)):
            names[place] = names[place - back]
            if not opens and names[place] == names[place - 1]:
                counts[place] = counts[place - 1] + 1
        return np.array(counts)

    @cached_property
    def _last_in_a_row(self) -> npt.NDArray[np.bool_]:
        """Whether something else follows each section, or nothing: (N,)."""
        return np.append(self._row_numbers[1:] == 1, True)

    @cached_property
    def _followed_by(self) -> Ints:
        """Whether nothing follows each section (0), something new (1) or a return (2): (N,)."""
        kinds = np.where(self.opens, 0, np.where(self.repeats > 0, 2, 1))
        return np.append(kinds[1:], 0)

    @cached_property
    def _in_all_keys(self) -> tuple[Floats, Floats]:
        """All sections in the twelve keys, as they are compared, and the squares of their lengths."""
        rows = np.stack([_compared(transposed(self.outlines, shift), self.parts) for shift in TWELVE_KEYS])
        return rows, (rows**2).sum(axis=-1)


def _compared(outlines: Floats, parts: int) -> Floats:
    """Return the numbers by which sections are compared: (..., O) -> (..., O)."""
    seen = compared(outlines, parts, WHAT_RETURNS)
    seen[..., :12] *= TONALITY_WEIGHT**0.5
    return seen


def _newest_piece(sections: Sequence[PlannedSection]) -> Sequence[PlannedSection]:
    """Return the sections of the last piece that these, at least one, begin."""
    return sections[max(index for index, section in enumerate(sections) if section.opens) :]


def _in_a_row(sections: Sequence[PlannedSection]) -> int:
    """Return how many times in a row the last of these, at least one, has been played."""
    count = 1
    while (
        count < len(sections)
        and not sections[-count].opens
        and sections[-count - 1].name == sections[-1].name
    ):
        count += 1
    return count


def _return(back: int, sections: Sequence[PlannedSection], *, stays: bool) -> int:
    """Return how many sections a piece goes back now, 0 for something new.

    Args:
        back: how many the corpus goes back there; what is further back than the piece is long returns to its
            beginning.
        sections: those of the piece, at least one.
        stays: whether the corpus repeats there what it has just played; elsewhere it does not here either.
    """
    backs = range(min(back, len(sections)), len(sections) + 1) if back else ()
    return next((back for back in backs if (sections[-back].name == sections[-1].name) == stays), 0)


def _letters(number: int) -> str:
    """Return the name of the new section with this number in its piece: A, B, ... Z, AA, AB, ..."""
    letters = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _in_sections(of_bars: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    """Return the values of bars as rows of sections, with 0 for the bars that the last one lacks."""
    missing = -len(of_bars) % SECTION_BARS
    return np.pad(of_bars, (0, missing)).reshape(-1, SECTION_BARS)


class Form:
    """The form of a performance. Owned by one thread.

    Each section depends on those before it, on the key and on its number alone: whoever asks for it, and
    when, it is the same. So contexts of the music may share a form, and a plan that is dropped leaves no
    trace.

    Args:
        forms: of the preset.
        key: numbers, 0 or more, that fix the chance.
        section_ticks: ticks in a section.
        begins: the tick of the bar line where it begins.
        like: the outline of the music so far, which the first section follows on; None in `restored`.

    Attributes:
        begins: as given.
        section_ticks: as given.
    """

    def __init__(
        self, forms: Forms, key: tuple[int, ...], section_ticks: int, begins: int, like: Floats | None
    ) -> None:
        self.begins = begins
        self.section_ticks = section_ticks
        self._forms = forms
        self._key = key
        # The sections that somebody has asked for; none of them ever changes.
        self._known = [] if like is None else [forms.first(like, begins, self._chance(0))]

    @classmethod
    def restored(cls, forms: Forms, state: FormState) -> Self:
        """Return the form that had this state; sections before the first one that is kept are not known.

        Args:
            forms: the same as it had.
            state: its state.

        Raises:
            FormError: if the forms have no such section: they are others.
        """
        form = cls(forms, state.key, state.section_ticks, state.begins, None)
        for number, choice in enumerate(state.choices, state.number):
            if not 0 <= choice.source < len(forms):
                raise FormError(f"a section is like one of {len(forms)}, got number {choice.source}")
            section = forms.chosen(form._known, choice, state.begins + number * state.section_ticks)
            # Nobody asks for those before it, which were in other pieces.
            form._known = form._known or [section] * number
            form._known.append(section)
        return form

    def state_at(self, tick: int) -> FormState:
        """Return what `restored` makes it of again, from the piece on that is played at a tick."""
        number = self.at(tick)
        while not self[number].opens:
            number -= 1
        choices = (
            SectionChoice(one.source, one.shift, one.repeats, one.opens) for one in self._known[number:]
        )
        return FormState(self._key, self.section_ticks, self.begins, number, tuple(choices))

    def at(self, tick: int) -> int:
        """Return the number of the section at this tick, from 0; the first one before it begins."""
        return max(0, (tick - self.begins) // self.section_ticks)

    def __getitem__(self, number: int) -> PlannedSection:
        """Return a section by its number, 0 or more."""
        while len(self._known) <= number:
            place = len(self._known)
            begins = self.begins + place * self.section_ticks
            self._known.append(self._forms.following(self._known, begins, self._chance(place)))
        return self._known[number]

    def _chance(self, number: int) -> np.random.Generator:
        return np.random.default_rng((*self._key, number))
