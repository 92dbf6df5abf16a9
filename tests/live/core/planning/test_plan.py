"""The plan alone: what is committed stays, what is dropped gives its chance back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.planning.plan import MusicEnds, Onset, Plan, Planned, Rest, TurnEnds, Why
from tests.live.core.planning.alphabet_music import context, letter

BEFORE = context("abc")


class Drawn:
    """A plan whose items are drawn by chance."""

    def __init__(self):
        self.rng = np.random.default_rng(1)
        self.plan = Plan(self.rng)

    def draw(self):
        chance = self.rng.bit_generator.state
        self.plan.add(Planned(Rest(Why.FAILED), int(self.rng.integers(1 << 30)), BEFORE, BEFORE, chance))

    @property
    def ticks(self):
        return [item.tick for item in self.plan]


def drawn(count, committed=0):
    it = Drawn()
    for _ in range(count):
        it.draw()
    for _ in range(committed):
        it.plan.commit()
    return it


def test_an_empty_plan_has_nothing_at_either_end():
    plan = Drawn().plan
    assert (plan.first, plan.last, plan.uncommitted, plan.committed, len(plan)) == (None, None, None, [], 0)


def test_only_an_onset_has_an_event():
    event = letter("d")
    for what, expected in [
        (Onset(event), event),
        (Rest(Why.WOULD_COPY), None),
        (TurnEnds(), None),
        (MusicEnds(), None),
    ]:
        assert Planned(what, 0, BEFORE, BEFORE, {}).event is expected


def test_it_is_committed_from_the_front():
    it = drawn(3)
    first, second, third = it.plan
    assert (it.plan.uncommitted, it.plan.commit()) == (first, first)
    assert (it.plan.committed, it.plan.uncommitted) == ([first], second)
    assert [it.plan.commit(), it.plan.commit()] == [second, third]
    assert it.plan.uncommitted is None


def test_what_is_taken_can_be_put_back_committed():
    it = drawn(3, committed=2)
    first = it.plan.take()
    assert [len(it.plan), len(it.plan.committed)] == [2, 1]
    it.plan.go_back(first)
    assert (it.plan.first, len(it.plan.committed)) == (first, 2)


def test_a_cut_leaves_what_is_committed():
    it = drawn(4, committed=2)
    kept = it.ticks[:2]
    it.plan.cut()
    assert (it.ticks, len(it.plan.committed)) == (kept, 2)
    it.plan.cut()  # nothing more to drop
    assert it.ticks == kept


def test_the_newest_alone_can_be_dropped():
    it = drawn(3)
    kept = it.ticks[:2]
    it.plan.drop_newest()
    assert it.ticks == kept


@pytest.mark.parametrize(("committed", "left"), [(False, 2), (True, 1)])
def test_a_cut_behind_a_tick_spares_what_is_committed_unless_it_was_silenced(committed, left):
    it = drawn(4, committed=2)
    second = it.ticks[1]
    it.plan.cut_where(lambda item: item.tick == second or item in list(it.plan)[2:], committed=committed)
    assert (len(it.plan), len(it.plan.committed)) == (left, left)


def test_nothing_is_cut_where_nothing_fits():
    it = drawn(3)
    before = it.ticks
    it.plan.cut_where(lambda item: False)
    assert it.ticks == before


@given(st.lists(st.sampled_from(["draw", "commit", "cut", "newest", "clear", "take"]), max_size=40))
def test_however_often_it_is_cut_the_same_chance_draws_the_same(orders):
    straight = drawn(60).ticks
    it, taken = Drawn(), []
    for order in orders:
        match order:
            case "draw":
                it.draw()
            case "commit" if it.plan.uncommitted is not None:
                it.plan.commit()
            case "cut":
                it.plan.cut()
            case "newest" if it.plan.uncommitted is not None:
                it.plan.drop_newest()
            case "clear":
                it.plan.clear()
            case "take" if it.plan.committed:
                taken.append(it.plan.take().tick)
        known = taken + it.ticks
        assert known == straight[: len(known)]
        assert len(it.plan.committed) <= len(it.plan)
