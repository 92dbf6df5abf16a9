import pytest

from presets.midi_files.chunks import MidiReadError
from presets.midi_files.midi_file import MidiFile
from presets.midi_files.note_ends import find_notes
from tests.presets.midi_files.midi_bytes import NOTE, chunk, header, midi_file, riff, track

C = [(0, 480, 60)]


def read(data: bytes) -> tuple[list[tuple[int, int, int]], tuple[str, ...]]:
    file = MidiFile(data)
    notes = find_notes(file.events(), own_pedals=file.file_type == 2)
    return [(note.onset, note.end, note.note) for note in notes], file.remarks


def refusal(data: bytes) -> str:
    with pytest.raises(MidiReadError) as refused:
        list(MidiFile(data).events())
    return str(refused.value)


@pytest.mark.parametrize("file_type", [0, 1, 2])
def test_a_file_of_each_type_is_read(file_type):
    assert read(midi_file(NOTE, file_type=file_type)) == (C, ())


def test_tracks_of_type_1_sound_together_and_those_of_type_2_follow_each_other():
    assert read(midi_file(NOTE, NOTE))[0] == [(0, 480, 60), (0, 480, 60)]
    assert read(midi_file(NOTE, NOTE, file_type=2))[0] == [(0, 480, 60), (480, 960, 60)]


def test_in_a_file_of_type_2_a_pedal_is_that_of_its_own_track():
    down = track("00 b0 40 7f")
    assert read(midi_file(down, NOTE, file_type=2))[0] == [(0, 480, 60)]


@pytest.mark.parametrize("size", [4, 5, 0])
def test_a_chunk_of_another_kind_is_skipped_wherever_it_is(size):
    other = chunk(b"XFIH", b"\xff" * size)
    assert read(header(1) + other + NOTE) == (C, (f"ignored the chunk 'XFIH' of {size} bytes at byte 14",))
    assert read(midi_file(NOTE) + other)[0] == C


@pytest.mark.parametrize(
    "before", [b"", b"DISP\x03\0\0\0abc\0", b"LIST\x04\0\0\0INFO"], ids=["alone", "odd", "even"]
)
def test_a_riff_file_is_unwrapped(before):
    assert read(riff(midi_file(NOTE), before=before)) == (C, ())


def test_what_comes_behind_the_midi_data_of_a_riff_file_is_no_track():
    assert read(riff(midi_file(NOTE)) + b"DLS \x04\0\0\0MTrk") == (C, ())


def test_a_header_may_be_longer_than_today():
    data = chunk(b"MThd", bytes.fromhex("0001 0001 01e0 abcd"))
    assert read(data + NOTE) == (C, ())


def test_what_comes_before_the_header_is_ignored():
    assert read(b"\0" * 128 + midi_file(NOTE)) == (C, ("ignored 128 bytes before the header at byte 128",))


@pytest.mark.parametrize("behind", [b"*", b"\0" * 9, b"TAG" + b"\0" * 125, b"abcd\xff\xff\xff\xff"])
def test_what_comes_behind_the_last_track_is_ignored(behind):
    data = midi_file(NOTE)
    count = "1 byte" if len(behind) == 1 else f"{len(behind)} bytes"
    remark = f"ignored {count} behind the last track, from byte {len(data)} on"
    assert read(data + behind) == (C, (remark,))


@pytest.mark.parametrize(("promised", "count"), [(2, "2 tracks"), (0, "0 tracks")])
def test_a_wrong_number_of_tracks_is_a_remark(promised, count):
    assert read(header(promised) + NOTE) == (
        C,
        (f"the header at byte 0 promises {count}, and the file has 1",),
    )


PNG = bytes.fromhex("89504e470d0a1a0a")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty: it has 0 bytes"),
        (PNG, "a MIDI file must begin with MThd, got 89 50 4E 47 at byte 0"),
        (b"X:1", "a MIDI file must begin with MThd, got 'X:1' at byte 0"),
        (b"MThd\0\0", "the file is cut short: it ends at byte 6, in the header, which goes to byte 14"),
        (b"RIFF\x04\0\0\0WAVE", "a RIFF file with MIDI must say RMID at byte 8, got 'WAVE'"),
        (
            b"RIFF\x04\0\0\0RMID",
            "a RIFF file with MIDI must have a chunk 'data', got none from byte 12 to 12",
        ),
        (riff(b""), "a MIDI file must begin with MThd, got the end of the file at byte 20"),
        (
            chunk(b"MThd", b"\0" * 4) + NOTE,
            "the header must have 6 bytes or more, got the length 4 at byte 4",
        ),
        (
            b"MThd\0\0\1\0" + b"\0\1\0\1\1\xe0",
            "the header's length 256 at byte 4 is wrong, or the file is cut short: it ends at byte 14",
        ),
        (midi_file(NOTE, file_type=3), "a MIDI file must be of type 0, 1 or 2, got type 3 at byte 8"),
        (midi_file(NOTE, ppq=0), "a quarter note must have 1 tick or more, got 0 at byte 12"),
        (
            midi_file(NOTE, ppq=0xE728),
            "a MIDI file must count ticks per quarter note, and this one counts SMPTE frames (E728 at "
            "byte 12): export it with ticks per quarter note",
        ),
        (header(1), "a MIDI file must have a track, got none between byte 14 and byte 14"),
        (
            header(1) + NOTE.replace(b"MTrk", b"MTrj"),
            "a MIDI file must have a track, got none between byte 14 and byte 35; ignored the chunk 'MTrj' "
            "of 13 bytes at byte 14",
        ),
        (
            midi_file(NOTE)[:-1],
            "the track at byte 14 must have 13 bytes, and the file ends at byte 34, after 12 of them: its "
            "length is wrong, or the file is cut short",
        ),
        (
            header(2) + NOTE + b"\0" + NOTE,
            "a track must begin at byte 35, where the track at byte 14 ends, got 00 4D 54 72 6B 00 00 00: a "
            "length before it is wrong, or bytes are missing",
        ),
    ],
)
def test_a_file_without_whole_chunks_is_refused_with_the_byte(data, reason):
    assert refusal(data) == reason
