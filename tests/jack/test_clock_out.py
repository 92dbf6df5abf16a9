"""segue as master: what a listener hears of its clock while the player stops, goes on and leaves."""

import signal

import pytest
from mido import Message

from tests.jack.jack_server import RATE
from tests.jack.test_play import ALPHABET

pytestmark = pytest.mark.jack

BAR = 1920

TICK = 60 * RATE / (240 * 480)
"""Frames at 240 bpm."""


def transport_words(heard):
    kinds = [Message.from_bytes(data).type for _, data in heard]
    return [kind for kind in kinds if kind in ("start", "stop", "songpos", "continue")]


def test_start_is_on_the_first_beat_behind_the_count_in_and_stop_on_the_last_bar_line(peer):
    from tests.measurements.process import playing
    from tests.measurements.tempo_map import TempoMap, fit

    options = ("--bpm", 190.7, "--bars", 2, "--send-clock", "--count-in", 1, "--output", peer.ear)
    with playing(ALPHABET, *options) as segue:
        segue.finish(10)
    heard = [(frame, Message.from_bytes(data)) for frame, data in peer.heard]
    clocks = [frame for frame, message in heard if message.type == "clock"]
    clicks = [frame for frame, message in heard if message.type == "note_on" and message.channel == 9]
    first = next(frame for frame, m in heard if m.type == "note_on" and m.channel == 0)
    tempo_map = TempoMap(190.7)
    on_map = fit([*clicks, *clocks], tempo_map)
    assert not any(on_map.errors)
    assert on_map.ticks == (0, 480, 960, 1440, *range(BAR, 3 * BAR, 20))
    assert first == clocks[0]
    start, stop = ([frame for frame, m in heard if m.type == kind] for kind in ("start", "stop"))
    assert len(start) == len(stop) == 1
    assert clicks[-1] < start[0] < clocks[0]
    assert stop[0] == round(on_map.origin + tempo_map.frames_at(3 * BAR))


def test_who_stops_and_goes_on_says_so_with_the_place(peer):
    from tests.measurements.process import playing

    with playing(ALPHABET, "--bpm", 240, "--send-clock", "--output", peer.ear) as segue:
        peer.wait_for(100)
        segue.type(" ")
        until(peer, "stop")
        segue.type(" ")
        until(peer, "continue")
        peer.wait_for(len(peer.heard) + 50)
        segue.type(" ")
        until(peer, "stop", times=2)
    assert transport_words(peer.heard) == ["start", "stop", "songpos", "continue", "stop"]
    heard = [(frame, Message.from_bytes(data)) for frame, data in peer.heard]
    place = next(index for index, (_, m) in enumerate(heard) if m.type == "songpos")
    begin = next(frame for frame, m in heard[place:] if m.type == "clock")
    onsets = [frame for frame, m in heard[place:] if m.type == "note_on"]
    # Eighths, as followers count them who begin at that place.
    ticks = [120 * heard[place][1].pos + (frame - begin) / TICK for frame in onsets]
    assert len(onsets) > 2
    assert {tick % 240 for tick in ticks} == {0}


@pytest.mark.parametrize("leave", ["q", signal.SIGTERM])
def test_who_leaves_says_stop(peer, leave):
    from tests.measurements.process import playing

    with playing(ALPHABET, "--bpm", 240, "--send-clock", "--output", peer.ear) as segue:
        peer.wait_for(100)
        if leave == "q":
            segue.type("q")
        else:
            segue.process.send_signal(leave)
        segue.process.communicate(timeout=30)
    assert transport_words(peer.heard) == ["start", "stop"]
    kinds = [Message.from_bytes(data).type for _, data in peer.heard]
    assert "clock" not in kinds[kinds.index("stop") :]


def until(peer, kind, times=1):
    while transport_words(peer.heard).count(kind) < times:
        peer.wait_for(len(peer.heard) + 1)
