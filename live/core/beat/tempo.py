"""The tempo, and the tempo changes that are planned."""

from collections.abc import Sequence
from dataclasses import dataclass

from live.core.beat.transport import Transport
from presets.bundles.settings import BPM


@dataclass(frozen=True, slots=True)
class TempoChange:
    """A tempo change that is known before the music starts.

    Attributes:
        tick: where it begins, 0 or more.
        bpm: the new tempo, 20..400.
        ramp: ticks over which the tempo changes evenly; 0 for a jump.
    """

    tick: int
    bpm: float
    ramp: int = 0


@dataclass(frozen=True, slots=True)
class TempoState:
    """A tempo and its changes.

    Attributes:
        bpm: the newest tempo that was set.
        changes: in order.
        are_cancelled: whether the changes count only when the music restarts.
    """

    bpm: float
    changes: tuple[TempoChange, ...]
    are_cancelled: bool


class Tempo:
    """The tempo and its changes, from which a transport starts. Owned by one thread.

    Args:
        bpm: quarter notes a minute, until another tempo is set.
        changes: in order; a tempo set while the music runs cancels the changes still to come, until the music
            restarts.

    Attributes:
        bpm: the newest tempo that was set.
    """

    def __init__(self, bpm: float, changes: Sequence[TempoChange] = ()) -> None:
        self.bpm = bpm
        self._changes = tuple(changes)
        self._to_come = self._changes

    @property
    def state(self) -> TempoState:
        """The tempo and its changes as they are now."""
        return TempoState(self.bpm, self._changes, self._to_come != self._changes)

    def set(self, bpm: float, *, runs: bool) -> None:
        """Set the tempo; `runs` says whether the music has started.

        Raises:
            SettingsError: if it is out of range.
        """
        BPM.check(bpm)
        self.bpm = bpm
        if runs:
            self._to_come = ()

    def reset(self) -> None:
        """Start again at the first bar: every change is still to come."""
        self._to_come = self._changes

    def transport(self, first_tick: int, at: float, bpm: float | None = None) -> Transport:
        """Return the beat clock of music that starts, or continues, at a tick.

        Args:
            first_tick: the tick.
            at: when it comes, seconds.
            bpm: the tempo there; None for the tempo that was set.
        """
        transport = Transport.through(first_tick, at, self.bpm if bpm is None else bpm)
        for change in self._to_come:
            begin = max(change.tick, first_tick)
            left = change.tick + change.ramp - begin
            if begin == change.tick or left > 0:
                transport = transport.changed(begin, change.bpm, left)
        return transport
