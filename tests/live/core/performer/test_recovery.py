"""A performance that a new process takes up on its beat, as if nothing had happened."""

import json
import zlib
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mido import Message

from live.core.beat.tempo import TempoChange
from live.core.beat.transport import Transport
from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.core.output.schedule import Due
from live.core.performer.checkpoint import Checkpoint
from live.core.performer.master_sync import MasterSync
from live.core.performer.recovery import SILENCE_SECONDS
from live.core.performer.state_line import StateLineError, from_line, to_line
from live.core.planning.states import Length, Source, State
from live.core.planning.turns import PLAYS_ALONG, Turn
from live.core.sync.clock_keeper import ClockKeeper
from live.core.sync.midi_clock import CLOCK_TICK, interval_of
from presets.bundles.settings import Meter
from presets.music.form import Forms
from tests.live.core.performer.carried_on import Player, style
from tests.live.stage.watched_stage import ByChance
from tests.presets.music.bars import piece

BAR = 2.0  # seconds of 4/4 at 120 bpm
ORIGIN = 0.1


def playing(*styles, until, **options):
    player = Player.of(*styles, **options)
    player.performer.start(0.0)
    player.play_until(until)
    return player


def test_it_plays_on_with_the_next_letter_on_the_first_bar_line_after_three_seconds():
    player = playing(until=2.32)
    # The window began with abc. At 2.35 comes the m: it is committed, and so it belongs to the past.
    assert player.word[-1] == (2.35, "m")
    other, tick = player.go_on(away=1.5)
    other.play_until(7.0)
    assert tick == 3 * 1920
    assert other.word[:3] == [(6.1, "n"), (6.35, "o"), (6.6, "p")]
    assert other.status.window.events[-4].note_numbers == (73,)


def test_a_bar_line_that_cannot_be_reached_is_left_out():
    other, tick = playing(until=2.3).go_on(away=4.0)
    other.play_until(10.0)
    assert (tick, other.word[0]) == (4 * 1920, (8.1, "m"))


@pytest.mark.parametrize(("died_at", "line"), [(3.09, 6.1), (3.11, 8.1)])
def test_the_bar_line_is_three_seconds_after_the_end_or_later(died_at, line):
    other, tick = playing(until=died_at).go_on(away=1.0)
    assert other.status.clock.transport.seconds_at(tick) == pytest.approx(line)


def test_the_beat_as_it_went_on_counts():
    player = playing(until=2.3)
    other, tick = player.go_on(transport=Transport.through(1920, 2.2, 120))
    other.play_until(12.0)
    assert tick == 3 * 1920
    assert other.word[:2] == [(6.2, "m"), (6.45, "n")]


@pytest.mark.parametrize("clocks", [100, 101, 150, 270])
def test_a_clock_that_went_on_in_the_tempo_of_the_music_is_its_beat(clocks):
    player = playing(until=2.3, bpm=97.3, sends_clock=True)
    transport = player.status.clock.transport
    at, after = (transport.seconds_at(CLOCK_TICK * number) for number in (clocks, clocks + 1))
    other, _ = player.go_on(clock=(at, after - at))
    assert other.status.clock.transport == transport


def test_a_clock_that_missed_a_tempo_change_meanwhile_is_counted_in_its_own_tempo():
    player = playing(until=2.3, tempo_changes=(TempoChange(3 * 1920, 60),), sends_clock=True)
    # At 6.1 the tempo was to change, but the clock of 120 bpm went on.
    other, tick = player.go_on(away=6.9, clock=(9.1, interval_of(120)))
    beat = other.status.clock.transport
    assert beat.seconds_at(18 * 480) == pytest.approx(9.1)
    assert tick == 5 * 1920
    other.play_until(20.0)
    clocks = other.sent("clock")
    assert clocks[0] == pytest.approx(beat.seconds_at(beat.nearest_tick(clocks[0])))
    # From the first tick that can be reached on, it is in the tempo of the music, 60 bpm.
    intervals = {round(after - before, 4) for before, after in pairwise(clocks) if before > 9.3}
    assert intervals == {round(interval_of(60), 4)}


def test_tempo_changes_that_are_to_come_still_come():
    changes = (TempoChange(4 * 1920, 60),)
    other, _ = playing(until=2.3, tempo_changes=changes).go_on()
    other.play_until(10.0)
    assert [at for at, _ in other.word if at > 7.5][:4] == [7.6, 7.85, 8.1, 8.6]
    other.performer.stop(other.now)
    other.performer.start(other.now)
    other.play_until(11.0)
    assert other.status.clock.bpm == 120


def test_tempo_changes_that_are_to_come_are_made_to_the_beat_as_it_went_on():
    changes = (TempoChange(1920, 90), TempoChange(3 * 1920, 60), TempoChange(5 * 1920, 120, ramp=1920))
    player = playing(until=1.0, tempo_changes=changes, sends_clock=True)
    other, _ = player.go_on(away=2.0, clock=(2.6, interval_of(120)))
    transport = other.status.clock.transport
    at = [round(transport.bpm_at(tick), 2) for tick in range(0, 7 * 1920, 960)]
    assert at == [120, 120, 120, 90, 90, 90, 60, 60, 60, 60, 60, 90, 120, 120]


def test_the_end_of_the_music_stays_where_it_was():
    other, _ = playing(until=2.3, length=Length(bars=4)).go_on()
    other.play_until(20.0)
    assert other.status.state is State.FINISHED
    assert other.word[-1][0] < ORIGIN + 4 * BAR


def test_music_that_would_have_ended_meanwhile_is_over():
    other, _ = playing(until=2.3, length=Length(bars=2), sends_clock=True).go_on()
    other.play_until(20.0)
    assert other.status.state is State.FINISHED
    assert other.strikes == []
    assert len(other.sent("stop")) == 1


def test_takes_and_counts_go_on():
    player = playing(until=3.0)
    player.performer.stop(3.0)
    player.performer.start(3.0)
    player.play_until(5.0)
    before = player.status
    other, _ = player.go_on()
    after = other.status
    assert (after.clock.take, after.clock.first_tick) == (2, 0)
    assert (after.played, after.rested) == (before.played, before.rested)


class TestControls:
    def test_each_is_as_it_was(self):
        player = playing(style(), style("organ"), until=1.0)
        before = player.performer.control_state(1.0)
        wanted = replace(
            before,
            controls=replace(
                before.controls, key=Key(2, "dorian"), mine=frozenset({"left", "right"}), velocity=31
            ),
            swing=63.0,
            bpm=97.5,
            muted=True,
            own_meters=True,
        )
        player.performer.apply(wanted, 1.0)
        player.performer.set_controls(player.styles[1], replace(before.controls, density=0.25))
        player.play_until(3.0)
        other, _ = player.go_on()
        assert other.performer.control_state(other.now) == wanted
        assert other.performer._planner.controls_of(other.styles[1]).density == 0.25

    def test_muted_it_plays_on_in_silence(self):
        player = playing(until=1.0)
        player.performer.apply(replace(player.performer.control_state(1.0), muted=True), 1.0)
        player.play_until(2.0)
        other, _ = player.go_on()
        other.play_until(9.0)
        assert other.strikes == []
        assert other.status.played > player.status.played

    def test_the_key_that_was_heard_is_known(self):
        player = playing(until=0.5)
        for place, letter in enumerate("aehaehcfa"):
            player.strike(letter, 0.6 + 0.4 * place)
        player.play_until(5.0)
        heard = player.status.key_heard
        other, _ = player.go_on()
        assert heard is not None
        assert other.status.key_heard == heard
        assert other.performer._listener.state == player.performer._listener.state


class TestSwitches:
    def test_one_that_was_requested_comes_on_the_line(self):
        player = playing(style(), style("organ", channel=4), until=1.0)
        player.performer.request(player.styles[1], 1.0)
        player.play_until(1.5)
        other, tick = player.go_on()
        assert other.status.switch.line == tick == 3 * 1920
        other.play_until(7.0)
        assert other.status.style is other.styles[1]
        assert {strike.channel for strike in other.strikes} == {4}
        assert other.word[0][0] == ORIGIN + 3 * BAR

    def test_one_that_is_later_stays_where_it_was(self):
        player = playing(style(), style("organ", channel=4), until=1.0, meter=Meter(16, 4))
        player.performer.request(player.styles[1], 1.0, grid=3840 * 2)
        player.play_until(1.5)
        player.performer.change_mode(Mode.HOLD, 1.5)
        other, _ = player.go_on()
        assert other.status.switch.line == 7680

    def test_one_that_is_over_is_not_known_any_more(self):
        player = playing(style(), style("organ", channel=4), until=1.0)
        player.performer.request(player.styles[1], 1.0)
        player.play_until(2.085)  # the line, at 2.1, is committed
        assert player.status.style is player.styles[0]
        other, _ = player.go_on()
        assert other.status.style is other.styles[1]
        assert other.status.switch is None

    def test_the_meter_of_the_other_preset_comes_with_it(self):
        player = playing(style(), style("organ", meter=Meter(3, 4)), until=1.0)
        player.performer.request(player.styles[1], 1.0)
        player.play_until(1.5)
        other, tick = player.go_on()
        assert other.status.clock.bars.meter_at(tick - 1) == Meter(4, 4)
        assert other.status.clock.bars.meter_at(tick) == Meter(3, 4)


class TestTurns:
    def answering(self, until):
        player = Player.of(mode=Mode.ANSWER)
        player.performer.start(0.0)
        for place in range(8):
            player.strike("cdefgfed"[place], ORIGIN + 0.5 * place, held=0.3)
        player.play_until(until)
        return player

    def test_the_musicians_turn_goes_on(self):
        player = self.answering(until=3.0)
        assert player.status.whose_turn is Source.PLAYER
        other, _ = player.go_on(away=1.0)
        assert other.status.whose_turn is Source.PLAYER
        assert other.status.turn_bars == player.status.turn_bars
        # At 4.1 is a bar line, but nobody knows whether the musician has rested since 3.0.
        for place in range(3):
            other.strike("cde"[place], ORIGIN + 4.5 + 0.5 * place, held=0.3)
        other.play_until(12.0)
        assert other.status.turn == Turn(4 * 1920, 7 * 1920)
        assert other.word[0][0] == ORIGIN + 4 * BAR

    def test_an_answer_goes_on_to_its_end(self):
        player = playing(until=1.0)
        player.performer.change_mode(Mode.ANSWER, 1.0)
        player.performer._turn_taking.turns.take(Turn(1920, 8 * 1920))
        player.play_until(4.5)
        other, tick = player.go_on()
        assert other.status.turn == Turn(tick, 8 * 1920)
        other.play_until(20.0)
        assert other.word[0][0] == ORIGIN + 4 * BAR
        assert other.word[-1][0] == pytest.approx(ORIGIN + 8 * BAR - 0.25)
        assert other.status.whose_turn is Source.PLAYER

    def test_an_answer_that_would_have_ended_is_over(self):
        player = self.answering(until=7.5)
        assert player.status.turn == Turn(2 * 1920, 4 * 1920, listens=True)
        other, _ = player.go_on()
        other.play_until(12.0)
        assert other.strikes == []
        assert other.status.whose_turn is Source.PLAYER

    def test_what_a_phrase_asks_for_is_still_taken_up(self):
        player = Player.of(style(controls=replace(style().controls, quote=0.9)), mode=Mode.CONTINUE)
        player.performer.start(0.0)
        for place, letter in enumerate("ceghgece"):
            player.strike(letter, 0.3 + 0.25 * place)
        player.play_until(5.0)
        variation = player.performer._planner._variation
        assert variation is not None
        other, tick = player.go_on()
        assert other.performer._planner._variation == replace(variation, begin=tick)

    def test_a_rest_counts_from_the_comeback(self):
        player = Player.of(mode=Mode.CONTINUE)
        player.performer.start(0.0)
        player.strike("c", 0.3, held=9.0)
        player.play_until(1.0)
        other, _ = player.go_on(away=2.0)
        other.play_until(6.0)
        # Two beats, and the way of a key to segue, after 3.0.
        assert 4.0 <= other.word[0][0] <= 4.4


class TestStates:
    def test_stopped_it_goes_on_when_it_is_asked_to(self):
        player = playing(until=2.3)
        player.performer.stop(2.3)
        player.play_until(2.4)
        other, tick = player.go_on()
        assert (other.status.state, tick) == (State.STOPPED, None)
        other.performer.resume()
        player.performer.resume()
        other.play_until(8.0)
        player.play_until(4.0)
        letters = [letter for _, letter in player.word[-4:]]
        assert "".join(letters) in "".join(letter for _, letter in other.word)
        assert other.status.clock.first_tick == player.status.clock.first_tick

    def test_stopped_before_the_first_start_it_is_so_again(self):
        player = Player.of()
        player.play_until(1.0)
        other, tick = player.go_on()
        other.play_until(9.0)
        assert (other.status.state, tick, other.strikes) == (State.STOPPED, None, [])

    def test_listening_it_answers_the_phrase_after_a_rest(self):
        player = Player.of(wait=True)
        for place, letter in enumerate("klm"):
            player.strike(letter, 1.0 + 0.5 * place)
        player.play_until(2.5)
        other, tick = player.go_on()
        assert (other.status.state, tick) == (State.LISTENING, None)
        other.play_until(7.0)
        assert other.word[0] == (5.6, "n")

    def test_listening_for_a_tempo_it_finds_that_of_what_was_played(self):
        player = Player.of(wait=True, tempo_from_phrase=True)
        for place in range(12):
            player.strike("cegcegcdcegc"[place], 1.0 + 0.6 * place, held=0.5)
        player.play_until(8.5)
        other, _ = player.go_on()
        other.play_until(14.0)
        assert other.status.clock.bpm == pytest.approx(100, abs=1)

    def test_waiting_for_a_master_it_waits(self):
        player = Player.of(follows=True)
        player.performer.start(0.0)
        player.play_until(1.0)
        other, tick = player.go_on()
        assert (other.status.state, tick) == (State.WAITING, None)

    def test_before_the_first_note_it_starts(self):
        player = Player.of()
        player.performer.start(0.0)
        player.line = to_line(player.checkpoint())
        other, _ = player.go_on()
        other.play_until(4.0)
        assert other.word[0] == (2.1, "d")

    def test_finished_it_is_finished(self):
        player = playing(until=4.0, length=Length(bars=1))
        player.line = to_line(player.checkpoint())
        other, tick = player.go_on()
        other.play_until(9.0)
        assert (other.status.state, tick, other.strikes) == (State.FINISHED, None, [])


class TestCountIn:
    def test_the_clicks_that_can_be_reached_still_come(self):
        other, tick = playing(until=1.0, count_in=4).go_on(away=1.0)
        other.play_until(9.0)
        clicks = [strike.at for strike in other.strikes if strike.channel == 9]
        assert clicks == pytest.approx(list(np.arange(2.1, 8.0, 0.5)))
        assert tick == 0
        assert min(strike.at for strike in other.strikes if strike.channel == 0) == pytest.approx(8.1)

    def test_the_start_that_followers_were_not_told_yet_comes(self):
        other, _ = playing(until=1.0, count_in=4, sends_clock=True).go_on(away=1.0)
        other.play_until(9.0)
        assert other.sent("start") == pytest.approx([8.098])

    def test_followers_that_missed_the_start_begin_on_the_line(self):
        other, _ = playing(until=1.0, count_in=1, sends_clock=True).go_on(away=2.0)
        other.play_until(9.0)
        assert other.sent("start") == []
        assert other.sent("continue") == pytest.approx([ORIGIN + BAR * 2 - 0.002 + 0.0])


class TestClockOut:
    def test_it_joins_the_running_clock_without_a_start(self):
        player = playing(until=2.3, sends_clock=True)
        other, _ = player.go_on(clock_from=4321)
        other.play_until(9.0)
        assert {message.type for _, message in other.messages} == {"clock"}
        transport = other.status.clock.transport
        first = 217  # the first clock from tick 4321 on is at 4340
        clocks = other.sent("clock")
        assert clocks == [transport.seconds_at(CLOCK_TICK * (first + n)) for n in range(len(clocks))]

    def test_without_a_tick_it_joins_with_the_next_clock(self):
        other, _ = playing(until=2.3, sends_clock=True).go_on(away=2.0)
        other.play_until(5.0)
        assert 4.3 - 1e-3 <= other.sent("clock")[0] <= 4.3 + 0.5 / 24

    def test_while_the_music_stands_no_clock_is_sent(self):
        player = playing(until=2.3, sends_clock=True)
        player.performer.stop(2.3)
        player.play_until(2.4)
        other, _ = player.go_on()
        other.play_until(9.0)
        assert other.messages == []


class TestFollowing:
    """A performer that obeys a master: a clock each 24th of a beat, at 120 bpm from 1.0 on."""

    FIRST, CLOCK = 1.0, 0.5 / 24

    def playing(self, until):
        player = Player.of(follows=True)
        player.performer.start(0.0)
        player.master_sync = MasterSync(player.performer)
        player.at(self.FIRST - 0.005, self.said(player, "start"))
        self.clocks(player, 0, 1 + int((until - self.FIRST) / self.CLOCK))
        player.play_until(until)
        return player

    def said(self, player, kind):
        return lambda _, now: player.master_sync.hear(0, Message(kind), now, now)

    def clocks(self, player, first, end):
        for number in range(first, end):
            player.at(self.FIRST + number * self.CLOCK, self.said(player, "clock"))

    def back(self, until=3.3, away=2.0):
        player = self.playing(until)
        other, tick = player.go_on(away=away)
        other.master_sync = MasterSync(other.performer)
        other.master_sync.recover(other.now)
        return other, tick

    def test_it_goes_on_at_the_masters_tempo_without_its_clock(self):
        other, tick = self.back()
        other.play_until(9.0)
        assert other.status.state is State.PLAYING
        assert tick == 3 * 1920
        assert other.word[0][0] == pytest.approx(self.FIRST + 3 * BAR, abs=2e-3)
        assert other.master_sync.notice == "the MIDI clock is gone: segue keeps 120 bpm until it comes back"

    def test_it_takes_up_the_masters_clock_on_the_nearest_tick(self):
        other, _ = self.back()
        self.clocks(other, 207, 500)  # the first one that comes in again, at 5.3
        other.play_until(9.0)
        assert other.master_sync.notice is None
        assert other.word[0][0] == pytest.approx(self.FIRST + 3 * BAR, abs=1e-3)
        assert other.status.clock.transport.seconds_at(4 * 1920) == pytest.approx(
            self.FIRST + 4 * BAR, abs=1e-3
        )

    def test_it_obeys_the_masters_stop(self):
        other, _ = self.back()
        other.at(7.5, self.said(other, "stop"))
        other.play_until(9.0)
        assert other.status.state is State.WAITING
        assert max(at for at, _ in other.word) < 7.6

    def test_a_clock_that_was_counted_meanwhile_gives_the_place(self):
        player = self.playing(3.3)
        beat = Transport.through(CLOCK_TICK * 150, 5.0, 100)
        other, _ = player.go_on(transport=beat)
        other.master_sync = MasterSync(other.performer)
        other.master_sync.recover(other.now)
        assert other.master_sync.bpm == pytest.approx(100)
        assert other.status.clock.transport == beat


def test_the_form_goes_on_section_by_section():
    forms = Forms.build([piece(*(60, 65, 67, 60) * 3), piece(*(57, 64, 50, 57, 52, 59, 60, 50))], 1)
    player = playing(style(forms=forms), until=3.0)
    other, _ = player.go_on()
    before, after = player.status.form, other.status.form
    assert after is not before
    assert [after[number].label for number in range(20)] == [before[number].label for number in range(20)]
    assert all(np.array_equal(after[n].outline, before[n].outline) for n in range(20))
    other.play_until(9.0)
    assert other.status.form is after


class TestDamagedLines:
    LINE = playing(until=2.3).line

    @given(st.data())
    def test_one_that_is_not_whole_is_refused(self, data):
        at = data.draw(st.integers(0, len(self.LINE) - 1))
        other = data.draw(st.integers(0, 255).filter(lambda byte: byte != self.LINE[at]))
        damaged = self.LINE[:at] + bytes([other]) + self.LINE[at + 1 :]
        for line in (damaged, self.LINE[:at], self.LINE + b"x"):
            with pytest.raises(StateLineError, match=r"^a state must"):
                from_line(Checkpoint, line)

    def test_one_of_another_version_says_so(self):
        with pytest.raises(StateLineError, match=r"^a state must have format 1, got b'2': another version"):
            from_line(Checkpoint, b"2" + self.LINE[1:])

    @given(st.recursive(st.none() | st.integers() | st.text(max_size=3), st.lists, max_leaves=20))
    def test_one_with_other_fields_is_refused(self, value):
        body = json.dumps(value).encode()
        with pytest.raises(StateLineError, match=r"^the state is of another version of segue: "):
            from_line(Checkpoint, b"1 %08x %b" % (zlib.crc32(body), body))


LETTERS = st.sampled_from("cdefgabk")
MOMENTS = st.integers(0, 9000).map(lambda milliseconds: milliseconds / 1000)
HAPPENINGS = st.lists(
    st.tuples(MOMENTS, st.sampled_from(["key", "key", "key", "knob", "tempo", "switch", "mode", "panic"])),
    max_size=14,
)
OPTIONS = st.fixed_dictionaries(
    {
        "mode": st.sampled_from([*Mode, Mode.STREAM, Mode.STREAM]),
        "bpm": st.sampled_from([40, 97.3, 120, 240]),
        "meter": st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(7, 8)]),
        "swing": st.sampled_from([50.0, 66.7]),
        "latency_seconds": st.sampled_from([0.0, 0.08, -0.08]),
        "count_in": st.sampled_from([0, 0, 1]),
        "sends_clock": st.booleans(),
        "rng_seed": st.integers(0, 9),
    }
)


def styles():
    return [
        style("piano", ByChance(24)),
        style("organ", ByChance(48, has_rhythm=False), channel=4),
    ]


def happen(player, happenings, letters):
    """Let a musician do these things."""
    for (at, what), letter in zip(happenings, letters, strict=False):
        match what:
            case "key":
                player.strike(letter, at, held=0.3)
            case "knob":
                player.at(at, lambda performer, now: _turn(performer, now, velocity=40 + int(8 * now)))
            case "tempo":
                player.at(at, lambda performer, now: performer.nudge_tempo(7, now))
            case "switch":
                other = player.styles[ord(letter) % 2]
                player.at(at, lambda performer, now, other=other: performer.request(other, now))
            case "mode":
                mode = list(Mode)[ord(letter) % len(Mode)]
                player.at(at, lambda performer, now, mode=mode: performer.change_mode(mode, now))
            case "panic":
                player.at(at, lambda performer, now: performer.panic(now))


def _turn(performer, now, **controls):
    state = performer.control_state(now)
    performer.apply(replace(state, controls=replace(state.controls, **controls)), now)


@pytest.mark.slow
@settings(max_examples=60)
@given(OPTIONS, HAPPENINGS, st.lists(LETTERS, min_size=14, max_size=14), MOMENTS, st.floats(0.2, 6.0))
def test_whenever_it_ends_it_goes_on_as_said(options, happenings, letters, died_at, away):
    player = Player.of(*styles(), **options)
    player.performer.start(0.0)
    happen(player, happenings, letters)
    player.play_until(died_at + 0.2)
    checkpoint, committed = player.checkpoint(), player.performer._planner.plan.committed
    assert from_line(Checkpoint, to_line(checkpoint)) == checkpoint
    player.line = to_line(checkpoint)
    before = player.performer.control_state(player.now)
    turn = player.status.turn

    other, line = player.go_on(away=away)
    status = other.status
    transport = status.clock.transport
    past = committed[-1].after if committed else player.performer._engine.timeline.context
    if past.style is player.status.style:  # or a switch was committed, which counts as past
        assert other.performer.control_state(other.now) == before
    assert (status.window, status.played) == (past.window, past.played)
    assert status.style is past.style
    if transport is None:
        return  # it had not begun
    assert transport.segments[-1] == player.status.clock.transport.segments[-1]

    bars = player.performer._engine.meters.before_switch
    earliest = max(player.now + SILENCE_SECONDS, other.now + 0.12)
    assert line == bars.line_before(line)
    assert transport.seconds_at(line) >= player.now + SILENCE_SECONDS - 1e-6
    assert line == 0 or transport.seconds_at(bars.line_before(line - 1)) < earliest + 0.2

    again, _ = player.go_on(away=away, rng_seed=5)
    for each in (other, again):
        each.play_until(transport.seconds_at(line) + 6.0)
    assert other.strikes == again.strikes
    assert other.messages == again.messages
    own = [strike for strike in other.strikes if strike.channel != 9]
    moment = other.performer._engine.timing.moment
    if turn is not None:
        assert all(strike.at >= moment(line, transport) - 1e-6 for strike in own)
    if status.mode in PLAYS_ALONG and before.mode in PLAYS_ALONG and player.styles[0] is status.style:
        assert own
        assert own[0].at == pytest.approx(moment(line, transport))


@settings(max_examples=30)
@given(OPTIONS, HAPPENINGS, st.lists(LETTERS, min_size=14, max_size=14), MOMENTS, st.floats(0.2, 6.0))
def test_no_clock_is_missing_and_none_comes_twice(options, happenings, letters, died_at, away):
    player = Player.of(*styles(), **{**options, "sends_clock": True, "count_in": 0})
    player.performer.start(0.0)
    happen(player, happenings, letters)
    player.play_until(died_at + 0.2)
    sent = player.sent("clock")
    other, _ = player.go_on(away=away)
    other.play_until(other.now + 3.0)
    transport = other.status.clock.transport
    # What whoever holds the ports sends meanwhile: from the last clock that was ordered to the first new one.
    first = other.sent("clock")[0]
    last = transport.nearest_tick(sent[-1]) // CLOCK_TICK
    between = range(last + 1, transport.nearest_tick(first) // CLOCK_TICK)
    clocks = [*sent, *(transport.seconds_at(CLOCK_TICK * n) for n in between), *other.sent("clock")]
    assert clocks == sorted(clocks)
    assert [transport.nearest_tick(at) for at in clocks[len(sent) - 1 :]] == [
        CLOCK_TICK * (last + n) for n in range(len(clocks) - len(sent) + 1)
    ]
    assert other.sent("start") + other.sent("continue") == []


@settings(max_examples=30)
@given(
    st.sampled_from([97.3, 120, 240]),
    st.lists(st.tuples(MOMENTS, st.integers(-7, 7)), max_size=4),
    st.integers(200, 6000),
    st.integers(300, 5000),
)
def test_with_a_clock_that_is_kept_followers_hear_each_clock_once(bpm, nudges, died_at, away):
    player = Player.of(bpm=bpm, sends_clock=True)
    player.performer.start(0.0)
    for at, by in nudges:
        player.at(at, lambda performer, now, by=by: performer.nudge_tempo(by, now))
    keeper, heard, died_at = ClockKeeper(), [], died_at / 1000

    def play(player, until):
        """Let time pass for whoever plays and for the clock's keeper, every five milliseconds."""
        while player.now < until:
            ordered = len(player.messages)
            player.play_until(min(until, player.now + 0.005))
            for at, message in player.messages[ordered:]:
                passed_on = keeper.pass_on(Due(at, message))
                heard.extend(due.at for due in passed_on if due.message.type == "clock")
            heard.extend(due.at for due in keeper.pump(player.now))

    play(player, died_at)
    keeper.lead()
    heard.extend(due.at for due in keeper.pump(died_at + away / 1000))
    clock, transport = keeper.place, player.status.clock.transport
    other, _ = player.go_on(away=away / 1000, clock=clock)
    play(other, other.now + 3.0)
    after = other.status.clock.transport
    clocks = [at for at in heard if at > died_at - 0.1]
    assert clocks == sorted(clocks)
    # Counted from the first one on, the clocks lie on their ticks, before and after.
    first = round(transport.nearest_tick(clocks[0]) / CLOCK_TICK)
    for number, at in enumerate(clocks, first):
        if at < died_at or at > other.now - 2.5:
            beat = transport if at < died_at else after
            assert abs(beat.nearest_tick(at) / CLOCK_TICK - number) < 0.2
    assert {message.type for _, message in other.messages} <= {"clock"}
