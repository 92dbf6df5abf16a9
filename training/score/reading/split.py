"""Divide a corpus into pieces for training, for choosing the epoch (validation) and for testing."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
    "events are versions of one, and stay on one side; of a piece that the description leaves out none is "
    "used. "
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

BOTH_NAMED_RULE = f"{_VERSIONS}The corpus names the pieces that validate, and those that test."
"""The rule for a corpus that also names those that choose the epoch."""

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
        left_out: pieces that the description leaves out, and their versions.
        rule: the rule by which they were divided.
    """

    train: tuple[str, ...]
    valid: tuple[str, ...]
    test: tuple[str, ...]
    duplicates: Mapping[str, str]
    left_out: tuple[str, ...]
    rule: str


def split(pieces: Iterable[ScorePiece], layout: Layout) -> Split:
    """Divide pieces by the rule that the result states; the order of the pieces does not matter.

    Raises:
        SplitError: if a piece that the layout names is missing, or no pieces are left for training.
    """
    pieces = sorted(pieces, key=lambda piece: piece.name)
    out, named, judges = (
        _named(pieces, begins, key)
        for begins, key in (
            (layout.leave_out, "leave_out"),
            (layout.test, "test"),
            (layout.valid, "valid"),
        )
    )
    if own := _own_split(pieces, out):
        return own
    kept, duplicates = _without_duplicates(pieces, [out, named, judges])
    groups = group_versions(kept)
    left_out = [group for group in groups if out.intersection(group)]
    groups = [group for group in groups if not out.intersection(group)]
    test = [group for group in groups if named.intersection(group)]
    others = [group for group in groups if not named.intersection(group)]
    if judges:
        valid = [group for group in others if judges.intersection(group)]
    else:
        valid = others[4::10] or others[2:][-1:]
    if not layout.test:
        test = others[9::10]
    train = [group for group in others if group not in valid and group not in test]
    if not train:
        raise SplitError(
            f"no pieces are left for training beside the {count_of(len(named), 'test piece')}: name fewer in "
            "the description, or add files"
        )
    rule = BOTH_NAMED_RULE if judges else NAMED_RULE if layout.test else RULE
    return Split(_names(train), _names(valid), _names(test), duplicates, _names(left_out), rule)


def _own_split(pieces: Sequence[ScorePiece], out: Collection[str]) -> Split | None:
    """Return the official split if all pieces lie in its three sets; None otherwise."""
    kept = [piece.name for piece in pieces if piece.name not in out]
    sets = {role: tuple(name for name in kept if name.startswith(f"{role}/")) for role in OWN_SETS}
    if all(sets.values()) and sum(map(len, sets.values())) == len(kept):
        return Split(**sets, duplicates={}, left_out=tuple(sorted(out)), rule=OWN_RULE)
    return None


def _named(pieces: Sequence[ScorePiece], begins: Sequence[str], key: str) -> set[str]:
    """Return the names that begin with one of `begins`; `SplitError` if no name begins with one of them."""
    named = {piece.name for piece in pieces if _is_named(piece.name, begins)}
    for begin in begins:
        if not any(_is_named(name, (begin,)) for name in named):
            raise SplitError(
                f"a piece that `{key}` names must be in the corpus, and no file there begins with {begin!r}: "
                f"correct `{key}` in the description, or add the file"
            )
    return named


def _without_duplicates(
    pieces: Sequence[ScorePiece], preferred: Sequence[Collection[str]]
) -> tuple[list[ScorePiece], dict[str, str]]:
    """Return one piece of each content, and the duplicates by name with the piece that each repeats.

    Args:
        pieces: sorted by name, and so is the result.
        preferred: names of pieces that stay rather than their duplicates, those of the first set above all.
    """
    kept: dict[str, ScorePiece] = {}
    for piece in sorted(pieces, key=lambda piece: [piece.name not in names for names in preferred]):
        kept.setdefault(piece.content, piece)
    duplicates = {
        piece.name: kept[piece.content].name for piece in pieces if kept[piece.content] is not piece
    }
    return sorted(kept.values(), key=lambda piece: piece.name), duplicates


def group_versions(pieces: Sequence[ScorePiece]) -> list[list[str]]:
    """Return the names of the pieces in groups of versions, in the order of each group's first piece."""
    group = list(range(len(pieces)))
    for first, second in _versions(pieces):
        old, new = group[second], group[first]
        group = [new if number == old else number for number in group]
    named: defaultdict[int, list[str]] = defaultdict(list)
    for number, piece in zip(group, pieces, strict=True):
        named[number].append(piece.name)
    return list(named.values())


def versions_of(pieces: Sequence[ScorePiece], others: Sequence[ScorePiece]) -> dict[str, str]:
    """Return the names of the pieces that are duplicates or versions of one of others, each with that one."""
    contents = {other.content: other.name for other in others}
    found = {piece.name: contents[piece.content] for piece in pieces if piece.content in contents}
    for first, second in _versions([*pieces, *others]):
        if first < len(pieces) <= second:
            found.setdefault(pieces[first].name, others[second - len(pieces)].name)
    return dict(sorted(found.items()))


def _versions(pieces: Sequence[ScorePiece]) -> Iterator[tuple[int, int]]:
    """Yield each pair of pieces that are versions of one, by their indices, the lower one first."""
    motifs = [_motifs(piece) for piece in pieces]
    holders: defaultdict[object, list[int]] = defaultdict(list)
    for index, found in enumerate(motifs):
        for motif in found:
            holders[motif].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for holding in holders.values():
        shared.update(combinations(holding, 2))
    for (first, second), count in shared.items():
        if count >= SHARED * min(len(motifs[first]), len(motifs[second])):
            yield first, second


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
