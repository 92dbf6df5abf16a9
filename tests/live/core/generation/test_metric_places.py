import numpy as np
import pytest

from live.core.generation.metric_places import MetricPlaces, in_reach
from presets.bundles.seed import Seed
from presets.music.encoding import GRID, IOIS, Position
from presets.music.event import Event, Note
from presets.music.window import Window

NOTE = Note(60, 120, 64)


def seed(*iois, tick=0):
    return Seed(Window.of(Event(ioi, (NOTE,)) for ioi in iois), Position(tick, 1920))


def ticks_home(places, tick):
    way = places.way_home(Position(tick, 1920))
    return None if way is None else [GRID * index for index in np.flatnonzero(way)][:4]


EIGHTHS = seed(240, *[240] * 99)


@pytest.mark.parametrize("tick", [0, 240, 480, 1680])
def test_who_is_at_home_goes_anywhere(tick):
    assert ticks_home(MetricPlaces([EIGHTHS]), tick) is None


@pytest.mark.parametrize(
    ("tick", "home"), [(80, [160, 400, 640, 880]), (320, [160, 400, 640, 880]), (1900, [20, 260, 500, 740])]
)
def test_who_is_not_goes_home(tick, home):
    assert ticks_home(MetricPlaces([EIGHTHS]), tick) == home


def test_a_seed_counts_from_where_its_first_event_stands():
    assert ticks_home(MetricPlaces([seed(999, *[480] * 99, tick=360)]), 0) == [360, 840, 1320, 1800]


def test_a_place_that_is_hardly_ever_used_is_no_home():
    once = seed(240, *[240] * 95, 80, 400)
    assert ticks_home(MetricPlaces([EIGHTHS, once]), 80) == [160, 400, 640, 880]


def test_without_seeds_every_place_is_home():
    assert all(MetricPlaces([]).way_home(Position(tick, 1920)) is None for tick in range(0, 1920, GRID))


def test_there_is_always_a_way():
    for tick in range(0, 1920, GRID):
        way = MetricPlaces([EIGHTHS]).way_home(Position(tick, 1920))
        assert way is None or (len(way) == IOIS and way[1:].any())


@pytest.mark.parametrize(
    ("allowed", "soonest", "reach"),
    [
        (None, 1, None),
        (None, 240, range(240, IOIS * GRID, GRID)),
        (None, 241, range(260, IOIS * GRID, GRID)),
        ([120, 480], 240, [480]),
        ([120], 7600, range(7600, IOIS * GRID, GRID)),
    ],
    ids=["anything", "from there on", "between two", "of those that are allowed", "none of them reaches"],
)
def test_what_could_not_be_heard_in_time_is_out_of_reach(allowed, soonest, reach):
    intervals = None if allowed is None else np.isin(np.arange(IOIS) * GRID, allowed)
    found = in_reach(intervals, soonest)
    assert (None if found is None else (np.flatnonzero(found) * GRID).tolist()) == (
        None if reach is None else list(reach)
    )


def test_where_nothing_reaches_so_far_what_is_allowed_stays():
    intervals = np.isin(np.arange(IOIS), [6])
    assert in_reach(intervals, IOIS * GRID + 1) is intervals
