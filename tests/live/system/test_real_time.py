import gc
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import live.system.real_time
from live.system.real_time import (
    SENDER_PRIORITY,
    STAGE_PRIORITY,
    SWITCH_SECONDS,
    raise_priority,
    real_time_stage,
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what it granted")


def in_a_thread_of_its_own(function):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()


def refuse(*arguments):
    raise PermissionError(1, "Operation not permitted")


@linux
def test_the_player_s_thread_gets_what_it_is_said_to_have_got():
    measure, policy = in_a_thread_of_its_own(lambda: (raise_priority(), os.sched_getscheduler(0)))
    assert measure.granted == (policy & ~os.SCHED_RESET_ON_FORK == os.SCHED_FIFO)
    assert measure.granted == (measure.remedy is None)
    assert os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK == os.SCHED_OTHER, "nobody asked for this one"


@linux
def test_a_system_that_refuses_is_told_with_the_remedy(monkeypatch):
    monkeypatch.setattr(live.system.real_time.os, "sched_setscheduler", refuse)
    measure = raise_priority()
    assert (measure.granted, measure.detail) == (False, "SCHED_FIFO refused: Operation not permitted")
    assert measure.remedy == (
        "add the line `@audio - rtprio 95` to /etc/security/limits.d/audio.conf, "
        "join the group `audio` and log in again"
    )


@linux
def test_the_stage_plays_on_where_its_priority_is_refused(monkeypatch):
    monkeypatch.setattr(live.system.real_time.os, "sched_setscheduler", refuse)
    with real_time_stage() as measures:
        refused = [measure for measure in measures if not measure.granted]
    assert [measure.name for measure in refused] == ["stage's priority"]
    assert "`@audio - rtprio 95`" in refused[0].remedy


def priority():
    if sys.platform != "linux":
        return None
    return os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK, os.sched_getparam(0).sched_priority


def state():
    return priority(), sys.getswitchinterval(), gc.get_freeze_count(), gc.isenabled()


def leave_by_an_error():
    before = state()
    stage = real_time_stage()
    measures = stage.__enter__()
    inside = state()
    assert not stage.__exit__(KeyError, KeyError(), None), "it must pass errors on"
    return before, measures, inside, state()


def test_everything_is_undone_on_leaving():
    before, measures, inside, after = in_a_thread_of_its_own(leave_by_an_error)
    assert after == before
    _, switching, frozen, collects = inside
    assert switching == pytest.approx(SWITCH_SECONDS)
    assert frozen > 0
    assert collects, "what comes to be while music plays must be collected"
    if sys.platform == "linux":
        granted = measures[0].granted
        assert inside[0] == ((os.SCHED_FIFO, STAGE_PRIORITY) if granted else before[0])


def test_a_system_that_nobody_knows_is_told_and_not_guessed_at(monkeypatch):
    monkeypatch.setattr(live.system.real_time.sys, "platform", "plan9")
    assert raise_priority().detail == "not known how on plan9"
    assert not raise_priority().granted


def test_the_player_stays_below_jack_and_the_stage_below_the_player():
    assert 0 < STAGE_PRIORITY < SENDER_PRIORITY < 5
