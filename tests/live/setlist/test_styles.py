"""How the presets of a set are dressed: the command goes before the set, and the set before the preset."""

from dataclasses import replace
from pathlib import Path

import pytest

from live.commands.play import add_arguments
from live.core.controls.mode import Mode
from live.inference.preset_loader import load_stage_preset
from live.setlist.set_file import read_set
from live.setlist.styles import Styles
from presets.bundles.settings import Meter
from presets.errors import UsageError

STEPS = Path(__file__).parents[2] / "golden" / "steps"


@pytest.fixture(scope="module")
def preset():
    return load_stage_preset(str(STEPS))


def styled(preset, tmp_path, text, *options):
    import argparse

    path = tmp_path / "set.toml"
    path.write_text(text.replace("STEPS", str(STEPS)))
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    entries = read_set(path).entries
    styles = Styles(parser.parse_args(list(options)), entries)
    return styles, [styles.style_of(entry, preset) for entry in entries]


def test_the_command_goes_before_the_set_and_the_set_before_the_preset(preset, tmp_path):
    text = """
        temperature = 0.5
        [[preset]]
        name = "STEPS"
        tempo = 90
        mode = "hold"
        [[preset]]
        name = "STEPS"
        temperature = 0.7
        density = 0.25
    """
    _, (first, second) = styled(preset, tmp_path, text)
    assert (first.bpm, first.mode, first.controls.sampling.temperature) == (90, Mode.HOLD, 0.5)
    assert (second.bpm, second.mode, second.controls.sampling.temperature) == (None, None, 0.7)
    assert (first.controls.density, second.controls.density) == (preset.settings.density, 0.25)
    assert first is not second
    assert (first.corpus_meter, first.meter) == (Meter(4, 4), None)
    _styles, (first, second) = styled(
        preset, tmp_path, text, "--temperature", "0.9", "--mode", "answer", "--bpm", "140"
    )
    assert {style.controls.sampling.temperature for style in (first, second)} == {0.9}
    assert (first.mode, second.mode) == (None, None)


def test_parts_sound_where_the_set_says(preset, tmp_path):
    part = preset.settings.parts[0].name
    text = f"""
        [[preset]]
        name = "STEPS"
        [preset.parts.{part}]
        channel = 9
        program = 20
        bank = 3
        output = "synth"
        [[preset]]
        name = "STEPS"
        [preset.parts.{part}]
        output = "segue:out"
    """
    styles, (first, second) = styled(preset, tmp_path, text)
    assert styles.outputs == ("synth",)
    assert (first.parts[0].channel, first.parts[0].program, first.parts[0].bank) == (8, 19, 3)
    assert first.outputs[0] == 1
    assert second.outputs == ()
    styles, (first, second) = styled(preset, tmp_path, text, "--output", "synth")
    assert styles.outputs == ("segue:out",)
    assert (first.outputs, second.outputs[0]) == ((), 1)


def test_a_set_keeps_its_presets_from_copying(preset, tmp_path):
    text = """
        originality = 12
        [[preset]]
        name = "STEPS"
        [[preset]]
        name = "STEPS"
        originality = 6
    """
    _, styles = styled(preset, tmp_path, text)
    assert [style.controls.originality for style in styles] == [12, 6]
    assert styles[0].originality is preset.originality
    _, styles = styled(preset, tmp_path, text, "--originality", "8")
    assert [style.controls.originality for style in styles] == [8, 8]


def test_a_preset_without_an_index_is_refused_where_it_is_not_to_copy(preset, tmp_path):
    text = '[[preset]]\nname = "STEPS"\n'
    old = replace(preset, originality=None)
    _, (style,) = styled(old, tmp_path, text)
    assert style.originality is None
    with pytest.raises(UsageError, match=r"^--originality needs an index of the preset's training pieces"):
        styled(old, tmp_path, text, "--originality", "8")


def test_restart_and_seeds_take_no_chance_from_the_music(preset, tmp_path):
    text = '[[preset]]\nname = "STEPS"\n[[preset]]\nname = "STEPS"\n'
    _, once = styled(preset, tmp_path, text, "--rng-seed", "7")
    _, again = styled(preset, tmp_path, text, "--rng-seed", "7")
    assert [style.seed for style in once] == [style.seed for style in again]
    assert all(style.seed is not None for style in once)
