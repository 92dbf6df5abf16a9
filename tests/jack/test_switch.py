"""Another preset takes over exactly on the line, as another program on JACK hears it."""

import pytest
from mido import Message

from tests.jack.jack_server import RATE
from tests.jack.test_play import ALPHABET, STEPS

pytestmark = pytest.mark.jack

BEAT = RATE / 4  # at 240 bpm
BAR = 4 * BEAT


@pytest.mark.parametrize(("grid", "line"), [("bar", BAR), ("beat", BEAT)])
def test_it_begins_on_the_lines_frame_and_nothing_of_the_one_before_sounds_on(peer, grid, line):
    from tests.measurements.pairs import count_unpaired, sounding
    from tests.measurements.process import playing

    options = ("--bpm", 240, "--gate", 4, "--switch", grid, "--output", peer.ear)
    with playing(ALPHABET, STEPS, *options) as segue:
        while not sounds_chosen(peer):
            segue.type("2")  # it may still be loading
            peer.wait_for(len(peer.heard) + 8)
        peer.wait_for(len(peer.heard) + 40)
        segue.type("q")
        words = segue.finish(0)
    heard = [(frame, Message.from_bytes(data)) for frame, data in peer.heard]
    beginning = heard[0][0]
    chosen = sounds_chosen(peer)
    at = heard[chosen[0]][0]
    assert (at - beginning) % line == 0
    assert [heard[index][1].program for index in chosen] == [73, 32]
    assert sounding(message for _, message in heard[: chosen[0]]) == set()
    after = [(frame, m) for frame, m in heard[chosen[-1] + 1 :] if m.type == "note_on"]
    # A step of the scale, and on a bar line a low C with it.
    assert after[0][0] == at
    assert all(m.channel == 0 or m.note == 36 for _, m in after)
    assert {(frame - beginning) % (BEAT / 4) for frame, _ in after} == {0}
    assert count_unpaired(m for _, m in heard if m.type in ("note_on", "note_off")) == 0
    assert "max 0.0 ms, dropped 0, rested 0" in words


def sounds_chosen(peer):
    return [index for index, (_, data) in enumerate(peer.heard) if data[0] & 0xF0 == 0xC0]
