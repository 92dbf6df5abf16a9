"""The notes that were struck lately: what the piano roll on the screen shows."""

from collections import deque
from dataclasses import dataclass, replace

from live.core.output.schedule import Strike
from live.core.planning.states import Source

KEPT_NOTES = 1000
"""Of each; more than are in sight. A keyboard that rattles must not fill the memory."""

HANDED_AHEAD = 5.0
"""Seconds; notes are handed over in order of their moments, but for those nearer to each other than this."""


@dataclass(frozen=True, slots=True)
class RollNote:
    """A note that sounds, has sounded, or is about to.

    Attributes:
        source: who plays it.
        note: MIDI note number 0..127.
        start: when it began or will, seconds on the stage's clock.
        end: when it ended or will; None while its key is held.
    """

    source: Source
    note: int
    start: float
    end: float | None


class RecentNotes:
    """Gathers what segue and the player strike. Owned by the stage's thread; what it gives away is frozen."""

    def __init__(self) -> None:
        self._struck: deque[RollNote] = deque(maxlen=KEPT_NOTES)
        self._played: deque[RollNote] = deque(maxlen=KEPT_NOTES)
        # The keys that are down, and since when.
        self._held: dict[int, float] = {}

    def strike(self, strike: Strike) -> None:
        """Take a note of segue's as it is handed over: before its time, with its end."""
        self._struck.append(RollNote(Source.SEGUE, strike.note, strike.at, strike.until))

    def retime(self, strike: Strike) -> None:
        """Let a note of segue's that was given before (same note and moment) end at `until`."""
        for index in reversed(range(len(self._struck))):
            note = self._struck[index]
            if note.start < strike.at - HANDED_AHEAD:
                return  # only what is older stands before it
            if (note.note, note.start) == (strike.note, strike.at):
                self._struck[index] = replace(note, end=strike.until)

    def press(self, note: int, at: float) -> None:
        """Take a key that the player strikes; one that is down already ends there."""
        self.release(note, at)
        self._held[note] = at

    def release(self, note: int, at: float) -> None:
        """Take a key that the player lets go; nothing happens if it was not down."""
        if (start := self._held.pop(note, None)) is not None:
            self._played.append(RollNote(Source.PLAYER, note, start, at))

    def release_all(self, at: float) -> None:
        """Let every key go: their keyboard is gone."""
        for note in tuple(self._held):
            self.release(note, at)

    def silence(self, at: float) -> None:
        """End segue's notes now, and forget those that have not begun; the player's keys stay down."""
        begun = [note for note in self._struck if note.start < at]
        self._struck.clear()
        self._struck.extend(
            replace(note, end=at) if note.end is not None and note.end > at else note for note in begun
        )

    def notes(self, since: float) -> tuple[RollNote, ...]:
        """Return what sounded after this moment, or will, and what sounds: segue's first."""
        held = (RollNote(Source.PLAYER, note, start, None) for note, start in self._held.items())
        ended = (*self._struck, *self._played)
        return (*(note for note in ended if note.end is not None and note.end > since), *held)
