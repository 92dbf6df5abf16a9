"""`segue new-set`: a first set, that is valid as it stands."""

import re

import pytest

from live.command import main
from live.commands.new_set import EXAMPLE
from live.core.controls.actions import Action
from live.setlist.set_entries import PartSound
from live.setlist.set_file import read_set
from live.setlist.set_values import PART, PRESET_KEYS, WHOLE_SET_KEYS, control_names


@pytest.fixture(autouse=True)
def no_presets_of_ones_own(monkeypatch, tmp_path):
    monkeypatch.setenv("SEGUE_DATA", str(tmp_path / "data"))


def test_the_example_is_valid_with_the_presets_that_come_with_segue(tmp_path, capsys):
    path = tmp_path / "friday.toml"
    assert main(["new-set", str(path)]) == 0
    assert capsys.readouterr().out == f"wrote {path}; edit it, and then run `segue play --set {path}`\n"
    read = read_set(path)
    assert [entry.preset for entry in read.entries] == ["chopin", "bach", "folk", "pop", "chopin-classic"]
    assert read.entries[1].parts == {"soprano": PartSound(channel=3, program=52)}
    # Not among few choices only: it would repeat its chords.
    assert read.entries[4].arguments == {"velocity": 80, "step": 0.5, "temperature": 1.1}
    assert [binding.target for binding in read.bindings] == ["temperature", "density", Action.NEXT, 1]
    assert f"segue play --set {path}\n" in path.read_text()


def test_what_its_remarks_offer_is_valid_too(tmp_path):
    path = tmp_path / "friday.toml"
    offered = re.sub(r"(?m)^# (?=[a-z_]+ = )", "", EXAMPLE).replace('seed = "chorale.mid"', "")
    # Only one of two may be chosen: another's clock, or what belongs to segue's own.
    own = offered.replace('clock = "midi-in"', 'clock = "internal"')
    path.write_text(own)
    read = read_set(path)
    assert set(read.arguments) == set(WHOLE_SET_KEYS)
    assert read.entries[0].arguments["velocity"] == 80


def test_its_keys_are_those_that_there_are():
    named = set(re.findall(r"(?m)^(?:# )?([a-z_]+) = ", EXAMPLE))
    assert {*WHOLE_SET_KEYS, *PRESET_KEYS, *PART} <= named
    assert named <= {
        *WHOLE_SET_KEYS,
        *PRESET_KEYS,
        *PART,
        *control_names(),
        "name",
        "seed",
        *("cc", "note", "turns", "does", "preset"),
    }


def test_nothing_is_written_over(tmp_path, capsys):
    path = tmp_path / "mine.toml"
    path.write_text("name = 'mine'\n")
    assert main(["new-set", str(path)]) == 1
    assert capsys.readouterr().err == (f"segue: {path} already exists; choose another name\n")
    assert path.read_text() == "name = 'mine'\n"


def test_a_folder_that_is_not_there_is_told(tmp_path, capsys):
    path = tmp_path / "nowhere" / "set.toml"
    assert main(["new-set", str(path)]) == 1
    assert capsys.readouterr().err == (
        f"segue: a set file must be in a folder that you can write to, got {path}: "
        "No such file or directory\n"
    )
