"""`--record`: what was sent, as a MIDI file."""

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from mido import Message, MetaMessage, MidiFile, MidiTrack, bpm2tempo

from live.core.performer import Performer
from live.core.transport import Transport
from presets.errors import SegueError
from presets.event import PPQ
from presets.settings import Meter


class RecordingError(SegueError):
    """The recording cannot be written."""


class Recording:
    """Collects messages with the moments they belong to, and writes them as a MIDI file of type 1.

    Its ticks are those of the music, and its tempo map says when each beat really came, whoever set the
    tempo. Music that was stopped and begun again goes on in the next bar of the file. Owned by one thread.

    Args:
        path: the file; an existing one gives way.
        bpm: quarter notes a minute, until a beat says otherwise.
        meter: time signature.
        name: of the track.
        latency_seconds: how much earlier than its tick a note leaves.

    Raises:
        RecordingError: if there can be no such file.
    """

    def __init__(self, path: Path, bpm: float, meter: Meter, name: str, latency_seconds: float = 0.0) -> None:
        # Through links, and never in the place of a device or a pipe: writing renames a whole file there.
        self.path = path.resolve()
        if (self.path.exists() and not self.path.is_file()) or not os.access(self.path.parent, os.W_OK):
            raise RecordingError(
                f"a recording must be a file in a folder that can be written, got {self.path}"
            )
        self._bpm = bpm
        self._meter = meter
        self._name = name
        self._latency_seconds = latency_seconds
        self._transport: Transport | None = None
        self._takes = 0
        # The file's tick of the music's tick 0, and what the file has come to.
        self._base = 0
        self._tick = 0
        self._messages: list[tuple[int, Message]] = []
        # When the beats came, in the file's ticks: of each take its own list.
        self._beats: list[list[tuple[int, float]]] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing was sent."""
        return not self._messages

    def follow(self, performer: Performer, now: float) -> None:
        """Take note of where the music is; to be called once a beat or oftener, before what was sent then."""
        transport = performer.transport
        if transport is None:
            return
        if performer.takes != self._takes:
            self._begin_take(performer.takes, performer.first_tick)
        self._transport = transport
        beats = self._beats[-1]
        beat = beats[-1][0] + PPQ if beats else self._base + _floor(performer.first_tick, PPQ)
        while transport.seconds_at(beat - self._base) <= now:
            beats.append((beat, transport.seconds_at(beat - self._base)))
            beat += PPQ

    def add(self, at: float, message: Message) -> None:
        """Take a message that was sent; `at` is the moment it belongs to, seconds on the stage's clock.

        What belongs to no channel (clock, start, stop) is not kept: a file has its own.
        """
        if message.is_realtime or message.type == "songpos":
            return
        if self._transport is not None:
            # Nothing stands before the first bar: a program change sent earlier belongs to its beginning.
            tick = self._base + self._transport.tick_at(at + self._latency_seconds)
            self._tick = max(self._tick, tick)
        self._messages.append((self._tick, message))

    def write(self) -> None:
        """Write the file; it appears whole or not at all.

        Raises:
            RecordingError: if it cannot be written.
        """
        meter = self._meter
        conductor = MidiTrack(
            [
                MetaMessage("track_name", name="segue"),
                MetaMessage("time_signature", numerator=meter.numerator, denominator=meter.denominator),
            ]
        )
        _extend(conductor, ((tick, MetaMessage("set_tempo", tempo=tempo)) for tick, tempo in self._tempos()))
        track = MidiTrack([MetaMessage("track_name", name=self._name)])
        _extend(track, self._messages)
        scratch = self.path.with_name(f".{self.path.name}.writing")
        try:
            MidiFile(type=1, ticks_per_beat=PPQ, tracks=[conductor, track]).save(scratch)
            scratch.replace(self.path)
        except OSError as error:
            raise RecordingError(f"cannot write the recording {self.path}: {error.strerror}") from error

    def _begin_take(self, takes: int, first_tick: int) -> None:
        self._takes = takes
        bar = self._meter.bar_ticks
        self._base = -_floor(-self._tick, bar) - _floor(first_tick, bar)
        self._beats.append([])

    def _tempos(self) -> Iterator[tuple[int, int]]:
        """Return the file's tempo map: a tick, and microseconds a beat from there on."""
        last = bpm2tempo(self._bpm)
        yield 0, last
        for beats in self._beats:
            for (tick, at), (_, following) in pairwise(beats):
                tempo = round((following - at) * 1e6)
                # A microsecond is what rounding makes of a steady beat.
                if abs(tempo - last) > 1 and 0 < tempo < 1 << 24:
                    yield tick, tempo
                    last = tempo


def _floor(tick: int, unit: int) -> int:
    return tick // unit * unit


def _extend(track: MidiTrack, timed: "Iterator[tuple[int, MetaMessage]] | list[tuple[int, Message]]") -> None:
    """Append messages with the ticks since the one before."""
    last = 0
    for tick, message in timed:
        track.append(message.copy(time=tick - last))
        last = tick
