"""Keeps the notes that were played recently, for the piano roll on the screen."""

from collections import deque
from dataclasses import dataclass, replace

from live.core.output.schedule import Strike
from live.core.planning.states import Source

KEPT_NOTES = 1000
"""Maximum for segue and for the musician, more than fit the roll: a faulty keyboard must not fill memory."""

HANDED_AHEAD = 5.0
"""Seconds; notes closer together than this may arrive in any order, all others arrive in order of time."""


@dataclass(frozen=True, slots=True)
class RollNote:
    """A note that sounds, has sounded, or is about to sound.

    Attributes:
        source: who plays it.
        note: MIDI note number 0..127.
        start: when it starts, seconds on the stage's clock.
        end: when it ends, seconds on the stage's clock; None while its key is held.
    """

    source: Source
    note: int
    start: float
    end: float | None


class RecentNotes:
    """Collects segue's and the musician's notes. Owned by the stage's thread; what it returns is frozen."""

    def __init__(self) -> None:
        self._struck: deque[RollNote] = deque(maxlen=KEPT_NOTES)
        self._played: deque[RollNote] = deque(maxlen=KEPT_NOTES)
        # The keys that are down, with the time when each was pressed.
        self._held: dict[int, float] = {}

    def strike(self, strike: Strike) -> None:
        """Add a note of segue's, before it sounds and with its end."""
        self._struck.append(RollNote(Source.SEGUE, strike.note, strike.at, strike.until))

    def retime(self, strike: Strike) -> None:
        """Change the end of an earlier note of segue's (same note and start) to `until`."""
        for index in reversed(range(len(self._struck))):
            note = self._struck[index]
            if note.start < strike.at - HANDED_AHEAD:
                return  # all notes before it are older
            if (note.note, note.start) == (strike.note, strike.at):
                self._struck[index] = replace(note, end=strike.until)

    def press(self, note: int, at: float) -> None:
        """Add a key that the musician presses; if it is already down, its earlier note ends now."""
        self.release(note, at)
        self._held[note] = at

    def release(self, note: int, at: float) -> None:
        """End the note of a key that the musician releases; do nothing if it was not down."""
        if (start := self._held.pop(note, None)) is not None:
            self._played.append(RollNote(Source.PLAYER, note, start, at))

    def release_all(self, at: float) -> None:
        """Release every key: the keyboard is gone."""
        for note in tuple(self._held):
            self.release(note, at)

    def silence(self, at: float) -> None:
        """End segue's notes now and forget those that have not started; the musician's keys stay down."""
        begun = [note for note in self._struck if note.start < at]
        self._struck.clear()
        self._struck.extend(
            replace(note, end=at) if note.end is not None and note.end > at else note for note in begun
        )

    def notes(self, since: float) -> tuple[RollNote, ...]:
        """Return the notes that end after this time and those that are held, segue's first."""
        held = (RollNote(Source.PLAYER, note, start, None) for note, start in self._held.items())
        ended = (*self._struck, *self._played)
        return (*(note for note in ended if note.end is not None and note.end > since), *held)
