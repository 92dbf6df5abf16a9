import argparse
import errno
import subprocess
import sys

import pytest

from presets.errors import SegueError, UsageError
from tests.training.music import C_MAJOR, write_midi
from training import studio, train
from training.__main__ import main
from training.classic.plan import ClassicPlan
from training.kinds import RECIPES
from training.runs.plan import Choices
from training.score.learning.plan import ScorePlan

pytestmark = pytest.mark.studio


def parse(*words: str, recipe: str = "chopin") -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    return parser.parse_args(["--recipe", recipe, "--corpus", "corpora/chopin", "--run", "runs/a b", *words])


def test_the_command_line_is_recorded_without_defaults():
    assert train.command_line(parse()) == (
        "segue train --recipe chopin --corpus corpora/chopin --run 'runs/a b'"
    )
    words = "--epochs 3 --minutes 1.5 --window 50 --targets last --rng-seed 7 --transpose --resume"
    assert train.command_line(parse(*words.split())).endswith(f"'runs/a b' {words}")
    words = "--about corpora/chopin.toml --from runs/large --window 100 --players player --resume"
    assert train.command_line(parse(*words.split(), recipe="score")).endswith(f"'runs/a b' {words}")
    defaults = ("--window", "128", "--players", "both"), ("--window", "100", "--targets", "all")
    for recipe, words in zip(("score", "zelda"), defaults, strict=True):
        assert train.command_line(parse(*words, recipe=recipe)) == (
            f"segue train --recipe {recipe} --corpus corpora/chopin --run 'runs/a b'"
        )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--epochs", "0"], "--epochs must be at least 1, got 0"),
        (["--minutes", "-1"], "--minutes must be at least 0.01, got -1.0"),
        (["--minutes", "nan"], "--minutes must be at least 0.01, got nan"),
        (["--window", "0"], "--window must be at least 1, got 0"),
        (["--rng-seed", "-3"], "--rng-seed must be at least 0, got -3"),
    ],
)
def test_a_number_out_of_range(words, message):
    with pytest.raises(UsageError) as caught:
        train.run(parse(*words))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--targets", "all"],
            "--targets does not work with the recipe 'score', which always learns from every event: "
            "leave it out",
        ),
        (
            ["--transpose"],
            "--transpose does not work with the recipe 'score', which always transposes: leave it out",
        ),
    ],
)
def test_what_is_for_the_articles_only(words, message):
    with pytest.raises(UsageError) as caught:
        train.run(parse(*words, recipe="score"))
    assert str(caught.value) == message


def test_what_is_for_score_only():
    with pytest.raises(UsageError) as caught:
        train.run(parse("--from", "runs/large"))
    assert str(caught.value) == (
        "--from does not work with the recipe 'chopin', whose tokens are those of its corpus: leave it out, "
        "or choose the recipe 'score'"
    )


def test_a_plan_has_its_recipes_own_numbers_unless_others_are_chosen():
    classic = RECIPES["zelda"].plan(Choices(epochs=3))
    assert classic == ClassicPlan(RECIPES["zelda"], window=100, targets="all")
    assert classic.patience is None
    score = RECIPES["score"].plan(Choices(rng_seed=7))
    assert score == ScorePlan(RECIPES["score"], epochs=60, window=128, rng_seed=7)
    assert score.patience == 15
    chosen = RECIPES["score"].plan(Choices(epochs=9, window=64))
    assert chosen == ScorePlan(RECIPES["score"], epochs=9, window=64)
    assert ScorePlan.from_json(chosen.to_json()) == chosen


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        # As h5py raises it.
        (
            OSError(errno.ENOSPC, "Can't synchronously write data (file write failed: ..."),
            1,
            "runs/a b: No space",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "shelf/run"), 1, "shelf/run: Permission denied"),
        (OSError("out of order"), 1, "runs/a b: out of order"),
        (KeyboardInterrupt(), 1, "stopped before an epoch began"),
    ],
)
def test_what_the_system_refuses_is_one_sentence(monkeypatch, raised, code, said):
    def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr(studio, "train_corpus", fail)
    with pytest.raises(SegueError, match=f"^{said}") as caught:
        train.run(parse())
    assert caught.value.exit_code == code


def test_ctrl_c_while_loading_ends_the_module_in_silence(monkeypatch, capsys):
    def press(_arguments: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "run", press)
    monkeypatch.setattr(sys, "argv", ["training", "--recipe", "score", "--corpus", "music", "--run", "run"])
    assert main() == 130
    assert capsys.readouterr() == ("", "")


def test_the_help_names_every_kind_of_corpus_and_why_a_run_keeps_its_epochs():
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    words = " ".join(parser.format_help().split())
    assert "folder of music files and journals of your sets, or one such file (chopin, score)" in words
    assert "folder of such folders (zelda)" in words
    assert "music21:bach, or a .json file of chorales in frames" in words
    assert "the learning rate falls over all of them, so resume a run with the same number" in words


def test_help_does_not_wait_for_the_studio():
    code = (
        "import argparse, sys; from training import train; train.add_arguments(argparse.ArgumentParser()); "
        "print([n for n in ('tensorflow', 'keras', 'music21', 'matplotlib') if n in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


@pytest.mark.slow
def test_the_module_is_the_command(tmp_path, monkeypatch, capsys, tiny_recipe):
    write_midi(tmp_path / "music" / "a.mid", [C_MAJOR * 3])
    monkeypatch.setitem(train.RECIPES, "chopin", tiny_recipe)
    words = ["--recipe", "chopin", "--corpus", str(tmp_path / "music"), "--run", str(tmp_path / "run")]
    monkeypatch.setattr(sys, "argv", ["training", *words, "--epochs", "1", "--window", "6"])
    assert main() == 0
    assert "trained; kept the best of 1 epoch" in capsys.readouterr().out
    assert main() == 1
    error = capsys.readouterr().err
    assert "already holds a run, and segue never overwrites one" in error
    assert error.count("\n") == 1
