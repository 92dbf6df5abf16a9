from dataclasses import replace

from export.judging.hearing import Hearing, renumbered
from export.judging.windows import Window
from presets.music.encoding import Position
from presets.music.event import PPQ, Event, Note
from tests.export.judging.tunes import music

SIXTEENTH = PPQ // 4


def rows(piece):
    return piece.columns.ioi.tolist(), piece.columns.position.tolist(), piece.notes.duration.tolist()


def test_where_a_side_has_one_velocity_there_are_no_dynamics():
    one = music("one", [60], [62], velocity=64)
    other = music("other", [60], velocity=90)
    assert not Hearing.between([one], [one, other], [0]).has_dynamics
    assert not Hearing.between([one, other], [one], [0]).has_dynamics
    assert Hearing.between([one, other], [other, one], [0]).has_dynamics
    second = music("second", [60], velocity=90, part=1)
    assert not Hearing.between([one, second], [one, second], [0]).has_dynamics


def test_where_a_side_has_no_bar_lines_nobody_hears_them():
    barred = music("barred", *[[60]] * 4)
    beats = replace(barred, positions=[Position(0, PPQ)] * 4)
    assert Hearing.between([barred], [barred], [0]).has_bars
    for sides in (([barred], [beats]), ([beats], [barred])):
        hearing = Hearing.between(*sides, [0])
        assert not hearing.has_bars
        assert [rows(hearing.piece(tune)) for tune in (barred, beats)] == [rows(hearing.piece(beats))] * 2


def test_nothing_says_what_came_before_a_piece_was_cut_out():
    whole = music("tune", [60], [62], [64])
    cut = replace(whole, events=whole.events[1:], positions=whole.positions[1:])
    assert Hearing((0,)).piece(cut).columns.ioi.tolist() == [0, 24]


def test_what_continues_a_seed_has_its_origin_and_others_their_own():
    assert Hearing((0,)).piece(music("tune", [60])).origin == "tune"
    assert Hearing((0,)).piece(replace(music("tune", [60]), origin="seed 3")).origin == "seed 3"


def test_small_timing_is_not_heard_where_there_are_no_dynamics():
    written = music("tune", *[[60]] * 8, ioi=SIXTEENTH, length=SIXTEENTH)
    late = 20
    played = [
        replace(event, ioi=event.ioi + late * (1 - 2 * (n % 2)) * (n > 0))
        for n, event in enumerate(written.events)
    ]
    ticks, places = 0, []
    for event, position in zip(played, written.positions, strict=True):
        ticks += event.ioi
        places.append(replace(position, tick=ticks % position.bar))
    notes = [replace(event, notes=(Note(60, SIXTEENTH - 20, 64),)) for event in played]
    as_played = replace(written, events=notes, positions=places)
    deaf, sharp = Hearing((0,), has_dynamics=False), Hearing((0,), has_dynamics=True)
    assert rows(deaf.piece(as_played)) == rows(deaf.piece(written)) == rows(sharp.piece(written))
    assert rows(sharp.piece(as_played)) != rows(sharp.piece(written))


def test_written_music_is_heard_as_it_is_written():
    triplets = music("tune", *[[60]] * 12, ioi=PPQ // 3, length=PPQ // 3)
    deaf, sharp = Hearing((0,), has_dynamics=False), Hearing((0,), has_dynamics=True)
    assert rows(deaf.piece(triplets)) == rows(sharp.piece(triplets))


def test_parts_that_are_not_heard_leave_their_time_to_the_others():
    events = [
        Event.of(0, [Note(48, PPQ, 64, 0), Note(72, PPQ, 64, 1)]),
        Event.of(PPQ, [Note(50, PPQ, 64, 0)]),
        Event.of(PPQ, [Note(74, PPQ, 64, 1)]),
    ]
    both = replace(music("tune", [60], [60], [60]), events=events)
    upper = renumbered(both, {1: 0})
    assert [(event.ioi, event.note_numbers) for event in upper.events] == [(0, (72,)), (2 * PPQ, (74,))]
    assert upper.positions == [both.positions[0], both.positions[2]]
    assert Window(Hearing((1,), has_dynamics=True).piece(both), 0).piece.columns.durations.shape[1] == 1


def test_a_bar_of_one_beat_is_a_bar_where_there_are_bars():
    barred = music("barred", *[[60]] * 4)
    short = replace(barred, name="short", positions=[Position(0, PPQ)] * 4)
    hearing = Hearing.between([barred, short], [barred], [0])
    assert hearing.has_bars
    assert hearing.piece(short).bars.tolist() == [0, 1, 2, 3]
