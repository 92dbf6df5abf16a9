import dataclasses
import shutil
import sys

import numpy as np
import pytest

from export.__main__ import main
from export.classic.card import write_card
from export.classic.convert import load_network
from export.classic.parity import Proof
from export.graphs import ConversionError
from export.order import ExportOrder
from live.core.controls.table import Controls
from live.core.generation.prediction import Moment
from live.inference.opening import open_predictor
from presets.bundles.bundle import read_bundle
from presets.bundles.settings import Sampling
from presets.music.encoding import BEAT
from presets.music.event import Event, Note
from training.classic.evaluation import NOTHING, Prediction, Skill

pytestmark = pytest.mark.studio


@pytest.fixture
def segue_export(monkeypatch, trained_folder, tmp_path):
    def export(*words: str) -> int:
        monkeypatch.setattr(
            sys,
            "argv",
            ["export", str(trained_folder), "--preset", "scales", "--into", str(tmp_path), *words],
        )
        return main()

    return export


def test_a_run_becomes_a_preset_that_plays_what_keras_predicts(segue_export, tmp_path, run, capsys):
    assert segue_export() == 0
    shown = capsys.readouterr().out
    assert "Keras and ONNX differ by at most" in shown
    assert "wrote the preset 'scales' to" in shown
    bundle = read_bundle(tmp_path / "scales")
    assert bundle.network.vocabulary == run.vocabulary
    assert bundle.settings.window_length == 10
    assert [len(seed.window) for seed in bundle.seeds] == [10] * 8
    assert bundle.seeds[0].window.events[0] == Event(240, (Note(40, 216, 80),))
    controls = dataclasses.replace(Controls.of(bundle.settings), sampling=Sampling(temperature=0.0))
    network = load_network(run, "best")
    for seed, row in zip(bundle.seeds, run.training_rows, strict=False):
        rng = np.random.default_rng(0)
        played = open_predictor(bundle).predict(seed.window, Moment(BEAT), controls, rng)
        ids = np.array(row[:10], dtype=np.float32).reshape(1, 10, 1) / np.float32(len(run.vocabulary))
        expected = run.vocabulary.tokens[int(network.predict_on_batch(ids).argmax())]
        assert played.note_numbers == expected.notes


def test_the_index_finds_what_the_training_pieces_sound_like_in_any_time(segue_export, tmp_path, run):
    assert segue_export() == 0
    index = read_bundle(tmp_path / "scales").network.read_index()
    trained = [row for row in run.rows if not row.held_out]
    assert index.pieces == tuple((row.name, len(row.ids)) for row in trained)
    sounds = [run.vocabulary.tokens[token_id].notes for token_id in trained[3].ids[5:17]]
    music = [
        Event.of(77 * place, (Note(note + 2, 9, 9) for note in notes)) for place, notes in enumerate(sounds)
    ]
    found = index.longest_run(music)
    assert found.length == 12


@pytest.mark.slow
def test_a_preset_is_replaced_by_force_only(segue_export, tmp_path, capsys):
    assert segue_export() == 0
    capsys.readouterr()
    assert segue_export() == 1
    error = capsys.readouterr().err
    assert "it exists already; choose another name, or replace it with --force" in error
    assert error.count("\n") == 1
    assert segue_export("--force", "--weights", "last") == 0
    assert "These weights are those of epoch 2, the last." in read_bundle(tmp_path / "scales").card


def test_force_replaces_presets_and_nothing_else(segue_export, tmp_path, capsys):
    (tmp_path / "scales").mkdir()
    (tmp_path / "scales" / "thesis.txt").write_text("years of work")
    assert segue_export("--force") == 1
    assert "it is no preset, or it holds other files too; choose another name" in capsys.readouterr().err
    assert (tmp_path / "scales" / "thesis.txt").read_text() == "years of work"


def test_what_score_networks_only_have_is_refused(segue_export, capsys):
    assert segue_export("--recall", "0.5") == 2
    assert capsys.readouterr().err == (
        "--recall works only with runs of the kind 'score', and this run is of the kind 'classic': "
        "leave it out\n"
    )


def test_weights_that_are_not_whole(trained_folder, tmp_path):
    from training.classic.run import ClassicRun

    copy = shutil.copytree(trained_folder, tmp_path / "copy")
    (copy / "best.weights.h5").write_bytes(b"half")
    with pytest.raises(ConversionError, match=r"^the weights '.*best\.weights\.h5' are damaged: "):
        load_network(ClassicRun.open(copy), "best")


def test_a_name_that_is_none(segue_export, capsys):
    assert segue_export("--preset", "My Scales") == 1
    assert capsys.readouterr().err.startswith(
        "a preset's name is lower-case letters, digits and single hyphens"
    )


def test_by_default_it_is_one_of_the_users_own(monkeypatch, trained_folder, tmp_path):
    monkeypatch.setenv("SEGUE_DATA", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["export", str(trained_folder), "--preset", "mine"])
    assert main() == 0
    assert read_bundle(tmp_path / "presets" / "mine").settings.name == "mine"


def card(run, training=NOTHING, held_out=NOTHING) -> str:
    proof = Proof(32, 2e-7, {"LSTM": 3})
    order = ExportOrder("scales", "best", "segue export runs/run --preset scales")
    return write_card(run, order, 1234, Skill(training, held_out, NOTHING), proof)


def test_the_card_says_whose_the_music_is_and_how_well_it_predicts(run):
    text = card(run, Prediction(200, 2.345, 0.5), Prediction(20, 3.456, 0.25))
    for line in (
        "# scales",
        "- author: Ann",
        "- licence: CC0",
        "- these weights and seeds are derived from it and carry its licence, CC0",
        "- held out: 09.mid",
        "- left out: bad.mid (no header)",
        "| training pieces | 2.35 | 50.0% | 200 |",
        "| held-out pieces | 3.46 | 25.0% | 20 |",
        "segue train --recipe chopin",
        "segue export runs/run --preset scales",
        f"These weights are those of epoch {run.facts()['best_epoch']}, with the lowest held-out loss.",
    ):
        assert line in text.splitlines(), line


def test_the_card_hides_nothing_that_nobody_said(run):
    facts = run.facts()
    silent = {**facts["corpus"], "name": "", "author": "", "licence": "", "source": "", "held_out": []}
    run.add_facts(corpus=silent)
    try:
        text = card(run)
    finally:
        run.add_facts(corpus=facts["corpus"])
    assert "Not stated (no corpus.toml lay beside the music)." in text
    assert "carry its licence" not in text
    assert "| held-out pieces | none | none | 0 |" in text
    assert "with the lowest training loss." in text
