import io
import shutil
from dataclasses import replace
from math import nan

import pytest
from rich.console import Console

from presets.errors import SegueError, UsageError
from presets.sets.lines import to_line
from tests.presets.sets.hypothesis_records import note, opened, plays, pressed, take
from tests.training.music import C_MAJOR, write_midi
from training import studio
from training.classic.plan import ClassicPlan
from training.classic.run import ClassicRun
from training.corpus.description import CorpusError
from training.runs.examples import Examples
from training.runs.history import Epoch, write_history
from training.runs.run_folder import Run, RunError
from training.score.learning.examples import ScoreExamples
from training.score.learning.plan import ScorePlan, ScoreRecipe
from training.score.learning.run import ScoreRun
from training.studio import Order, train_corpus, train_each_folder

pytestmark = [
    pytest.mark.studio,
    # music21 leaves a file open that it cannot read.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def console():
    return Console(file=io.StringIO(), width=100, color_system=None)


@pytest.fixture
def order(tiny_recipe):
    return Order(ClassicPlan(tiny_recipe, window=6), epochs=1, command="segue train --recipe chopin")


@pytest.fixture
def folder(tmp_path):
    write_midi(tmp_path / "games" / "one" / "a.mid", [C_MAJOR * 3])
    write_midi(tmp_path / "games" / "two" / "b.mid", [C_MAJOR[::-1] * 3])
    return tmp_path / "games"


@pytest.fixture
def quick(monkeypatch):
    """Fittings that take no time and teach nothing."""

    def go_through(run: Run, examples: Examples, epochs: int, *_: object) -> str:
        write_history(run.history_path, [Epoch(n, 9.0 / n, 9.0 / n, 1.0, 1.0) for n in range(1, epochs + 1)])
        run.add_facts(epochs=epochs, best_epoch=epochs)
        return "epochs"

    monkeypatch.setattr(studio, "fit", go_through)


def shown(console: Console) -> str:
    return console.file.getvalue()


@pytest.mark.slow
def test_one_network_of_one_folder(tmp_path, folder, order, console):
    (folder / "one" / "broken.mid").write_bytes(b"MThd")
    assert train_corpus(folder / "one", tmp_path / "run", order, console) == "epochs"
    assert "left out broken.mid: " in shown(console)
    assert "left out 1 file, read 1" in shown(console)
    assert "1 piece, 24 tokens, 8 classes; training on 24 tokens, 0 pieces held out" in shown(console)
    assert "epoch 1/1: loss " in shown(console)
    assert "trained; kept the best of 1 epoch: epoch 1" in shown(console)
    facts = ClassicRun.open(tmp_path / "run").facts()
    assert facts["backend"] in facts["versions"]
    assert facts["commands"] == ["segue train --recipe chopin"]


@pytest.mark.slow
def test_resuming_trains_on_and_remembers_both_commands(tmp_path, folder, order, console):
    train_corpus(folder / "one", tmp_path / "run", order, console)
    again = replace(order, epochs=2, resume=True, command="segue train --recipe chopin --resume")
    train_corpus(folder / "one", tmp_path / "run", again, console)
    facts = ClassicRun.open(tmp_path / "run").facts()
    assert facts["epochs"] == 2
    assert facts["commands"] == ["segue train --recipe chopin", "segue train --recipe chopin --resume"]


def test_there_must_be_a_run_to_resume(tmp_path, folder, order, console):
    with pytest.raises(
        RunError, match=r"^cannot resume: there is no run in '.*run'; start one without --resume$"
    ):
        train_corpus(folder / "one", tmp_path / "run", replace(order, resume=True), console)


def test_without_resume_a_run_is_refused_before_anything_is_read(tmp_path, folder, order, console, quick):
    train_corpus(folder / "one", tmp_path / "run", order, console)
    with pytest.raises(RunError, match="never overwrites"):
        train_corpus(tmp_path / "no corpus", tmp_path / "run", order, console)


@pytest.mark.slow
def test_when_the_time_is_up_it_says_how_to_go_on(tmp_path, folder, order, console):
    asked = replace(order, epochs=2, minutes=0.0001)
    assert train_corpus(folder / "one", tmp_path / "run", asked, console) == "minutes"
    assert "the time is up; kept the best of 1 epoch: epoch 1, in " in shown(console)
    assert "continue with `segue train --recipe chopin --resume`" in shown(console)


def test_what_is_there_already_is_never_trained_into(tmp_path, folder, order, console, quick):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "corpus.txt").write_text("precious")
    (tmp_path / "file").write_text("a file")
    for place in ("own", "file"):
        with pytest.raises(RunError, match="a run folder must be new or empty"):
            train_corpus(folder / "one", tmp_path / place, order, console)
    train_corpus(folder / "one", tmp_path / "run", order, console)
    with pytest.raises(RunError, match="holds a run of one network, but this recipe trains several"):
        train_each_folder(folder, tmp_path / "run", order, console)


@pytest.mark.slow
def test_a_resume_that_trains_nothing_leaves_no_trace(tmp_path, folder, order, console):
    train_corpus(folder / "one", tmp_path / "run", order, console)
    before = (tmp_path / "run" / "run.json").read_text()
    train_corpus(folder / "one", tmp_path / "run", replace(order, resume=True, command="again"), console)
    assert (tmp_path / "run" / "run.json").read_text() == before
    (tmp_path / "run" / "last.keras").write_bytes(b"half")
    with pytest.raises(RunError, match=r"the checkpoint '.*last\.keras' is damaged: "):
        train_corpus(folder / "one", tmp_path / "run", replace(order, resume=True, epochs=2), console)
    assert (tmp_path / "run" / "run.json").read_text() == before


@pytest.mark.slow
def test_a_folder_of_folders_gives_a_network_for_each_and_one_of_all(tmp_path, folder, order, console):
    train_each_folder(folder, tmp_path / "runs", order, console)
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["all", "one", "two"]
    runs = {name: ClassicRun.open(tmp_path / "runs" / name) for name in ("one", "two", "all")}
    assert [row.name for row in runs["one"].rows] == ["a.mid"]
    assert [row.name for row in runs["all"].rows] == ["one/a.mid", "two/b.mid"]
    assert all(run.best_path.exists() for run in runs.values())


def test_a_folder_that_is_too_small_is_passed_by(tmp_path, folder, order, console, quick):
    write_midi(folder / "tiny" / "c.mid", [[[60]]])
    train_each_folder(folder, tmp_path / "runs", order, console)
    assert "skipped: a corpus must have at least 8 tokens to train on a window of 6, got 1" in shown(console)
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["all", "one", "two"]


def test_resuming_a_row_begins_what_is_not_there(tmp_path, folder, order, console, quick):
    train_corpus(folder / "one", tmp_path / "runs" / "one", order, console)
    train_each_folder(folder, tmp_path / "runs", replace(order, epochs=2, resume=True), console)
    assert {
        name: ClassicRun.open(tmp_path / "runs" / name).facts()["epochs"] for name in ("one", "two", "all")
    } == {
        "one": 2,
        "two": 2,
        "all": 2,
    }


def test_no_folder_to_look_into(tmp_path, folder, order, console):
    for place, said in (("nowhere", "does not exist"), ("games/one/a.mid", "is no folder")):
        with pytest.raises(CorpusError, match=rf"a folder of folders, got '.*{place}', which {said}$"):
            train_each_folder(tmp_path / place, tmp_path / "runs", order, console)


def test_no_folder_in_the_folder(tmp_path, folder, order, console):
    with pytest.raises(
        UsageError, match=r"needs a folder of folders, one for each network, and '.*one' holds"
    ):
        train_each_folder(folder / "one", tmp_path / "runs", order, console)


def test_a_folder_named_all(tmp_path, folder, order, console):
    (folder / "all").mkdir()
    with pytest.raises(UsageError, match="no folder of the corpus may be called 'all'"):
        train_each_folder(folder, tmp_path / "runs", order, console)


def test_nothing_could_be_trained(tmp_path, folder, order, console):
    with pytest.raises(SegueError, match="none of the 3 networks could be trained; see the reasons above"):
        train_each_folder(
            folder, tmp_path / "runs", replace(order, plan=replace(order.plan, window=1000)), console
        )


def test_the_description_of_the_row_serves_each_folder_without_its_own(
    tmp_path, folder, order, console, quick
):
    (folder / "corpus.toml").write_text('name = "Both"\n')
    (folder / "one" / "corpus.toml").write_text('name = "The first"\n')
    train_each_folder(folder, tmp_path / "runs", order, console)

    def names(runs: str) -> list[str]:
        folders = (tmp_path / runs / name for name in ("one", "two", "all"))
        return [ClassicRun.open(path).facts()["corpus"]["name"] for path in folders]

    assert names("runs") == ["The first", "Both", "Both"]
    (tmp_path / "elsewhere.toml").write_text('name = "Elsewhere"\n')
    told = replace(order, about=tmp_path / "elsewhere.toml")
    train_each_folder(folder, tmp_path / "told", told, console)
    assert names("told") == ["Elsewhere"] * 3


def test_a_description_lies_wherever_it_likes(tmp_path, folder, order, console, quick):
    (tmp_path / "elsewhere.toml").write_text('author = "Ann"\ngrid = 4\nbars = false\n')
    told = replace(order, about=tmp_path / "elsewhere.toml")
    train_corpus(folder / "one", tmp_path / "run", told, console)
    assert ClassicRun.open(tmp_path / "run").facts()["corpus"]["author"] == "Ann"


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("epochs", "trained; kept the best of 2 epochs: epoch 2, in RUN WHY"),
        (
            "patience",
            "stopped: the training loss has not improved for None epochs; kept the best of 2 epochs",
        ),
        (
            "interrupted",
            "stopped; kept the best of 2 epochs: epoch 2, in RUN WHY; continue with `segue train",
        ),
    ],
)
def test_where_nothing_is_held_out_the_training_loss_chooses_and_it_says_so(
    tmp_path, folder, order, console, monkeypatch, ending, said
):
    def train(run: ClassicRun, *_: object) -> str:
        write_history(run.history_path, [Epoch(number, 9.0 - number, nan, 1.0, 1.0) for number in (1, 2)])
        run.add_facts(epochs=2, best_epoch=2)
        return ending

    monkeypatch.setattr(studio, "fit", train)
    train_corpus(folder / "one", tmp_path / "run", order, console)
    why = "(the one with the lowest training loss, because no pieces are held out)"
    assert said.replace("RUN", (tmp_path / "run").as_posix()).replace("WHY", why) in shown(console)


def test_a_layout_that_is_wrong_is_said_of_its_file(tmp_path, folder, console):
    order = Order(ScorePlan(ScoreRecipe("score"), epochs=1), epochs=1, command="segue train --recipe score")
    (folder / "corpus.toml").write_text("grid = 5\n")
    with pytest.raises(CorpusError, match=r"games/corpus\.toml: grid must be one of 1, .*, got 5$"):
        train_corpus(folder, tmp_path / "run", order, console)
    (tmp_path / "told.toml").write_text("grid = 7\n")
    with pytest.raises(CorpusError, match=r"told\.toml: grid must be one of 1, .*, got 7$"):
        train_corpus(folder, tmp_path / "run", replace(order, about=tmp_path / "told.toml"), console)


def test_a_score_network_ends_when_it_gets_no_better(tmp_path, folder, console, monkeypatch):
    def lose_patience(run: ScoreRun, examples: ScoreExamples, *_: object) -> str:
        write_history(run.history_path, [Epoch(number, 9.0, 9.0, 1.0, 1.0) for number in range(1, 6)])
        run.add_facts(epochs=5, best_epoch=3)
        return "patience"

    monkeypatch.setattr(studio, "fit", lose_patience)
    recipe = ScoreRecipe("score", lstm_units=4, event_units=4, head_units=4, patience=2)
    order = Order(ScorePlan(recipe, epochs=9, window=8), epochs=9, command="segue train --recipe score")
    assert train_corpus(folder, tmp_path / "run", order, console) == "patience"
    assert (
        "2 pieces, 48 events, 1 part; training on 2 pieces, 48 events; none to choose the epoch, 0 to test"
        in shown(console)
    )
    assert (
        "stopped: the held-out loss has not improved for 2 epochs; kept the best of 5 epochs: epoch 3, in "
        in shown(console)
    )


def test_a_run_goes_on_from_another_one_even_when_that_is_gone(tmp_path, folder, console, quick):
    recipe = ScoreRecipe("score", lstm_units=4, event_units=4, head_units=4)
    order = Order(ScorePlan(recipe, epochs=2, window=8), epochs=2, command="segue train --recipe score")
    train_corpus(folder / "one", tmp_path / "first", order, console)
    (tmp_path / "first" / "best.weights.h5").write_bytes(b"weights")
    later = replace(order, plan=replace(order.plan, goes_on=True), start=tmp_path / "first")
    train_corpus(folder / "two", tmp_path / "run", later, console)
    shutil.rmtree(tmp_path / "first")
    train_corpus(folder / "two", tmp_path / "run", replace(later, resume=True), console)
    assert ScoreRun.open(tmp_path / "run").start.facts()["corpus"]["training_events"] == 24
    with pytest.raises(RunError, match=r"there is no run in '.*first': make one"):
        train_corpus(folder / "two", tmp_path / "again", later, console)


def test_a_run_is_resumed_with_a_recipe_of_its_kind(tmp_path, folder, order, console, quick):
    train_corpus(folder / "one", tmp_path / "run", order, console)
    other = Order(ScorePlan(ScoreRecipe("score"), epochs=9), epochs=9, command="", resume=True)
    with pytest.raises(
        RunError, match=r"'score', got one of the kind 'classic' in .* the recipe of that run, 'chopin'$"
    ):
        train_corpus(folder / "one", tmp_path / "run", other, console)


@pytest.mark.usefixtures("quick")
def test_a_run_on_ones_own_sets_remembers_what_they_bring_along(tmp_path, order, console):
    journals = tmp_path / "journals"
    journals.mkdir()
    duet = [*note(0, 60), *(row for step in range(12) for row in pressed(480 * step, 60 + step))]
    for day in range(3):
        records = [opened(), plays("chopin"), *take(1, duet, beats=20)]
        (journals / f"{day}.jsonl").write_text("".join(map(to_line, records)))
    order = replace(order, plan=replace(order.plan, players="player"))
    train_corpus(journals, tmp_path / "run", order, console)
    facts = ClassicRun.open(tmp_path / "run").facts()
    assert facts["journals"] == {
        "players": "player",
        "sets": 3,
        "first": "2026-11-21",
        "last": "2026-11-21",
        "presets": ["chopin"],
    }
    assert facts["corpus"]["tokens"] == 36
    other = replace(order, plan=replace(order.plan, players="both"), resume=True)
    with pytest.raises(RunError, match=r"its players is 'player', got 'both': use the same ones"):
        train_corpus(journals, tmp_path / "run", other, console)
