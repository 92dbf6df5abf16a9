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


@dataclass(frozen=True, slots=True)
class PlayedPhrase:
    """The notes of a phrase whose tempo is to be found.

    Attributes:
        onsets: when its newest chords were played, seconds.
        notes: of each of its newest notes when it was played, its number, its velocity, and how long it was
            held in seconds; None if it was not released.
    """

    onsets: tuple[float, ...]
    notes: tuple[tuple[float, int, int, float | None], ...]


@dataclass(slots=True)
class _Struck:
    pressed: Pressed
    seconds: float | None = None


class PhraseTempo:
    """Collects the notes of a phrase, and finds its tempo. Owned by one thread."""

    def __init__(self) -> None:
        self._onsets: deque[float] = deque(maxlen=NOTES_KEPT)
        self._notes: deque[_Struck] = deque(maxlen=NOTES_KEPT)
        self._held: dict[KeyId, _Struck] = {}
        self._found: FoundTempo | None = None
        # The time signature for which the tempo was found; None if something was played since.
        self._found_in: Meter | None = None

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
            self._found_in = None

    @property
    def played(self) -> PlayedPhrase:
        """What was played so far."""
        notes = ((note.pressed, note.seconds) for note in self._notes)
        return PlayedPhrase(
            self.onsets, tuple((key.at, key.key[-1], key.velocity, seconds) for key, seconds in notes)
        )

    def go_on(self, played: PlayedPhrase) -> None:
        """Go on from what another one heard; keys that were down then are up."""
        self._onsets.extend(played.onsets)
        self._notes.extend(
            _Struck(Pressed((0, 0, number), velocity, at), seconds)
            for at, number, velocity, seconds in played.notes
        )

    @property
    def onsets(self) -> tuple[float, ...]:
        """When its newest chords were played, seconds."""
        return tuple(self._onsets)

    def found(self, meter: Meter) -> FoundTempo | None:
        """Find the tempo of what was played so far in a meter; None if it has no clear tempo.

        Takes 15 to 70 ms after new notes, and no time when asked again.
        """
        if self._onsets and self._found_in != meter:
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
            self._found, self._found_in = find_tempo(notes, meter), meter
        return self._found

    def over_at(self, phrase: Phrase, now: float, bpm: float, meter: Meter) -> float:
        """Return when a phrase is over if nothing more is played; infinity while a note is held.

        Args:
            phrase: the phrase.
            now: seconds.
            bpm: the tempo if the phrase has none.
            meter: the time signature.
        """
        if phrase.ended is None:
            return float("inf")
        least = phrase.ended + max(SHORTEST_REST, 2 * phrase.gap)
        if now < least:
            return least  # nothing needs to know the tempo before
        found = self.found(meter)
        if found is None:
            return phrase.over_at(bpm)
        two_beats = REST_BEATS * found.beat_seconds
        return max(least, phrase.ended + min(LONGEST_REST, two_beats))
