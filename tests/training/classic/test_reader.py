from pathlib import Path

import pytest
from mido import MetaMessage, MidiFile
from music21 import note, stream

from live.journals.midi_file import save_midi
from presets.bundles.settings import Meter
from presets.sets.recording import By, Recorded, Recording, Track
from tests.training.music import write_midi
from training.classic.reader import read_piece

pytestmark = pytest.mark.studio


def read(path: Path):
    return read_piece(path, path.name)


def test_notes_are_name_and_octave_and_chords_pitch_classes_with_their_voicing(tmp_path):
    piece = read(write_midi(tmp_path / "a.mid", [[[60], [63], [48, 64, 67], [58], [52, 60, 67]]]))
    assert piece.tokens == ("C4", "E-4", "0.4.7", "B-3", "0.4.7")
    assert piece.voicings == ((60,), (63,), (48, 64, 67), (58,), (52, 60, 67))


def test_an_octave_is_one_pitch_class(tmp_path):
    piece = read(write_midi(tmp_path / "a.mid", [[[48, 60]]]))
    assert piece.tokens == ("0",)
    assert piece.voicings == ((48, 60),)


def test_a_chord_is_in_normal_order_not_in_the_order_of_its_notes(tmp_path):
    assert read(write_midi(tmp_path / "a.mid", [[[60, 64, 69]]])).tokens == ("9.0.4",)


def test_fast_notes_are_not_glued_into_chords(tmp_path):
    thirty_seconds = [[60], [62], [64], [65]]
    assert read(write_midi(tmp_path / "a.mid", [thirty_seconds], step=60)).tokens == ("C4", "D4", "E4", "F4")


def test_only_the_first_instrument_is_read_as_in_the_articles(tmp_path):
    piece = read(write_midi(tmp_path / "a.mid", [[[72], [74]], [[36], [38]]]))
    assert piece.tokens == ("C5", "D5")


def test_an_instrument_without_notes_is_passed_by(tmp_path):
    # music21 takes the name for an instrument, and the program for another.
    singing = Track("bach: bass", By.SEGUE, (Recorded(0, 48, 480, 64),), ((0, b"\xc0\x34"),))
    recording = Recording("Friday", ((0, Meter()),), ((0, 500_000),), (), (singing,))
    save_midi(recording, tmp_path / "friday.mid")
    assert read(tmp_path / "friday.mid").tokens == ("C3",)


def test_of_one_track_the_first_instrument_is_read_as_in_the_articles_whether_it_has_notes_or_not(tmp_path):
    file = MidiFile(write_midi(tmp_path / "a.mid", [[[60]]]))
    file.type = 0
    file.tracks[0].insert(0, MetaMessage("instrument_name", name="Bass"))
    file.save(tmp_path / "a.mid")
    assert read(tmp_path / "a.mid").tokens == ()


def test_a_score_is_read_like_a_midi_file(tmp_path):
    score = stream.Score([stream.Part([note.Note("C4"), note.Rest(), note.Note("F#4")])])
    score.write("musicxml", tmp_path / "a.musicxml")
    assert read(tmp_path / "a.musicxml").tokens == ("C4", "F#4")


def test_the_digest_is_of_the_file(tmp_path):
    path = write_midi(tmp_path / "a.mid", [[[60]]])
    before = read(path).sha256
    assert read(write_midi(tmp_path / "b.mid", [[[60]]])).sha256 == before
    assert read(write_midi(tmp_path / "a.mid", [[[61]]])).sha256 != before
