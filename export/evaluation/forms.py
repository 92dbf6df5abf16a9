"""The form of generated music: which sections return, and whether a preset plays what its form asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from export.judging.hearing import Music
from live.core.planning.form_ahead import form_after
from presets.bundles.bundle import Bundle
from presets.music.encoding import GRID, encode
from presets.music.form import Forms
from presets.music.outline import numbers
from presets.music.sections import SECTION_BARS, sections_of

LEAST_EVENTS = 4
"""A section with fewer events has no outline that could be compared."""

SECTIONS = 8
"""Pieces of fewer sections do not count: little can return in them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One number of the outline: what the form asked for, and what was played.

    Attributes:
        asked: mean over all sections.
        played: mean over all sections.
        agreement: Spearman's rank correlation of both, -1..1; 0 if one of them never changes.
    """

    asked: float
    played: float
    agreement: float


@dataclass(frozen=True, slots=True)
class FormFacts:
    """The form of a preset's music, and of its corpus.

    Attributes:
        corpus_returns: for each piece of the corpus, the share of its sections that repeat an earlier one.
        returns: the same for each generated piece.
        outline: each number of the outline, by its name; empty if the preset has no forms.
    """

    corpus_returns: tuple[float, ...]
    returns: tuple[float, ...]
    outline: Mapping[str, Asked]


NO_FORM = FormFacts((), (), {})
"""Nothing was measured."""


def form_facts(bundle: Bundle, rng_seed: int, played: Sequence[Music], corpus: Sequence[Music]) -> FormFacts:
    """Measure the form of generated pieces.

    Args:
        bundle: the preset.
        rng_seed: of the first piece, as in `Commission`.
        played: the pieces, as `generate` returned them.
        corpus: the pieces of the corpus.
    """
    parts = len(bundle.settings.parts)
    forms = bundle.network.read_forms(parts)
    outline = {} if forms is None else _agreement(bundle, forms, rng_seed, played)
    corpus_returns, returns = (
        tuple(share for music in side if (share := _returning(music, parts)) is not None)
        for side in (corpus, played)
    )
    return FormFacts(corpus_returns, returns, outline)


def _returning(music: Music, parts: int) -> float | None:
    """Return the share of sections that repeat an earlier one; None if the piece is too short."""
    repeats = sections_of(encode(music.events, music.positions, parts)).repeats
    return float((repeats > 0).mean()) if len(repeats) >= SECTIONS else None


def _agreement(bundle: Bundle, forms: Forms, rng_seed: int, played: Sequence[Music]) -> dict[str, Asked]:
    """Return what was asked for and what was played, over the whole sections of all pieces."""
    rows: list[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]] = []
    for number, music in enumerate(played):
        seed = bundle.seeds[number % len(bundle.seeds)]
        form = form_after(forms, seed, bundle.settings, rng_seed + number)
        columns = encode(music.events, music.positions, forms.parts)
        found = sections_of(columns)
        # The music counts from its first event, the form from the seed's newest one.
        first = music.events[0].ioi // GRID
        begins = (found.begins + first) * GRID
        events = np.bincount(found.bar_of_event // SECTION_BARS, minlength=len(found.outlines))
        # The last section was broken off.
        for index, outline in enumerate(found.outlines[:-1]):
            begin = int(begins[index * SECTION_BARS])
            section = form[form.at(begin)]
            if section.begins == begin and events[index] >= LEAST_EVENTS:
                rows.append((section.outline, outline))
    if not rows:
        return {}
    wanted, got = (np.array(side) for side in zip(*rows, strict=True))
    return {
        number.name: Asked(
            float(wanted[:, place].mean()),
            float(got[:, place].mean()),
            _rank_correlation(wanted[:, place], got[:, place]),
        )
        for place, number in enumerate(numbers(forms.parts))
        if number.name != "return"
    }


def _rank_correlation(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    ranks = [rankdata(side) for side in (one, other)]
    if any(np.ptp(side) == 0 for side in ranks):
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])
