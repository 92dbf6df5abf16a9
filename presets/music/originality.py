"""An index of a training set for finding copied passages; it holds hashes, no music.

A passage is **verbatim** if it has the notes and the inter-onset intervals of a passage of the training set,
in the same key or in another. A passage with fewer than four distinct notes (a trill, a repeated chord) does
not count.

The index keeps 20 bits for each **step** from one event of a piece to the next. They are a hash of the notes
of both events relative to their lowest, the movement of the lowest note, and the interval between the onsets.
So a passage of n events is n - 1 equal steps in a row. Key, tempo, durations, velocities and parts are not in
a step, and do not count. Two different steps have the same hash with probability 2**-20, and k in a row with
2**(-20 k). So the probability that 500 events seem to contain a passage of four events, in an index of
700,000 events, is 3e-10. A true passage seems one event longer with a probability of 1e-6 for each position
in the index that has it.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from presets.errors import SegueError
from presets.music.encoding import IOIS, ioi_class, symbol
from presets.music.event import Event
from presets.music.suffix_search import BITS, WIDTH, Match, SuffixSearch

FORMAT = 1
LEAST_NOTES = 4
"""Minimum number of distinct notes in a passage that counts."""

LONGEST = 4096
"""Maximum number of steps that a trail remembers."""


class OriginalityError(SegueError):
    """Some bytes are not a valid originality index."""


@dataclass(frozen=True, slots=True)
class VerbatimPassage:
    """A verbatim passage.

    Attributes:
        length: its length in events; 0 if there is none, otherwise at least 2.
        begins: index of its first event in the music that was searched.
        piece: name of a training piece that contains it.
        at: index of its first event in that piece.
    """

    length: int = 0
    begins: int = 0
    piece: str = ""
    at: int = 0


class OriginalityIndex:
    """The steps of the pieces of a training set. Immutable; any thread may read it.

    The constructor sorts the steps, which takes a twentieth of a second for 500,000 events.

    Args:
        pieces: name and number of events of each piece.
        steps: the steps of all pieces in a row, each 0..2**20 - 1; a piece has one step less than events.
        has_rhythm: whether intervals count; if not, all intervals are treated as equal.
    """

    def __init__(
        self, pieces: Sequence[tuple[str, int]], steps: npt.NDArray[np.uint32], *, has_rhythm: bool = True
    ) -> None:
        self.pieces = tuple(pieces)
        self.has_rhythm = has_rhythm
        self._steps = steps
        self._search = SuffixSearch([max(events - 1, 0) for _, events in self.pieces], steps)

    def __len__(self) -> int:
        """Return the number of events."""
        return sum(events for _, events in self.pieces)

    @classmethod
    def build(cls, pieces: Iterable[tuple[str, Sequence[Event]]], *, has_rhythm: bool = True) -> Self:
        """Return the index of pieces, each a name and its events; the first interval of each is ignored."""
        sizes, steps = [], []
        for name, events in pieces:
            sizes.append((name, len(events)))
            heard = [_hear(event, has_rhythm) for event in events]
            steps += [_step(*pair) for pair in pairwise(heard)]
        return cls(sizes, np.array(steps, dtype=np.uint32), has_rhythm=has_rhythm)

    def to_bytes(self) -> bytes:
        """Return the form stored in bundles: a line with format and CRC-32, the pieces as JSON, the steps.

        The lower 16 bits of all steps come first, little-endian, then the upper 4 bits, two steps in a byte.
        """
        pieces = json.dumps(self.pieces, separators=(",", ":")).encode()
        upper = np.pad((self._steps >> 16).astype(np.uint8), (0, len(self._steps) % 2))
        packed = upper[::2] | (upper[1::2] << 4)
        body = b"\n".join([pieces, self._steps.astype("<u2").tobytes() + packed.tobytes()])
        return _first_line(body) + body

    @classmethod
    def from_bytes(cls, data: bytes, *, has_rhythm: bool = True) -> Self:
        """Read the form that `to_bytes` returns; it does not store `has_rhythm`.

        Raises:
            OriginalityError: if it has another format, or is damaged.
        """
        begin, _, body = data.partition(b"\n")
        words = begin.split(b" ")
        if words[:2] == [b"segue", b"originality"] and words[2:3] != [b"%d" % FORMAT]:
            found = b" ".join(words[2:3]).decode(errors="replace")
            raise OriginalityError(
                f"an originality index must have format {FORMAT}, got {found!r}; export the preset again"
            )
        if begin + b"\n" != _first_line(body):
            raise OriginalityError(_damaged(data))
        pieces, _, packed = body.partition(b"\n")
        try:
            sizes = [(str(name), int(events)) for name, events in json.loads(pieces)]
            count = sum(max(events - 1, 0) for _, events in sizes)
            if len(packed) != 2 * count + (count + 1) // 2:
                raise OriginalityError(_damaged(data))
            lower = np.frombuffer(packed[: 2 * count], dtype="<u2").astype(np.uint32)
            upper = np.frombuffer(packed[2 * count :], dtype=np.uint8)
            both = np.column_stack([upper & 15, upper >> 4]).astype(np.uint32).ravel()
            steps = lower + (both[: len(both) - count % 2] << np.uint32(16))
            return cls(sizes, steps.astype(np.uint32), has_rhythm=has_rhythm)
        except (TypeError, ValueError) as error:
            raise OriginalityError(_damaged(data)) from error

    def longest_run(self, events: Sequence[Event], ignore_first: int = 0) -> VerbatimPassage:
        """Return the longest verbatim passage, the first one if several are equally long.

        Args:
            events: the music to search.
            ignore_first: number of events at the beginning that do not count, such as a seed.
        """
        trail = longest = Trail()
        for event in events[ignore_first:]:
            trail = self.follow(trail, event)
            if trail.length > longest.length:
                longest = trail
        run = self.run_of(longest)
        return replace(run, begins=run.begins + ignore_first)

    def follow(self, trail: "Trail", event: Event) -> "Trail":
        """Return the trail extended by an event, whose interval counts from the event before it."""
        heard = _hear(event, self.has_rhythm)
        backwards, match = self._follow(trail, heard)
        struck = [(key, trail.events) for key in heard.keys]
        struck += [(key, last) for key, last in trail.struck if key not in heard.keys]
        begins = trail.events - match.symbols
        is_passage = match.symbols > 0 and sum(last >= begins for _, last in struck) >= LEAST_NOTES
        return Trail(
            trail.events + 1,
            match.symbols + 1 if is_passage else 0,
            heard,
            backwards[: match.symbols * WIDTH],
            match,
            tuple(struck[:LEAST_NOTES]),
        )

    def run_of(self, trail: "Trail") -> VerbatimPassage:
        """Return the verbatim passage that ends with the newest event of a trail of this index."""
        if not trail.length:
            return VerbatimPassage(begins=trail.events)
        piece, step = self._search.position(trail.match)
        # Step 0 of a piece leads to its event 1.
        begins, at = trail.events - trail.length, step + 2 - trail.length
        return VerbatimPassage(trail.length, begins, self.pieces[piece][0], at)

    def _follow(self, trail: "Trail", heard: "_Heard") -> tuple[bytes, Match]:
        """Return the steps up to an event, the last first, and their longest match."""
        # All the longest intervals have the same class, so a passage must not extend across one.
        if trail.newest is None or heard.ioi == IOIS - 1:
            return b"", Match()
        step = _step(trail.newest, heard).to_bytes(WIDTH)
        # The match can be at most one step longer than before.
        backwards = (step + trail.backwards)[: LONGEST * WIDTH]
        on = self._search.goes_on(trail.match, step)
        return backwards, on or self._search.find(backwards)


class _Heard(NamedTuple):
    """The parts of an event that count: its piano keys, rising, and the class of its interval."""

    ioi: int
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trail:
    """How far music follows a training set. Immutable, so that music can be taken back.

    A trail belongs to one index (`OriginalityIndex.follow`); an empty one fits any. Its size is bounded.

    Attributes:
        events: number of events so far.
        length: length in events of the verbatim passage that ends with the newest event; 0 if there is none.
        newest: the newest event.
        backwards: the steps that match, the last first.
        match: their position in the index.
        struck: the last distinct keys, the newest first, each with the number of the event that had it last.
    """

    events: int = 0
    length: int = 0
    newest: _Heard | None = None
    backwards: bytes = b""
    match: Match = field(default_factory=Match)
    struck: tuple[tuple[int, int], ...] = ()

    @property
    def most(self) -> int:
        """The maximum length that the passage can have one event later."""
        return self.match.symbols + 2


def _hear(event: Event, has_rhythm: bool) -> _Heard:
    keys = tuple(sorted({symbol(note, 1) for note in event.notes}))
    return _Heard(ioi_class(event.ioi) if has_rhythm else 0, keys)


def _step(before: _Heard, after: _Heard) -> int:
    """Return the hash of the step from one event to the next."""
    shapes = [bytes(key - heard.keys[0] for key in heard.keys) for heard in (before, after)]
    movement = after.keys[0] - before.keys[0]
    # 255 separates the parts: no key is that far above the lowest one.
    message = b"\xff".join([*shapes, movement.to_bytes(1, signed=True), after.ioi.to_bytes(2)])
    return int.from_bytes(blake2b(message, digest_size=4).digest()) >> (32 - BITS)


def _first_line(body: bytes) -> bytes:
    return b"segue originality %d %08x\n" % (FORMAT, zlib.crc32(body))


def _damaged(data: bytes) -> str:
    return f"an originality index must be intact, got {len(data)} damaged bytes; export the preset again"
