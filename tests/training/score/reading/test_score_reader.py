from pathlib import Path

import pytest
from music21 import bar, chord, dynamics, expressions, harmony, instrument, stream, tempo, tie
from music21 import meter as meters
from music21 import note as notes

from presets.bundles.settings import Meter
from presets.music.encoding import Position
from tests.training.score.reading.midi_rows import heard
from training.score.reading.layout import Layout, PartSource
from training.score.reading.piece import PieceError, ScorePiece
from training.score.reading.score_reader import read_score

pytestmark = pytest.mark.studio

CHOIR = Layout((PartSource("bass", ("Bass",)), PartSource("soprano", ("Soprano 1", "Soprano"))))


def part(name: str, *elements: object, signature: str = "4/4") -> stream.Part:
    made = stream.Part([meters.TimeSignature(signature), *elements])
    made.partName = name
    return made


def read(folder: Path, *parts: stream.Part, layout: Layout = Layout()) -> ScorePiece:  # noqa: B008
    path = folder / "piece.musicxml"
    stream.Score(parts).write("musicxml", path)
    return read_score(path, "piece.musicxml", layout)


def read_text(folder: Path, name: str, text: str) -> ScorePiece:
    (folder / name).write_text(text, encoding="utf-8")
    return read_score(folder / name, name, Layout())


def quarters(*names: str) -> list[notes.Note]:
    return [notes.Note(name, quarterLength=1) for name in names]


def test_a_score_is_one_part_without_a_layout(tmp_path: Path) -> None:
    piece = read(
        tmp_path, part("Soprano", *quarters("C5", "D5")), part("Bass", notes.Note("C3", quarterLength=2))
    )
    assert heard(piece) == [(0, 48, 960), (0, 72, 480), (480, 74, 480)]
    assert piece.positions == (Position(0, 1920), Position(480, 1920))


def test_parts_are_found_by_name_and_others_left_out(tmp_path: Path) -> None:
    rows = [
        part(name, *quarters(pitch)) for name, pitch in (("SOPRANO", "C5"), ("Horn", "C4"), ("Bass", "C3"))
    ]
    piece = read(tmp_path, *rows, layout=CHOIR)
    assert [(n.part, n.note) for n in piece.events[0].notes] == [(0, 48), (1, 72)]


def test_a_work_that_lacks_a_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PieceError, match="and 'bass' has no notes in 'Soprano', 'Alto'"):
        read(tmp_path, part("Soprano", *quarters("C5")), part("Alto", *quarters("C4")), layout=CHOIR)


def test_tied_notes_are_one_also_in_chords_and_over_the_bar_line(tmp_path: Path) -> None:
    first = chord.Chord([notes.Note("C4", tie=tie.Tie("start")), notes.Note("E4")], quarterLength=3)
    second = chord.Chord([notes.Note("C4", tie=tie.Tie("stop")), notes.Note("E4")], quarterLength=3)
    second.notes[0].tie, first.notes[0].tie = tie.Tie("stop"), tie.Tie("start")
    piece = read(tmp_path, part("a", first, second, signature="3/4"))
    assert heard(piece) == [(0, 60, 2880), (0, 64, 1440), (1440, 64, 1440)]


def test_triplets_are_exact(tmp_path: Path) -> None:
    triplet = [notes.Note(name, quarterLength=1 / 3) for name in ("C4", "D4", "E4")]
    assert heard(read(tmp_path, part("a", *triplet))) == [(0, 60, 160), (160, 62, 160), (320, 64, 160)]


def test_grace_notes_and_chord_symbols_are_left_out(tmp_path: Path) -> None:
    piece = read(tmp_path, part("a", harmony.ChordSymbol("Am"), notes.Note("B4").getGrace(), *quarters("C5")))
    assert heard(piece) == [(0, 72, 480)]


def test_unpitched_percussion_is_left_out(tmp_path: Path) -> None:
    with pytest.raises(PieceError, match="the score has no notes"):
        read(tmp_path, part("Drums", notes.Unpitched(quarterLength=1)))


def test_repeats_are_not_played_twice(tmp_path: Path) -> None:
    measure = stream.Measure([meters.TimeSignature("2/4"), *quarters("C4", "D4")])
    measure.rightBarline = bar.Repeat(direction="end")
    assert len(read(tmp_path, stream.Part([measure]))) == 2


def test_transposing_instruments_are_read_as_they_sound(tmp_path: Path) -> None:
    row = part("Clarinet", instrument.Clarinet(), *quarters("D4"))
    row.atSoundingPitch = False
    assert heard(read(tmp_path, row)) == [(0, 60, 480)]


def test_dynamics_are_velocities_and_64_without(tmp_path: Path) -> None:
    row = part("a", *quarters("C4", "D4", "E4"))
    row.insert(1, dynamics.Dynamic("f"))
    row.insert(2, dynamics.Dynamic("pp"))
    velocities = [event.notes[0].velocity for event in read(tmp_path, row).events]
    assert velocities[0] == 64
    assert velocities[1] > 80
    assert velocities[2] < 40


def test_the_tempo_is_the_mean_over_the_time_and_120_without(tmp_path: Path) -> None:
    row = part("a", *quarters("C4", "C4", "C4", "C4", "C4", "C4"), signature="6/4")
    assert read(tmp_path, row).bpm == 120
    row.insert(0, tempo.MetronomeMark(number=60))
    row.insert(2, tempo.MetronomeMark(number=120))
    row.insert(4, expressions.TextExpression("dolce"))
    assert read(tmp_path, row).bpm == 90


def test_a_pickup_stands_at_the_end_of_its_bar(tmp_path: Path) -> None:
    piece = read_text(tmp_path, "a.abc", "X:1\nT:a\nM:3/4\nL:1/4\nK:C\nC | D E F | G2 |]\n")
    assert [position.tick for position in piece.positions] == [960, 0, 480, 960, 0]
    assert piece.meter == Meter(3, 4)


def test_a_bar_that_is_divided_by_a_repeat_is_one(tmp_path: Path) -> None:
    piece = read_text(
        tmp_path, "a.abc", "X:1\nT:a\nM:3/4\nL:1/4\nK:C\nC | D E F | G A :: B | c d e | f2 |]\n"
    )
    assert [position.tick for position in piece.positions] == [960, 0, 480, 960, 0, 480, 960, 0, 480, 960, 0]


def test_a_short_bar_that_no_other_completes_is_followed_by_a_new_one(tmp_path: Path) -> None:
    piece = read_text(tmp_path, "a.abc", "X:1\nT:a\nM:3/4\nL:1/4\nK:C\nC D E | F G | A B c | d3 |]\n")
    assert [position.tick for position in piece.positions] == [0, 480, 960, 0, 480, 0, 480, 960, 0]


def test_bars_follow_the_time_signatures(tmp_path: Path) -> None:
    row = stream.Part([meters.TimeSignature("2/4"), *quarters("C4", "D4")])
    row.append(meters.TimeSignature("6/8"))
    row.append(quarters("E4", "F4", "G4"))
    assert read(tmp_path, row).positions == (
        *(Position(tick, 960) for tick in (0, 480)),
        *(Position(tick, 1440) for tick in (0, 480, 960)),
    )


def test_kern_is_read(tmp_path: Path) -> None:
    text = "**kern\t**kern\n*M2/4\t*M2/4\n=1\t=1\n4C\t4c\n4D\t4e\n=2\t=2\n2C\t2g\n*-\t*-\n"
    assert heard(read_text(tmp_path, "a.krn", text)) == [
        *((0, 48, 480), (0, 60, 480), (480, 50, 480), (480, 64, 480)),
        *((960, 48, 960), (960, 67, 960)),
    ]


def test_a_book_of_tunes_is_refused(tmp_path: Path) -> None:
    tune = "X:{}\nT:a\nM:3/4\nL:1/4\nK:C\nC D E |]\n\n"
    with pytest.raises(PieceError, match="one work, got 2 works in one file: split the file"):
        read_text(tmp_path, "a.abc", tune.format(1) + tune.format(2))
    assert len(read_text(tmp_path, "b.abc", tune.format(1))) == 3
