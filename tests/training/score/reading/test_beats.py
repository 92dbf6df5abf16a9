import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.score.reading.beats import beat_shift

SIXTEENTHS = [0, 120, 240, 480, 720, 960, 960, 1440, 1440, 1680]
TRIPLETS = [0, 160, 320, 480, 640, 960, 960, 1280, 1440]


@given(st.sampled_from([SIXTEENTHS, TRIPLETS]), st.integers(0, 5000))
def test_wherever_music_begins_its_beats_come_onto_the_files(onsets: list[int], begin: int) -> None:
    later = beat_shift([begin + onset for onset in onsets], 480)
    assert 0 <= later < 480
    assert (begin + later) % 480 == 0


@pytest.mark.parametrize("ppq", [96, 480, 1024])
def test_loosely_played_beats_come_near_the_files(ppq: int) -> None:
    """Eighths of which each second is a 48th early, and the others as much late."""
    begin, loose = ppq // 3, ppq // 48
    onsets = [begin + beat * ppq + loose for beat in range(8)]
    onsets += [begin + beat * ppq + ppq // 2 - loose for beat in range(6)]
    later = beat_shift(onsets, ppq)
    assert abs((begin + later + ppq // 2) % ppq - ppq // 2) <= loose
