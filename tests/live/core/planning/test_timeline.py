"""The timeline alone: what has passed, and where hands enter it."""

import pytest

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport
from live.core.input.keyboard import Chord, Pressed, Released
from live.core.planning.states import Length
from live.core.planning.timeline import SETTLING_SECONDS, Timeline
from presets.music.encoding import Position
from presets.music.event import PPQ, Event, Note
from tests.live.core.planning.alphabet_music import BAR, PlannedAlphabet, letter, style
from tests.live.stage.alphabet import A, spell

TRANSPORT = Transport.steady(0.0, 120)


class Played:
    """A timeline over a planned alphabet, so many events of which are planned and committed."""

    def __init__(self, planned=4, committed=2, length=None):
        self.it = PlannedAlphabet("abc", length=length)
        self.timeline = Timeline(self.it.context, self.it.planner.plan, Timing())
        self.it.plan(planned)
        for _ in range(committed):
            self.it.planner.plan.commit()

    @property
    def window(self):
        return spell(self.timeline.context.window)

    def strike(self, name, at):
        chord = Chord(at, (Pressed((0, 0, A + ord(name) - ord("a")), 64, at),))
        return self.timeline.insert(chord, letter(name), round(at * 960))


def test_what_is_committed_passes_once_its_moment_has_come():
    it = Played()
    assert it.timeline.pass_until(-0.1, TRANSPORT) == []
    assert [item.tick for item in it.timeline.pass_until(0.0, TRANSPORT)] == [0]
    assert [item.tick for item in it.timeline.pass_until(9.0, TRANSPORT)] == [
        240
    ]  # the rest is not committed
    assert (it.window, it.it.spelled) == ("abcde", ["f@480", "g@720"])


def test_a_chord_drops_what_did_not_know_of_it():
    it = Played()
    it.timeline.pass_until(0.25, TRANSPORT)
    inserted = it.strike("z", 0.375)
    assert (it.window, inserted.ioi, it.it.spelled) == ("abcdez", 120, [])


def test_a_chord_before_what_is_committed_comes_before_it():
    it = Played()
    it.timeline.pass_until(0.0, TRANSPORT)
    it.strike("z", 0.125)
    assert (it.window, it.it.spelled) == ("abcdz", ["e@240"])
    it.timeline.pass_until(0.25, TRANSPORT)
    assert (it.window, it.timeline.context.newest.ioi) == ("abcdze", 120)


def test_a_chord_that_is_heard_of_late_comes_before_what_has_just_passed():
    it = Played()
    it.timeline.pass_until(0.25, TRANSPORT)
    it.strike("z", 0.125)
    assert it.it.spelled == ["e@240"]
    assert it.timeline.pass_until(0.3, TRANSPORT) == []  # who watches has seen it already
    assert it.window == "abcdze"


def test_later_than_that_it_no_longer_does():
    it = Played()
    it.timeline.pass_until(0.25, TRANSPORT)
    it.timeline.pass_until(0.25 + SETTLING_SECONDS + 0.01, TRANSPORT)
    it.strike("z", 0.125)
    assert it.window == "abcd(ez)"


def test_a_held_note_gets_its_duration_in_the_window_and_in_the_plan():
    it = Played()
    it.timeline.pass_until(0.0, TRANSPORT)
    it.strike("z", 0.125)
    it.timeline.release(Released((0, 0, A + 25), 1.0), 120)
    planned = it.it.planner.plan.last
    for window in (it.timeline.context.window, planned.before.window, planned.after.window):
        (held,) = [event for event in window if spell([event]) == "z"]
        assert held.notes[0].duration == 960


def test_a_key_that_joined_segues_event_keeps_its_own_duration():
    it = Played()
    it.timeline.pass_until(0.25, TRANSPORT)
    it.strike("z", 0.25)
    it.timeline.release(Released((0, 0, A + 25), 1.0), 120)
    assert it.window == "abcd(ez)"
    assert [note.duration for note in it.timeline.context.newest.notes] == [120, 960]


def test_while_nothing_runs_a_chord_clears_the_plan():
    it = Played(committed=0)
    it.timeline.hear(Chord(1.0, (Pressed((0, 0, A + 25), 64, 1.0),)), letter("z", ioi=480))
    assert (it.window, it.it.spelled) == ("abcz", [])


def test_another_preset_goes_on_from_what_was_played():
    it = Played()
    other = style("other", events_kept=2)
    it.timeline.change_style(other)
    assert (it.timeline.context.style, it.window, it.it.spelled) == (other, "bc", [])


def test_from_the_top_nothing_has_been_struck():
    it = Played()
    it.timeline.pass_until(0.25, TRANSPORT)
    stopped = it.timeline.context
    it.timeline.reset()
    assert (it.timeline.context.onset, it.timeline.context.own, it.window) == (None, None, "abcde")
    it.timeline.go_on(stopped)
    assert (it.timeline.context.onset, it.timeline.context.own) == (240, 240)


@pytest.mark.parametrize("late", [0.0, 0.1])
def test_the_music_ends_with_its_end_and_not_behind_it(late):
    it = Played(planned=2, committed=2, length=Length(events=1))
    passed = it.timeline.pass_until(0.25 + late, TRANSPORT)
    assert [item.tick for item in passed] == [0, 240]


def test_a_phrase_is_counted_again_in_the_tempo_that_was_found_in_it():
    it = Played(planned=0, committed=0)
    it.timeline.begin_phrase(Position(0, BAR))
    chords = [Chord(at, (Pressed((0, 0, 60 + index), 64, at),)) for index, at in enumerate((1.0, 1.6, 2.8))]
    for chord, ioi in zip(chords, (480, 576, 1152), strict=True):
        it.timeline.hear(chord, Event.of(ioi, [Note(chord.keys[0].key[-1], 240, 64)]))
    it.timeline.retime([1.0, 1.6, 2.8], 100, 100 / 120, 3 * PPQ)
    events = it.timeline.context.window.events
    assert [event.ioi for event in events] == [400, 480, 960]
    assert [event.notes[0].duration for event in events] == [200] * 3
    assert it.timeline.context.to_bar_line == 3 * PPQ
    # A key that is still down belongs to its event all the same.
    it.timeline.release(Released(chords[2].keys[0].key, 1.2), 100)
    assert it.timeline.context.newest.notes[0].duration == 960


def test_of_a_long_phrase_the_first_events_are_counted_in_proportion():
    it = Played(planned=0, committed=0)
    it.timeline.begin_phrase(Position(0, BAR))
    for index in range(4):
        chord = Chord(index * 0.6, (Pressed((0, 0, 60), 64, index * 0.6),))
        it.timeline.hear(chord, Event.of(576, [Note(60, 240, 64)]))
    it.timeline.retime([1.2, 1.8], 100, 100 / 120, PPQ)
    assert [event.ioi for event in it.timeline.context.window.events] == [480] * 4
