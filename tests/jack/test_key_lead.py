"""A key is in the context of the first event beyond the commit lead: each event tells which press it knew."""

import random
import subprocess

import pytest

from tests.jack.test_play import ALPHABET

pytestmark = pytest.mark.jack

PRESSES = 20

PERIOD = 1024 / 48_000


@pytest.mark.slow
def test_the_first_event_beyond_the_commit_lead_knows_each_key(peer, new_peer):
    from live.benchmarks.processes import running
    from live.inference.classic_predictor import ClassicPredictor
    from tests.measurements.keys_on_jack import heard_by, measure, notifying_segue, press

    command = notifying_segue(ClassicPredictor, ALPHABET, "--bpm", 240, "--step", 0.125)
    with (
        new_peer("pressing") as keys,
        running([*command, "--output", peer.ear], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL),
    ):
        peer.wait_for_port("segue:in")
        keys.play_into("segue:in")
        peer.wait_for(20)
        presses = press(keys, PRESSES, random.Random(1))
        while peer.frame() < presses[-1].frame + 24_000:
            peer.wait_for(len(peer.heard) + 1)
        figures = measure(presses, heard_by(peer), 0.250)
    assert figures["known in time"] == PRESSES, figures
    # No event can know sooner: what is nearer was handed over already.
    assert figures["the soonest note that knew, ms"] >= 1e3 * PERIOD
