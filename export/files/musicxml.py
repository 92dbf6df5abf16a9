"""Write a recording as MusicXML, for MuseScore and other notation programs."""

import warnings
from collections.abc import Callable
from pathlib import Path

from music21.musicxml.m21ToXml import ScoreExporter

from export.notation.engraving import to_score
from export.notation.layout import lay_out
from export.notation.sheet import Sheet
from presets.atomic import replacing
from presets.errors import SegueError
from presets.sets.recording import Recording


class SheetError(SegueError):
    """Sheet music cannot be written."""


def write_musicxml(recording: Recording, path: Path, *, progress: Callable[[float], None]) -> None:
    """Write the sheet music of a recording as MusicXML; the file appears complete or not at all.

    Args:
        recording: a recording with at least one note outside the count-in.
        path: the file; an existing one is overwritten.
        progress: called with the share of the work that is done, rising from 0 to 1.

    Raises:
        SheetError: if there is no music to write, or the file cannot be written.
    """
    sheet = read_sheet(recording, lambda done: progress(0.2 * done))
    text = to_musicxml(sheet, lambda done: progress(0.2 + 0.8 * done))
    try:
        with replacing(path) as scratch:
            scratch.write_bytes(text)
    except OSError as error:
        raise SheetError(f"cannot write the sheet music {path}: {error.strerror}") from error


def read_sheet(recording: Recording, progress: Callable[[float], None]) -> Sheet:
    """Return the sheet music of a recording.

    Raises:
        SheetError: if there is no music to write.
    """
    sheet = lay_out(recording, progress)
    if not sheet.parts:
        raise SheetError("cannot write sheet music: the recording has no notes besides the count-in")
    return sheet


def to_musicxml(sheet: Sheet, progress: Callable[[float], None]) -> bytes:
    """Return a sheet as MusicXML, in UTF-8.

    Tempo marks and texts over the first staff are declared to belong to the whole system. A program that
    hides that staff then shows them over the new top staff (MusicXML 4.0, `system-relation`).

    Args:
        sheet: a sheet with at least one part.
        progress: called with the share of the work that is done, rising to 1.
    """
    with warnings.catch_warnings():
        # music21's warnings are about its own notation, which we do not use.
        warnings.simplefilter("ignore")
        score = to_score(sheet, lambda done: progress(0.4 * done))
        exporter = ScoreExporter(score, makeNotation=False)
        for direction in exporter.parse().iter("direction"):
            direction.set("system", "only-top")
        text: bytes = exporter.asBytes()
    progress(1.0)
    return text
