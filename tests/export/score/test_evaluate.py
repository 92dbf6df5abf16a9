import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from live.command import main
from presets.bundles.bundle import Bundle, read_bundle, write_bundle
from presets.bundles.settings import Part
from presets.music.event import Event
from presets.music.originality import OriginalityIndex
from tests.training.music import C_MAJOR, write_midi


@pytest.fixture(scope="module")
def preset(trained_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from export.evaluation.exams import open_run

    folder = tmp_path_factory.mktemp("presets") / "run"
    bundle, _ = open_run(trained_folder)
    write_bundle(folder, bundle)
    return folder


@pytest.fixture(scope="module")
def bundle(preset: Path) -> Bundle:
    return read_bundle(preset)


def test_surprise_is_what_the_network_says_of_the_events(run, network, bundle: Bundle) -> None:
    from export.evaluation.evaluation import network_files
    from export.evaluation.surprise import Judge
    from export.score.inference import bits_an_event, infer_at_once, whole_piece

    piece = run.pieces("test")[0]
    for outlined in (False, True):
        surprise = Judge(network_files(bundle), run.parts).surprise(piece, outlined=outlined)
        assert surprise.total.shape == (len(piece),)
        batch = whole_piece(piece, run.parts, outlined=outlined)
        told = bits_an_event(infer_at_once(network, batch), batch)
        assert np.mean(surprise.total) == pytest.approx(told, rel=1e-4)


def test_an_untrained_field_costs_about_what_its_classes_cost(run, bundle: Bundle) -> None:
    from export.evaluation.evaluation import network_files
    from export.evaluation.surprise import Judge

    surprise = Judge(network_files(bundle), run.parts).surprise(run.pieces("test")[0])
    # After two epochs: below the log of the number of classes, above nothing.
    assert 0 < np.mean(surprise.ioi) < np.log2(385)
    assert (surprise.note > 0).all()


def test_generated_pieces_have_their_length_and_come_again(bundle: Bundle) -> None:
    from export.evaluation.generation import Commission, generate

    first, second = (generate(bundle, Commission(2, 12, 5)) for _ in range(2))
    assert first == second
    assert [len(piece.events) for piece in first] == [len(piece.positions) for piece in first] == [12, 12]
    assert first[0].events != first[1].events
    assert all(isinstance(event, Event) for piece in first for event in piece.events)


def test_generated_pieces_know_where_in_the_bar_they_are(bundle: Bundle) -> None:
    from export.evaluation.generation import Commission, generate

    piece = generate(bundle, Commission(1, 30, 5))[0]
    for event, before, now in zip(piece.events[1:], piece.positions, piece.positions[1:], strict=False):
        assert now == before.after(event.ioi)


def test_what_would_copy_too_much_is_generated_again(bundle: Bundle) -> None:
    from export.evaluation.generation import Commission, generate

    first = generate(bundle, Commission(1, 60, 5))[0].events
    index = OriginalityIndex.build([("itself", first)])
    copied = replace(bundle, network=replace(bundle.network, originality=index.to_bytes()))
    assert generate(copied, Commission(1, 60, 5))[0].events == first
    assert index.longest_run(first).length == 60
    other = generate(copied, Commission(1, 60, 5, originality=8))[0].events
    assert len(other) == 60
    assert other[:7] == first[:7]
    assert index.longest_run(other).length < 8


@pytest.mark.slow
def test_a_run_is_evaluated_on_the_pieces_that_it_set_aside(
    trained_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture, card = tmp_path / "report.png", tmp_path / "report.md"
    command = ["evaluate", str(trained_folder), "--pieces", "2", "--events", "100", "--json"]
    assert main([*command, "--picture", str(picture), "--report", str(card)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["corpus"]["name"] == "Waltzes"
    assert report["corpus"]["test_pieces"] == ["09.mid"]
    assert set(report["bits"]) == {"ioi", "note", "duration", "velocity", "total"}
    fields = [report["bits"][field]["network"] for field in ("ioi", "note", "duration", "velocity")]
    assert report["bits"]["total"]["network"] == pytest.approx(sum(fields))
    assert report["statistics"]["generated"]["events"] == 200
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "bits an event" in card.read_text()
    assert report["judges"] == {"edition": 2, "generated": None, "human": None, "halves": []}


@pytest.mark.slow
def test_what_a_search_finds_is_measured(
    trained_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from export.evaluation import search

    monkeypatch.setattr(search, "PIECES", 2)
    monkeypatch.setattr(search, "EVENTS", 100)
    command = ["evaluate", str(trained_folder), "--pieces", "1", "--events", "100", "--search", "3"]
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["search"]
    assert found["tries"] == 3
    assert found["after"] <= found["before"]
    assert found["options"][0] == "--temperature"


def test_another_composer_is_matched_part_by_part(bundle: Bundle, tmp_path: Path) -> None:
    from export.evaluation.evaluation import EvaluationError
    from export.evaluation.exams import open_human

    folder, about = tmp_path / "others", tmp_path / "others.toml"
    folder.mkdir()
    write_midi(folder / "one.mid", [C_MAJOR])
    one_part = replace(bundle, settings=replace(bundle.settings, parts=(Part("piano"),)))
    human = open_human(one_part, folder, None, "both", lambda *_: None)
    assert human.parts == (0,)
    assert [music.name for music in human.music] == ["one.mid"]
    two_parts = replace(
        bundle, settings=replace(bundle.settings, parts=(Part("chords"), Part("melody", channel=1)))
    )
    about.write_text('[[parts]]\nname = "melody"\ntracks = [0]\n')
    human = open_human(two_parts, folder, about, "both", lambda *_: None)
    assert human.parts == (1,)
    assert {note.part for music in human.music for event in music.events for note in event.notes} == {1}
    about.write_text('[[parts]]\nname = "voice"\ntracks = [0]\n')
    sentence = "must have a part that the preset has, 'chords' or 'melody', got 'voice': name its parts"
    with pytest.raises(EvaluationError, match=sentence):
        open_human(two_parts, folder, about, "both", lambda *_: None)


def test_a_few_sets_are_too_few_to_set_one_aside(trained_folder: Path, bundle: Bundle) -> None:
    from export.evaluation.evaluation import EvaluationError, Exam, evaluate
    from export.evaluation.generation import Commission
    from training.score.learning.run import ScoreRun

    one, *_ = ScoreRun.open(trained_folder).pieces("train")
    sentence = r"takes about ten pieces or sets, got 1 piece to learn from and 0 set aside: add files"
    with pytest.raises(EvaluationError, match=sentence):
        evaluate(bundle, Exam("week", [one], []), Commission(1, 100), lambda *_: None)


def test_a_run_brings_its_own_corpus(trained_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(trained_folder), "--corpus", "music"]) == 2
    assert (
        "--corpus does not work with a run, because a run has its own test pieces" in capsys.readouterr().err
    )


def test_a_preset_needs_its_corpus(preset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(preset)]) == 2
    assert "--corpus" in capsys.readouterr().err


def test_a_classic_preset_is_not_evaluated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "chopin-classic", "--corpus", "music"]) == 1
    assert "of kind 'score'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value"),
    [("--pieces", "0"), ("--events", "99"), ("--rng-seed", "-1"), ("--search", "-1"), ("--halves", "-1")],
)
def test_a_number_out_of_range_is_refused(
    option: str, value: str, trained_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(trained_folder), option, value]) == 2
    assert f"{option} must be at least" in capsys.readouterr().err


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(0)

    def chorale() -> list[list[int]]:
        chords = [[60, 64, 67], [59, 62, 67], [60, 65, 69], []]
        return [[60, 64, 67], *(chords[rng.integers(4)] for _ in range(20)), [60, 64, 67]]

    path = tmp_path_factory.mktemp("frames") / "chorales.json"
    sets = {"train": [chorale() for _ in range(6)], "valid": [chorale()], "test": [chorale(), chorale()]}
    path.write_text(json.dumps(sets))
    return path


@pytest.fixture(scope="module")
def frames_run(frames: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frames-run") / "run"
    command = ["train", "--recipe", "score", "--corpus", str(frames), "--run", str(folder)]
    assert main([*command, "--epochs", "1", "--window", "16"]) == 0
    return folder


@pytest.mark.slow
def test_the_literatures_figure_counts_every_frame_of_the_test_set(
    frames: Path, frames_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(frames_run), "--jsb", str(frames), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["pieces"], figures["frames"]) == (2, 44)
    assert 0 < figures["notes"] < figures["nats"]


def test_the_literatures_figure_is_of_a_run_on_the_same_file(
    frames: Path, trained_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(trained_folder), "--jsb", str(frames)]) == 1
    assert "was not trained on" in capsys.readouterr().err
