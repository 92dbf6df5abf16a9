import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from presets.music.struck_keys import DIES_AWAY, FADES, LOUDEST, StruckKeys

KEYS = 12


def strike(keys: StruckKeys, *struck: int, ringing: tuple[int, ...] = (), velocity: int = 16) -> None:
    velocities, sounding = np.zeros((1, KEYS), dtype=np.uint8), np.zeros((1, KEYS), dtype=bool)
    velocities[0, list(struck)] = velocity
    sounding[0, list(ringing)] = True
    keys.strike(velocities, sounding)


def test_a_key_leaves_traces_that_fade_slower_and_slower() -> None:
    keys = StruckKeys(1, KEYS)
    strike(keys, 3)
    new = keys.traces[:, 0, 3]
    assert new.tolist() == [round((1 - fade) * 255) for fade in FADES]
    strike(keys, 5)
    for trace, before, fade in zip(keys.traces[:, 0, 3], new, FADES, strict=True):
        assert abs(int(trace) - before * fade) <= 1
    assert not keys.traces[:, 0, [0, 1, 2, 4, 6]].any()


def test_a_key_struck_by_every_event_is_remembered_whole() -> None:
    keys = StruckKeys(1, KEYS)
    for _ in range(200):
        strike(keys, 3)
    assert (keys.traces[:, 0, 3] == 255).all()


def test_a_key_keeps_its_loudness_until_it_is_struck_again() -> None:
    keys = StruckKeys(1, KEYS)
    strike(keys, 3, velocity=LOUDEST)
    assert keys.loudness[0, 3] == 255
    strike(keys, 5, velocity=8)
    assert keys.loudness[0, [3, 5]].tolist() == [round(255 * DIES_AWAY), round(255 * 8 / LOUDEST)]
    strike(keys, 3, velocity=4)
    assert keys.loudness[0, 3] == round(255 * 4 / LOUDEST)


def test_an_outer_voice_moves_where_nothing_sounds_beyond_it() -> None:
    keys = StruckKeys(1, KEYS)
    assert keys.outer.tolist() == [0, 0]
    strike(keys, 2, 9)
    assert keys.outer.tolist() == [10, 3]
    strike(keys, 5, ringing=(2, 9))
    assert keys.outer.tolist() == [10, 3], "a middle voice is neither the highest nor the lowest"
    strike(keys, 5, ringing=(9,))
    assert keys.outer.tolist() == [10, 6]
    strike(keys, 7)
    assert keys.outer.tolist() == [8, 8]


def test_each_part_remembers_the_lowest_note_that_it_struck() -> None:
    keys = StruckKeys(2, KEYS)
    assert keys.lowest.tolist() == [0, 0]
    for part, struck in ((0, [2, 5]), (1, [7, 9]), (0, [4])):
        velocities = np.zeros((2, KEYS), dtype=np.uint8)
        velocities[part, struck] = 16
        keys.strike(velocities, np.zeros((2, KEYS), dtype=bool))
    assert keys.lowest.tolist() == [5, 8]


@given(st.lists(st.sets(st.integers(0, KEYS - 1), min_size=1), max_size=8))
def test_a_copy_does_not_change_with_the_original(music: list[set[int]]) -> None:
    keys = StruckKeys(1, KEYS)
    for event in music:
        strike(keys, *event)
    other = keys.copy()
    before = keys.traces, keys.outer, keys.loudness
    strike(keys, 0, 11)
    for now, then in zip((other.traces, other.outer, other.loudness), before, strict=True):
        assert (now == then).all()
