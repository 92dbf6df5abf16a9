import pytest
from mido import Message, MetaMessage, MidiFile, MidiTrack

from live.arguments.midi_seed import SeedError, read_seed
from presets.bundles.settings import Meter
from presets.music.encoding import Position
from presets.music.event import Event, Note


def write(path, *tracks, ppq=480):
    MidiFile(type=1, ticks_per_beat=ppq, tracks=[MidiTrack(track) for track in tracks]).save(path)
    return path


def note(kind, number, time, channel=0, velocity=64):
    return Message(kind, note=number, time=time, channel=channel, velocity=velocity)


def read(path, **options):
    seed = read_seed(path, Meter(4, 4), **options)
    return [(event.ioi, event.note_numbers, event.notes[0].duration) for event in seed.window]


def test_all_tracks_are_one_window_in_segues_ticks(tmp_path):
    melody = [
        note("note_on", 72, 0),
        note("note_off", 72, 96),
        note("note_on", 74, 0),
        note("note_off", 74, 96),
    ]
    bass = [note("note_on", 48, 0), note("note_off", 48, 192)]
    path = write(tmp_path / "seed.mid", melody, bass, ppq=96)
    assert read(path) == [(0, (48, 72), 960), (480, (74,), 480)]


def test_notes_within_30_ticks_of_the_first_are_one_chord(tmp_path):
    played = [note("note_on", n, t) for n, t in ((60, 0), (64, 15), (67, 15), (72, 1))]
    assert read(write(tmp_path / "seed.mid", played)) == [(0, (60, 64, 67), 31), (31, (72,), 1)]


def test_drums_are_left_out(tmp_path):
    path = write(tmp_path / "seed.mid", [note("note_on", 36, 0, channel=9), note("note_on", 60, 5)])
    assert [numbers for _, numbers, _ in read(path)] == [(60,)]


def test_velocity_0_is_a_note_off_and_a_note_struck_again_ends_first(tmp_path):
    played = [
        note("note_on", 60, 0),
        note("note_on", 60, 480),
        note("note_on", 60, 240, velocity=0),
    ]
    assert read(write(tmp_path / "seed.mid", played)) == [(0, (60,), 480), (480, (60,), 240)]


def test_a_long_piece_gives_its_beginning(tmp_path):
    played = [m for n in range(40, 60) for m in (note("note_on", n, 60), note("note_off", n, 60))]
    assert [numbers[0] for _, numbers, _ in read(write(tmp_path / "s.mid", played), length=5)] == [
        *range(40, 45)
    ]


def test_a_file_without_notes_is_refused(tmp_path):
    with pytest.raises(
        SeedError, match=r"^a seed must have at least one note that is not a drum, got none in "
    ):
        read_seed(write(tmp_path / "seed.mid", []), Meter(4, 4))


@pytest.mark.parametrize(
    ("signatures", "position"),
    [
        ([], Position(600, 1920)),
        ([(3, 4, 0)], Position(600, 1440)),
        ([(4, 4, 0), (2, 4, 480)], Position(600, 960)),
        # A change after the first note is another bar's.
        ([(6, 8, 0), (3, 4, 720)], Position(600, 1440)),
    ],
)
def test_a_seed_knows_where_in_the_bar_it_begins(tmp_path, signatures, position):
    changes = [
        MetaMessage("time_signature", numerator=numerator, denominator=denominator, time=time)
        for numerator, denominator, time in signatures
    ]
    played = [note("note_on", 60, 600), note("note_off", 60, 240)]
    seed = read_seed(write(tmp_path / "seed.mid", changes, played), Meter(4, 4))
    assert seed.position == position


def test_a_seed_keeps_rhythm_lengths_and_loudness(tmp_path):
    played = [
        *[note("note_on", 60, 0, velocity=33), note("note_on", 67, 120, velocity=90)],
        *[note("note_off", 60, 60), note("note_off", 67, 540)],
    ]
    seed = read_seed(write(tmp_path / "seed.mid", played), Meter(4, 4))
    assert seed.window.events == (Event(0, (Note(60, 180, 33),)), Event(120, (Note(67, 600, 90),)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"this is no MIDI file at all, but longer than a header",
        # A track is promised, none follows.
        b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0",
        # Zero ticks a quarter.
        b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x00\x00MTrk\x00\x00\x00\x08\x00\x90\x3c\x40\x00\xff\x2f\x00",
        # Ends in the middle of a track.
        b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x01\xe0MTrk\x00\x00\x00\x20\x00\x90\x3c\x40",
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path, data):
    path = tmp_path / "seed.mid"
    path.write_bytes(data)
    with pytest.raises(SeedError, match=r"^(cannot read )?the seed [^\n]*$"):
        read_seed(path, Meter(4, 4))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SeedError, match=r"^cannot read the seed .*none\.mid: No such file or directory$"):
        read_seed(tmp_path / "none.mid", Meter(4, 4))
