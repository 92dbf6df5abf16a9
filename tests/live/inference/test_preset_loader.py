"""Presets that become ready while others play."""

from pathlib import Path
from queue import SimpleQueue
from shutil import copytree
from threading import Event

import numpy as np
import pytest

from live.core.controls.table import Controls
from live.core.generation.prediction import Moment
from live.inference import preset_loader
from live.inference.preset_loader import PresetFailed, PresetLoader, PresetReady, load_stage_preset
from presets.bundles.bundle import BundleError, read_bundle
from presets.errors import UsageError
from presets.music.encoding import Position
from presets.music.event import Event as MusicalEvent
from presets.music.event import Note

GOLDEN = Path(__file__).parents[2] / "golden"
STEPS, ALPHABET = (str(GOLDEN / name) for name in ("steps", "alphabet"))
PATIENCE = 60


def load_all(*names):
    reports = SimpleQueue()
    with PresetLoader(names, reports.put) as loader:
        loader.start()
        return [reports.get(timeout=PATIENCE) for _ in names]


@pytest.mark.parametrize("name", [STEPS, ALPHABET])
def test_a_preset_is_ready_to_play(name):
    bundle, preset = read_bundle(Path(name)), load_stage_preset(name)
    assert (preset.settings, preset.seeds) == (bundle.settings, bundle.seeds)
    assert preset.think_seconds > 0


def test_a_warm_network_remembers_nothing_of_what_it_was_warmed_with():
    preset = load_stage_preset(STEPS)
    window = preset.seeds[0].window.push(MusicalEvent(240, (Note(65, 240, 66),)))
    for seed in (preset.seeds[0].window, window):
        preset.predictor.predict(
            seed, Moment(Position(0, 1920)), Controls.of(preset.settings), np.random.default_rng(0)
        )
    assert len(preset.predictor._states[-1].score_state.bars.events) == len(window)


def test_presets_are_reported_one_after_the_other():
    first, second = load_all(STEPS, ALPHABET)
    assert (first.number, first.preset.settings.name) == (0, "steps")
    assert (second.number, second.preset.settings.name) == (1, "alphabet")


def test_one_that_is_damaged_is_told_and_the_next_is_loaded(tmp_path):
    damaged = tmp_path / "steps"
    copytree(STEPS, damaged)
    (damaged / "note.onnx").write_bytes(b"another")
    failed, ready = load_all(str(damaged), STEPS)
    assert isinstance(failed, PresetFailed)
    assert failed.reason.startswith(f"preset 'steps' in {tmp_path}: note.onnx has changed since")
    assert isinstance(ready, PresetReady)


def test_in_the_foreground_what_is_wrong_is_raised(tmp_path):
    with pytest.raises(UsageError, match=r"^there is no preset 'jazz'; "):
        load_stage_preset("jazz")
    with pytest.raises(BundleError, match=r"there is no such folder$"):
        load_stage_preset(str(tmp_path / "none"))


def test_what_nobody_foresaw_is_told_in_a_sentence(monkeypatch):
    def fail(bundle):
        raise MemoryError("no room")

    monkeypatch.setattr(preset_loader, "open_predictor", fail)
    [failed] = load_all(STEPS)
    assert failed == PresetFailed(
        0, f"preset {STEPS!r} cannot be loaded: MemoryError: no room; export it again"
    )


def test_closing_in_the_middle_of_a_load_waits_for_no_other_and_nothing_is_told_any_more(monkeypatch):
    asked, loading, go_on, reports = [], Event(), Event(), []

    def load(name):
        asked.append(name)
        loading.set()
        assert go_on.wait(PATIENCE)
        return load_stage_preset(name)

    monkeypatch.setattr(preset_loader, "load_stage_preset", load)
    monkeypatch.setattr(preset_loader, "CLOSE_SECONDS", 0)
    with PresetLoader([STEPS, ALPHABET], reports.append) as loader:
        loader.start()
        assert loading.wait(PATIENCE)
    go_on.set()
    loader._thread.join(PATIENCE)
    assert not loader._thread.is_alive()
    assert (asked, reports) == ([STEPS], [])


def test_one_that_was_never_started_closes():
    with PresetLoader([STEPS], print):
        pass
