import dataclasses
import json

import pytest

from tests.training.music import scale_piece
from training.classic.plan import ClassicPlan
from training.classic.run import ClassicRun
from training.corpus.description import About, Source
from training.corpus.reading import Corpus
from training.runs.run_folder import RunError

pytestmark = pytest.mark.studio


@pytest.fixture
def corpus():
    pieces = tuple(scale_piece(f"{index:02}.mid", 30, lowest=40 + index) for index in range(11))
    return Corpus(About(Source("Scales", "Ann", "CC0", "here")), pieces, (("broken.mid", "no header"),))


@pytest.fixture
def plan(tiny_recipe):
    return ClassicPlan(tiny_recipe, window=10)


def test_it_is_read_as_it_was_made(tmp_path, plan, corpus):
    run = ClassicRun.create(tmp_path / "run", plan, corpus, "segue train --recipe chopin")
    assert ClassicRun.open(tmp_path / "run") == run
    assert len(run.training_rows) == 10
    assert len(run.held_out_rows) == 1
    facts = run.facts()
    assert facts["commands"] == ["segue train --recipe chopin"]
    assert facts["corpus"]["author"] == "Ann"
    assert facts["corpus"]["tokens"] == 330
    assert facts["corpus"]["held_out"] == ["09.mid"]
    assert facts["corpus"]["files"]["00.mid"] == "sha256 of 00.mid"
    assert facts["corpus"]["unreadable"] == {"broken.mid": "no header"}


def test_ids_and_vocabulary_give_the_tokens_back(tmp_path, plan, corpus):
    run = ClassicRun.create(tmp_path / "run", plan, corpus, "")
    texts = tuple(run.vocabulary.tokens[token_id].text for token_id in run.rows[3].ids)
    assert texts == corpus.pieces[3].tokens


def test_seeds_are_beginnings_of_training_pieces_in_their_own_voicing(tmp_path, plan, corpus):
    run = ClassicRun.create(tmp_path / "run", plan, corpus, "")
    beginnings = [list(piece.voicings[:10]) for piece in corpus.pieces if piece.name != "09.mid"]
    assert len(run.seeds()) == 8
    assert all(seed in beginnings for seed in run.seeds())
    assert len({str(seed) for seed in run.seeds()}) == 8


def test_short_pieces_are_joined_for_a_seed(tmp_path, tiny_recipe, corpus):
    run = ClassicRun.create(tmp_path / "run", ClassicPlan(tiny_recipe, window=40), corpus, "")
    assert run.seeds() == [list(corpus.pieces[0].voicings + corpus.pieces[1].voicings[:10])]


def test_the_report_names_every_file(tmp_path, plan, corpus):
    ClassicRun.create(tmp_path / "run", plan, corpus, "")
    report = (tmp_path / "run" / "corpus.txt").read_text()
    assert report.startswith("11 pieces, 330 tokens, 23 classes; 1 piece held out; 1 file left out\n")
    assert "30 tokens  09.mid  (held out)" in report
    assert "left out  broken.mid: no header" in report


def test_a_run_is_never_overwritten(tmp_path, plan, corpus):
    ClassicRun.create(tmp_path / "run", plan, corpus, "")
    with pytest.raises(
        RunError, match=r"^'.*run' already holds a run, and segue never overwrites one: continue"
    ):
        ClassicRun.create(tmp_path / "run", plan, corpus, "")


def test_a_corpus_too_small(tmp_path, tiny_recipe):
    small = Corpus(About(), (scale_piece("a", 50), scale_piece("b", 51)))
    with pytest.raises(
        RunError, match=r"at least 102 tokens to train on a window of 100, got 101 in 2 pieces: add files, or"
    ):
        ClassicRun.create(tmp_path / "run", ClassicPlan(tiny_recipe, window=100), small, "")
    assert not (tmp_path / "run").exists()


def test_a_run_is_resumed_with_what_it_began_with(tmp_path, plan, corpus):
    run = ClassicRun.create(tmp_path / "run", plan, corpus, "")
    run.check_same(plan, corpus)
    with pytest.raises(
        RunError, match=r"its window is 10, got 12; its rng_seed is 0, got 1: use the same ones"
    ):
        run.check_same(dataclasses.replace(plan, window=12, rng_seed=1), corpus)
    other = dataclasses.replace(plan, recipe=dataclasses.replace(plan.recipe, name="other", dropout=0.5))
    with pytest.raises(
        RunError, match=r"cannot resume '.*run' .*: its recipe is 'chopin', got 'other': use the same ones"
    ):
        run.check_same(other, corpus)
    with pytest.raises(RunError, match=r"its corpus has other files: use the same ones"):
        run.check_same(plan, dataclasses.replace(corpus, pieces=corpus.pieces[1:]))


def test_a_folder_that_holds_no_run(tmp_path):
    with pytest.raises(RunError, match=r"^there is no run in '.*nothing': make one"):
        ClassicRun.open(tmp_path / "nothing")


def test_a_run_of_another_format(tmp_path, plan, corpus):
    run = ClassicRun.create(tmp_path / "run", plan, corpus, "")
    run.add_facts(format=9)
    with pytest.raises(
        RunError, match=r"^this segue reads run folders of format 1, got 9 in '.*run': train again$"
    ):
        ClassicRun.open(tmp_path / "run")


def test_a_spoilt_run(tmp_path, plan, corpus):
    run = ClassicRun.create(tmp_path / "run", plan, corpus, "")
    run.facts_path.write_text(json.dumps({"format": 1}))
    with pytest.raises(
        RunError, match=r"missing or has changed since `segue train` made it \(KeyError: 'plan'\)$"
    ):
        ClassicRun.open(tmp_path / "run")
