"""The events of a track that make music: notes, controllers, programs, time signatures, tempos and names.

Every event is a tuple that begins with its tick and its track, so that events of several tracks sort by time.
"""

from typing import NamedTuple

from presets.bundles.settings import Meter

PROGRAM_CHANGE = 0xC0


class ChannelEvent(NamedTuple):
    """A message of a channel.

    Attributes:
        tick: ticks of the file since its beginning.
        track: index of its track.
        status: that of a note-off, a note-on, a control change or a program change, with the channel.
        first: the note, controller or program, 0..127.
        second: the velocity or value, 0..127; 0 for a program.
    """

    tick: int
    track: int
    status: int
    first: int
    second: int = 0

    @property
    def kind(self) -> int:
        """The status without the channel."""
        return self.status & 0xF0

    @property
    def channel(self) -> int:
        """The channel, 0..15."""
        return self.status & 0x0F


class TimeSignature(NamedTuple):
    """A change of the time signature."""

    tick: int
    track: int
    meter: Meter


class Tempo(NamedTuple):
    """A change of the tempo, in microseconds per quarter note, 1 or more."""

    tick: int
    track: int
    microseconds_per_beat: int


class Name(NamedTuple):
    """The name of a track, or of its instrument.

    Attributes:
        tick: ticks of the file since its beginning.
        track: index of the track.
        content: the name as it is in the file.
        of_instrument: whether it is the name of the instrument.
    """

    tick: int
    track: int
    content: bytes
    of_instrument: bool

    @property
    def text(self) -> str:
        """The name: as UTF-8, or else as Latin-1, which most old files have."""
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError:
            return self.content.decode("latin-1")


class EndOfTrack(NamedTuple):
    """The end of a track: its last tick."""

    tick: int
    track: int


Event = ChannelEvent | TimeSignature | Tempo | Name | EndOfTrack
