"""The tempo of the phrase that segue listens to before it begins."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from live.core.input.keyboard import Chord, KeyId, Pressed, Released
from live.core.input.phrase import REST_BEATS, Phrase
from live.core.input.tempo_finder import FoundTempo, PlayedNote, find_tempo
from presets.bundles.settings import Meter

NOTES_KEPT = 256
"""Only the newest notes count: a musician may play for hours without a rest."""

SHORTEST_REST, LONGEST_REST = 1.0, 2.5
"""Limits, in seconds, of the two beats after which a phrase is over. If the tempo is found twice as fast as
it is, the phrase must not end too early; if it is found half as fast, the musician must not wait too
long."""


@dataclass(slots=True)
class _Struck:
    pressed: Pressed
    seconds: float | None = None


class PhraseTempo:
    """Collects the notes of a phrase, and finds its tempo. Owned by one thread.

    Args:
        meter: the time signature.
    """

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._onsets: deque[float] = deque(maxlen=NOTES_KEPT)
        self._notes: deque[_Struck] = deque(maxlen=NOTES_KEPT)
        self._held: dict[KeyId, _Struck] = {}
        self._found: FoundTempo | None = None
        self._is_new = False

    def hear(self, completed: Iterable[Chord | Released]) -> None:
        """Take in what the keyboard has completed."""
        for item in completed:
            if isinstance(item, Released):
                if (note := self._held.pop(item.key, None)) is not None:
                    note.seconds = item.seconds
                continue
            self._onsets.append(item.onset)
            for pressed in item.keys:
                self._held[pressed.key] = _Struck(pressed)
                self._notes.append(self._held[pressed.key])
            self._is_new = True

    @property
    def onsets(self) -> tuple[float, ...]:
        """When its newest chords were played, seconds."""
        return tuple(self._onsets)

    def found(self) -> FoundTempo | None:
        """Find the tempo of what was played so far; None if it has no clear tempo.

        Takes some 50 ms after new notes, and no time when asked again.
        """
        if self._is_new:
            newest = self._onsets[-1]
            notes = [
                PlayedNote(
                    note.pressed.at,
                    note.pressed.key[-1],
                    note.pressed.velocity,
                    newest - note.pressed.at if note.seconds is None else note.seconds,
                )
                for note in self._notes
            ]
            self._found, self._is_new = find_tempo(notes, self._meter), False
        return self._found

    def over_at(self, phrase: Phrase, now: float, bpm: float) -> float:
        """Return when a phrase is over if nothing more is played; infinity while a note is held.

        Args:
            phrase: the phrase.
            now: seconds.
            bpm: the tempo if the phrase has none.
        """
        if phrase.ended is None:
            return float("inf")
        least = phrase.ended + max(SHORTEST_REST, 2 * phrase.gap)
        if now < least:
            return least  # nothing needs to know the tempo before
        found = self.found()
        if found is None:
            return phrase.over_at(bpm)
        two_beats = REST_BEATS * found.beat_seconds
        return max(least, phrase.ended + min(LONGEST_REST, two_beats))
