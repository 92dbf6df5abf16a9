"""Several outputs on a real JACK server: each note leaves by its own, and all keep one time."""

from contextlib import closing
from queue import SimpleQueue

import pytest
from mido import Message

from live.core.output.schedule import Due, Strike
from live.midi.system import open_midi_system
from live.output.outputs import Outputs
from live.output.sender import PortChanged
from tests.live.midi.port_contract import TIMEOUT

pytestmark = pytest.mark.jack

COUNTER = 1 << 32
NOTES = range(40, 60)


@pytest.fixture
def system(jack_server):
    with closing(open_midi_system("jack")) as system:
        yield system


def note_ons(heard):
    return [(frame, data[0] & 0x0F, data[1]) for frame, data in heard if data[0] & 0xF0 == 0x90]


def test_notes_of_one_moment_leave_on_one_frame_by_all_outputs(system, peer, new_peer):
    with closing(new_peer()) as synth:
        outputs = [None, "segue:melody", synth.ear]
        outputs = Outputs(
            [lambda name=name: system.open_output(name) for name in outputs],
            system.clock,
            lambda report: None,
            {2: [Message("program_change", channel=2, program=7)]},
        )
        with closing(outputs):
            assert outputs.port_names == ("segue:out", "segue:melody", synth.ear)
            for name in outputs.port_names[:2]:
                peer.listen_to(name)
            outputs.start()
            start = system.clock.now() + 0.2
            moments = [start + step * 0.05 for step in range(len(NOTES))]
            outputs.play(
                [
                    Strike(at, at + 0.04, output, note, 80, output)
                    for at, note in zip(moments, NOTES, strict=True)
                    for output in range(3)
                ]
            )
            outputs.send([Due(at, Message("clock")) for at in moments])
            frames = [system.clock.frame_of(at) % COUNTER for at in moments]
            wanted = list(zip(frames, NOTES, strict=True))
            heard = peer.wait_for(5 * len(NOTES))
            for channel in (0, 1):
                assert [(frame, note) for frame, on, note in note_ons(heard) if on == channel] == wanted
            assert [frame for frame, data in heard if data == b"\xf8"] == frames
            heard = synth.wait_for(1 + 2 * len(NOTES))
            assert heard[0][1] == b"\xc2\x07"
            assert note_ons(heard) == [(frame, 2, note) for frame, note in wanted]


def test_an_output_that_leaves_rests_alone_and_is_played_into_again(system, peer, new_peer):
    changes = SimpleQueue()

    def report(news):
        if isinstance(news, PortChanged):
            changes.put(news)

    synth = new_peer()
    outputs = Outputs([system.open_output, lambda: system.open_output(synth.ear)], system.clock, report)
    with closing(outputs):
        peer.listen_to("segue:out")
        outputs.start()
        synth.close()
        lost = changes.get(timeout=TIMEOUT)
        assert (lost.output, lost.reason) == (1, f"the port '{synth.ear}' is gone")

        def play(note):
            now = system.clock.now() + 0.1
            outputs.play([Strike(now, now + 0.05, 0, note, 80, output) for output in (0, 1)])

        play(60)
        assert [note for _, _, note in note_ons(peer.wait_for(1))] == [60]
        with closing(new_peer()) as back:
            found = changes.get(timeout=TIMEOUT)
            assert (found.output, found.name) == (1, back.ear)
            play(64)
            assert [note for _, _, note in note_ons(peer.wait_for(3))] == [60, 64]
            heard = back.wait_for(1)
            while not note_ons(heard):  # what is to be silent comes first
                heard = back.wait_for(len(heard) + 1)
            assert [note for _, _, note in note_ons(heard)] == [64]
