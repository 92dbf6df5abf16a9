import random
from collections.abc import Callable
from pathlib import Path

import pytest

from presets.bundles.settings import Meter
from presets.errors import SegueError
from presets.midi_files.chunks import MidiReadError
from presets.music.encoding import Position
from tests.presets.midi_files.damage import DAMAGES, is_true, sample
from tests.presets.midi_files.midi_bytes import NOTE, midi_file, track
from tests.training.score.reading.midi_rows import (
    end,
    heard,
    meter,
    name,
    note,
    off,
    on,
    pedal,
    read_rows,
    tempo,
    write_rows,
)
from training.score.reading.layout import Layout, PartSource
from training.score.reading.midi_reader import read_midi
from training.score.reading.piece import PieceError, ScorePiece

MELODY_AND_PIANO = Layout((PartSource("piano", ("PIANO",)), PartSource("melody", ("Melody", "Bridge"))))


def test_notes_at_one_onset_are_one_event(tmp_path: Path) -> None:
    piece = read_rows(tmp_path, [*note(0, 60, 480), *note(480, 67, 240), *note(480, 64, 240)])
    assert heard(piece) == [(0, 60, 480), (480, 64, 240), (480, 67, 240)]
    assert [event.ioi for event in piece.events] == [0, 480]


def test_all_tracks_are_one_piano_without_parts(tmp_path: Path) -> None:
    piece = read_rows(tmp_path, note(0, 72, 480), note(0, 48, 960, channel=3))
    assert heard(piece) == [(0, 48, 960), (0, 72, 480)]
    assert {sounding.part for sounding in piece.events[0].notes} == {0}


def test_a_part_plays_the_tracks_of_its_names_whatever_the_case_and_others_are_left_out(
    tmp_path: Path,
) -> None:
    piece = read_rows(
        tmp_path,
        [name("Choir"), *note(0, 90, 480)],
        [name("melody"), *note(0, 72, 480)],
        [name("Piano "), *note(0, 48, 480)],
        [name("BRIDGE"), *note(480, 74, 480)],
        layout=MELODY_AND_PIANO,
    )
    assert [[(n.part, n.note) for n in event.notes] for event in piece.events] == [
        [(0, 48), (1, 72)],
        [(1, 74)],
    ]


def test_a_part_plays_the_track_of_its_place_among_those_with_notes(tmp_path: Path) -> None:
    layout = Layout((PartSource("chords", (1,)), PartSource("melody", (0,))))
    drums = note(0, 38, 480, channel=9)
    piece = read_rows(
        tmp_path, [tempo(0, 100)], drums, note(0, 72, 480), [name("x")], note(0, 48, 480), layout=layout
    )
    assert [(n.part, n.note) for n in piece.events[0].notes] == [(0, 48), (1, 72)]


def test_one_note_of_two_parts_is_two_notes(tmp_path: Path) -> None:
    tracks = [name("PIANO"), *note(0, 60, 480)], [name("MELODY"), *note(0, 60, 240)]
    piece = read_rows(tmp_path, *tracks, layout=MELODY_AND_PIANO)
    assert [(n.part, n.duration) for n in piece.events[0].notes] == [(1, 240), (0, 480)]


def test_a_piece_without_the_tracks_of_the_parts_is_refused(tmp_path: Path) -> None:
    tracks = [name("Choir"), *note(0, 90, 480)], [name("Words")], note(0, 50, 480)
    with pytest.raises(PieceError, match=r"in the tracks of the corpus's parts, only in 'Choir', ''$"):
        read_rows(tmp_path, *tracks, layout=MELODY_AND_PIANO)


@pytest.mark.parametrize("ppq", [24, 96, 120, 384, 480, 960, 1024])
def test_any_resolution_gives_the_same_piece(tmp_path: Path, ppq: int) -> None:
    beat = ppq
    rows = [*note(0, 60, beat), *note(beat, 62, beat // 2), *note(beat + beat // 2, 64, beat // 2)]
    piece = read_rows(tmp_path, [meter(0, "3/4"), *rows], ppq=ppq)
    assert heard(piece) == [(0, 60, 480), (480, 62, 240), (720, 64, 240)]
    assert piece.positions == (Position(0, 1440), Position(480, 1440), Position(720, 1440))


@pytest.mark.parametrize(
    ("grid", "onset", "moved"),
    [(24, 209, 200), (24, 210, 220), (12, 219, 200), (12, 220, 240), (4, 179, 120), (4, 180, 240)],
)
def test_onsets_move_to_the_nearest_place_of_the_grid_and_durations_stay(
    tmp_path: Path, grid: int, onset: int, moved: int
) -> None:
    piece = read_rows(tmp_path, [*note(0, 60, 100), *note(onset, 62, 77)], layout=Layout(grid=grid))
    assert heard(piece) == [(0, 60, 100), (moved, 62, 77)]


def test_the_same_note_twice_in_an_event_is_one_the_longer_and_louder(tmp_path: Path) -> None:
    piece = read_rows(tmp_path, note(0, 60, 100, velocity=90), note(3, 60, 400, velocity=50))
    assert [(n.duration, n.velocity) for n in piece.events[0].notes] == [(400, 90)]


def test_velocity_0_is_a_note_off(tmp_path: Path) -> None:
    assert heard(read_rows(tmp_path, [on(0, 60), on(240, 60, velocity=0), end(960)])) == [(0, 60, 240)]


def test_the_first_note_off_ends_the_first_of_two_same_notes(tmp_path: Path) -> None:
    rows = [on(0, 60), on(480, 60), off(480, 60), off(960, 60)]
    assert heard(read_rows(tmp_path, rows)) == [(0, 60, 480), (480, 60, 480)]


def test_a_note_struck_again_ends_the_one_before(tmp_path: Path) -> None:
    rows = [on(0, 60), on(240, 60), off(480, 60), off(960, 60)]
    assert heard(read_rows(tmp_path, rows)) == [(0, 60, 240), (240, 60, 720)]


def test_a_note_without_note_off_ends_with_its_track(tmp_path: Path) -> None:
    assert heard(read_rows(tmp_path, [on(0, 60), end(720)], note(0, 48, 1920))) == [
        (0, 48, 1920),
        (0, 60, 720),
    ]


def test_a_note_without_length_lasts_one_grid_tick(tmp_path: Path) -> None:
    assert heard(read_rows(tmp_path, [*note(0, 60, 0), *note(480, 62, 7)])) == [(0, 60, 20), (480, 62, 20)]


def test_no_note_lasts_more_than_sixteen_beats(tmp_path: Path) -> None:
    assert heard(read_rows(tmp_path, note(0, 60, 20 * 480))) == [(0, 60, 16 * 480)]


def test_drums_are_left_out(tmp_path: Path) -> None:
    assert heard(read_rows(tmp_path, [*note(0, 60, 480), *note(240, 38, 240, channel=9)])) == [(0, 60, 480)]


def test_the_pedal_holds_a_note_until_it_comes_up(tmp_path: Path) -> None:
    rows = [pedal(0, 127), *note(0, 60, 240), *note(480, 64, 1200), pedal(960, 63)]
    assert heard(read_rows(tmp_path, rows)) == [(0, 60, 960), (480, 64, 1200)]


def test_a_pedal_that_goes_down_after_the_note_off_holds_nothing(tmp_path: Path) -> None:
    rows = [*note(0, 60, 240), pedal(241, 64), pedal(960, 0)]
    assert heard(read_rows(tmp_path, rows)) == [(0, 60, 240)]


def test_a_held_note_that_is_struck_again_ends_there(tmp_path: Path) -> None:
    rows = [pedal(0, 64), *note(0, 60, 240), *note(480, 60, 240), pedal(960, 0)]
    assert heard(read_rows(tmp_path, rows)) == [(0, 60, 480), (480, 60, 480)]


def test_each_channel_has_its_pedal(tmp_path: Path) -> None:
    rows = [
        pedal(0, 127, channel=1),
        *note(0, 60, 240),
        *note(0, 64, 240, channel=1),
        pedal(960, 0, channel=1),
    ]
    assert heard(read_rows(tmp_path, rows)) == [(0, 60, 240), (0, 64, 960)]


def test_a_pedal_that_never_comes_up_holds_until_the_end(tmp_path: Path) -> None:
    assert heard(read_rows(tmp_path, [pedal(0, 127), *note(0, 60, 240), end(1920)])) == [(0, 60, 1920)]


def test_bar_lines_follow_the_time_signatures(tmp_path: Path) -> None:
    rows = [
        meter(0, "3/4"),
        meter(1440, "6/8"),
        *(row for onset in range(0, 3840, 480) for row in note(onset, 60, 99)),
    ]
    piece = read_rows(tmp_path, rows)
    assert [(position.tick, position.bar) for position in piece.positions] == [
        *((tick, 1440) for tick in (0, 480, 960)),
        *((tick, 1440) for tick in (0, 480, 960, 0, 480)),
    ]
    assert piece.meter == Meter(6, 8)


def test_a_time_signature_in_mid_bar_begins_a_bar(tmp_path: Path) -> None:
    rows = [meter(0, "4/4"), meter(480, "2/4"), *note(0, 60, 99), *note(480, 62, 99), *note(1920, 64, 99)]
    assert read_rows(tmp_path, rows).positions == (Position(0, 1920), Position(0, 960), Position(480, 960))


def test_a_first_onset_after_rests_keeps_its_place_in_the_bar(tmp_path: Path) -> None:
    piece = read_rows(tmp_path, note(1920 + 1440, 60, 480))
    assert piece.events[0].ioi == 0
    assert piece.positions == (Position(1440, 1920),)


def test_an_onset_just_before_the_bar_line_belongs_to_the_next_bar(tmp_path: Path) -> None:
    assert read_rows(tmp_path, note(1915, 60, 480)).positions == (Position(0, 1920),)


def test_untrusted_bar_lines_give_positions_in_the_beat(tmp_path: Path) -> None:
    piece = read_rows(tmp_path, [meter(0, "1/4"), *note(1320, 60, 480)], layout=Layout(bars=False))
    assert piece.positions == (Position(360, 480),)
    assert piece.meter == Meter(4, 4)


def test_untrusted_beats_are_found(tmp_path: Path) -> None:
    beats = [row for beat in range(4) for row in note(131 + 480 * beat, 60, 400)]
    rows = [*beats, *note(131 + 240, 67, 100)]
    piece = read_rows(tmp_path, rows, layout=Layout(grid=4, bars=False, beats=False))
    assert [event.ioi for event in piece.events] == [0, 240, 240, 480, 480]
    assert [position.tick for position in piece.positions] == [0, 240, 0, 0, 0]


@pytest.mark.parametrize(
    ("signature", "silence", "left"),
    [("4/4", 16 * 480, 16 * 480), ("4/4", 17 * 480, 13 * 480), ("3/4", 18 * 480 + 20, 15 * 480 + 20)],
)
def test_a_silence_that_no_network_can_tell_loses_whole_bars(
    tmp_path: Path, signature: str, silence: int, left: int
) -> None:
    piece = read_rows(tmp_path, [meter(0, signature), *note(0, 60, 99), *note(silence, 60, 99)])
    assert piece.events[1].ioi == left
    assert piece.positions[1] == piece.positions[0].after(left)


def test_a_silence_of_less_than_a_bar_that_no_network_can_tell_is_cut(tmp_path: Path) -> None:
    piece = read_rows(tmp_path, [meter(0, "20/4"), *note(0, 60, 99), *note(18 * 480, 60, 99)])
    assert piece.events[1].ioi == 16 * 480
    assert piece.positions[1] == Position(18 * 480, 20 * 480)


def test_a_note_that_rings_into_a_shortened_silence_ends_where_it_is_struck_again(tmp_path: Path) -> None:
    rows = [*note(0, 60, 16 * 480), *note(17 * 480, 60, 480)]
    assert heard(read_rows(tmp_path, rows)) == [(0, 60, 13 * 480), (13 * 480, 60, 480)]


def test_the_tempo_is_the_mean_over_the_time(tmp_path: Path) -> None:
    """Two beats of one second, then four beats of half a second: six beats in four seconds."""
    rows = [tempo(0, 60), *note(0, 60, 960), *note(960, 62, 1920)]
    assert read_rows(tmp_path, rows, [tempo(960, 120)]).bpm == 90


def test_without_a_tempo_it_is_120(tmp_path: Path) -> None:
    assert read_rows(tmp_path, note(0, 60, 480)).bpm == 120


def read_bytes(folder: Path, text: str) -> list[tuple[int, int, int]]:
    (folder / "bytes.mid").write_bytes(bytes.fromhex(text))
    return heard(read_midi(folder / "bytes.mid", "bytes.mid", Layout()))


def test_a_file_of_type_0_with_running_status_and_two_channels(tmp_path: Path) -> None:
    assert read_bytes(
        tmp_path,
        # type 0, one track, 96 ticks a quarter note
        "4d546864 00000006 0000 0001 0060"
        "4d54726b 00000018"
        "00 90 3c 40"  # channel 1: C, and after a quarter note its end, on running status
        "60 3c 00"
        "00 91 40 40"  # channel 2: E
        "30 44 40"  # G an eighth later
        "30 40 00"
        "00 44 00"
        "00 ff2f00",
    ) == [(0, 60, 480), (480, 64, 480), (720, 68, 240)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("4d546864 00000006 0001 0001 e728 4d54726b 00000004 00ff2f00", r"SMPTE frames \(E728 at byte 12\)"),
        (
            "4d546864 00000006 0001 0001 0060 4d54726b 00000004 00ff2f00",
            "the MIDI file has no notes, or only drums",
        ),
        (
            "4d546864 00000006 0001 0001 0060 4d54726b 000000ff 00903c40",
            "and the file ends at byte 26, after 4 of",
        ),
        ("", "the file is empty"),
    ],
)
def test_a_file_that_gives_no_piece_is_refused_with_the_reason(tmp_path: Path, text: str, rule: str) -> None:
    with pytest.raises(SegueError, match=rule):
        read_bytes(tmp_path, text)


def test_a_time_signature_that_segue_does_not_know_costs_itself(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(midi_file(track("00 ff 58 04 00 02 18 08"), NOTE))
    piece = read_midi(tmp_path / "a.mid", "a.mid", Layout())
    assert heard(piece) == [(0, 60, 480)]
    assert piece.meter == Meter(4, 4)
    assert piece.remarks == ("ignored the time signature 0/4 at byte 22, which segue does not know",)
    assert ScorePiece.from_json(piece.to_json()) == piece


def test_the_tracks_of_a_file_of_type_2_follow_each_other(tmp_path: Path) -> None:
    signed = track("00 ff 58 04 03 02 18 08", "00 90 3e 40", "83 60 80 3e 40")
    (tmp_path / "a.mid").write_bytes(midi_file(signed, NOTE, file_type=2))
    piece = read_midi(tmp_path / "a.mid", "a.mid", Layout())
    assert heard(piece) == [(0, 62, 480), (480, 60, 480)]
    assert piece.positions == (Position(0, 1440), Position(0, 1920))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_a_piece_or_is_refused_with_a_true_reason(
    damage: Callable[[random.Random, bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "a.mid"
    for seed in range(200):
        rng = random.Random(f"{damage.__name__} {seed}")
        damaged = damage(rng, sample(rng))
        path.write_bytes(damaged)
        reason = reason_of(path)
        silent = reason is None or reason.startswith("the MIDI file has no notes, or only drums")
        assert silent or is_true(reason, damaged)


def reason_of(path: Path) -> str | None:
    try:
        read_midi(path, "a.mid", Layout())
    except (PieceError, MidiReadError) as error:
        return str(error)
    return None


def test_a_missing_file_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_midi(tmp_path / "none.mid", "none.mid", Layout())


def test_the_name_and_the_digest_are_of_the_file(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.mid", note(0, 60, 480))
    piece = read_midi(path, "folder/a.mid", Layout())
    assert piece.name == "folder/a.mid"
    assert piece.sha256 == read_midi(path, "b.mid", Layout()).sha256
    assert piece.sha256 != read_midi(write_rows(path, note(0, 61, 480)), "a.mid", Layout()).sha256
