"""The golden preset through the real reader, onnxruntime and engine."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mido import MidiFile

from live.command import main
from live.core.controls.table import Controls
from live.core.generation.prediction import Moment
from live.inference.graph import ModelError
from live.inference.opening import open_predictor
from presets.bundles.bundle import read_bundle
from presets.music.encoding import Position
from presets.music.event import Event, Note
from presets.music.window import Window

FOLDER = Path(__file__).parent / "alphabet"
MOMENT = Moment(Position(0, 1920))


@pytest.fixture(scope="module")
def bundle():
    return read_bundle(FOLDER)


def test_the_network_wants_the_next_token(bundle):
    predictor = open_predictor(bundle)
    tokens = bundle.network.vocabulary.tokens
    rng = np.random.default_rng(0)
    for token, after in zip(tokens, (*tokens[1:], tokens[0]), strict=True):
        window = Window.of([Event.of(0, (Note(note, 1, 1) for note in token.notes))], 10)
        assert (
            predictor.predict(window, MOMENT, Controls.of(bundle.settings), rng).note_numbers == after.notes
        )


def test_a_phrase_shorter_than_the_window_is_repeated_to_fill_it(bundle):
    predictor = open_predictor(bundle)
    window = Window.of(
        [Event(0, (Note(60, 1, 1),)), Event(0, (Note(67, 1, 1),)), Event(0, (Note(64, 1, 1),))]
    )
    event = predictor.predict(window, MOMENT, Controls.of(bundle.settings), np.random.default_rng(0))
    assert event.note_numbers == (65,)


def test_render_is_golden(tmp_path, capsys):
    out = tmp_path / "out.mid"
    assert (
        main(["render", str(FOLDER), "-o", str(out), "--events", "27", "--bpm", "90", "--step", "0.25"]) == 0
    )
    assert capsys.readouterr().out == f"{out}: 27 events of alphabet at 90 bpm\n"
    chords: dict[int, list[int]] = {}
    tick = 0
    for message in MidiFile(out).tracks[1]:
        tick += message.time
        if message.type == "note_on":
            chords.setdefault(tick, []).append(message.note)
    assert list(chords) == [120 * step for step in range(27)]
    assert list(chords.values()) == [
        *([note] for note in range(61, 84)),
        [48, 64, 67],
        [45, 60, 64],
        [60],
        [61],
    ]


def test_the_same_rng_seed_gives_the_same_music(tmp_path):
    def render(name, seed):
        arguments = [
            "render",
            str(FOLDER),
            "-o",
            str(tmp_path / name),
            "--events",
            "40",
            "--temperature",
            "10",
        ]
        assert main([*arguments, "--rng-seed", seed]) == 0
        return (tmp_path / name).read_bytes()

    assert render("a.mid", "1") == render("b.mid", "1") != render("c.mid", "2")


def test_argmax_is_always_the_likeliest(tmp_path):
    out = tmp_path / "out.mid"
    arguments = ["render", str(FOLDER), "-o", str(out), "--events", "5", "--temperature", "9", "--argmax"]
    assert main(arguments) == 0
    notes = [message.note for message in MidiFile(out).tracks[1] if message.type == "note_on"]
    assert notes == [61, 62, 63, 64, 65]


def test_a_graph_of_another_shape_is_refused(bundle):
    wrong = replace(bundle, settings=replace(bundle.settings, window_length=11))
    with pytest.raises(ModelError, match=r"^preset 'alphabet': model\.onnx must have .* export it again"):
        open_predictor(wrong)


def test_a_file_that_is_no_graph_is_refused(bundle):
    with pytest.raises(ModelError, match=r"^preset 'alphabet': onnxruntime cannot load model\.onnx: "):
        open_predictor(replace(bundle, network=replace(bundle.network, model=b"no graph")))
