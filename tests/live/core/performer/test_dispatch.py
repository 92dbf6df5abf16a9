"""From committed events to the senders' orders, without a performer; a beat lasts half a second."""

from dataclasses import replace

import pytest
from mido import Message

from live.core.beat.count_in import Click
from live.core.beat.timing import Timing
from live.core.beat.transport import Transport
from live.core.output.orders import Orders
from live.core.output.schedule import Due, Strike
from live.core.performer.dispatch import Dispatch
from live.core.planning.plan import Onset, Planned, Rest, Why
from presets.bundles.settings import Part
from presets.music.event import Event, Note
from tests.live.core.planning.alphabet_music import context, style

TRANSPORT = Transport.steady(0.0, 120)
DUO = replace(style("duo"), parts=(Part("bass", 0, program=32), Part("lead", 1, program=80)), outputs=(0, 2))


def planned(*notes, tick=0, of=DUO, waited=0):
    what = Onset(Event.of(0, notes)) if notes else Rest(Why.FAILED)
    it = context("abc", style=of)
    return Planned(what, tick, it, it, {}, placed=True, waited=waited)


def dispatched(*notes, line=None, held=frozenset(), timing=None, **options):
    dispatch = Dispatch(DUO, timing or Timing())
    dispatch.commit(planned(*notes, **options), line, TRANSPORT, held)
    return dispatch


class TestNotes:
    def test_each_goes_to_its_parts_output_and_channel_at_its_moment(self):
        dispatch = dispatched(Note(40, 480, 90), Note(72, 240, 70, 1), tick=960)
        assert dispatch.take().strikes == [
            Strike(1.0, 1.5, 0, 40, 90, output=0),
            Strike(1.0, 1.25, 1, 72, 70, output=2),
        ]

    def test_they_end_on_the_line_where_another_preset_takes_over(self):
        (strike,) = dispatched(Note(40, 1920, 90), line=480).take().strikes
        assert strike.until == 0.5

    def test_what_the_hands_hold_is_left_to_them(self):
        dispatch = dispatched(Note(40, 480, 90), Note(72, 480, 90, 1), held=frozenset({40}))
        assert [strike.note for strike in dispatch.take().strikes] == [72]

    def test_the_moment_knows_swing_and_latency(self):
        (strike,) = dispatched(Note(40, 240, 90), tick=240, timing=Timing(60, 0.01)).take().strikes
        assert (strike.at, strike.until) == (pytest.approx(0.29), pytest.approx(0.49))

    def test_a_note_that_is_put_off_begins_later_and_ends_at_its_place(self):
        dispatch = Dispatch(DUO, Timing())
        for note in (Note(40, 480, 90), Note(41, 24, 90)):  # 24 ticks last half as long as the delay
            item = planned(note)
            item.delay = 0.05
            dispatch.commit(item, None, TRANSPORT)
        long, short = dispatch.take().strikes
        assert (long.at, long.until) == (0.05, 0.5)
        assert (short.at, short.until) == (0.05, pytest.approx(0.051))

    def test_those_to_come_can_be_dropped_and_their_ends_move_no_more(self):
        dispatch = dispatched(Note(40, 960, 90))
        dispatch.commit(planned(Note(72, 480, 90, 1), tick=480), None, TRANSPORT)
        sounding, coming = dispatch.take().strikes
        dispatch.drop_from(coming.at)
        dispatch.end_by(240, TRANSPORT, 0.1)
        orders = dispatch.take()
        assert orders.ended == [coming]
        assert orders.retimed == [replace(sounding, until=0.25)]

    def test_muted_nothing_sounds_and_what_waited_still_counts(self):
        dispatch = Dispatch(DUO, Timing())
        dispatch.muted = True
        dispatch.commit(planned(Note(40, 480, 90), waited=2), None, TRANSPORT)
        dispatch.click(Click(0, 76, 112), TRANSPORT)
        assert (dispatch.take(), dispatch.rested) == (Orders(sounds=None), 2)

    def test_a_rest_sounds_of_nothing_and_counts(self):
        dispatch = dispatched(waited=1)
        assert (dispatch.take().strikes, dispatch.rested) == ([], 1)

    def test_it_is_quiet_after_the_last_of_them(self):
        assert dispatched(Note(40, 480, 90), Note(72, 1920, 90, 1)).quiet_at == 2.0

    def test_orders_are_taken_once(self):
        dispatch = dispatched(Note(40, 480, 90))
        assert len(dispatch.take().strikes) == 1
        assert dispatch.take() == Orders()


class TestEnds:
    def test_a_note_that_the_musician_plays_is_ended_and_owed_no_more(self):
        dispatch = dispatched(Note(40, 1920, 90), Note(72, 1920, 90, 1))
        dispatch.take()
        dispatch.end_note(40, 0.5)
        assert [strike.note for strike in dispatch.take().ended] == [40]
        dispatch.end_note(40, 0.6)
        assert dispatch.take().ended == []

    def test_ends_move_with_the_tempo(self):
        dispatch = dispatched(Note(40, 960, 90))
        dispatch.take()
        dispatch.move_ends(TRANSPORT.changed(480, 60), 0.5)
        (strike,) = dispatch.take().retimed
        assert strike.until == pytest.approx(1.5)

    def test_an_end_that_hardly_moves_stays(self):
        dispatch = dispatched(Note(40, 960, 90))
        dispatch.take()
        dispatch.move_ends(TRANSPORT.changed(959, 119), 0.5)
        assert dispatch.take().retimed == []

    def test_what_has_ended_is_forgotten(self):
        dispatch = dispatched(Note(40, 480, 90))
        dispatch.take()
        dispatch.pass_until(0.5)
        dispatch.move_ends(TRANSPORT.changed(0, 60), -1.0)
        assert dispatch.take().retimed == []

    def test_where_the_musician_takes_over_notes_ring_to_the_tick_at_most(self):
        dispatch = dispatched(Note(40, 1920, 90))
        dispatch.commit(planned(Note(72, 1920, 90, 1), tick=600), None, TRANSPORT)
        dispatch.take()
        dispatch.end_by(480, TRANSPORT, 0.1)
        assert [(strike.note, strike.until) for strike in dispatch.take().retimed] == [(40, 0.5), (72, 0.75)]


class TestSounds:
    def test_another_presets_sounds_come_on_its_line_and_the_notes_before_end_there(self):
        dispatch = dispatched(Note(40, 1920, 90))
        dispatch.take()
        other = replace(style("other"), parts=(Part("organ", 4, program=19),))
        dispatch.change_sounds(other, 960, TRANSPORT)
        orders = dispatch.take()
        assert [strike.until for strike in orders.retimed] == [1.0]
        assert Due(1.0, Message("program_change", channel=4, program=19)) in orders.messages
        assert dispatch.style is other

    def test_while_nothing_plays_they_come_at_once(self):
        dispatch = Dispatch(DUO, Timing())
        other = replace(style("other"), parts=(Part("organ", 4, program=19),))
        dispatch.take_over(other)
        assert Message("program_change", channel=4, program=19) in dispatch.take().sounds[0]

    def test_silence_drops_the_notes_and_keeps_what_was_said(self):
        dispatch = dispatched(Note(40, 480, 90))
        stop = Due(0.0, Message("stop"))
        dispatch.orders.messages.append(stop)
        dispatch.silence()
        assert dispatch.take() == Orders(silence=True, messages=[stop])

    def test_after_a_panic_nothing_is_owed(self):
        dispatch = dispatched(Note(40, 480, 90))
        dispatch.forget()
        dispatch.move_ends(TRANSPORT.changed(0, 60), -1.0)
        assert dispatch.take() == Orders()
