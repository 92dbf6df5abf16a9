from export.judging.piece import Piece
from presets.music.encoding import Position, encode
from presets.music.event import PPQ, Event, Note
from tests.export.judging.tunes import BAR, piece, tune


def test_bars_are_counted_and_empty_ones_too():
    heard = tune(*[60] * 5, ioi=BAR // 2)
    assert heard.bars.tolist() == [0, 0, 1, 1, 2]
    assert tune(*[60] * 3, ioi=2 * BAR).bars.tolist() == [0, 2, 4]


def test_a_piece_may_begin_before_a_bar_line():
    heard = tune(*[60] * 4, late=3 * PPQ)
    assert heard.places.tolist() == [72, 0, 24, 48]
    assert heard.bars.tolist() == [0, 1, 1, 1]


def test_a_bar_of_another_meter_is_one_bar():
    three, four = 3 * PPQ, 4 * PPQ
    ticks = [(0, three), (0, four), (0, three), (0, three)]
    events = [Event(ioi, (Note(60, PPQ, 64),)) for ioi in (0, three, four, three)]
    heard = Piece("tune", "", encode(events, [Position(*place) for place in ticks], 1))
    assert heard.bars.tolist() == [0, 1, 2, 3]


def test_without_bar_lines_four_beats_make_a_bar():
    events = [Event(0 if n == 0 else PPQ, (Note(60, PPQ, 64),)) for n in range(9)]
    heard = Piece("tune", "", encode(events, [Position(0, PPQ)] * 9, 1), has_bars=False)
    assert heard.bars.tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2]
    assert heard.places.tolist() == [0, 24, 48, 72, 0, 24, 48, 72, 0]


def test_what_sounds_in_a_beat_is_counted_once():
    heard = piece([60, 64], [60], [67], ioi=PPQ, length=PPQ * 2)
    assert heard.sounding_in_beats.tolist() == [2, 2, 2]


def test_a_note_that_rings_is_heard_with_the_next_event():
    heard = piece([60], [64], length=PPQ * 2)
    assert heard.struck.sum(axis=1).tolist() == [1, 1]
    assert heard.sounding.sum(axis=1).tolist() == [1, 2]


def test_notes_are_in_order_with_all_that_belongs_to_them():
    notes = piece([64, 60], [62], velocity=81, length=PPQ // 2).notes
    assert notes.event.tolist() == [0, 0, 1]
    assert notes.pitch.tolist() == [60, 64, 62]
    assert notes.onset.tolist() == [0, 0, 24]
    assert notes.end.tolist() == [12, 12, 36]
    assert set(notes.velocity.tolist()) == {20}


def test_beats_are_counted_from_the_beat_and_not_from_the_first_note():
    heard = tune(*[60] * 4, late=PPQ // 2, length=PPQ // 2)
    assert heard.beats.tolist() == [0, 1, 2, 3]
    assert heard.sounding_in_beats.tolist() == [1, 1, 1, 1]
