"""MIDI files as rows that read like the score, and what was read of them as such rows again."""

from math import inf
from pathlib import Path

from mido import Message, MetaMessage, MidiFile, MidiTrack

from presets.bundles.settings import Meter
from presets.music.encoding import (
    DURATIONS,
    GRID,
    duration_class,
    duration_ticks,
    ioi_class,
    ioi_ticks,
    note_of,
    remember,
)
from presets.music.event import PPQ, Event
from training.score.reading.layout import Layout, PartSource
from training.score.reading.midi_reader import read_midi
from training.score.reading.piece import ScorePiece

Row = tuple[int, Message | MetaMessage]


def on(tick: int, note: int, velocity: int = 64, channel: int = 0) -> Row:
    return tick, Message("note_on", note=note, velocity=velocity, channel=channel)


def off(tick: int, note: int, channel: int = 0) -> Row:
    return tick, Message("note_off", note=note, channel=channel)


def pedal(tick: int, value: int, channel: int = 0) -> Row:
    return tick, Message("control_change", control=64, value=value, channel=channel)


def meter(tick: int, text: str) -> Row:
    numerator, denominator = map(int, text.split("/"))
    return tick, MetaMessage("time_signature", numerator=numerator, denominator=denominator)


def tempo(tick: int, bpm: float) -> Row:
    return tick, MetaMessage("set_tempo", tempo=round(60_000_000 / bpm))


def name(text: str) -> Row:
    return 0, MetaMessage("track_name", name=text)


def end(tick: int) -> Row:
    return tick, MetaMessage("end_of_track")


def note(onset: int, number: int, duration: int, velocity: int = 64, channel: int = 0) -> list[Row]:
    return [on(onset, number, velocity, channel), off(onset + duration, number, channel)]


def write_rows(path: Path, *tracks: list[Row], ppq: int = PPQ, file_type: int = 1) -> Path:
    """Write tracks; the rows of each may stand in any order, those of one tick keep theirs."""
    file = MidiFile(type=file_type, ticks_per_beat=ppq)
    for rows in tracks:
        track, now = MidiTrack(), 0
        for tick, message in sorted(rows, key=lambda row: row[0]):
            track.append(message.copy(time=tick - now))
            now = tick
        file.tracks.append(track)
    file.save(path)
    return path


def read_rows(path: Path, *tracks: list[Row], layout: Layout = Layout(), ppq: int = PPQ) -> ScorePiece:  # noqa: B008
    return read_midi(write_rows(path / "piece.mid", *tracks, ppq=ppq), "piece.mid", layout)


def heard(piece: ScorePiece) -> list[tuple[int, int, int]]:
    """Return (onset, note number, duration) of each note; the first event is at 0."""
    now, rows = 0, []
    for event in piece.events:
        now += event.ioi
        rows += [(now, sounding.note, sounding.duration) for sounding in event.notes]
    return rows


def layout_of(parts: int, bars: bool = True) -> Layout:
    """Return a layout whose parts are the tracks that `write_again` writes."""
    return Layout(tuple(PartSource(f"part{p}", (f"part{p}",)) for p in range(parts)), bars=bars)


def write_again(path: Path, piece: ScorePiece, parts: int) -> Path:
    """Write a piece as a network knows it: classes of intervals, durations and velocities, positions.

    As on stage, a note ends where its part strikes it again.
    """
    conductor: list[Row] = []
    tracks: list[list[Row]] = [[name(f"part{part}")] for part in range(parts)]
    # Of each part and note its onset, its end and its velocity.
    sounding: dict[tuple[int, int], tuple[int, int, int]] = {}

    def finish(part: int, number: int, until: float = inf) -> None:
        onset, end, velocity = sounding.pop((part, number))
        tracks[part].extend(note(onset, number, int(min(end, until)) - onset, velocity))

    now, expected = piece.positions[0].tick - piece.events[0].ioi, None
    for event, position in zip(piece.events, piece.positions, strict=True):
        told = remember(event, parts)
        ioi = ioi_ticks(told.ioi)
        now += ioi
        if expected is None or position != expected.after(ioi):
            conductor.append(meter(now - position.tick, str(meter_of(position.bar))))
        expected = position
        for symbol, duration, velocity in zip(told.symbols, told.durations, told.velocities, strict=True):
            struck = note_of(symbol, duration, velocity)
            if (struck.part, struck.note) in sounding:
                finish(struck.part, struck.note, until=now)
            sounding[struck.part, struck.note] = now, now + struck.duration, struck.velocity
    for part, number in list(sounding):
        finish(part, number)
    for track in tracks:
        # At one tick note-offs first.
        track.sort(key=lambda row: (row[0], row[1].type == "note_on"))
    return write_rows(path, conductor, *tracks)


def meter_of(bar: int) -> Meter:
    """Return the shortest time signature of so many ticks a bar."""
    denominator = next(d for d in (4, 2, 1, 8, 16, 32) if bar * d % (4 * PPQ) == 0 and bar * d <= 128 * PPQ)
    return Meter(bar * denominator // (4 * PPQ), denominator)


def assert_representable(piece: ScorePiece) -> None:
    """Check that nothing but durations and velocities loses anything when a network is told of it."""
    for event, position in zip(piece.events, piece.positions, strict=True):
        assert ioi_ticks(ioi_class(event.ioi)) == event.ioi
        assert position.tick % GRID == position.bar % GRID == 0
        assert 0 <= position.tick < position.bar
        assert_durations_near(event)


def assert_durations_near(event: Event) -> None:
    """Check that each duration is told as one of its two neighbours in the table."""
    for sounding in event.notes:
        table = [duration * GRID for duration in DURATIONS]
        above = min(ticks for ticks in table if ticks >= sounding.duration)
        below = max(ticks for ticks in table if ticks <= sounding.duration)
        assert duration_ticks(duration_class(sounding.duration)) in (below, above)
