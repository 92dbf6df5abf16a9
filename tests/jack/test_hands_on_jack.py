"""What hands play through a port process on a real JACK server, among notes and clock of segue's."""

from contextlib import closing
from random import Random

import pytest
from mido import Message

from live.core.output.schedule import Due, Strike
from live.core.output.thru import Thru
from live.core.output.thru_rules import ThruRules

pytestmark = pytest.mark.jack

SECONDS = 3
PRESSES = 100
RATE = 48_000


def test_hands_put_nothing_off_its_frame_and_each_key_leaves_on_its_own(peer, new_peer, ports_on_jack):
    random = Random(7)
    rules = ThruRules(Thru([""]))
    # Two programs: if one were keyboard and listener, JACK's graph would be a circle, at a period's cost.
    with closing(new_peer("keyboard")) as keyboard, ports_on_jack(rules=rules) as ports:
        keyboard.play_into("segue:in")
        peer.listen_to("segue:out")
        start = ports.soon()
        moments = sorted(start + random.uniform(0, SECONDS) for _ in range(128))
        ticks = [start + tick / 48 for tick in range(48 * SECONDS)]
        ports.give(
            *(Strike(at, start + 99, 0, note, 80) for note, at in enumerate(moments)),
            *(Due(at, Message("clock")) for at in ticks),
        )
        first = keyboard.frame(seconds_ahead=0.2)
        presses = sorted(first + random.randrange(SECONDS * RATE) for _ in range(PRESSES))
        for press, frame in enumerate(presses):
            for kind, at in (("note_on", frame), ("note_off", frame + random.randrange(200))):
                keyboard.play(bytes(Message(kind, channel=1, note=press).bin()), frame=at)
        heard = peer.wait_for(len(moments) + len(ticks) + 2 * PRESSES)
        on_time = [(frame, data[0]) for frame, data in heard if data[0] in (0x90, 0xF8)]
        assert [frame for frame, status in on_time if status == 0x90] == [
            ports.frame_of(at) for at in moments
        ]
        assert [frame for frame, status in on_time if status == 0xF8] == [ports.frame_of(at) for at in ticks]
        by_hand = [(frame, data) for frame, data in heard if data[0] in (0x91, 0x81)]
        assert by_hand == keyboard.played, "no key waits a single frame"
