"""What `segue render` makes of presets as sheet music: whether every bar is full, and every note on the page.

Renders presets, and reads the MusicXML back with music21. What stands on the pages has to be looked at.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from mido import MidiFile
from music21 import converter, stream

from export import render
from presets.music.event import PPQ
from tests.measurements.figures import report

PRESETS = ("chopin-classic", "chopin", "bach", "folk", "pop")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", default=PRESETS, metavar="PRESET")
    parser.add_argument("--events", default="500")
    parser.add_argument("--folder", type=Path, help="keep the files there, to look at the pages")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or Path(scratch)
        report({preset: _measure(preset, folder, arguments.events) for preset in arguments.presets})
    return 0


def _measure(preset: str, folder: Path, events: str) -> dict[str, Any]:
    music, sheet, pages = (folder / f"{preset}{suffix}" for suffix in (".mid", ".musicxml", ".svg"))
    alone = _render(preset, events, "-o", str(music))
    with_sheet = _render(preset, events, "-o", str(music), "--musicxml", str(sheet), "--svg", str(pages))
    score = converter.parseFile(sheet, forceSource=True, storePickle=False)
    bars = [bar for part in score.parts for bar in part.getElementsByClass(stream.Measure)]
    played = _played(music)
    written = _written(score)
    return {
        "pages": len([*folder.glob(pages.name), *folder.glob(f"{preset}-[0-9]*.svg")]),
        "seconds": round(with_sheet - alone, 1),
        "bars on all staves": len(bars),
        "of which with two voices": sum(len(bar.voices) == 2 for bar in bars),
        "bars that are not full": sum(
            sum(Fraction(sign.quarterLength) for sign in voice.notesAndRests)
            != Fraction(bar.barDuration.quarterLength)
            for bar in bars
            for voice in bar.voices or [bar]
        ),
        "notes played": len(played),
        "notes written": len(written),
        "played, and not written within a sixteenth": len(_without_partner(played, written)),
        "written, and not played within a sixteenth": len(_without_partner(written, played)),
    }


def _render(preset: str, events: str, *given: str) -> float:
    """Return the seconds that it took."""
    parser = argparse.ArgumentParser()
    render.add_arguments(parser)
    begin = time.perf_counter()
    render.run(parser.parse_args([preset, "--events", events, "--rng-seed", "1", *given]))
    return time.perf_counter() - begin


def _played(music: Path) -> list[tuple[float, int]]:
    """Return the beats from the first bar, and the MIDI note, of each note."""
    found = []
    for track in MidiFile(music).tracks:
        tick = 0
        for message in track:
            tick += message.time
            if message.type == "note_on" and message.velocity:
                found.append((tick / PPQ, message.note))
    return found


def _written(score: stream.Score) -> list[tuple[float, int]]:
    return [
        (float(note.getOffsetInHierarchy(score)), head.pitch.midi)
        for part in score.parts
        for note in part.recurse().notes
        for head in (note.notes if note.isChord else [note])
        if head.tie is None or head.tie.type == "start"
    ]


def _without_partner(
    notes: Sequence[tuple[float, int]], others: Sequence[tuple[float, int]]
) -> list[tuple[float, int]]:
    at: dict[int, list[float]] = {}
    for beats, number in others:
        at.setdefault(number, []).append(beats)
    return [
        (beats, number)
        for beats, number in notes
        if min((abs(other - beats) for other in at.get(number, ())), default=9) > 0.25
    ]


if __name__ == "__main__":
    raise SystemExit(main())
