import time
from io import BytesIO
from pathlib import Path

import mido
import pytest

from presets.midi_files.midi_file import MidiFile
from presets.midi_files.note_ends import find_notes
from tests.presets.midi_files.midi_bytes import NOTE, chunk, midi_file, number, riff, track
from training.classic.plain_midi import write_plainly
from training.classic.reader import read_piece

pytestmark = pytest.mark.studio

HOURS = number(20 * 3600 * 2 * 480).hex()
"""Twenty hours in hexadecimal, at 120 bpm and PPQ 480."""

C_AND_D = ["00 90 3c 40", "83 60 80 3c 40", "00 90 3e 40", "83 60 80 3e 40"]


def plain(*tracks: bytes, file_type: int = 1) -> mido.MidiFile:
    return mido.MidiFile(file=BytesIO(write_plainly(MidiFile(midi_file(*tracks, file_type=file_type)))))


def notes(data: bytes) -> list[tuple[int, int, int]]:
    return [(note.onset, note.end, note.note) for note in find_notes(MidiFile(data).events())]


def test_a_file_without_long_silences_keeps_its_notes_where_they_are():
    data = midi_file(track("00 ff 58 04 03 02 18 08"), track(*C_AND_D))
    assert notes(write_plainly(MidiFile(data))) == notes(data)


def test_a_long_silence_loses_whole_bars():
    data = midi_file(track("00 ff 58 04 03 02 18 08", *C_AND_D, f"{HOURS} 90 40 40", "83 60 80 40 40"))
    (_, before, _), (onset, _, _) = notes(write_plainly(MidiFile(data)))[1:]
    assert onset - before < 3 * 12 * 480
    assert (notes(data)[2][0] - onset) % (3 * 480) == 0


def test_a_note_without_note_off_and_one_without_length_are_kept():
    data = midi_file(track("00 90 3c 40", "00 90 3e 40 00 80 3e 40", "60 ff 01 00"))
    assert notes(write_plainly(MidiFile(data))) == [(0, 96, 60), (0, 0, 62)]


def test_drums_are_left_out_and_names_keep_their_bytes():
    file = plain(track("00 ff 03 02 46 f6", "00 99 24 40", "60 89 24 40", *C_AND_D))
    assert [message.note for message in file.tracks[0] if message.type == "note_on"] == [60, 62]
    assert file.tracks[0].name == "F\u00f6"


def test_types_0_and_2_become_types_that_music21_reads():
    assert plain(NOTE, file_type=0).type == 0
    assert plain(NOTE, NOTE, file_type=0).type == 1
    assert [len(plain(NOTE, NOTE, file_type=2).tracks), len(plain(NOTE, NOTE).tracks)] == [1, 2]


def test_a_file_of_drums_alone_has_no_tokens(tmp_path: Path):
    path = tmp_path / "a.mid"
    path.write_bytes(midi_file(track("00 99 24 40", "60 89 24 40")))
    assert read_piece(path, "a.mid").tokens == ()


@pytest.mark.parametrize(
    "data",
    [
        midi_file(track(*C_AND_D)),
        riff(midi_file(track(*C_AND_D))),
        midi_file(chunk(b"XFIH", b"1234"), track(*C_AND_D)),
        midi_file(track("00 ff 58 04 00 02 18 08", *C_AND_D)),
        midi_file(track(*C_AND_D[:2]), track(*C_AND_D[2:]), file_type=2),
        midi_file(track("00 f0 02 01 f7", "00 ff 59 02 63 00", *C_AND_D)),
    ],
    ids=["plain", "RIFF", "foreign chunk", "0/4", "type 2", "SysEx"],
)
def test_what_the_reader_reads_becomes_tokens(data: bytes, tmp_path: Path):
    path = tmp_path / "a.rmi"
    path.write_bytes(data)
    assert read_piece(path, "a.rmi").tokens == ("C4", "D4")


def test_twenty_hours_of_silence_cost_no_time(tmp_path: Path):
    path = tmp_path / "a.mid"
    path.write_bytes(midi_file(track(*C_AND_D, f"{HOURS} 90 40 40", "83 60 80 40 40")))
    begin = time.process_time()
    assert read_piece(path, "a.mid").tokens == ("C4", "D4", "E4")
    # Every bar of them would take minutes.
    assert time.process_time() - begin < 10
