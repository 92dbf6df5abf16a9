"""What hands play through a player on a real JACK server, among notes that were handed over ahead."""

from contextlib import closing
from random import Random

import pytest
from mido import Message

from live.core.output.schedule import Due, Strike
from live.midi.system import open_midi_system
from live.output.sender import Sender
from live.system.real_time import real_time_stage

pytestmark = pytest.mark.jack

COUNTER = 1 << 32
SECONDS = 3
PRESSES = 100


@pytest.fixture
def system(jack_server):
    with closing(open_midi_system("jack")) as system:
        yield system


def test_hands_put_nothing_off_its_frame_and_wait_for_nothing(system, peer):
    random, clock, reports = Random(7), system.clock, []
    with real_time_stage():
        sender = Sender(system.open_output, clock, reports.append)
        peer.listen_to(sender.port_name)
        sender.start()
        start = clock.now() + 0.2
        moments = sorted(start + random.uniform(0, SECONDS) for _ in range(128))
        ticks = [start + tick / 48 for tick in range(48 * SECONDS)]
        sender.play([Strike(at, start + 99, 0, note, 80) for note, at in enumerate(moments)])
        sender.send([Due(at, Message("clock")) for at in ticks])
        for press in range(PRESSES):
            peer.wait_for(3 * press)
            for kind in ("note_on", "note_off"):
                sender.thru(Message(kind, channel=1, note=press), (0, 1, press))
        heard = peer.wait_for(len(moments) + len(ticks) + 2 * PRESSES)
        sender.close()
    on_time = [(frame, data[0]) for frame, data in heard if data[0] in (0x90, 0xF8)]
    assert [frame for frame, status in on_time if status == 0x90] == [
        clock.frame_of(at) % COUNTER for at in moments
    ]
    assert [frame for frame, status in on_time if status == 0xF8] == [
        clock.frame_of(at) % COUNTER for at in ticks
    ]
    by_hand = [tuple(data[:2]) for _, data in heard if data[0] in (0x91, 0x81)]
    assert by_hand == [(status, press) for press in range(PRESSES) for status in (0x91, 0x81)]
