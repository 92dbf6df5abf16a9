import math
import sys
from dataclasses import replace

import pytest

from export.__main__ import main
from presets.bundles.bundle import read_bundle
from presets.bundles.settings import Sampling
from presets.music.encoding import Position
from presets.music.originality import OriginalityIndex
from tests.export.nobody import Nobody
from tests.export.score.conftest import waltz

pytestmark = pytest.mark.studio


@pytest.fixture
def segue_export(monkeypatch, trained_folder, tmp_path):
    def export(*words: str) -> int:
        arguments = ["export", str(trained_folder), "--preset", "waltzes", "--into", str(tmp_path), *words]
        monkeypatch.setattr(sys, "argv", arguments)
        return main()

    return export


def test_a_run_becomes_a_preset(segue_export, tmp_path, run, capsys):
    draws = ("--rhythm-top-p", "0.9", "--chord-temperature", "1.2", "--duration-top-p", "0.8")
    assert segue_export(*draws, "--recall", "0.25", "--form", "1.5", "--originality", "8", "--bpm", "60") == 0
    shown = capsys.readouterr().out
    assert "Keras at once and ONNX event by event differ by at most" in shown
    assert "wrote the preset 'waltzes' to" in shown
    bundle = read_bundle(tmp_path / "waltzes")
    assert bundle.settings.rhythm == Sampling(top_p=0.9)
    assert bundle.settings.chords == Sampling(1.2)
    assert bundle.settings.durations == Sampling(top_p=0.8)
    assert (bundle.settings.recall, bundle.settings.bpm) == (0.25, 60)
    assert (bundle.settings.form, bundle.settings.originality) == (1.5, 8)
    forms = bundle.network.read_forms(len(bundle.settings.parts))
    assert forms.opens.sum() == len(run.pieces("train"))
    assert bundle.seeds[0].position == Position(0, 1440)
    assert [seed.window.events for seed in bundle.seeds] == [seed.window.events for seed in run.seeds()]
    index = OriginalityIndex.from_bytes(bundle.network.originality)
    training = run.pieces("train")
    assert index.longest_run(training[0].events).length == len(training[0])
    assert index.longest_run(run.pieces("test")[0].events).length < 8


def test_its_card_says_what_it_is_made_of_and_how_to_make_it_again(segue_export, tmp_path, run):
    report = tmp_path / "report.md"
    report.write_text("| field | bits |\n|---|---|\n| notes | 8.5 |\n")
    assert segue_export("--temperature", "0.9", "--report", str(report)) == 0
    card = (tmp_path / "waltzes" / "CARD.md").read_text()
    for line in (
        "# waltzes",
        "- author: Ann",
        "- these weights and seeds are derived from it and carry its licence, CC0",
        "- chose the epoch: 04.mid",
        "- test, and nothing else: 09.mid",
        "- left out by name, with versions: nothing",
        "- left out as duplicates: nothing",
        "- left out as unreadable: bad.mid (no header)",
        "segue train --recipe score",
        f"segue export {run.path.as_posix()} --preset waltzes --temperature 0.9",
        "| notes | 8.5 |",
    ):
        assert line in card.splitlines(), line
    assert f"These weights are those of epoch {run.facts()['best_epoch']}, with the lowest held-out" in card
    assert "Not taken yet" not in card


@pytest.mark.slow
def test_of_a_run_that_goes_on_the_card_tells_all_that_led_to_it(segue_export, tmp_path, run, monkeypatch):
    from training.corpus.description import About, Source
    from training.corpus.reading import Corpus
    from training.runs.fitting import fit
    from training.score.learning.run import ScoreRun
    from training.score.learning.trainer import SCORE_TRAINER

    corpus = Corpus(
        About(Source("Ländler", "Bea", "CC BY 4.0"), run.facts()["corpus"]["layout"]),
        tuple(waltz(f"{number}.mid", 8, 50 + number, 100 + number) for number in range(4)),
    )
    plan = replace(run.plan, epochs=1, goes_on=True)
    later = ScoreRun.create(tmp_path / "later", plan, corpus, "segue train --from run", run)
    later.add_facts(backend="tensorflow", versions={})
    fit(later, SCORE_TRAINER.examples(later), 1, math.inf, Nobody())
    words = ["export", str(later.path), "--preset", "laendler", "--into", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", words)
    assert main() == 0
    card = (tmp_path / "laendler" / "CARD.md").read_text()
    for line in (
        "- what: Ländler",
        "Before, the network learnt from:",
        "- what: Waltzes",
        "- these weights and seeds are derived from it and carry its licence, CC0",
        "- these weights and seeds are derived from it and carry its licence, CC BY 4.0",
    ):
        assert line in card.splitlines(), line
    assert "Adam, 0.0005 falling" in card
    assert f"{run.facts()['commands'][0]}\nsegue train --from run\nsegue export" in card
    index = OriginalityIndex.from_bytes(read_bundle(tmp_path / "laendler").network.originality)
    for piece in (run.pieces("train")[0], later.pieces("train")[0]):
        assert index.longest_run(piece.events).length == len(piece)


def test_8_bit_weights_are_told_in_the_card(segue_export, tmp_path, capsys):
    assert segue_export("--int8") == 0
    assert "the weights were then made 8-bit integers" in capsys.readouterr().out
    card = (tmp_path / "waltzes" / "CARD.md").read_text()
    assert "the weights were then made 8-bit integers" in card
    assert "--preset waltzes --int8" in card
    assert "Not taken yet: `segue evaluate` takes them." in card


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--recall", "2"], "recall must be 0..1, got 2\n"),
        (["--form", "5"], "the form must be 0..4, got 5\n"),
        (["--originality", "3"], "the originality (events) must be 4..64, got 3\n"),
        (["--dynamics-temperature", "11"], "temperature must be 0..10, got 11\n"),
        (["--bpm", "5"], "the tempo (bpm) must be 20..400, got 5\n"),
        (["--report", "nowhere.md"], "--report must be a text file, got 'nowhere.md'"),
    ],
)
def test_what_is_out_of_range_is_a_fault_of_the_call(segue_export, words, error, capsys):
    assert segue_export(*words) == 2
    assert capsys.readouterr().err.startswith(error)


def test_a_folder_without_a_run(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(sys, "argv", ["export", str(tmp_path), "--preset", "x", "--into", str(tmp_path)])
    assert main() == 1
    told = capsys.readouterr().err
    assert told.startswith("there is no run in ")
    assert told.endswith(": make one with `segue train`\n")
