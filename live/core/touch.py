"""Between what a score network means and what sounds: the player's transposition, loudness and gate.

A network plays in its own key, as loud and as connected as its corpus. What it means is sounded higher,
louder or shorter, and what sounds is heard the opposite way. So it never takes its own transposition for a
change of key, nor answers what was made louder with something louder still.
"""

from live.core.controls import Controls
from presets.event import Event, Note


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
    return Event.of(
        event.ioi,
        (
            Note(
                _within_midi(note.note + higher),
                max(1, round(note.duration * longer)),
                min(127, max(1, note.velocity + louder)),
                note.part,
            )
            for note in event.notes
        ),
    )


def _within_midi(note: int) -> int:
    """Return the note, by an octave lower or higher if there is no such one."""
    return note + 12 if note < 0 else note - 12 if note > 127 else note


class Meanings:
    """What the network means by the events that sounded, also when the controls are turned afterwards.

    An event keeps the meaning that it had when it was told, or first heard: turning a control changes what
    comes, and not what is remembered. Owned by one thread.

    Args:
        mean_velocity: of the network's corpus.
        kept: how many events are remembered.
    """

    def __init__(self, mean_velocity: int, kept: int) -> None:
        self._mean_velocity = mean_velocity
        self._kept = kept
        # By the identity of the notes: an event that enters the window gets the interval that really passed,
        # but keeps these very notes. They are held here, so that no other notes have their identity.
        self._meant: dict[int, tuple[tuple[Note, ...], tuple[Note, ...]]] = {}

    def sound(self, meant: Event, controls: Controls) -> Event:
        """Return what sounds where the network means this, and remember it."""
        sounding = sound(meant, controls, self._mean_velocity)
        self._remember(sounding, meant)
        return sounding

    def hear(self, sounding: Event, controls: Controls) -> Event:
        """Return what the network means by an event, with the interval that really passed."""
        known = self._meant.get(id(sounding.notes))
        if known is not None:
            return Event(sounding.ioi, known[1])
        meant = hear(sounding, controls, self._mean_velocity)
        self._remember(sounding, meant)
        return meant

    def _remember(self, sounding: Event, meant: Event) -> None:
        self._meant[id(sounding.notes)] = sounding.notes, meant.notes
        while len(self._meant) > self._kept:
            del self._meant[next(iter(self._meant))]
