import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import Message

from live.core.sync.clock_follower import (
    VANISHED_AFTER,
    ClockFollower,
    ClockState,
    Jumped,
    Started,
    Stopped,
)
from live.core.sync.midi_clock import CLOCK_TICK
from tests.live.core.sync.simulated_master import clock_ticks, doubled, following, jittered, lost, stalled

SEEDS = range(100)
FEW_SEEDS = range(25)
FOUR_BEATS = 96
AHEAD = 0.060
"""Seconds before its moment at which a note is committed."""


def rolling(bpm=100):
    follower = ClockFollower(bpm)
    follower.hear(Message("start"), -1.0)
    return follower


def errors(truth, arrivals, since):
    """By how many seconds the transport is off, clock by clock: at the newest one, and AHEAD of it."""
    follower, off, off_ahead = rolling(), [], []
    for n, (at, _) in enumerate(following(follower, arrivals)):
        ahead = int(np.searchsorted(truth, at + AHEAD))
        if since <= n and ahead < len(truth):
            off.append(abs(follower.transport.seconds_at(CLOCK_TICK * n) - truth[n]))
            off_ahead.append(abs(follower.transport.seconds_at(CLOCK_TICK * ahead) - truth[ahead]))
    return np.array(off), np.array(off_ahead)


def error_at_the_end(truth, arrivals):
    """By how many seconds the transport is off at the last clock, however many bytes there were."""
    follower = rolling()
    for _ in following(follower, arrivals):
        pass
    last = len(truth) - 1
    return abs(follower.transport.seconds_at(CLOCK_TICK * last) - truth[last])


@pytest.mark.parametrize("bpm", [20, 61.7, 87.3, 120, 133.37])
def test_after_four_beats_of_jitter_the_tempo_is_known_and_the_phase_does_not_lag(bpm):
    truth = clock_ticks((3 * FOUR_BEATS, bpm, bpm))
    near, off = 0, []
    for seed in SEEDS:
        arrivals = jittered(truth, seed)
        follower = rolling()
        for _ in following(follower, arrivals[: FOUR_BEATS + 1]):
            pass
        near += abs(follower.bpm - bpm) <= 0.15
        off.append(errors(truth, arrivals, FOUR_BEATS))
    assert near >= 99
    newest, ahead = np.hstack(off)
    assert np.quantile(newest, 0.99) <= 0.002
    assert np.quantile(ahead, 0.99) <= 0.002


@pytest.mark.parametrize(("first", "last"), [(90, 140), (140, 90)])
@pytest.mark.slow
def test_a_ramp_over_eight_bars_of_jitter_is_followed_without_lag(first, last):
    truth = clock_ticks((FOUR_BEATS, first, first), (8 * FOUR_BEATS, first, last), (FOUR_BEATS, last, last))
    newest, ahead = np.hstack([errors(truth, jittered(truth, seed), FOUR_BEATS) for seed in SEEDS])
    assert np.quantile(newest, 0.99) <= 0.005
    assert np.quantile(ahead, 0.99) <= 0.005


@pytest.mark.parametrize("bpm", [20.5, 123.456, 400])
def test_a_clock_without_jitter_is_followed_exactly(bpm):
    truth = clock_ticks((2 * FOUR_BEATS, bpm, bpm))
    assert np.max(errors(truth, truth, since=2)) < 1e-9


@pytest.mark.parametrize(
    ("first", "last"), [(120, 60), (60, 120), (120, 121), (120, 130), (120, 180), (120, 80), (120, 240)]
)
@pytest.mark.parametrize("deviation", [0.0003, 0.002])
def test_a_sudden_tempo_is_taken_up_within_two_beats_and_the_position_is_kept(first, last, deviation):
    truth = clock_ticks((2 * FOUR_BEATS, first, first), (2 * FOUR_BEATS, last, last))
    taken_up = 2 * FOUR_BEATS + FOUR_BEATS // 2
    for seed in FEW_SEEDS:
        newest, _ = errors(truth, jittered(truth, seed, deviation), taken_up)
        assert newest.max() <= 0.005


@pytest.mark.parametrize("bpm", [60, 87.3, 120])
@pytest.mark.parametrize(
    "happens",
    [
        pytest.param(lambda moments, at: stalled(moments, moments[at] + 0.003, 0.030), id="a stall of 30 ms"),
        pytest.param(lambda moments, at: stalled(moments, moments[at] + 0.003, 0.070), id="a stall of 70 ms"),
        pytest.param(lambda moments, at: lost(moments, at), id="one lost"),
        pytest.param(lambda moments, at: lost(moments, at, at + 1), id="two lost"),
        pytest.param(lambda moments, at: doubled(moments, at), id="one doubled"),
        pytest.param(
            lambda moments, at: doubled(lost(stalled(moments, moments[at], 0.05), at + 40), at + 20, at + 80),
            id="a stall, one doubled, one lost, one doubled",
        ),
    ],
)
def test_the_position_is_exact_again_after(happens, bpm):
    truth = clock_ticks((3 * FOUR_BEATS, bpm, bpm))
    for seed in FEW_SEEDS:
        happening = FOUR_BEATS + seed % 24
        assert error_at_the_end(truth, happens(jittered(truth, seed), happening)) <= 0.003


@pytest.mark.parametrize("deviation", [0.0005, 0.002])
def test_one_byte_in_a_hundred_lost_and_one_doubled_for_a_minute_leave_the_position_exact(deviation):
    truth = clock_ticks((30 * 48, 120, 120))
    for seed in FEW_SEEDS:
        at_risk = np.random.default_rng(seed).random((2, len(truth))) < 0.01
        at_risk[:, :FOUR_BEATS] = False
        arrivals = jittered(truth, seed, deviation)
        arrivals = np.sort(np.concatenate([arrivals[~at_risk[0]], arrivals[at_risk[1]] + 0.001]))
        assert error_at_the_end(truth, arrivals) <= 0.003


def test_while_a_stall_lasts_the_music_goes_on_in_time():
    truth = clock_ticks((3 * FOUR_BEATS, 120, 120))
    for seed in SEEDS:
        arrivals = stalled(jittered(truth, seed), truth[150] + 0.003, 0.070)
        newest, _ = errors(truth, arrivals, 140)
        assert newest[:30].max() <= 0.005


def test_notes_do_not_jitter_by_more_than_the_phase_errs():
    truth = clock_ticks((3 * FOUR_BEATS, 120, 120))
    moved = []
    for seed in SEEDS:
        follower, before = rolling(), None
        for n, (at, _) in enumerate(following(follower, jittered(truth, seed))):
            if before is not None and n > FOUR_BEATS:
                tick = before.tick_at(at + AHEAD)
                moved.append(abs(follower.transport.seconds_at(tick) - before.seconds_at(tick)))
            before = follower.transport
    assert np.quantile(moved, 0.99) <= 0.001


def test_a_master_that_was_away_is_taken_up_in_phase_with_the_tempo_it_had():
    truth = clock_ticks((4 * FOUR_BEATS, 120, 120))
    for seed in SEEDS:
        arrivals = jittered(truth, seed)
        away = np.concatenate([arrivals[: 2 * FOUR_BEATS], arrivals[3 * FOUR_BEATS :]])
        assert error_at_the_end(truth, away) <= 0.003


def test_the_silence_after_which_a_master_has_vanished_is_awaited():
    follower = rolling()
    assert follower.deadline == math.inf
    follower.hear(Message("clock"), 3.0)
    assert follower.deadline == 3.0 + VANISHED_AFTER
    assert follower.pump(3.4) == []
    assert follower.state is ClockState.ROLLING


def test_other_messages_are_ignored():
    follower = rolling()
    assert follower.hear(Message("note_on", note=60), 1.0) == []
    assert follower.hear(Message("active_sensing"), 1.1) == []
    assert follower.state is ClockState.WAITING


messages = st.one_of(
    st.just(Message("clock")),
    st.sampled_from([Message("clock"), Message("start"), Message("continue"), Message("stop")]),
    st.builds(lambda pos: Message("songpos", pos=pos), st.integers(0, 16383)),
)
waits = st.one_of(
    st.just(0.0),
    st.floats(0, 1e-3),
    st.just(0.020833),
    st.floats(0.005, 0.15),
    st.floats(0.4, 2),
    st.just(1e6),
)


@given(st.floats(20, 400), st.lists(st.tuples(waits, messages, st.booleans()), max_size=150))
def test_any_order_of_messages_keeps_the_order_of_the_music(bpm, heard):
    follower, now, playing = ClockFollower(bpm), 0.0, False
    for wait, message, pumped in heard:
        now += wait
        changes = follower.pump(now) if pumped else []
        for change in [*changes, *follower.hear(message, now)]:
            match change:
                case Started(tick) | Stopped(tick):
                    assert tick >= 0
                    playing = not playing
                    assert isinstance(change, Started) == playing, "started and stopped take turns"
                case Jumped(tick):
                    assert tick >= 0
        transport = follower.transport
        assert (transport is not None) == playing
        assert playing == (follower.state in (ClockState.ROLLING, ClockState.HOLDING))
        assert 14 < follower.bpm < 501
        assert follower.deadline > now
        if transport is not None:
            # Not even the clock before the first one is far off: the line is through the newest clock.
            assert transport.tick_at(now + 0.5) >= 0
            at = [transport.seconds_at(tick) for tick in (-1, 0, 1, 480, 10**6)]
            assert all(math.isfinite(seconds) for seconds in at)
            assert at == sorted(set(at))
