"""A MIDI file as events in order of time."""

from collections.abc import Iterator
from heapq import merge

from presets.bundles.settings import Meter
from presets.midi_files.chunks import find_chunks
from presets.midi_files.events import EndOfTrack, Event, Tempo, TimeSignature
from presets.midi_files.remarks import Remarks
from presets.midi_files.track_events import read_track

SUFFIXES = (".mid", ".midi", ".kar", ".rmi")
"""Endings, in lower case, of the names of MIDI files: also of karaoke, and in a RIFF wrapper."""

MICROSECONDS_PER_BEAT = 500_000
"""The tempo until a file sets another one. Source: Standard MIDI Files 1.0, "Set Tempo"."""


class MidiFile:
    """A MIDI file that is read as far as it is asked for. One thread reads it.

    Args:
        data: the bytes of the file.

    Attributes:
        file_type: 0, 1 or 2; the tracks of type 2 follow each other.
        ppq: ticks per quarter note.

    Raises:
        MidiReadError: if it has no header or no track, or if a track is cut short.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._remarks = Remarks()
        chunks = find_chunks(data, self._remarks)
        self.file_type = chunks.file_type
        self.ppq = chunks.ppq
        self._tracks = chunks.tracks

    @property
    def track_count(self) -> int:
        """The number of tracks, 1 or more."""
        return len(self._tracks)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was ignored so far, as sentences."""
        return self._remarks.texts

    def events(self) -> Iterator[Event]:
        """Yield the events of all tracks in order of time; at the same tick, in the order of the tracks.

        Call it once: each call would collect the remarks again.

        Raises:
            MidiReadError: at the first damage that makes the notes uncertain.
        """
        if self.file_type == 2:
            return self._events_one_after_another()
        tracks = (
            read_track(self._data, chunk, track, self._remarks) for track, chunk in enumerate(self._tracks)
        )
        return merge(*tracks, key=_when)

    def _events_one_after_another(self) -> Iterator[Event]:
        """Yield the tracks of a file of type 2; a further one begins with the default meter and tempo."""
        start = 0
        for track, chunk in enumerate(self._tracks):
            if track:
                yield TimeSignature(start, track, Meter())
                yield Tempo(start, track, MICROSECONDS_PER_BEAT)
            for event in read_track(self._data, chunk, track, self._remarks, start):
                yield event
                if isinstance(event, EndOfTrack):
                    start = event.tick


def _when(event: Event) -> int:
    return event.tick
