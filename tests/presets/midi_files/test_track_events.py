import pytest

from presets.bundles.settings import Meter
from presets.midi_files.chunks import MidiReadError
from presets.midi_files.events import ChannelEvent, EndOfTrack, Name, Tempo, TimeSignature
from presets.midi_files.midi_file import MidiFile
from tests.presets.midi_files.midi_bytes import midi_file, track


def read(*texts, end="00 ff 2f 00"):
    file = MidiFile(midi_file(track(*texts, end=bytes.fromhex(end))))
    return list(file.events()), file.remarks


def events(*texts):
    found, remarks = read(*texts)
    assert remarks == ()
    assert isinstance(found[-1], EndOfTrack)
    return found[:-1]


ON, OFF = ChannelEvent(0, 0, 0x90, 60, 64), ChannelEvent(480, 0, 0x90, 60, 0)


def test_a_status_is_left_out_while_it_stays_the_same():
    assert events("00 90 3c 40", "83 60 3c 00") == [ON, OFF]


@pytest.mark.parametrize(
    "between", ["00 ff 01 02 68 69", "00 f0 03 7e 09 f7", "00 f7 02 f3 01"], ids=["text", "sysex", "escape"]
)
def test_a_running_status_goes_on_behind_what_the_standard_lets_cancel_it(between):
    assert events("00 90 3c 40", between, "83 60 3c 00") == [ON, OFF]


def test_messages_that_make_no_notes_are_passed_over():
    assert events("00 a0 3c 40", "00 d0 40", "00 e0 00 40", "00 90 3c 40") == [ON]


def test_programs_and_controllers_are_read():
    assert events("00 c3 10", "00 b3 40 7f") == [
        ChannelEvent(0, 0, 0xC3, 16),
        ChannelEvent(0, 0, 0xB3, 64, 127),
    ]


def test_names_are_utf_8_or_latin_1():
    names = events("00 ff 03 03 46 c3 b6", "00 ff 04 02 46 f6")
    assert names == [Name(0, 0, b"F\xc3\xb6", False), Name(0, 0, b"F\xf6", True)]
    assert [name.text for name in names] == ["Fö", "Fö"]


@pytest.mark.parametrize("more", ["", "abcd"])
def test_a_later_version_may_add_bytes_to_a_meta_event(more):
    size = len(more) // 2
    assert events(
        f"00 ff 58 {4 + size:02x} 06 03 24 08 {more}", f"00 ff 51 {3 + size:02x} 07 a1 20 {more}"
    ) == [
        TimeSignature(0, 0, Meter(6, 8)),
        Tempo(0, 0, 500_000),
    ]


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("00 ff 58 04 00 02 18 08", "ignored the time signature 0/4 at byte 22, which segue does not know"),
        ("00 ff 58 04 ff 00 18 08", "ignored the time signature 255/1 at byte 22, which segue does not know"),
        ("00 ff 58 04 01 07 18 08", "ignored the time signature 1/128 at byte 22, which segue does not know"),
        ("00 ff 58 04 21 02 18 08", "ignored the time signature 33/4 at byte 22, which segue does not know"),
        (
            "00 ff 58 04 04 ff 18 08",
            "ignored the time signature 4/2^255 at byte 22, which segue does not know",
        ),
        ("00 ff 58 01 04", "ignored the time signature at byte 22, which has only 1 byte"),
        ("00 ff 58 00", "ignored the time signature at byte 22, which has only 0 bytes"),
        (
            "00 ff 51 03 00 00 00",
            "ignored the tempo at byte 22, in which a quarter note takes 0 microseconds",
        ),
        ("00 ff 51 02 07 a1", "ignored the tempo at byte 22, which has only 2 bytes"),
        ("00 f8", "ignored the system message F8 at byte 23, which belongs in no file"),
        ("00 f2 01 02", "ignored the system message F2 at byte 23, which belongs in no file"),
    ],
)
def test_an_event_that_cannot_be_used_costs_itself(text, remark):
    found, remarks = read(text, "00 90 3c 40")
    assert found[0] == ON
    assert remarks == (remark,)


def test_a_velocity_above_127_is_127():
    found, remarks = read("00 90 3c ff")
    assert found[0] == ChannelEvent(0, 0, 0x90, 60, 127)
    assert remarks == ("took the value 255 at byte 25 for 127, which is the most",)


def test_a_track_ends_where_it_says_so_or_with_its_bytes():
    found, remarks = read("00 90 3c 40", end="60 ff 2f 00 00 80 3c 40")
    assert (found[-1], remarks) == (
        EndOfTrack(96, 0),
        ("ignored 4 bytes behind the end of the track at byte 26",),
    )
    assert read("00 90 3c 40", end="")[0][-1] == EndOfTrack(0, 0)


def test_of_many_remarks_the_first_are_kept_and_the_others_counted():
    _, remarks = read(*["00 f8"] * 100)
    assert len(remarks) == 6
    assert remarks[-1] == "and 95 more of this file"


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (
            ["00 3c 40"],
            "the first message of the track at byte 14 must begin with a status byte, 80 to FF, got 3C at"
            " byte 23",
        ),
        (["00 f4"], "an event must have a status byte that MIDI defines, got F4 at byte 23"),
        (["00 90 80 40"], "the byte after the status 90 must be 00 to 7F, got 80 at byte 24"),
        (["81 82 83 84 00"], "a time or length must have at most 4 bytes, got more at byte 22"),
        (
            ["00 f0 7f 00"],
            "the track at byte 14 ends at byte 26, in the middle of the event at byte 22, which says"
            " that it has 127 bytes: a length is wrong, or bytes are missing",
        ),
        (
            ["00 90 3c"],
            "the track at byte 14 ends at byte 25, in the middle of the event at byte 22: a length is"
            " wrong, or bytes are missing",
        ),
        (
            ["00"],
            "the track at byte 14 ends at byte 23, in the middle of the event at byte 22: a length is"
            " wrong, or bytes are missing",
        ),
        (
            ["83"],
            "the track at byte 14 ends at byte 23, in the middle of the event at byte 22: a length is"
            " wrong, or bytes are missing",
        ),
        (
            ["00 ff"],
            "the track at byte 14 ends at byte 24, in the middle of the event at byte 22: a length is wrong,"
            " or bytes are missing",
        ),
    ],
)
def test_what_makes_the_notes_uncertain_is_refused_with_the_byte(texts, reason):
    with pytest.raises(MidiReadError) as refused:
        read(*texts, end="")
    assert str(refused.value) == reason
