import json
import re
import subprocess
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from presets.bundles.bundle import (
    FILES,
    SETTINGS_FILE,
    SUMS_FILE,
    Bundle,
    BundleError,
    read_bundle,
    write_bundle,
)
from presets.bundles.networks import GRAPHS, ClassicFiles, ScoreFiles
from presets.bundles.seed import Seed
from presets.bundles.settings import Meter, Part, Sampling, Settings, SettingsError
from presets.music.encoding import Position
from presets.music.event import Event, Note
from presets.music.vocabulary import Token, Vocabulary
from presets.music.window import Window
from tests.presets.music.test_event_and_window import events

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
    seeds=(Seed(Window.of([Event(0, (Note(60, 240, 64),)), Event(240, (Note(64, 1, 1, 1),))])),),
    card="# Two notes\n\nMade by hand, für Elise.\n",
    network=ClassicFiles(
        Vocabulary([Token("C4", (60,)), Token("0.4", (60, 64))]),
        b"not a graph, but nobody opens it here",
        b"hashes",
    ),
)

SCORE = Bundle(
    settings=Settings(
        name="two-hands",
        description="for tests",
        kind="score",
        meter=Meter(3, 4),
        velocity=70,
        sampling=Sampling(0.9, 5, 0.95),
        chords=Sampling(1.2),
        rhythm=Sampling(0.8),
        durations=Sampling(0.7, 0, 0.99),
        dynamics=Sampling(1.1, 0, 0.9),
        bars=False,
        recall=0.25,
        parts=(Part("melody", 0, 40, 74), Part("chords", 1, 0, 51)),
    ),
    seeds=(Seed(Window.of([Event(0, (Note(60, 240, 64, 1),))]), Position(960, 1440)),),
    card="# Two hands\n",
    network=ScoreFiles({graph: graph.encode() for graph in GRAPHS}, b"hashes", b"a table"),
)


def write(folder, bundle):
    write_bundle(folder / bundle.settings.name, bundle)
    return folder / bundle.settings.name


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path, BUNDLE)


@pytest.fixture
def score_folder(tmp_path):
    return write(tmp_path, SCORE)


def refuse(folder, reason):
    return pytest.raises(
        BundleError, match=rf"^preset '{folder.name}' in {re.escape(str(folder.parent))}: {reason}"
    )


def rehash(folder):
    names = sorted(path.name for path in folder.iterdir() if path.name != SUMS_FILE)
    sums = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, check=True)
    (folder / SUMS_FILE).write_bytes(sums.stdout)


def change(folder, **changes):
    settings = json.loads((folder / SETTINGS_FILE).read_text())
    (folder / SETTINGS_FILE).write_text(json.dumps({**settings, **changes}))
    rehash(folder)


@pytest.mark.parametrize("bundle", [BUNDLE, SCORE], ids=["classic", "score"])
def test_a_bundle_comes_back_as_it_went(tmp_path, bundle):
    assert read_bundle(write(tmp_path, bundle)) == bundle


names = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
lines = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20).filter(str.isprintable)
samplings = st.builds(
    Sampling, st.floats(0, 10), st.integers(0, 1_000_000), st.floats(0, 1, exclude_min=True)
)
meters = st.builds(Meter, st.integers(1, 32), st.sampled_from([1, 2, 4, 8, 16, 32]))
positions = st.integers(1, 10_000).flatmap(
    lambda bar: st.builds(Position, st.integers(0, bar - 1), st.just(bar))
)
windows = st.lists(events, min_size=1, max_size=5).map(Window.of)
of_all = {
    "name": names,
    "description": lines,
    "bpm": st.floats(20, 400),
    "meter": meters,
    "velocity": st.integers(1, 127),
    "sampling": samplings,
}
channels, programs = st.integers(0, 15), st.none() | st.integers(0, 127)
banked = st.builds(Part, lines, channels, st.integers(0, 127), bank=st.integers(0, 16383))
classics = st.builds(
    Bundle,
    st.builds(
        Settings,
        **of_all,
        kind=st.just("classic"),
        window_length=st.integers(1, 1000),
        step=st.floats(1 / 32, 16),
        gate=st.floats(0.05, 4),
        parts=st.lists(st.builds(Part, lines, channels, programs) | banked, min_size=1, max_size=4).map(
            tuple
        ),
    ),
    st.lists(st.builds(Seed, windows), min_size=1, max_size=3).map(tuple),
    lines,
    st.builds(ClassicFiles, st.just(BUNDLE.network.vocabulary), st.binary(), st.none() | st.binary()),
)
scores = st.builds(
    Bundle,
    st.builds(
        Settings,
        **of_all,
        kind=st.just("score"),
        chords=samplings,
        rhythm=samplings,
        durations=samplings,
        dynamics=samplings,
        bars=st.booleans(),
        recall=st.floats(0, 1),
        parts=st.lists(
            st.builds(Part, lines, channels, programs, st.integers(0, 127)) | banked, min_size=1, max_size=4
        ).map(tuple),
    ),
    st.lists(st.builds(Seed, windows, positions), min_size=1, max_size=3).map(tuple),
    lines,
    st.builds(ScoreFiles, st.fixed_dictionaries({graph: st.binary() for graph in GRAPHS}), st.binary()),
)


@given(classics | scores)
# Every example writes over the one before.
@rules(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_is_read(tmp_path, bundle):
    folder = tmp_path / bundle.settings.name
    write_bundle(folder, bundle, replace=True)
    seeds = tuple(
        replace(seed, window=Window.of(seed.window, bundle.settings.events_kept)) for seed in bundle.seeds
    )
    assert read_bundle(folder) == replace(bundle, seeds=seeds)


@pytest.mark.parametrize("bundle", [BUNDLE, SCORE], ids=["classic", "score"])
def test_the_hashes_are_what_sha256sum_checks(tmp_path, bundle):
    subprocess.run(["sha256sum", "--check", "--quiet", SUMS_FILE], cwd=write(tmp_path, bundle), check=True)


@pytest.mark.parametrize("bundle", [BUNDLE, SCORE], ids=["classic", "score"])
def test_nothing_is_left_of_the_writing(tmp_path, bundle):
    folder = write(tmp_path, bundle)
    assert list(tmp_path.iterdir()) == [folder]
    found = sorted(path.name for path in folder.iterdir())
    assert found == sorted([*FILES[bundle.settings.kind], SUMS_FILE])


def test_a_preset_stores_what_its_kind_has_and_no_more(tmp_path):
    classic, score = (
        json.loads((write(tmp_path, bundle) / SETTINGS_FILE).read_text()) for bundle in (BUNDLE, SCORE)
    )
    assert list(classic) == [
        *("format", "name", "description", "kind", "window_length", "bpm", "meter", "step", "gate"),
        *("velocity", "sampling", "parts"),
    ]
    assert list(score) == [
        *("format", "name", "description", "kind", "window_length", "bpm", "meter", "velocity", "sampling"),
        *(
            "chords",
            "rhythm",
            "durations",
            "dynamics",
            "bars",
            "recall",
            "density",
            "form",
            "shading",
            "lowest",
            "highest",
            "parts",
        ),
    ]
    assert list(classic["parts"][0]) == ["name", "channel", "program"]
    assert list(score["parts"][0]) == ["name", "channel", "program", "register"]


def test_a_preset_from_before_each_choice_had_its_sampling_is_read(tmp_path):
    folder = write(tmp_path, SCORE)
    stored = json.loads((folder / SETTINGS_FILE).read_text())
    settings = Settings.from_json(
        {name: value for name, value in stored.items() if name not in ("format", "chords", "durations")}
    )
    assert settings.chords == Sampling(SCORE.settings.sampling.temperature)
    assert settings.durations == settings.rhythm == SCORE.settings.rhythm


def test_a_part_s_bank_is_stored_where_there_is_one():
    parts = (Part("organ", 0, 19, bank=1029), Part("bass", 1, 32))
    stored = replace(BUNDLE.settings, parts=parts).to_json()["parts"]
    assert [part.get("bank") for part in stored] == [1029, None]
    assert "bank" not in stored[1]


def test_channels_are_stored_as_musicians_count(folder):
    parts = json.loads((folder / SETTINGS_FILE).read_text())["parts"]
    assert [part["channel"] for part in parts] == [1, 16]


CASES = [
    *[pytest.param(BUNDLE, name, id=f"classic-{name}") for name in FILES["classic"]],
    *[pytest.param(SCORE, name, id=f"score-{name}") for name in FILES["score"]],
]


@pytest.mark.parametrize(("bundle", "name"), CASES)
def test_a_changed_file_is_refused(tmp_path, name, bundle):
    folder = write(tmp_path, bundle)
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


@pytest.mark.parametrize(("bundle", "name"), [*CASES, pytest.param(SCORE, SUMS_FILE, id="sums")])
def test_a_missing_file_is_refused(tmp_path, bundle, name):
    folder = write(tmp_path, bundle)
    (folder / name).unlink()
    with refuse(folder, f"cannot read {name}: No such file"):
        read_bundle(folder)


def test_a_classic_preset_of_the_beginning_is_read_without_an_index(tmp_path):
    old = replace(BUNDLE, network=replace(BUNDLE.network, originality=None))
    folder = write(tmp_path, old)
    assert not (folder / "originality.bin").exists()
    assert read_bundle(folder) == old
    assert read_bundle(folder).network.read_index() is None


def test_a_score_preset_from_before_there_were_forms_is_read_without_them(tmp_path):
    old = replace(SCORE, network=replace(SCORE.network, forms=None))
    folder = write(tmp_path, old)
    assert not (folder / "forms.npy").exists()
    assert read_bundle(folder) == old
    assert read_bundle(folder).network.read_forms(2) is None


def test_a_preset_may_bring_its_own_limit_on_copies(tmp_path):
    strict = replace(SCORE, settings=replace(SCORE.settings, originality=8))
    assert read_bundle(write(tmp_path, strict)).settings.originality == 8
    assert "originality" not in SCORE.settings.to_json()
    with pytest.raises(SettingsError, match=r"the originality .* must be 4\.\.64, got 3"):
        replace(SCORE.settings, originality=3)


def test_another_format_is_refused(folder):
    change(folder, format=2)
    with refuse(folder, "its format is 2, this segue reads 1; export it again"):
        read_bundle(folder)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"bpm": 1000}, r"the tempo \(bpm\) must be 20\.\.400, got 1000"),
        ({"meter": "4/5"}, "a time signature's denominator must be 1, 2, 4, 8, 16 or 32, got 5"),
        ({"kind": "magic"}, "a preset's kind must be 'classic' or 'score', got 'magic'"),
        ({"kind": None}, "a preset's kind must be 'classic' or 'score', got 'None'"),
        ({"kind": "score"}, r"cannot read trunk\.onnx: No such file"),
        ({"recall": 0.5}, "a classic preset has no 'recall': take it out, or choose another kind"),
        ({"unheard": 1}, "a preset's settings are not as segue writes them"),
        ({"parts": []}, "a preset must have at least one part, got none"),
        ({"name": "three-notes"}, "its settings call it 'three-notes'"),
        ({"sampling": {"top_p": 0}}, "top-p must be above 0"),
        ({"bpm": "fast"}, r"the tempo \(bpm\) must be a number, got 'fast'"),
        ({"bpm": True}, r"the tempo \(bpm\) must be a number, got True"),
        ({"velocity": 80.5}, r"the velocity must be a whole number, got 80\.5"),
        (
            {"parts": [{"name": "x", "channel": 1.5, "program": None}]},
            "a part's channel must be a whole number",
        ),
        ({"parts": [{"name": "x", "channel": 1, "program": 3.5}]}, "a part's program must be a whole number"),
        (
            {"parts": [{"name": "x", "channel": 1, "program": 3, "bank": 16384}]},
            r"a part's bank must be 0\.\.16383, got 16384",
        ),
        (
            {"parts": [{"name": "x", "channel": 1, "program": None, "bank": 2}]},
            "a part with a bank must also have a program, and 'x' has only bank 2",
        ),
        ({"sampling": {"top_k": 2.5}}, r"top-k \(0 is all\) must be a whole number, got 2\.5"),
        ({"description": 5}, "a preset's description must be one line of text, got 5"),
    ],
)
def test_impossible_settings_are_refused(folder, changes, reason):
    change(folder, **changes)
    with refuse(folder, reason):
        read_bundle(folder)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"step": 0.5}, "a score preset has no 'step': take it out, or choose another kind"),
        ({"bars": 1}, "whether a preset knows bars must be true or false, got 1"),
        ({"recall": 2}, r"recall must be 0\.\.1, got 2"),
        ({"rhythm": {"temperature": 11}}, r"temperature must be 0\.\.10, got 11"),
        ({"dynamics": 1}, "a preset's settings are not as segue writes them"),
        (
            {"parts": [{"name": "x", "channel": 1, "program": 0, "register": 128}]},
            r"a part's register must be 0\.\.127, got 128",
        ),
    ],
)
def test_impossible_settings_of_a_score_preset_are_refused(score_folder, changes, reason):
    change(score_folder, **changes)
    with refuse(score_folder, reason):
        read_bundle(score_folder)


@pytest.mark.parametrize(
    ("seeds", "reason"),
    [
        ([[[0, [[60, 1, 1, 0]]]]], "list indices must be integers"),
        ([{"events": [[0, [[60, 1, 1, 0]]]]}], "'position'"),
        (
            [{"events": [[0, [[60, 1, 1, 0]]]], "position": [1440, 1440]}],
            "a seed's position must lie in its bar, got tick 1440 of 1440; export it again",
        ),
        ([{"events": [], "position": [0, 1440]}], "it has no seed to start from"),
    ],
)
def test_impossible_seeds_of_a_score_preset_are_refused(score_folder, seeds, reason):
    (score_folder / "seeds.json").write_text(json.dumps(seeds))
    rehash(score_folder)
    with refuse(score_folder, reason):
        read_bundle(score_folder)


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
    assert read_bundle(folder).seeds[0].window.length == 100


def test_a_bundle_is_not_written_over_unless_asked(folder):
    with refuse(folder, "it exists already; choose another name, or replace it with --force"):
        write_bundle(folder, BUNDLE)
    write_bundle(folder, replace(BUNDLE, card="# New\n"), replace=True)
    assert read_bundle(folder).card == "# New\n"


def test_a_bundle_needs_a_seed(tmp_path):
    with refuse(tmp_path / "two-notes", "a preset needs at least one seed"):
        write_bundle(tmp_path / "two-notes", replace(BUNDLE, seeds=()))


def test_a_bundles_network_is_of_its_kind(tmp_path):
    with refuse(tmp_path / "two-notes", "a classic preset needs a classic network, got ScoreFiles"):
        write_bundle(tmp_path / "two-notes", replace(BUNDLE, network=SCORE.network))


def test_a_preset_of_either_kind_gives_way_to_the_other(folder):
    score = replace(SCORE, settings=replace(SCORE.settings, name="two-notes"))
    write_bundle(folder, score, replace=True)
    assert read_bundle(folder) == score


def test_a_folder_with_more_than_a_preset_does_not_give_way(folder):
    (folder / "trunk.onnx").write_bytes(b"mine")
    with refuse(folder, "it is no preset, or it holds other files too; choose another name"):
        write_bundle(folder, BUNDLE, replace=True)


def test_a_bundles_folder_has_its_name(tmp_path):
    with refuse(tmp_path / "other", "the folder must have the preset's name, 'two-notes'"):
        write_bundle(tmp_path / "other", BUNDLE)


@pytest.mark.parametrize("name", ["", "Two", "two notes", "-two", "two--notes", "../two", "two/notes"])
def test_a_name_is_safe_in_every_file_system_and_shell(name):
    with pytest.raises(
        SettingsError, match=r"^a preset's name is lower-case letters, digits and single hyphens"
    ):
        Settings(name=name, description="")
