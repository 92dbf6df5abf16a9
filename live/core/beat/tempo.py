"""The tempo that is set, and the changes that are planned."""

from collections.abc import Sequence
from dataclasses import dataclass

from live.core.beat.transport import Transport
from presets.bundles.settings import BPM


@dataclass(frozen=True, slots=True)
class TempoChange:
    """A change of tempo that is known before the music begins.

    Attributes:
        tick: where it begins, 0 or more.
        bpm: the new tempo, 20..400.
        ramp: ticks over which it changes evenly; 0 for a jump.
    """

    tick: int
    bpm: float
    ramp: int = 0


class Tempo:
    """What a transport is begun with. Owned by one thread.

    Args:
        bpm: quarter notes a minute, until another is set.
        changes: in order; a tempo set while the music runs takes the place of those yet to come, until the
            music begins anew.

    Attributes:
        bpm: the tempo that was set last.
    """

    def __init__(self, bpm: float, changes: Sequence[TempoChange] = ()) -> None:
        self.bpm = bpm
        self._changes = tuple(changes)
        self._to_come = self._changes

    def set(self, bpm: float, *, runs: bool) -> None:
        """Set the tempo; `runs` if the music has begun.

        Raises:
            SettingsError: if it is out of range.
        """
        BPM.check(bpm)
        self.bpm = bpm
        if runs:
            self._to_come = ()

    def reset(self) -> None:
        """The music begins at its first bar: every change is yet to come."""
        self._to_come = self._changes

    def transport(self, first_tick: int, at: float, bpm: float | None = None) -> Transport:
        """Return the beat clock of a music that begins, or goes on, at this tick.

        Args:
            first_tick: where it begins.
            at: when that is, seconds.
            bpm: the tempo there; None for the one that was set.
        """
        transport = Transport.through(first_tick, at, self.bpm if bpm is None else bpm)
        for change in self._to_come:
            begin = max(change.tick, first_tick)
            left = change.tick + change.ramp - begin
            if begin == change.tick or left > 0:
                transport = transport.changed(begin, change.bpm, left)
        return transport
