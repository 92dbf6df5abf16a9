"""`--record`: what was sent, as a MIDI file."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from mido import Message, MetaMessage, MidiFile, MidiTrack, bpm2tempo

from live.core.transport import ticks_in
from presets.errors import SegueError
from presets.event import PPQ
from presets.settings import Meter


class RecordingError(SegueError):
    """The recording cannot be written."""


@dataclass(slots=True)
class Recording:
    """Collects messages with the moments they belong to, and writes them as a MIDI file of type 1.

    Owned by one thread.

    Attributes:
        path: the file; an existing one gives way.
        bpm: quarter notes a minute.
        meter: time signature.
        name: of the track.
        origin: when the first bar began, monotonic seconds; None until the music begins.
    """

    path: Path
    bpm: float
    meter: Meter
    name: str
    origin: float | None = None
    _messages: list[tuple[float, Message]] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Through links, and never in the place of a device or a pipe: writing renames a whole file there.
        self.path = self.path.resolve()
        if (self.path.exists() and not self.path.is_file()) or not os.access(self.path.parent, os.W_OK):
            raise RecordingError(
                f"a recording must be a file in a folder that can be written, got {self.path}"
            )

    @property
    def is_empty(self) -> bool:
        """Whether nothing was sent."""
        return not self._messages

    def add(self, at: float, message: Message) -> None:
        """Take a message that was sent; `at` is the moment it belongs to, monotonic seconds."""
        self._messages.append((at, message))

    def write(self) -> None:
        """Write the file; it appears whole or not at all.

        Raises:
            RecordingError: if it cannot be written.
        """
        conductor = MidiTrack(
            [
                MetaMessage("track_name", name="segue"),
                MetaMessage("set_tempo", tempo=bpm2tempo(self.bpm)),
                MetaMessage(
                    "time_signature", numerator=self.meter.numerator, denominator=self.meter.denominator
                ),
            ]
        )
        track = MidiTrack([MetaMessage("track_name", name=self.name)])
        tick = 0
        for at, message in self._messages:
            # Nothing stands before the first bar: a program change sent earlier belongs to its beginning.
            due = max(tick, ticks_in(at - self.origin, self.bpm)) if self.origin is not None else 0
            track.append(message.copy(time=due - tick))
            tick = due
        scratch = self.path.with_name(f".{self.path.name}.writing")
        try:
            MidiFile(type=1, ticks_per_beat=PPQ, tracks=[conductor, track]).save(scratch)
            scratch.replace(self.path)
        except OSError as error:
            raise RecordingError(f"cannot write the recording {self.path}: {error.strerror}") from error
