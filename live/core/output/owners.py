"""Who holds which note of an output: the hands behind the ledger of what sounds."""

from collections import Counter
from dataclasses import dataclass, field

from live.core.input.keyboard import KeyId

ChannelNote = tuple[int, int]
"""Channel 0..15 and note number: what a note-off names."""


@dataclass(slots=True)
class Owners:
    """The notes that hands hold, each by one key, and the pedals that they hold down. Owned by one thread.

    Several keys may hold the same one: keyboards whose channels are
    led together, for instance.
    """

    _held: dict[KeyId, ChannelNote] = field(default_factory=dict)
    _counts: Counter[ChannelNote] = field(default_factory=Counter)
    # By channel: the input whose pedal is down; None if nobody said which.
    _pedals: dict[int, int | None] = field(default_factory=dict)

    @property
    def held(self) -> frozenset[ChannelNote]:
        """The notes that somebody holds."""
        return frozenset(self._counts)

    @property
    def pedals(self) -> frozenset[int]:
        """The channels whose sustain pedal is down."""
        return frozenset(self._pedals)

    def holds(self, note: ChannelNote) -> bool:
        """Return whether any key holds a note."""
        return note in self._counts

    def note_of(self, key: KeyId) -> ChannelNote | None:
        """Return the note that a key holds, None if there is none."""
        return self._held.get(key)

    def hold(self, key: KeyId, note: ChannelNote) -> None:
        """Let a key that holds nothing hold a note."""
        self._held[key] = note
        self._counts[note] += 1

    def release(self, key: KeyId) -> ChannelNote | None:
        """Let a key hold nothing; return the note that it held, None if there was none."""
        note = self._held.pop(key, None)
        if note is not None:
            self._counts[note] -= 1
            if not self._counts[note]:
                del self._counts[note]
        return note

    def of(self, source: int) -> list[KeyId]:
        """Return the keys of an input that hold something."""
        return [key for key in self._held if key[0] == source]

    def press_pedal(self, channel: int, source: int | None) -> None:
        """Let a channel's pedal be down."""
        self._pedals[channel] = source

    def lift_pedal(self, channel: int) -> None:
        """Let a channel's pedal be up."""
        self._pedals.pop(channel, None)

    def pedals_of(self, source: int) -> list[int]:
        """Return the channels whose pedal an input holds down, or somebody unknown."""
        return sorted(channel for channel, of in self._pedals.items() if of in (source, None))

    def forget(self) -> None:
        """Let nobody hold anything."""
        self._held.clear()
        self._counts.clear()
        self._pedals.clear()
