"""Applies transposition, velocity and gate between a score network and the sound.

A network plays in its own key, as loud and as legato as its corpus. The controls make what it means sound
higher, louder or shorter, and the inverse is applied to what it reads. So it never takes its own
transposition for a change of key, and never answers its own louder notes with still louder ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from live.core.controls.table import Controls
from presets.music.event import Event, Note
from presets.music.window import Window


def sound(meant: Event, controls: Controls, mean_velocity: int) -> Event:
    """Return the event that sounds for an event from the network.

    Args:
        meant: an event as the network predicts it.
        controls: each note is `transpose` semitones higher, each velocity is `velocity` - `mean_velocity`
            greater, within 1..127, and each duration is multiplied by `gate`.
        mean_velocity: the mean velocity of the network's corpus.
    """
    return _moved(meant, controls.transpose, controls.velocity - mean_velocity, controls.gate)


def hear(sounding: Event, controls: Controls, mean_velocity: int) -> Event:
    """Return the event that the network would mean by one that sounds: the inverse of `sound`."""
    return _moved(sounding, -controls.transpose, mean_velocity - controls.velocity, 1 / controls.gate)


def _moved(event: Event, higher: int, louder: int, longer: float) -> Event:
    if higher == 0 and louder == 0 and longer == 1:
        return event
    return Event.of(event.ioi, _moved_notes(event.notes, higher, louder, longer))


def _moved_notes(notes: Iterable[Note], higher: int, louder: int, longer: float) -> list[Note]:
    """Return the moved notes in the same order; it may no longer be from low to high."""
    return [
        Note(
            _within_midi(note.note + higher),
            max(1, round(note.duration * longer)),
            min(127, max(1, note.velocity + louder)),
            note.part,
        )
        for note in notes
    ]


def _within_midi(note: int) -> int:
    """Return the note, moved by an octave if it is outside 0..127."""
    return note + 12 if note < 0 else note - 12 if note > 127 else note


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the network means by notes that sound.

    Attributes:
        sounding: the notes.
        meant: the network's note for each of them, in the same order.
        controls: the controls when the notes were predicted or first heard.
    """

    sounding: tuple[Note, ...]
    meant: tuple[Note, ...]
    controls: Controls


class Expression:
    """Remembers what the network means by the events that sounded, even if the controls change afterwards.

    An event keeps the meaning that it had when it was predicted or first heard: a change of a control affects
    only later events. If an event is corrected, its notes keep their meaning. Owned by one thread.

    Args:
        mean_velocity: the mean velocity of the network's corpus.
        kept: how many events to remember, in addition to those of the window.
    """

    def __init__(self, mean_velocity: int, kept: int) -> None:
        self._mean_velocity = mean_velocity
        self._kept = kept
        # By the identity of the notes tuple: an event that enters the window gets a new interval, but keeps
        # the same tuple. The meaning holds the tuple, so that its identity is not reused.
        self._meanings: dict[int, _Meaning] = {}

    def sound(self, meant: Event, controls: Controls) -> Event:
        """Return the event that sounds for an event from the network, and remember it."""
        louder = controls.velocity - self._mean_velocity
        moved = _moved_notes(meant.notes, controls.transpose, louder, controls.gate)
        sounding, means = zip(*sorted(zip(moved, meant.notes, strict=True)), strict=True)
        self._remember(_Meaning(sounding, means, controls))
        return Event(meant.ioi, sounding)

    def hear(self, sounding: Event, controls: Controls) -> Event:
        """Return what the network means by an event, with the event's real interval."""
        known = self._meanings.get(id(sounding.notes))
        if known is None:
            known = _Meaning(sounding.notes, tuple(self._heard(sounding.notes, controls)), controls)
            self._remember(known)
        return Event.of(sounding.ioi, known.meant)

    def correct(self, before: Event, now: Event, controls: Controls) -> None:
        """Take an event as the correction of the one before, if it has all of that one's notes.

        These notes keep their meaning, except for a changed duration or velocity. Added notes are read with
        the current controls.
        """
        known = self._meanings.get(id(before.notes))
        if known is None or id(now.notes) in self._meanings:
            return
        pairs = {_key(note): (note, meant) for note, meant in zip(known.sounding, known.meant, strict=True)}
        if not pairs.keys() <= set(map(_key, now.notes)):
            return
        means = self._heard(now.notes, controls)
        then = self._heard(now.notes, known.controls)
        for place, note in enumerate(now.notes):
            if _key(note) in pairs:
                sounded, meant = pairs[_key(note)]
                means[place] = replace(
                    meant,
                    duration=(meant if note.duration == sounded.duration else then[place]).duration,
                    velocity=(meant if note.velocity == sounded.velocity else then[place]).velocity,
                )
        self._remember(_Meaning(now.notes, tuple(means), known.controls))

    def forget(self, window: Window) -> None:
        """Forget the oldest meanings, but none of this window's: some were predicted and never played."""
        if len(self._meanings) <= 2 * self._kept:
            return
        needed = {id(event.notes) for event in window}
        others = [notes for notes in self._meanings if notes not in needed]
        for notes in others[: len(self._meanings) - self._kept]:
            del self._meanings[notes]

    def _heard(self, notes: tuple[Note, ...], controls: Controls) -> list[Note]:
        louder = self._mean_velocity - controls.velocity
        return _moved_notes(notes, -controls.transpose, louder, 1 / controls.gate)

    def _remember(self, meaning: _Meaning) -> None:
        self._meanings[id(meaning.sounding)] = meaning


def _key(note: Note) -> tuple[int, int]:
    """Return a note's part and number, whatever its velocity and duration."""
    return note.part, note.note
