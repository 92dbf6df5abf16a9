import json
import re
import subprocess
from dataclasses import replace

import pytest

from presets.bundle import FILES, SETTINGS_FILE, SUMS_FILE, Bundle, BundleError, read_bundle, write_bundle
from presets.event import Event, Note
from presets.settings import Meter, Part, Sampling, Settings, SettingsError
from presets.vocabulary import Token, Vocabulary
from presets.window import Window

BUNDLE = Bundle(
    settings=Settings(
        name="two-notes",
        description="for tests",
        window_length=10,
        bpm=96.5,
        meter=Meter(6, 8),
        sampling=Sampling(0.9, 5, 0.95),
        parts=(Part("left", 0, 32), Part("right", 15, None)),
    ),
    vocabulary=Vocabulary([Token("C4", (60,)), Token("0.4", (60, 64))]),
    seeds=(Window.of([Event(0, (Note(60, 240, 64),)), Event(240, (Note(64, 1, 1, 1),))]),),
    model=b"not a graph, but nobody opens it here",
    card="# Two notes\n\nMade by hand, für Elise.\n",
)


@pytest.fixture
def folder(tmp_path):
    write_bundle(tmp_path / "two-notes", BUNDLE)
    return tmp_path / "two-notes"


def refuse(folder, reason):
    return pytest.raises(
        BundleError, match=rf"^preset '{folder.name}' in {re.escape(str(folder.parent))}: {reason}"
    )


def rehash(folder):
    sums = subprocess.run(["sha256sum", *FILES], cwd=folder, capture_output=True, check=True)
    (folder / SUMS_FILE).write_bytes(sums.stdout)


def test_a_bundle_comes_back_as_it_went(folder):
    assert read_bundle(folder) == BUNDLE


def test_the_hashes_are_what_sha256sum_checks(folder):
    subprocess.run(["sha256sum", "--check", "--quiet", SUMS_FILE], cwd=folder, check=True)


def test_nothing_is_left_of_the_writing(folder):
    assert [path.name for path in folder.parent.iterdir()] == ["two-notes"]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*FILES, SUMS_FILE])


def test_channels_are_stored_as_musicians_count(folder):
    parts = json.loads((folder / SETTINGS_FILE).read_text())["parts"]
    assert [part["channel"] for part in parts] == [1, 16]


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(folder, name):
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with refuse(folder, f"{name} has changed since the preset was exported"):
        read_bundle(folder)


def test_a_change_is_accepted_by_the_command_that_the_refusal_names(folder):
    settings = json.loads((folder / SETTINGS_FILE).read_text())
    (folder / SETTINGS_FILE).write_text(json.dumps({**settings, "bpm": 60}))
    with pytest.raises(BundleError) as refused:
        read_bundle(folder)
    command = re.search("`(.*)`", str(refused.value))[1]
    subprocess.run(command, shell=True, cwd=folder, check=True)
    assert read_bundle(folder).settings.bpm == 60


@pytest.mark.parametrize("name", [*FILES, SUMS_FILE])
def test_a_missing_file_is_refused(folder, name):
    (folder / name).unlink()
    with refuse(folder, f"cannot read {name}: No such file"):
        read_bundle(folder)


def test_another_format_is_refused(folder):
    settings = json.loads((folder / SETTINGS_FILE).read_text())
    (folder / SETTINGS_FILE).write_text(json.dumps({**settings, "format": 2}))
    rehash(folder)
    with refuse(folder, "its format is 2, this segue reads 1; export it again"):
        read_bundle(folder)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"bpm": 1000}, r"the tempo \(bpm\) must be 20\.\.400, got 1000"),
        ({"meter": "4/5"}, "a time signature's denominator must be 1, 2, 4, 8, 16 or 32, got 5"),
        ({"kind": "magic"}, "a preset's kind must be 'classic', got 'magic'"),
        ({"unheard": 1}, "a preset's settings are not as segue writes them"),
        ({"parts": []}, "a preset must have at least one part, got none"),
        ({"name": "three-notes"}, "its settings name it 'three-notes'"),
        ({"sampling": {"top_p": 0}}, "top-p must be above 0"),
        ({"bpm": "fast"}, r"the tempo \(bpm\) must be a number, got 'fast'"),
        ({"bpm": True}, r"the tempo \(bpm\) must be a number, got True"),
        ({"velocity": 80.5}, r"the velocity must be a whole number, got 80\.5"),
        (
            {"parts": [{"name": "x", "channel": 1.5, "program": None}]},
            "a part's channel must be a whole number",
        ),
        ({"parts": [{"name": "x", "channel": 1, "program": 3.5}]}, "a part's program must be a whole number"),
        ({"sampling": {"top_k": 2.5}}, r"top-k \(0 is all\) must be a whole number, got 2\.5"),
        ({"description": 5}, "a preset's description must be one line of text, got 5"),
    ],
)
def test_impossible_settings_are_refused(folder, change, reason):
    settings = json.loads((folder / SETTINGS_FILE).read_text())
    (folder / SETTINGS_FILE).write_text(json.dumps({**settings, **change}))
    rehash(folder)
    with refuse(folder, reason):
        read_bundle(folder)


@pytest.mark.parametrize("name", ["preset.json", "vocabulary.json", "seeds.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '{"format": 1}'])
def test_files_of_nonsense_are_refused_in_one_sentence(folder, name, text):
    (folder / name).write_text(text)
    rehash(folder)
    with pytest.raises(BundleError, match=r"^preset 'two-notes' in [^\n]*$"):
        read_bundle(folder)


def test_a_card_that_is_no_text_is_refused(folder):
    (folder / "CARD.md").write_bytes(b"\xff\xfe")
    rehash(folder)
    with refuse(folder, "'utf-8' codec can't decode"):
        read_bundle(folder)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with refuse(tmp_path / "two-notes", "there is no such folder"):
        read_bundle(tmp_path / "two-notes")


def test_a_seed_is_as_long_as_any_window_may_be(folder):
    assert read_bundle(folder).seeds[0].length == 100


def test_a_bundle_is_not_written_over_unless_asked(folder):
    with refuse(folder, "it exists already; choose another name, or replace it with --force"):
        write_bundle(folder, BUNDLE)
    write_bundle(folder, replace(BUNDLE, card="# New\n"), replace=True)
    assert read_bundle(folder).card == "# New\n"


def test_a_bundle_needs_a_seed(tmp_path):
    with refuse(tmp_path / "two-notes", "a preset needs at least one seed"):
        write_bundle(tmp_path / "two-notes", replace(BUNDLE, seeds=()))


def test_a_bundles_folder_has_its_name(tmp_path):
    with refuse(tmp_path / "other", "the folder must have the preset's name, 'two-notes'"):
        write_bundle(tmp_path / "other", BUNDLE)


@pytest.mark.parametrize("name", ["", "Two", "two notes", "-two", "two--notes", "../two", "two/notes"])
def test_a_name_is_safe_in_every_file_system_and_shell(name):
    with pytest.raises(
        SettingsError, match=r"^a preset's name is lower-case letters, digits and single hyphens"
    ):
        Settings(name=name, description="")
