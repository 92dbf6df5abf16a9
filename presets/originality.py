"""What a training set looks like to someone who searches it for a passage: hashes, no music.

A passage is **verbatim** if it has the notes and the inter-onset intervals of a passage of the training set,
in its key or in another. One with fewer than four distinct notes (a trill, a repeated chord) is nobody's.

The index keeps 20 bits for each **step** from one event of a piece to the next: a hash of the notes of both
above their lowest, the movement of the lowest, and the interval between the onsets. So a passage of n events
is n - 1 equal steps in a row, and what a step does not say (key, tempo, durations, velocities, parts) does
not count. Two different steps pass for equal with probability 2**-20, k in a row with 2**(-20 k). So 500
events find a false passage of four events in an index of 700,000 events with a probability of 3e-10. A true
passage seems one event longer with one of 1e-6 for each place in the index where as much of it stands.
"""

import json
import zlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from presets.backward_search import BITS, WIDTH, BackwardSearch, Match
from presets.encoding import ioi_class, symbol
from presets.errors import SegueError
from presets.event import Event

FORMAT = 1
LEAST_NOTES = 4
"""Distinct note numbers of a passage that counts."""

LONGEST = 4096
"""Steps that a matcher remembers."""


class OriginalityError(SegueError):
    """Bytes are no originality index."""


@dataclass(frozen=True, slots=True)
class Run:
    """A verbatim passage.

    Attributes:
        length: in events; 0 if there is none, otherwise at least 2.
        begins: index of its first event in the music that was searched.
        piece: name of the piece of the training set that has it; of several any.
        at: index of its first event there.
    """

    length: int = 0
    begins: int = 0
    piece: str = ""
    at: int = 0


class OriginalityIndex:
    """The steps of the pieces of a training set. Immutable; any thread may read it.

    Args:
        pieces: name and number of events of each piece.
        steps: of all pieces, one after the other, each 0..2**20 - 1; a piece has one less than events.
    """

    def __init__(self, pieces: Sequence[tuple[str, int]], steps: npt.NDArray[np.uint32]) -> None:
        self.pieces = tuple(pieces)
        self._steps = steps

    def __len__(self) -> int:
        """Return the number of events."""
        return sum(events for _, events in self.pieces)

    @classmethod
    def build(cls, pieces: Iterable[tuple[str, Sequence[Event]]]) -> Self:
        """Return the index of pieces, each a name and its events; the first interval of each is ignored."""
        sizes, steps = [], []
        for name, events in pieces:
            sizes.append((name, len(events)))
            heard = [_hear(event) for event in events]
            steps += [_step(*pair) for pair in pairwise(heard)]
        return cls(sizes, np.array(steps, dtype=np.uint32))

    def to_bytes(self) -> bytes:
        """Return the form that bundles store: a line with format and CRC-32, the pieces as JSON, the steps.

        Of the steps first the lower 16 bits of each, little-endian, then the upper 4, two in a byte.
        """
        pieces = json.dumps(self.pieces, separators=(",", ":")).encode()
        upper = np.pad((self._steps >> 16).astype(np.uint8), (0, len(self._steps) % 2))
        packed = upper[::2] | (upper[1::2] << 4)
        body = b"\n".join([pieces, self._steps.astype("<u2").tobytes() + packed.tobytes()])
        return _first_line(body) + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` returned.

        Raises:
            OriginalityError: if it is of another format, or damaged.
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
            return cls(sizes, steps.astype(np.uint32))
        except (TypeError, ValueError) as error:
            raise OriginalityError(_damaged(data)) from error

    def longest_run(self, events: Sequence[Event], ignore_first: int = 0) -> Run:
        """Return the longest verbatim passage, the first of equals.

        Args:
            events: the music to be searched.
            ignore_first: events at its beginning that do not count, as a seed does not.
        """
        matcher = Matcher(self)
        longest = Run()
        for event in events[ignore_first:]:
            if matcher.push(event) > longest.length:
                longest = matcher.run
        return Run(longest.length, longest.begins + ignore_first, longest.piece, longest.at)

    @cached_property
    def _search(self) -> BackwardSearch:
        return BackwardSearch([max(events - 1, 0) for _, events in self.pieces], self._steps)


class Matcher:
    """Follows music event by event. One owner thread.

    The first matcher of an index sorts it, which takes a while (0.25 s for 600,000 events).

    Args:
        index: to be searched.
    """

    def __init__(self, index: OriginalityIndex) -> None:
        self._search = index._search
        self._pieces = index.pieces
        self._count = 0
        self._last: _Heard | None = None
        self._backwards = b""
        self._keys: deque[tuple[int, ...]] = deque(maxlen=LONGEST + 1)
        self._match = Match()
        self._length = 0

    def push(self, event: Event) -> int:
        """Go on to an event; return the length in events of the verbatim passage that ends with it, or 0."""
        heard = _hear(event)
        self._backwards, self._match = self._follow(heard)
        self._length = self._length_of(heard, self._match)
        self._keys.append(heard.keys)
        self._last = heard
        self._count += 1
        return self._length

    def peek(self, event: Event) -> int:
        """Return what `push` would, and stay where we are."""
        heard = _hear(event)
        return self._length_of(heard, self._follow(heard)[1])

    @property
    def run(self) -> Run:
        """The verbatim passage that ends with the last event."""
        if not self._length:
            return Run(begins=self._count)
        piece, step = self._search.position(self._match)
        # A piece's step 0 leads to its event 1.
        begins, at = self._count - self._length, step + 2 - self._length
        return Run(self._length, begins, self._pieces[piece][0], at)

    def _follow(self, heard: "_Heard") -> tuple[bytes, Match]:
        """Return the steps up to an event, the last first, and the longest match of them."""
        if self._last is None:
            return b"", Match()
        step = _step(self._last, heard).to_bytes(WIDTH)
        backwards = (step + self._backwards)[: LONGEST * WIDTH]
        on = self._search.goes_on(self._match, step)
        return backwards, on or self._search.find(backwards)

    def _length_of(self, heard: "_Heard", match: Match) -> int:
        """Return a match's length in events; 0 if it has too few distinct notes."""
        if not match.symbols:
            return 0
        distinct = set(heard.keys)
        for back in range(1, min(match.symbols, len(self._keys)) + 1):
            if len(distinct) >= LEAST_NOTES:
                break
            distinct.update(self._keys[-back])
        return match.symbols + 1 if len(distinct) >= LEAST_NOTES else 0


class _Heard(NamedTuple):
    """An event as far as it counts: its keys of the piano, rising, and the class of its interval."""

    ioi: int
    keys: tuple[int, ...]


def _hear(event: Event) -> _Heard:
    return _Heard(ioi_class(event.ioi), tuple(sorted({symbol(note, 1) for note in event.notes})))


def _step(before: _Heard, after: _Heard) -> int:
    """Return the hash of the step from one event to the next."""
    shapes = [bytes(key - heard.keys[0] for key in heard.keys) for heard in (before, after)]
    movement = after.keys[0] - before.keys[0]
    # 255 is no interval above the lowest key.
    message = b"\xff".join([*shapes, movement.to_bytes(1, signed=True), after.ioi.to_bytes(2)])
    return int.from_bytes(blake2b(message, digest_size=4).digest()) >> (32 - BITS)


def _first_line(body: bytes) -> bytes:
    return b"segue originality %d %08x\n" % (FORMAT, zlib.crc32(body))


def _damaged(data: bytes) -> str:
    return (
        f"an originality index must be as it was exported, got {len(data)} bytes that are not; export the "
        "preset again"
    )
