"""A recording as MusicXML, for MuseScore and every other notation program."""

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
    """Write the sheet music of a recording as MusicXML; the file appears whole or not at all.

    Args:
        recording: at least one note that is no count-in.
        path: of the file; an existing one gives way.
        progress: called with how much is done, rising from 0 to 1.

    Raises:
        SheetError: if there is nothing to write, or the file cannot be written.
    """
    sheet = read_sheet(recording, lambda done: progress(0.2 * done))
    text = to_musicxml(sheet, lambda done: progress(0.2 + 0.8 * done))
    try:
        with replacing(path) as scratch:
            scratch.write_bytes(text)
    except OSError as error:
        raise SheetError(f"cannot write the sheet music {path}: {error.strerror}") from error


def read_sheet(recording: Recording, progress: Callable[[float], None]) -> Sheet:
    """Return what stands on the pages of a recording.

    Raises:
        SheetError: if that is nothing.
    """
    sheet = lay_out(recording, progress)
    if not sheet.parts:
        raise SheetError("sheet music needs at least one note besides the count-in, got none")
    return sheet


def to_musicxml(sheet: Sheet, progress: Callable[[float], None]) -> bytes:
    """Return a sheet as MusicXML, in UTF-8.

    What stands over the first staff is said to belong to the systems: a program that leaves that staff out
    shows it over the one that is on top then (MusicXML 4.0, `system-relation`).

    Args:
        sheet: with at least one part.
        progress: called with how much is done, rising to 1.
    """
    with warnings.catch_warnings():
        # What music21 warns of is its own notation, which is not asked for.
        warnings.simplefilter("ignore")
        score = to_score(sheet, lambda done: progress(0.4 * done))
        exporter = ScoreExporter(score, makeNotation=False)
        for direction in exporter.parse().iter("direction"):
            direction.set("system", "only-top")
        text: bytes = exporter.asBytes()
    progress(1.0)
    return text
