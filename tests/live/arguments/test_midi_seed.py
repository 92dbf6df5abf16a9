import random
from argparse import Namespace

import numpy as np
import pytest
from mido import Message, MetaMessage, MidiFile, MidiTrack

from live.arguments.midi_seed import MOST_EVENTS, SeedError, read_seed
from live.arguments.performance import choose_seed, open_seed, remarks_on_seeds
from live.core.controls.table import Controls
from presets.bundles.settings import Meter, Settings
from presets.music.encoding import Position
from presets.music.event import Event, Note
from tests.presets.midi_files.damage import DAMAGES, is_true, sample
from tests.presets.midi_files.midi_bytes import NOTE, midi_file, number, track


def write(path, *tracks, ppq=480):
    MidiFile(type=1, ticks_per_beat=ppq, tracks=[MidiTrack(track) for track in tracks]).save(path)
    return path


def note(kind, number, time, channel=0, velocity=64):
    return Message(kind, note=number, time=time, channel=channel, velocity=velocity)


def read(path, length=100):
    seed = read_seed(path).seed(Meter(4, 4), length)
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
        read_seed(write(tmp_path / "seed.mid", []))


@pytest.mark.parametrize(
    ("signatures", "position"),
    [
        ([], Position(600, 1920)),
        ([(3, 4, 0)], Position(600, 1440)),
        ([(4, 4, 0), (2, 4, 480)], Position(120, 960)),
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
    seed = read_seed(write(tmp_path / "seed.mid", changes, played)).seed(Meter(4, 4), 100)
    assert seed.position == position


def test_a_seed_keeps_rhythm_lengths_and_loudness(tmp_path):
    played = [
        *[note("note_on", 60, 0, velocity=33), note("note_on", 67, 120, velocity=90)],
        *[note("note_off", 60, 60), note("note_off", 67, 540)],
    ]
    seed = read_seed(write(tmp_path / "seed.mid", played)).seed(Meter(4, 4), 100)
    assert seed.window.events == (Event(0, (Note(60, 180, 33),)), Event(120, (Note(67, 600, 90),)))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty: it has 0 bytes"),
        (b"this is no MIDI file", "a MIDI file must begin with MThd, got 'this' at byte 0"),
        (midi_file(track("00 f4")), "an event must have a status byte that MIDI defines, got F4 at byte 23"),
        (
            midi_file(NOTE)[:30],
            "the track at byte 14 must have 13 bytes, and the file ends at byte 30, after 8 ",
        ),
    ],
)
def test_a_broken_file_is_refused_with_the_byte(tmp_path, data, reason):
    path = tmp_path / "seed.mid"
    path.write_bytes(data)
    with pytest.raises(SeedError) as refused:
        read_seed(path)
    assert str(refused.value).startswith(f"cannot read the seed {path}: {reason}")


def test_a_file_whose_notes_lie_where_no_track_is_says_so(tmp_path):
    path = tmp_path / "seed.mid"
    path.write_bytes(midi_file(NOTE).replace(b"\0\0\0\x0d", b"\0\0\0\0"))
    with pytest.raises(
        SeedError, match=r"got none in .*; ignored 13 bytes behind the last track, from byte 22 on$"
    ):
        read_seed(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(SeedError, match=r"^cannot read the seed .*none\.mid: No such file or directory$"):
        read_seed(tmp_path / "none.mid")


def test_the_first_note_off_ends_the_first_of_two_equal_notes(tmp_path):
    played = [
        *[note("note_on", 60, 0), note("note_on", 60, 480), note("note_off", 60, 0)],
        note("note_off", 60, 480),
    ]
    assert read(write(tmp_path / "seed.mid", played)) == [(0, (60,), 480), (480, (60,), 480)]


def test_the_pedal_lengthens_a_note(tmp_path):
    pedal = [
        Message("control_change", control=64, value=value, time=time) for value, time in ((127, 0), (0, 720))
    ]
    played = [pedal[0], note("note_on", 60, 0), note("note_off", 60, 240), pedal[1]]
    assert read(write(tmp_path / "seed.mid", played)) == [(0, (60,), 960)]


def test_one_note_of_two_tracks_in_a_chord_is_one_the_longer_and_louder(tmp_path):
    short = [note("note_on", 60, 0, velocity=90), note("note_off", 60, 100)]
    long = [note("note_on", 60, 5, velocity=50), note("note_off", 60, 400)]
    seed = read_seed(write(tmp_path / "seed.mid", short, long))
    assert seed.events == (Event(0, (Note(60, 405, 90),)),)


def test_a_time_signature_that_segue_does_not_know_is_ignored_and_said(tmp_path):
    path = tmp_path / "seed.mid"
    path.write_bytes(midi_file(track("00 ff 58 04 00 02 18 08"), NOTE))
    seed = read_seed(path)
    assert seed.seed(Meter(3, 4), 100).position == Position(0, 1440)
    [remark] = remarks_on_seeds([None, seed, seed])
    assert remark == f"the seed {path}: ignored the time signature 0/4 at byte 22, which segue does not know"


def test_a_long_file_is_read_only_as_far_as_a_window_can_need(tmp_path):
    """What is damaged behind it is never reached."""
    events = [
        f"00 90 {40 + place % 40:02x} 40 60 80 {40 + place % 40:02x} 40" for place in range(MOST_EVENTS + 9)
    ]
    path = tmp_path / "seed.mid"
    path.write_bytes(midi_file(track(*events, "00 f4")))
    assert len(read_seed(path).events) == MOST_EVENTS
    path.write_bytes(midi_file(track("00 f4", *events)))
    with pytest.raises(SeedError):
        read_seed(path)


def test_notes_after_hours_of_silence_are_read(tmp_path):
    hours = 20 * 3600 * 2 * 480
    path = tmp_path / "seed.mid"
    path.write_bytes(
        midi_file(track("00 90 3c 40", "60 80 3c 40", f"{number(hours).hex()} 90 3e 40", "60 80 3e 40"))
    )
    assert [event.ioi for event in read_seed(path).events] == [0, hours + 96]


def test_what_was_read_once_is_what_every_preset_starts_from(tmp_path):
    path = tmp_path / "seed.mid"
    path.write_bytes(midi_file(*[NOTE] * 4))
    arguments = Namespace(seed=path)
    open_seed(arguments)
    path.unlink()
    settings = Settings("name", "description", kind="score", meter=Meter(3, 4))
    controls = Controls.of(settings)
    seeds = [choose_seed(arguments, settings, (), controls, np.random.default_rng(0)) for _ in range(2)]
    assert seeds[0] == seeds[1]
    assert seeds[0].position == Position(0, 1440)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_seed_is_used_or_refused_in_one_true_sentence(damage, tmp_path):
    path = tmp_path / "seed.mid"
    for seed in range(200):
        rng = random.Random(f"{damage.__name__} {seed}")
        damaged = damage(rng, sample(rng))
        path.write_bytes(damaged)
        try:
            read_seed(path).seed(Meter(4, 4), 100)
        except SeedError as error:
            before, _, reason = str(error).partition(f"{path}: ")
            assert before.startswith("a seed must have at least one note") or is_true(reason, damaged)
