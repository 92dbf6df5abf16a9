"""Where the music is, from the MIDI clock that was heard: how far off its place a note is, in any tempo."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from live.core.beat.swing import swung
from tests.measurements.tempo_map import GRID, PPQ

CLOCKS_OF_BEAT = 24


@dataclass(frozen=True, slots=True)
class ClockGrid:
    """MIDI clocks, the first of which is tick 0.

    Attributes:
        frames: of each clock, in order.
    """

    frames: Sequence[int]

    def next_line(self, frame: float, clocks: int) -> int | None:
        """Return the first line on or after a frame, as the number of a clock; None if it did not come.

        Args:
            frame: of JACK.
            clocks: from one line to the next.
        """
        number = -(-bisect_left(self.frames, frame) // clocks) * clocks
        return number if number < len(self.frames) else None

    def errors(self, frames: Iterable[int], swings: Sequence[float]) -> list[float]:
        """Return by how many frames each is off the nearest place of the music, where clocks tell it.

        Args:
            frames: of notes.
            swings: that may hold, percent; only grid places swung so count.
        """
        places = sorted({swung(tick, swing) for tick in range(0, PPQ, GRID) for swing in swings})
        places = [*places, float(PPQ)]
        return [error for frame in frames if (error := self._off_nearest(frame, places)) is not None]

    def uneven(self) -> int:
        """Return how many clocks are 2 frames or more off the middle of their neighbours: tempo jumps."""
        neighbours = zip(self.frames, self.frames[1:], self.frames[2:], strict=False)
        return sum(abs(here - (before + after) / 2) >= 2 for before, here, after in neighbours)

    def _off_nearest(self, frame: int, places: Sequence[float]) -> float | None:
        beat = (bisect_right(self.frames, frame) - 1) // CLOCKS_OF_BEAT * CLOCKS_OF_BEAT
        if beat < 0 or beat + CLOCKS_OF_BEAT >= len(self.frames):
            return None
        due = [self._frame_at(beat * GRID + place) for place in places]
        after = bisect_left(due, frame)
        return min((frame - at for at in due[max(0, after - 1) : after + 1]), key=abs)

    def _frame_at(self, tick: float) -> float:
        clock, rest = divmod(tick, GRID)
        here = self.frames[int(clock)]
        return here if not rest else here + (self.frames[int(clock) + 1] - here) * rest / GRID
