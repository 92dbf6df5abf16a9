"""Between what a score network means and what sounds: the player's transposition, loudness and gate.

A network plays in its own key, as loud and as connected as its corpus. What it means is sounded higher,
louder or shorter, and what sounds is heard the opposite way. So it never takes its own transposition for a
change of key, nor answers what was made louder with something louder still.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from live.core.controls.values import Controls
from presets.music.event import Event, Note
from presets.music.window import Window


def sound(meant: Event, controls: Controls, mean_velocity: int) -> Event:
    """Return what sounds where the network means this.

    Args:
        meant: an event as the network tells it.
        controls: each note is `transpose` semitones higher, each velocity `velocity` - `mean_velocity`
            greater, within 1..127, and each duration is multiplied by `gate`.
        mean_velocity: of the network's corpus.
    """
    return _moved(meant, controls.transpose, controls.velocity - mean_velocity, controls.gate)


def hear(sounding: Event, controls: Controls, mean_velocity: int) -> Event:
    """Return what the network would mean where this sounds: the opposite of `sound`."""
    return _moved(sounding, -controls.transpose, mean_velocity - controls.velocity, 1 / controls.gate)


def _moved(event: Event, higher: int, louder: int, longer: float) -> Event:
    if higher == 0 and louder == 0 and longer == 1:
        return event
    return Event.of(event.ioi, _moved_notes(event.notes, higher, louder, longer))


def _moved_notes(notes: Iterable[Note], higher: int, louder: int, longer: float) -> list[Note]:
    """Return the notes in the same order, which is not always from the bottom up."""
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
    """Return the note, by an octave lower or higher if there is no such one."""
    return note + 12 if note < 0 else note - 12 if note > 127 else note


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the network means by notes that sound.

    Attributes:
        sounding: the notes.
        meant: what each of them means, in the same order.
        controls: under which they were told, or first heard.
    """

    sounding: tuple[Note, ...]
    meant: tuple[Note, ...]
    controls: Controls


class Expression:
    """What the network means by the events that sounded, also when the controls are turned afterwards.

    An event keeps the meaning that it had when it was told, or first heard: turning a control changes what
    comes, and not what is remembered. Where an event is corrected, its notes keep theirs. Owned by one
    thread.

    Args:
        mean_velocity: of the network's corpus.
        kept: how many events are remembered, besides those of the window.
    """

    def __init__(self, mean_velocity: int, kept: int) -> None:
        self._mean_velocity = mean_velocity
        self._kept = kept
        # By the identity of the notes: an event that enters the window gets the interval that really passed,
        # but keeps these very notes. They are held here, so that no other notes have their identity.
        self._meanings: dict[int, _Meaning] = {}

    def sound(self, meant: Event, controls: Controls) -> Event:
        """Return what sounds where the network means this, and remember it."""
        louder = controls.velocity - self._mean_velocity
        moved = _moved_notes(meant.notes, controls.transpose, louder, controls.gate)
        sounding, means = zip(*sorted(zip(moved, meant.notes, strict=True)), strict=True)
        self._remember(_Meaning(sounding, means, controls))
        return Event(meant.ioi, sounding)

    def hear(self, sounding: Event, controls: Controls) -> Event:
        """Return what the network means by an event, with the interval that really passed."""
        known = self._meanings.get(id(sounding.notes))
        if known is None:
            known = _Meaning(sounding.notes, tuple(self._heard(sounding.notes, controls)), controls)
            self._remember(known)
        return Event.of(sounding.ioi, known.meant)

    def correct(self, before: Event, now: Event, controls: Controls) -> None:
        """Take an event in the place of another for that one corrected, if it has all of its notes.

        These mean what they did, but for a duration or a velocity that is new; notes that joined them are in
        the key that sounds now.
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
        """Forget the oldest, but none that stand in this window: what was told ahead and never played."""
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
    """Return which key of which part a note is, however hard or long it is struck."""
    return note.part, note.note
