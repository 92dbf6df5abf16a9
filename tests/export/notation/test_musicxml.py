"""What music21 reads back is what stands on the sheet."""

import re
from collections import Counter
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from music21 import converter, stream

from export.files.musicxml import SheetError, read_sheet, write_musicxml
from export.notation.sheet import Sheet
from presets.bundles.settings import Meter
from presets.sets.recording import By, Recording
from tests.export.notation.recordings import melody, recording, recordings


def ignore(done: float) -> None:
    """Take how much is done."""


def read_back(music: Recording, folder: Path) -> stream.Score:
    path = folder / "music.musicxml"
    write_musicxml(music, path, progress=ignore)
    assert [file.name for file in folder.iterdir()] == ["music.musicxml"]
    return converter.parseFile(path, forceSource=True, storePickle=False)


def heads_of(sheet: Sheet) -> list[Counter[tuple[int, int, int]]]:
    """Of each staff: bar, units from its line, and MIDI note of each note that is struck."""
    return [
        Counter(
            (number, sign.value.begin, head.note)
            for number, bar in enumerate(staff)
            for voice in bar.voices
            for sign in voice
            for head in sign.heads
            if not head.tied_from
        )
        for part in sheet.parts
        for staff in part.staves
    ]


def heads_read(part: stream.Part) -> Counter[tuple[int, int, int]]:
    return Counter(
        (number, int(note.getOffsetInHierarchy(bar) * 24), head.pitch.midi)
        for number, bar in enumerate(part.getElementsByClass(stream.Measure))
        for note in bar.recurse().notes
        for head in (note.notes if note.isChord else [note])
        if head.tie is None or head.tie.type == "start"
    )


@settings(max_examples=15)
@given(recordings())
def test_bars_are_full_and_notes_are_those_of_the_sheet(
    tmp_path_factory: pytest.TempPathFactory, music: Recording
) -> None:
    if all(track.by is By.COUNT_IN for track in music.tracks):
        with pytest.raises(SheetError, match=r"^cannot write sheet music: the recording has no notes"):
            read_sheet(music, ignore)
        return
    sheet = read_sheet(music, ignore)
    score = read_back(music, tmp_path_factory.mktemp("sheet"))
    assert [heads_read(part) for part in score.parts] == heads_of(sheet)
    for part in score.parts:
        for bar, heading in zip(part.getElementsByClass(stream.Measure), sheet.headings, strict=True):
            length = Fraction(heading.bar.length, 24)
            for voice in bar.voices or [bar]:
                assert sum(Fraction(sign.quarterLength) for sign in voice.notesAndRests) == length


def test_what_stands_over_the_bars_comes_along(tmp_path: Path) -> None:
    music = recording(melody((0, 1, 60), (3, 1, 62)), meter=Meter(3, 4), bpm=90, markers=((1440, "bach"),))
    score = read_back(music, tmp_path)
    assert score.metadata.bestTitle == "Piece"
    assert score.metadata.composer == "segue"
    first, second = score.parts[0].getElementsByClass(stream.Measure)
    assert first.timeSignature.ratioString == "3/4"
    assert [mark.number for mark in first["MetronomeMark"]] == [90]
    assert [mark.content for mark in second["RehearsalMark"]] == ["bach"]


def test_what_stands_over_the_bars_belongs_to_the_systems(tmp_path: Path) -> None:
    write_musicxml(
        recording(melody((0, 1, 60)), melody((0, 1, 72)), markers=((0, "bach"),)),
        tmp_path / "x",
        progress=ignore,
    )
    directions = list(ElementTree.parse(tmp_path / "x").iter("direction"))
    assert [direction.get("system") for direction in directions] == ["only-top"] * 2
    assert {direction[0][0].tag for direction in directions} == {"metronome", "rehearsal"}


def test_two_staves_are_one_instrument(tmp_path: Path) -> None:
    score = read_back(recording(melody(*((0, 4, note) for note in (36, 43, 72, 76)))), tmp_path)
    (group,) = score["StaffGroup"]
    assert group.symbol == "brace"
    assert len(score.parts) == 2


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    write_musicxml(recording(melody((0, 1, 60))), tmp_path / "x.musicxml", progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match=r"^cannot write the sheet music .*: No such file or directory$"):
        write_musicxml(recording(melody((0, 1, 60))), tmp_path / "no" / "x.musicxml", progress=ignore)


def test_the_same_music_gives_the_same_file(tmp_path: Path) -> None:
    music = recording(melody((0, 1, 60)), melody(*((0, 4, note) for note in (36, 43, 72, 76))))
    written = []
    for name in ("a", "b"):
        write_musicxml(music, tmp_path / name, progress=ignore)
        text = (tmp_path / name).read_text(encoding="utf-8")
        written.append(re.sub("<encoding-date>.*</encoding-date>", "", text))
    assert written[0] == written[1]
