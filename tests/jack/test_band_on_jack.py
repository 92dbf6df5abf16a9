"""Several outputs on a real JACK server: each note leaves by its own, and all keep one time."""

from contextlib import closing

import pytest
from mido import Message

from live.core.output.schedule import Due, Strike
from live.ports.reports import OutputChanged

pytestmark = pytest.mark.jack

NOTES = range(40, 60)


def note_ons(heard):
    return [(frame, data[0] & 0x0F, data[1]) for frame, data in heard if data[0] & 0xF0 == 0x90]


def test_notes_of_one_moment_leave_on_one_frame_by_all_outputs(peer, new_peer, ports_on_jack):
    with closing(new_peer()) as synth, ports_on_jack(None, "segue:melody", synth.ear) as ports:
        assert ports.opened.outputs == ("segue:out", "segue:melody", synth.ear)
        for name in ports.opened.outputs[:2]:
            peer.listen_to(name)
        ports.link.select_sounds({2: [Message("program_change", channel=2, program=7)]})
        start = ports.soon()
        moments = [start + step * 0.05 for step in range(len(NOTES))]
        strikes = [
            Strike(at, at + 0.04, output, note, 80, output)
            for at, note in zip(moments, NOTES, strict=True)
            for output in range(3)
        ]
        ports.give(*strikes, *(Due(at, Message("clock")) for at in moments))
        frames = [ports.frame_of(at) for at in moments]
        wanted = list(zip(frames, NOTES, strict=True))
        heard = peer.wait_for(5 * len(NOTES))
        for channel in (0, 1):
            assert [(frame, note) for frame, on, note in note_ons(heard) if on == channel] == wanted
        assert [frame for frame, data in heard if data == b"\xf8"] == frames
        heard = synth.wait_for(1 + 2 * len(NOTES))
        assert heard[0][1] == b"\xc2\x07"
        assert note_ons(heard) == [(frame, 2, note) for frame, note in wanted]


def test_an_output_that_leaves_rests_alone_and_is_played_into_again(peer, new_peer, ports_on_jack):
    synth = new_peer()
    with ports_on_jack(None, synth.ear) as ports:
        peer.listen_to("segue:out")
        synth.close()
        lost = ports.next_report(OutputChanged)
        assert (lost.output, lost.reason) == (1, f"the port '{synth.ear}' is gone")

        def play(note):
            at = ports.soon()
            ports.give(*(Strike(at, at + 0.05, 0, note, 80, output) for output in (0, 1)))

        play(60)
        assert [note for _, _, note in note_ons(peer.wait_for(1))] == [60]
        with closing(new_peer()) as back:
            found = ports.next_report(OutputChanged)
            assert (found.output, found.name) == (1, back.ear)
            play(64)
            assert [note for _, _, note in note_ons(peer.wait_for(3))] == [60, 64]
            heard = back.wait_for(1)
            while not note_ons(heard):  # what is to be silent comes first
                heard = back.wait_for(len(heard) + 1)
            assert [note for _, _, note in note_ons(heard)] == [64]
