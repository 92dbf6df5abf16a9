from hypothesis import given
from hypothesis import strategies as st

from export.files.systems import BARS, MOST, RollBar, bars, in_lines
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.recording import Recorded
from tests.export.files.recordings import recording, track

BAR = 4 * PPQ


def test_bars_go_on_to_the_end_of_the_last_note() -> None:
    found = bars(recording(track(Recorded(0, 60, BAR, 70), Recorded(BAR, 60, 1, 70))))

    assert found == [RollBar(1, 0, BAR, PPQ), RollBar(2, BAR, 2 * BAR, PPQ)]


def test_a_time_signature_counts_from_its_bar_line_on() -> None:
    meters = ((0, Meter(4, 4)), (2 * BAR, Meter(6, 8)))

    found = bars(recording(track(Recorded(2 * BAR, 60, BAR, 70)), meters=meters))

    assert [(bar.begin, bar.beat) for bar in found] == [
        (0, PPQ),
        (BAR, PPQ),
        (2 * BAR, PPQ // 2),
        (2 * BAR + 3 * PPQ, PPQ // 2),
    ]


def test_a_time_signature_within_a_bar_ends_it() -> None:
    found = bars(recording(track(Recorded(0, 60, BAR, 70)), meters=((0, Meter(4, 4)), (PPQ, Meter(3, 4)))))

    assert [(bar.begin, bar.end) for bar in found] == [(0, PPQ), (PPQ, 4 * PPQ)]


@given(st.integers(1, 20_000))
def test_lines_are_few_and_hold_every_bar(count: int) -> None:
    music = [RollBar(number + 1, number * BAR, (number + 1) * BAR, PPQ) for number in range(count)]

    lines = in_lines(music)

    assert [bar for line in lines for bar in line] == music
    assert len(lines) <= MOST
    assert len({len(line) for line in lines[:-1]} | {len(lines[0])}) == 1
    if count <= BARS[-1] * MOST:
        assert len(lines[0]) in (*BARS, count)
