"""segue follows a master on JACK that is scripted byte by byte: it starts, stops, jumps and goes away."""

import random
from contextlib import contextmanager

import pytest
from mido import Message

from tests.jack.jack_server import RATE
from tests.jack.test_play import ALPHABET, SEGUE, Playing
from tests.measurements.pairs import sounding

pytestmark = pytest.mark.jack

CLOCK = 60 * RATE / (24 * 160.7)
"""Frames from one clock byte to the next: no whole number."""

STEP = 12
"""Clocks in an eighth, which is what the preset plays in."""

FIRST_LATE = 0.050
"""Seconds: nobody can foresee a Start, and what is sent at once leaves a period later, or two."""


class Master:
    """Plays bytes on the frames of its own clocks, which are counted from 0."""

    def __init__(self, peer, jitter_seconds):
        self.peer = peer
        self.begin = peer.frame(0.5)
        self.chance = random.Random(1)
        self.jitter = jitter_seconds * RATE

    def frame_of(self, clock):
        return self.begin + clock * CLOCK

    def clocks(self, first, end):
        for clock in range(first, end):
            off = max(-0.45 * CLOCK, min(0.45 * CLOCK, self.chance.gauss(0, self.jitter)))
            self.peer.play(b"\xf8", frame=round(self.frame_of(clock) + off))

    def say(self, message, before):
        self.peer.play(bytes(message.bin()), frame=round(self.frame_of(before - 0.48)))


@pytest.mark.parametrize("jitter_seconds", [0.0, 0.001])
@pytest.mark.slow
def test_it_is_where_the_master_is(peer, new_peer, jitter_seconds):
    # A client that both played to segue and heard it would hear it a period late.
    with new_peer("master") as keys, following(peer) as segue:
        keys.play_into("segue:in")
        master = Master(keys, jitter_seconds)
        master.clocks(0, 48)
        master.say(Message("start"), before=48)
        master.clocks(48, 138)
        master.say(Message("stop"), before=138)
        master.clocks(138, 192)  # clock goes on after Stop
        master.say(Message("continue"), before=192)
        master.clocks(192, 288)
        master.say(Message("stop"), before=288)
        master.clocks(288, 330)
        master.say(Message("songpos", pos=47), before=330)
        master.clocks(330, 336)
        master.say(Message("continue"), before=336)
        master.clocks(336, 432)
        # It vanishes for three beats, comes back where it would be, and stops.
        master.clocks(504, 552)
        master.say(Message("stop"), before=552)
        while keys.frame() < master.frame_of(600):
            keys.wait_for_cycles(10)
        segue.process.terminate()
        assert segue.wait() == 143
    first, *others = onsets(peer, master)
    started, off = first
    assert 0 <= (started - 48) * CLOCK / RATE + off <= FIRST_LATE
    assert max(abs(off) for _, off in others) <= 2 / RATE + 5 * jitter_seconds
    steps = [clock for clock, _ in others]
    # It goes on where it was stopped, and from a sixteenth before the fourth bar it begins on that bar line.
    assert steps == [*range(60, 138, STEP), *range(198, 288, STEP), *range(342, 552, STEP)]
    assert silent_after(peer, master, 138, 192)
    assert silent_after(peer, master, 288, 342)


@contextmanager
def following(peer):
    """segue waits for Start."""
    command = [*SEGUE, "play", str(ALPHABET), "--no-screen", "--clock", "midi-in", "--output", peer.ear]
    segue = Playing(command)
    try:
        segue.read_until("waiting for Start")
        yield segue
    finally:
        segue.process.kill()
        segue.process.communicate()


def onsets(peer, master):
    """Where the onsets were: the nearest clock of the master's, and seconds after it."""
    found = {}
    for frame, data in peer.heard:
        if Message.from_bytes(data).type == "note_on":
            found[frame] = round((frame - master.begin) / CLOCK)
    return [(clock, (frame - master.frame_of(clock)) / RATE) for frame, clock in found.items()]


def silent_after(peer, master, stop, until):
    """Whether no note sounds a little after a Stop, until the master rolls again."""
    quiet = master.frame_of(stop) + FIRST_LATE * RATE
    messages = [(frame, Message.from_bytes(data)) for frame, data in peer.heard]
    notes = [(frame, m) for frame, m in messages if m.type in ("note_on", "note_off")]
    return not sounding(m for frame, m in notes if frame < quiet) and not any(
        quiet <= frame < master.frame_of(until) - CLOCK for frame, _ in notes
    )
