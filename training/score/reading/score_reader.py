"""Read a score (MusicXML, kern, ABC) with music21."""

import hashlib
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from music21 import chord, converter, dynamics, harmony, meter, note, stream, tempo

from presets.bundles.settings import Meter, SettingsError
from presets.music.event import PPQ
from training.score.reading.bars import Bars, MeterChange
from training.score.reading.events import TimedNote, gather, quantize
from training.score.reading.layout import Layout
from training.score.reading.piece import PieceError, ScorePiece

VELOCITY = 64
"""The velocity of notes without a dynamic mark."""

BPM = 120.0
"""Quarter notes per minute if the score has no tempo."""


def read_score(path: Path, name: str, layout: Layout) -> ScorePiece:
    """Read the written notes of a score with a single work, at sounding pitch.

    Tied notes become one note. Repeats are not played twice. Grace notes, which take no time, chord symbols
    and unpitched percussion are left out, and so are parts that the layout does not name.

    Raises:
        PieceError: if the score gives no piece, or lacks a part of the layout.
        OSError: if the file cannot be read.
        Exception: any exception that music21 raises for a file that it cannot read.
    """
    data = path.read_bytes()
    with warnings.catch_warnings():
        # music21 warns about everything that it guesses in a file.
        warnings.simplefilter("ignore")
        score = converter.parse(path, forceSource=True)
        if isinstance(score, stream.Opus):
            if len(score.scores) != 1:
                raise PieceError(
                    f"a score must be one work, got {len(score.scores)} works in one file: split the file"
                )
            score = score.scores[0]
        score = score.toSoundingPitch()
        rows = [(_part_name(part), part.flatten()) for part in score.parts] or [("", score.flatten())]
        rows = [(part_name, row) for part_name, row in rows if any(_pitched(row))]
        notes = [
            timed
            for place, (part_name, row) in enumerate(rows)
            if (part := layout.part_of(part_name, place)) is not None
            for timed in _read_notes(row, part, layout.grid)
        ]
        _check_parts(notes, [part_name for part_name, _ in rows], layout)
        bars = Bars(_meter_changes(score), layout.bars)
        bpm = _mean_bpm(score)
    events, positions = gather(notes, bars, layout.grid)
    end = max(timed.onset + timed.duration for timed in notes)
    return ScorePiece(name, hashlib.sha256(data).hexdigest(), events, positions, bpm, bars.commonest(end))


def _part_name(part: Any) -> str:
    """Return a part's name on one line; some editors break it into several."""
    return " ".join(str(part.partName or "").split())


def _check_parts(notes: Iterable[TimedNote], names: Sequence[str], layout: Layout) -> None:
    found = {timed.part for timed in notes}
    missing = [part.name for index, part in enumerate(layout.parts) if index not in found]
    if missing:
        parts = ", ".join(repr(name) for name in names) or "none"
        raise PieceError(
            f"a score must have every part of the corpus, and {missing[0]!r} has no notes in {parts}"
        )
    if not found:
        raise PieceError("the score has no notes")


def _pitched(row: Any) -> Iterator[Any]:
    """Yield the notes and chords of a flat stream that have a pitch and a length."""
    for element in row.notes:
        pitched = isinstance(element, note.Note | chord.Chord) and not isinstance(element, harmony.Harmony)
        if pitched and element.pitches and element.duration.quarterLength > 0:
            yield element


def _read_notes(row: Any, part: int, grid: int) -> Iterator[TimedNote]:
    """Yield the notes of a flat stream; tied notes are one note."""
    loudness = _loudness(row)
    marks = [offset for offset, _ in loudness]
    # For each note number with an open tie: where the note began, where it must continue, and its velocity.
    tied: dict[int, tuple[Fraction, Fraction, int]] = {}

    def timed_note(number: int, onset: Fraction, end: Fraction, velocity: int) -> TimedNote:
        return TimedNote(
            quantize(onset.numerator, onset.denominator, grid),
            number,
            round((end - onset) * PPQ),
            velocity,
            part,
        )

    for element in _pitched(row):
        onset = Fraction(element.offset)
        end = onset + Fraction(element.duration.quarterLength)
        place = bisect_right(marks, onset) - 1
        for single in element.notes if isinstance(element, chord.Chord) else (element,):
            number = single.pitch.midi
            begin, velocity = onset, loudness[place][1] if place >= 0 else VELOCITY
            going_on = tied.pop(number, None)
            if going_on is not None:
                if (
                    single.tie is not None
                    and single.tie.type in ("stop", "continue")
                    and going_on[1] == onset
                ):
                    begin, _, velocity = going_on
                else:
                    yield timed_note(number, *going_on)
            if single.tie is not None and single.tie.type in ("start", "continue"):
                tied[number] = (begin, end, velocity)
            else:
                yield timed_note(number, begin, end, velocity)
    for number, going_on in tied.items():
        yield timed_note(number, *going_on)


def _loudness(row: Any) -> list[tuple[Fraction, int]]:
    """Return (offset, velocity) of each dynamic mark, with music21's own loudness."""
    return [
        (Fraction(mark.offset), max(1, min(round(127 * mark.volumeScalar), 127)))
        for mark in row.getElementsByClass(dynamics.Dynamic)
    ]


def _meter_changes(score: Any) -> Iterator[MeterChange]:
    """Yield the time signatures; the measures of the first part set the bar lines."""
    measured = next((part for part in score.parts if part.hasMeasures()), score)
    measures = list(measured.getElementsByClass(stream.Measure))
    if measures:
        yield from _changes_in_measures(measures)
        return
    for signature in score.flatten().getElementsByClass(meter.TimeSignature):
        yield MeterChange(_ticks(signature.offset), _meter(signature))


def _changes_in_measures(measures: Sequence[Any]) -> Iterator[MeterChange]:
    """Yield a change for each time signature, and for each bar that is shorter than it should be."""
    begins = [_ticks(measure.offset) for measure in measures]
    lengths = [after - begin for begin, after in pairwise(begins)]
    current = Meter()
    counted = gone = 0
    for index, (measure, begin) in enumerate(zip(measures, begins, strict=True)):
        before = current
        if measure.timeSignature is not None:
            current = _meter(measure.timeSignature)
        bar = current.bar_ticks
        # The last measure ends the piece, even if it is short.
        length = lengths[index] if index < len(lengths) else bar - gone
        if index == 0:
            gone = max(0, bar - length)
        elif current != before or gone + length > bar:
            # This measure does not complete the bar before, which was short.
            gone = 0
        if index == 0 or current != before or gone != counted:
            yield MeterChange(begin, current, gone)
        counted = (gone + length) % bar
        gone = gone + length if gone + length < bar else 0


def _meter(signature: Any) -> Meter:
    try:
        return Meter(signature.numerator, signature.denominator)
    except SettingsError as error:
        raise PieceError(f"the score has a time signature that segue does not know: {error}") from error


def _ticks(offset: float | Fraction) -> int:
    return round(Fraction(offset) * PPQ)


def _mean_bpm(score: Any) -> float:
    """Return the quarter notes of the score divided by its length in minutes, ignoring ritardandi."""
    flat = score.flatten()
    marks = {
        float(mark.offset): float(bpm)
        for mark in flat.getElementsByClass(tempo.MetronomeMark)
        if (bpm := mark.getQuarterBPM())
    }
    marks.setdefault(0.0, BPM)
    begins = sorted(marks)
    end: float = max(float(flat.highestTime), begins[-1])
    minutes = sum(
        (after - begin) / marks[begin] for begin, after in zip(begins, [*begins[1:], end], strict=True)
    )
    return round(end / minutes, 3) if minutes else marks[0.0]
