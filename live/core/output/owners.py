"""The notes and pedals that the musician holds on an output."""

from collections import Counter
from dataclasses import dataclass, field

from live.core.input.keyboard import KeyId

ChannelNote = tuple[int, int]
"""Channel 0..15 and note number, as in a note-off."""


@dataclass(slots=True)
class Owners:
    """The notes that the musician's keys hold, and the pedals that are down. Owned by one thread.

    Each key holds one note. Several keys may hold the same note, for example on two keyboards that `--thru`
    sends to one channel.
    """

    _held: dict[KeyId, ChannelNote] = field(default_factory=dict)
    _counts: Counter[ChannelNote] = field(default_factory=Counter)
    # By channel: the input whose pedal is down; None if the input is unknown.
    _pedals: dict[int, int | None] = field(default_factory=dict)

    @property
    def held(self) -> frozenset[ChannelNote]:
        """The notes that keys hold."""
        return frozenset(self._counts)

    @property
    def pedals(self) -> frozenset[int]:
        """The channels whose sustain pedal is down."""
        return frozenset(self._pedals)

    def holds(self, note: ChannelNote) -> bool:
        """Return whether any key holds a note."""
        return note in self._counts

    def note_of(self, key: KeyId) -> ChannelNote | None:
        """Return the note that a key holds; None if it holds none."""
        return self._held.get(key)

    def hold(self, key: KeyId, note: ChannelNote) -> None:
        """Record that a key, which held nothing, holds a note."""
        self._held[key] = note
        self._counts[note] += 1

    def release(self, key: KeyId) -> ChannelNote | None:
        """Record that a key holds nothing any more; return the note that it held, None if it held none."""
        note = self._held.pop(key, None)
        if note is not None:
            self._counts[note] -= 1
            if not self._counts[note]:
                del self._counts[note]
        return note

    def of(self, source: int) -> list[KeyId]:
        """Return the keys of an input that hold a note."""
        return [key for key in self._held if key[0] == source]

    def press_pedal(self, channel: int, source: int | None) -> None:
        """Record that a channel's pedal is down."""
        self._pedals[channel] = source

    def lift_pedal(self, channel: int) -> None:
        """Record that a channel's pedal is up."""
        self._pedals.pop(channel, None)

    def pedals_of(self, source: int) -> list[int]:
        """Return the channels whose pedal this input, or an unknown one, holds down; in order."""
        return sorted(channel for channel, of in self._pedals.items() if of in (source, None))

    def forget(self) -> None:
        """Forget all notes and pedals."""
        self._held.clear()
        self._counts.clear()
        self._pedals.clear()
