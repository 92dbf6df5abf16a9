"""The form: which section follows which, and which one comes back.

`Forms` holds the outlines of a corpus, section after section, and which of them return; no music. From these
it makes new forms: each section is followed by what follows a similar section somewhere in the corpus, so the
music changes as pieces of the corpus do, but as no single one does.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from presets.errors import SegueError
from presets.music.encoding import Columns
from presets.music.outline import Floats, groups, numbers, outline_features, transposed
from presets.music.sections import FARTHEST, SECTION_BARS, Sections, sections_of

MOST_SECTIONS = 4000
"""Maximum number of sections that are kept of a corpus: whole pieces, the first ones by name."""

NEIGHBOURS = 4
"""From how many similar sections of the corpus the next one is chosen, that of the same piece included."""

TONALITY_WEIGHT = 6.0
"""How much the pitch classes count when sections are compared, against each of the other numbers."""

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

Ints = npt.NDArray[np.int64]
Scalar = TypeVar("Scalar", bound=np.generic)


class FormError(SegueError):
    """Some bytes are not valid forms."""


@dataclass(frozen=True, slots=True)
class Planned:
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


@dataclass(frozen=True, slots=True, eq=False)
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
            count += len(sections.outlines)
            if count > MOST_SECTIONS:
                break
            found.append(sections)

        def joined(rows: Iterable[npt.NDArray[Scalar]]) -> npt.NDArray[Scalar]:
            return np.concatenate(list(rows))

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
        except (EOFError, IndexError, KeyError, ValueError) as error:
            raise FormError(
                f"the forms must be a NumPy table of sections: {error}; export the preset again"
            ) from error
        forms = cls(parts, **columns)
        if forms.outlines.shape[1:] != (len(numbers(parts)),) or forms.lags.shape[1:] != (SECTION_BARS,):
            raise FormError(
                f"a section of {parts} parts must have {len(numbers(parts))} numbers and {SECTION_BARS} "
                f"bars, got {forms.outlines.shape[1:]} and {forms.lags.shape[1:]}; export the preset again"
            )
        if not len(forms) or not forms.opens[0] or not np.isfinite(forms.outlines).all():
            raise FormError(
                "the forms must begin with the first section of a piece, and have no other numbers than "
                "finite ones; export the preset again"
            )
        return forms

    def first(self, like: Floats, begins: int, rng: np.random.Generator) -> Planned:
        """Return a first section: that of a piece which begins like this outline."""
        source, shift = self._similar(like, np.flatnonzero(self.opens), rng)
        return self._new(source, shift, begins, opens=True, label="A")

    def following(self, sections: Sequence[Planned], begins: int, rng: np.random.Generator) -> Planned:
        """Return the section that follows these, at least one."""
        last = sections[-1]
        # What follows in the corpus after a section that is similar, and is a return if this one is.
        alike = np.flatnonzero((self.repeats > 0) == (last.repeats is not None))
        source, shift = self._similar(last.outline, alike, rng, own=(last.source, last.shift))
        source += 1
        if source == len(self) or self.opens[source]:
            return self.first(last.outline, begins, rng)
        opened = max(index for index, section in enumerate(sections) if section.opens)
        back = int(self.repeats[source])
        if back and len(sections) - back >= opened:
            return self._again(sections, back, begins, source, shift)
        letters = {section.label[0] for section in sections[opened:]}
        return self._new(source, shift, begins, opens=False, label=chr(ord("A") + len(letters) % 26))

    def _new(self, source: int, shift: int, begins: int, *, opens: bool, label: str) -> Planned:
        """Return a section that is like one of the corpus, and repeats none."""
        # A return that the corpus has there is none here.
        near = (self.lags[source] <= FARTHEST) & (self.repeats[source] == 0)
        return Planned(
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

    def _again(self, sections: Sequence[Planned], back: int, begins: int, source: int, shift: int) -> Planned:
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
            label=earlier.label[0] + ("" if self.likeness[source] >= VARIED else "'"),
        )

    def _similar(
        self,
        outline: Floats,
        among: npt.NDArray[np.int64],
        rng: np.random.Generator,
        own: tuple[int, int] | None = None,
    ) -> tuple[int, int]:
        """Return one of the sections that are most similar in some key, and the shift to that key.

        Args:
            outline: the outline to compare with.
            among: the sections to choose from.
            rng: chooses.
            own: a section and its shift that are as similar as can be.
        """
        shifts = range(-5, 7)
        sources = among if len(among) else np.arange(len(self))
        distances = np.stack([self._distances(outline, sources, shift) for shift in shifts])
        best = distances.argmin(axis=0)
        nearest = np.argsort(distances.min(axis=0), kind="stable")[:NEIGHBOURS]
        found = [(int(sources[index]), shifts[int(best[index])]) for index in nearest]
        if own is not None and own[0] not in [source for source, _ in found]:
            found[-1] = own
        return found[int(rng.integers(len(found)))]

    def _distances(
        self, outline: Floats, among: npt.NDArray[np.int64], shift: int
    ) -> npt.NDArray[np.float64]:
        """Return how unlike an outline these sections are, moved by so many semitones."""
        told = np.array([group != "return" for group in groups(self.parts)])
        width = len(numbers(self.parts))
        seen = outline_features(outline, told, self.parts)[:width]
        each = np.broadcast_to(told, (len(among), len(told)))
        others = outline_features(transposed(self.outlines[among], shift), each, self.parts)[:, :width]
        squares = (others - seen) ** 2
        tonality = squares[:, :12].sum(axis=1, dtype=np.float64) * TONALITY_WEIGHT
        distances: npt.NDArray[np.float64] = tonality + squares[:, 12:].sum(axis=1)
        return distances


def _in_sections(of_bars: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    """Return the values of bars as rows of sections, with 0 for the bars that the last one lacks."""
    missing = -len(of_bars) % SECTION_BARS
    return np.pad(of_bars, (0, missing)).reshape(-1, SECTION_BARS)


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """The form of a performance, as far as it is known. Immutable.

    Each section depends on those before it, on `key` and on its number alone: whoever asks for it, and when,
    it is the same.

    Attributes:
        forms: of the preset.
        key: numbers that fix the chance.
        section_ticks: ticks in a section.
        sections: the sections so far, at least one.
    """

    forms: Forms
    key: tuple[int, ...]
    section_ticks: int
    sections: tuple[Planned, ...]

    @classmethod
    def begin(cls, forms: Forms, key: tuple[int, ...], section_ticks: int, begins: int, like: Floats) -> Self:
        """Return a form that begins at a bar line, with a section that follows on this outline."""
        first = forms.first(like, begins, np.random.default_rng((*key, 0)))
        return cls(forms, key, section_ticks, (first,))

    def until(self, tick: int) -> Self:
        """Return the form with all sections that begin at or before this tick, and the one after them."""
        sections = list(self.sections)
        while sections[-1].begins <= tick:
            rng = np.random.default_rng((*self.key, len(sections)))
            begins = sections[-1].begins + self.section_ticks
            sections.append(self.forms.following(sections, begins, rng))
        return self if len(sections) == len(self.sections) else replace(self, sections=tuple(sections))

    def at(self, tick: int) -> int:
        """Return the index of the section at this tick; the first one before it begins."""
        return max(0, min((tick - self.sections[0].begins) // self.section_ticks, len(self.sections) - 1))
