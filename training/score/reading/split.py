"""Which pieces are learnt from, which choose the epoch, and which are kept for testing."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import PurePosixPath

from presets.counting import count_of
from presets.errors import SegueError
from training.score.reading.layout import Layout
from training.score.reading.piece import ScorePiece

MOTIF = 8
"""Events of a motif: successive top notes as intervals, with their inter-onset intervals."""

SHARED = 0.25
"""Share of the shorter piece's motifs from which on two pieces are versions of one. Measured: pairs are far
above it or far below; the 44 pairs of Nottingham tunes above 0.2 are mostly neighbours in their book, the one
of POP909 has 1.0, and any other there at most 0.03."""

_VERSIONS = (
    "Pieces with the same notes at the same onsets in any key are duplicates: one stays, a named test piece "
    f"or else the first by name. Pieces that share {SHARED:.0%} of the shorter one's figures of {MOTIF} "
    "events are versions of one, and stay on one side. "
)
RULE = (
    f"{_VERSIONS}Of these groups in order of name the 5th, 15th, 25th ... validate and the 10th, 20th, 30th "
    "... test; of three or four groups the last validates, of one or two none."
)
"""How pieces are divided, for the run folder."""

NAMED_RULE = (
    f"{_VERSIONS}The corpus names its test pieces. Of the other groups in order of name the 5th, 15th, 25th "
    "... validate; of three or four the last does, of one or two none."
)
"""The same for a corpus that names its test pieces."""

OWN_SETS = ("train", "valid", "test")

OWN_RULE = "The corpus is divided already: all its pieces lie in train, valid and test."
"""The same for a corpus with an official split, which is left as it is, duplicates and all."""


class SplitError(SegueError):
    """A corpus cannot be divided as it asks."""


@dataclass(frozen=True, slots=True)
class Split:
    """Names of pieces, each in the order of the names.

    Attributes:
        train: are learnt from.
        valid: choose the best epoch.
        test: for testing; nothing is learnt or chosen by them.
        duplicates: what is left out, with the piece that it repeats.
        rule: how they were divided.
    """

    train: tuple[str, ...]
    valid: tuple[str, ...]
    test: tuple[str, ...]
    duplicates: Mapping[str, str]
    rule: str


def split(pieces: Iterable[ScorePiece], layout: Layout) -> Split:
    """Divide pieces by the rule that the result states; the same pieces give the same in any order.

    Raises:
        SplitError: if a test piece of the layout is not there, or nothing would be left to learn from.
    """
    pieces = sorted(pieces, key=lambda piece: piece.name)
    if own := _own_split(pieces):
        return own
    named = _named_tests(pieces, layout.test)
    kept, duplicates = _without_duplicates(pieces, named)
    groups = group_versions(kept)
    test = [group for group in groups if named.intersection(group)]
    others = [group for group in groups if not named.intersection(group)]
    valid = others[4::10] or others[2:][-1:]
    if not layout.test:
        test = others[9::10]
    train = [group for group in others if group not in valid and group not in test]
    if not train:
        raise SplitError(
            f"a corpus must have pieces to learn from besides its {count_of(len(named), 'test piece')}, got "
            "none: name fewer in `test`, or add files"
        )
    return Split(_names(train), _names(valid), _names(test), duplicates, NAMED_RULE if layout.test else RULE)


def _own_split(pieces: Sequence[ScorePiece]) -> Split | None:
    """Return the official split of a corpus whose pieces all lie in its sets; None if it has none."""
    sets = {role: tuple(p.name for p in pieces if p.name.startswith(f"{role}/")) for role in OWN_SETS}
    if all(sets.values()) and sum(map(len, sets.values())) == len(pieces):
        return Split(**sets, duplicates={}, rule=OWN_RULE)
    return None


def _named_tests(pieces: Sequence[ScorePiece], begins: Sequence[str]) -> set[str]:
    """Return the names that begin so; `SplitError` for a beginning that none has."""
    named = {piece.name for piece in pieces if _is_named(piece.name, begins)}
    for begin in begins:
        if not any(_is_named(name, (begin,)) for name in named):
            raise SplitError(
                f"a test piece must be in the corpus, got {begin!r}, which begins no name there: mend "
                "`test` in its description, or add the file"
            )
    return named


def _without_duplicates(
    pieces: Sequence[ScorePiece], named: Collection[str]
) -> tuple[list[ScorePiece], dict[str, str]]:
    """Return one piece of each content, a named one where there is one; and what each of the others repeats.

    Pieces come and go in the order of their names.
    """
    kept: dict[str, ScorePiece] = {}
    for piece in sorted(pieces, key=lambda piece: piece.name not in named):
        kept.setdefault(piece.content, piece)
    duplicates = {
        piece.name: kept[piece.content].name for piece in pieces if kept[piece.content] is not piece
    }
    return sorted(kept.values(), key=lambda piece: piece.name), duplicates


def group_versions(pieces: Sequence[ScorePiece]) -> list[list[str]]:
    """Return the names of the pieces in groups of versions, in the order of each group's first piece."""
    motifs = [_motifs(piece) for piece in pieces]
    holders: defaultdict[object, list[int]] = defaultdict(list)
    for index, found in enumerate(motifs):
        for motif in found:
            holders[motif].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for holding in holders.values():
        shared.update(combinations(holding, 2))
    group = list(range(len(pieces)))
    for (first, second), count in shared.items():
        if count >= SHARED * min(len(motifs[first]), len(motifs[second])):
            old, new = group[second], group[first]
            group = [new if number == old else number for number in group]
    named: defaultdict[int, list[str]] = defaultdict(list)
    for number, piece in zip(group, pieces, strict=True):
        named[number].append(piece.name)
    return list(named.values())


def _motifs(piece: ScorePiece) -> set[tuple[int, ...]]:
    """Return the motifs of a piece, whatever the key."""
    tops = [event.notes[-1].note for event in piece.events]
    iois = [event.ioi for event in piece.events]
    return {
        (*(top - tops[begin] for top in tops[begin : begin + MOTIF]), *iois[begin + 1 : begin + MOTIF])
        for begin in range(len(tops) - MOTIF + 1)
    }


def _is_named(name: str, begins: Sequence[str]) -> bool:
    return PurePosixPath(name).name.startswith(tuple(begins))


def _names(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted(name for group in groups for name in group))
