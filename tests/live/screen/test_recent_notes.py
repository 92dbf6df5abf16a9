"""The notes that the piano roll shows."""

from live.core.output.schedule import Strike
from live.core.planning.states import Source
from live.screen.recent_notes import KEPT_NOTES, RecentNotes, RollNote


def segue(note, start, end):
    return RollNote(Source.SEGUE, note, start, end)


def you(note, start, end):
    return RollNote(Source.PLAYER, note, start, end)


def strike(note, at, until):
    return Strike(at, until, 0, note, 64)


def test_segue_s_notes_are_known_before_they_sound():
    roll = RecentNotes()
    roll.strike(strike(60, 1.0, 2.0))
    assert roll.notes(0.0) == (segue(60, 1.0, 2.0),)


def test_a_key_sounds_until_it_is_let_go():
    roll = RecentNotes()
    roll.press(60, 1.0)
    assert roll.notes(0.0) == (you(60, 1.0, None),)
    roll.release(60, 1.5)
    roll.release(60, 1.7)
    roll.release(61, 1.7)
    assert roll.notes(0.0) == (you(60, 1.0, 1.5),)


def test_a_key_that_is_struck_twice_ends_first():
    roll = RecentNotes()
    roll.press(60, 1.0)
    roll.press(60, 2.0)
    assert roll.notes(0.0) == (you(60, 1.0, 2.0), you(60, 2.0, None))


def test_a_keyboard_that_is_gone_lets_its_keys_go():
    roll = RecentNotes()
    roll.press(60, 1.0)
    roll.press(64, 1.0)
    roll.release_all(2.0)
    assert roll.notes(0.0) == (you(60, 1.0, 2.0), you(64, 1.0, 2.0))


def test_an_end_that_is_put_off_is_put_off():
    roll = RecentNotes()
    roll.strike(strike(60, 1.0, 2.0))
    roll.retime(strike(60, 1.0, 2.5))
    roll.retime(strike(60, 9.0, 9.5))
    assert roll.notes(0.0) == (segue(60, 1.0, 2.5),)


def test_silence_ends_what_sounds_and_forgets_what_waits_but_leaves_the_keys():
    roll = RecentNotes()
    for waiting in (strike(60, 1.0, 2.0), strike(62, 2.0, 4.0), strike(64, 3.5, 4.0)):
        roll.strike(waiting)
    roll.press(72, 2.5)
    roll.silence(3.0)
    assert roll.notes(0.0) == (segue(60, 1.0, 2.0), segue(62, 2.0, 3.0), you(72, 2.5, None))


def test_what_is_over_is_asked_for_no_more():
    roll = RecentNotes()
    roll.strike(strike(60, 1.0, 2.0))
    roll.press(62, 1.0)
    assert roll.notes(2.0) == (you(62, 1.0, None),)


def test_a_keyboard_that_rattles_does_not_fill_the_memory():
    roll = RecentNotes()
    for step in range(3 * KEPT_NOTES):
        roll.press(60, float(step))
    assert len(roll.notes(0.0)) == KEPT_NOTES + 1
