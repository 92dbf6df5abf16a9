"""Each note and each clock byte leaves on its very frame, reckoned from the command line alone."""

import pytest
from mido import Message

from tests.jack.test_play import ALPHABET, STEPS

pytestmark = pytest.mark.jack

BAR, BARS = 1920, 8
TEMPO = ("--bpm", 187.3, "--tempo-change", "3:240.5", "--tempo-change", "4-6:199.3")
CHANGES = ((2 * BAR, 240.5, 0), (3 * BAR, 199.3, 2 * BAR))


@pytest.mark.slow
def test_notes_and_clock_stand_on_the_frames_of_the_tempo_map_and_the_switch_on_its_bar_line(peer):
    from tests.measurements.exact_frames import measure
    from tests.measurements.frame_listener import Framed
    from tests.measurements.process import playing
    from tests.measurements.tempo_map import TempoMap

    options = (*TEMPO, "--bars", BARS, "--send-clock", "--output", peer.ear)
    with playing(ALPHABET, STEPS, *options) as segue:
        while not any(data[0] & 0xF0 == 0xC0 for _, data in peer.heard):
            segue.type("2")  # it may still be loading
            peer.wait_for(len(peer.heard) + 50)
        segue.finish(10)
    heard = [Framed(frame, Message.from_bytes(data)) for frame, data in peer.heard]
    figures = measure(heard, TempoMap(187.3, CHANGES), BARS * BAR)
    assert figures["note-ons"]["messages"] > 60
    assert figures["clocks"]["messages"] == figures["clocks expected"] == 24 * 4 * BARS
    assert (figures["starts"], len(figures["stops, frames off"])) == (1, 1)
    assert len(figures["switch on bar"]) == 1
    assert figures["unpaired"] == figures["sounding at the end"] == 0
    for kind in ("note-ons", "note-offs, on whole ticks", "clocks"):
        # A machine that stands still may make a few late; nothing else puts one off its frame.
        errors = {int(error): count for error, count in figures[kind]["errors, frames"].items()}
        assert min(errors) == 0, figures
        assert errors[0] >= 0.97 * sum(errors.values()), figures
