"""The engine on a virtual clock, offline: what comes out is what a stage would send."""

from dataclasses import replace

import numpy as np
import pytest
from mido import MidiFile

from export.offline import play_offline
from live.core.performer.engine import START_DELAY
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.planning.states import Length
from live.core.planning.style import Style
from live.journals.midi_file import save_midi
from presets.bundles.settings import Meter, Part
from presets.errors import SegueError
from presets.sets.records import Closed
from presets.sets.transcription import transcribe
from tests.live.stage.alphabet import CONTROLS, AlphabetPredictor, seed
from tests.live.stage.transcript import line


def perform(events_wanted, predictor=None, controls=CONTROLS):
    style = Style("alphabet", predictor or AlphabetPredictor(), (Part("piano", channel=2),), controls)
    performance = Performance(style, seed("abc"), Meter(3, 4), 90, length=Length(events=events_wanted))
    return Performer(performance, np.random.default_rng(0))


def render_file(performer, path, on_progress=lambda played: None):
    records = []
    play_offline(performer, records.append, on_progress)
    save_midi(transcribe(records, "alphabet"), path)


def test_a_golden_performance(tmp_path):
    counted = []
    render_file(perform(4), tmp_path / "out.mid", counted.append)
    file = MidiFile(tmp_path / "out.mid")
    conductor, track = file.tracks
    assert (file.type, file.ticks_per_beat, track.name) == (1, 480, "alphabet")
    assert [(m.type, *([m.tempo] if m.type == "set_tempo" else [])) for m in conductor] == [
        ("track_name",),
        ("time_signature",),
        ("set_tempo", 666_667),
        ("marker",),
        ("end_of_track",),
    ]
    assert conductor[3].text == "alphabet"
    assert (conductor[1].numerator, conductor[1].denominator) == (3, 4)
    tick, lines = 0, []
    for message in track:
        tick += message.time
        if not message.is_meta:
            lines.append(f"{tick:4} {line(tick / 480, message)}")
    assert lines == [
        "   0 0.000 ch3 on 63",
        " 120 0.250 ch3 off 63",
        " 240 0.500 ch3 on 64",
        " 360 0.750 ch3 off 64",
        " 480 1.000 ch3 on 65",
        " 600 1.250 ch3 off 65",
        " 720 1.500 ch3 on 66",
        " 840 1.750 ch3 off 66",
    ]
    assert counted[-1] == 4


def test_it_closes_as_the_last_note_ends():
    records = []
    play_offline(perform(4), records.append, lambda played: None)
    assert records[-1] == Closed(round(START_DELAY + (3 * 240 + 120) / 480 / 1.5, 6), 4, 0, 0)


def test_notes_that_ring_past_the_end_are_ended(tmp_path):
    render_file(perform(6, controls=replace(CONTROLS, gate=4)), tmp_path / "out.mid")
    messages = [message for message in MidiFile(tmp_path / "out.mid").tracks[1] if not message.is_meta]
    ons = sorted(message.note for message in messages if message.type == "note_on")
    assert len(ons) == 6
    assert ons == sorted(message.note for message in messages if message.type == "note_off")
    assert sum(message.time for message in messages) == 5 * 240 + 4 * 240


def test_a_thousand_events_are_each_on_their_step(tmp_path):
    render_file(perform(1000), tmp_path / "out.mid")
    tick, onsets = 0, []
    for message in MidiFile(tmp_path / "out.mid").tracks[1]:
        tick += message.time
        if message.type == "note_on":
            onsets.append(tick)
    assert onsets == [240 * step for step in range(1000)]


def test_a_failing_network_ends_the_rendering_and_writes_nothing(tmp_path):
    with pytest.raises(SegueError, match=r"^the network failed: on purpose$"):
        render_file(perform(4, AlphabetPredictor(failing=1)), tmp_path / "out.mid")
    assert list(tmp_path.iterdir()) == []
