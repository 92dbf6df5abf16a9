"""Divide a corpus into pieces for training, for choosing the epoch (validation) and for testing."""

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
"""Two pieces that share this part of the shorter one's motifs, or more, are versions of one piece. Measured:
pairs are far above it or far below. The 44 pairs of Nottingham tunes above 0.2 are mostly neighbours in their
book; the one such pair of POP909 has 1.0, and all other pairs there have at most 0.03."""

_VERSIONS = (
    "Pieces with the same notes at the same onsets in any key are duplicates: one stays, a named test piece "
    f"or else the first by name. Pieces that share {SHARED:.0%} of the shorter one's figures of {MOTIF} "
    "events are versions of one, and stay on one side. "
)
RULE = (
    f"{_VERSIONS}Of these groups in order of name the 5th, 15th, 25th ... validate and the 10th, 20th, 30th "
    "... test; of three or four groups the last validates, of one or two none."
)
"""The rule for dividing pieces, for the run folder."""

NAMED_RULE = (
    f"{_VERSIONS}The corpus names its test pieces. Of the other groups in order of name the 5th, 15th, 25th "
    "... validate; of three or four the last does, of one or two none."
)
"""The rule for a corpus that names its test pieces."""

OWN_SETS = ("train", "valid", "test")

OWN_RULE = "The corpus is divided already: all its pieces lie in train, valid and test."
"""The rule for a corpus with an official split, which stays as it is, including duplicates."""


class SplitError(SegueError):
    """A corpus cannot be divided as its description says."""


@dataclass(frozen=True, slots=True)
class Split:
    """A divided corpus: names of pieces, in alphabetical order.

    Attributes:
        train: pieces for training.
        valid: pieces that decide which epoch is best.
        test: pieces for testing only.
        duplicates: pieces that are left out, each with the piece that it repeats.
        rule: the rule by which they were divided.
    """

    train: tuple[str, ...]
    valid: tuple[str, ...]
    test: tuple[str, ...]
    duplicates: Mapping[str, str]
    rule: str


def split(pieces: Iterable[ScorePiece], layout: Layout) -> Split:
    """Divide pieces by the rule that the result states; the order of the pieces does not matter.

    Raises:
        SplitError: if a test piece of the layout is missing, or no pieces are left for training.
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
            f"no pieces are left for training beside the {count_of(len(named), 'test piece')}: name fewer in "
            "`test`, or add files"
        )
    return Split(_names(train), _names(valid), _names(test), duplicates, NAMED_RULE if layout.test else RULE)


def _own_split(pieces: Sequence[ScorePiece]) -> Split | None:
    """Return the official split if all pieces lie in its three sets; None otherwise."""
    sets = {role: tuple(p.name for p in pieces if p.name.startswith(f"{role}/")) for role in OWN_SETS}
    if all(sets.values()) and sum(map(len, sets.values())) == len(pieces):
        return Split(**sets, duplicates={}, rule=OWN_RULE)
    return None


def _named_tests(pieces: Sequence[ScorePiece], begins: Sequence[str]) -> set[str]:
    """Return the names that begin with one of `begins`; `SplitError` if no name begins with one of them."""
    named = {piece.name for piece in pieces if _is_named(piece.name, begins)}
    for begin in begins:
        if not any(_is_named(name, (begin,)) for name in named):
            raise SplitError(
                f"a test piece must be in the corpus, and no file there begins with {begin!r}: correct "
                "`test` in the description, or add the file"
            )
    return named


def _without_duplicates(
    pieces: Sequence[ScorePiece], named: Collection[str]
) -> tuple[list[ScorePiece], dict[str, str]]:
    """Return one piece of each content, and the duplicates by name with the piece that each repeats.

    A named test piece is preferred over its duplicates. Pieces are taken and returned sorted by name.
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
    """Return the motifs of a piece, independent of the key."""
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
