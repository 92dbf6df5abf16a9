from dataclasses import replace

import pytest

from presets.bundles.bundle import BundleError, write_bundle
from presets.bundles.library import SHIPPED_FOLDER, load_preset, preset_folders, user_data_folder
from presets.errors import UsageError
from tests.presets.bundles.test_bundle import BUNDLE


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGUE_DATA", str(tmp_path))
    return tmp_path / "presets"


def named(name, card="# Mine\n"):
    return replace(BUNDLE, settings=replace(BUNDLE.settings, name=name), card=card)


def test_a_users_own_preset_is_found_by_name(own):
    write_bundle(own / "mine", named("mine"))
    assert load_preset("mine").card == "# Mine\n"


def test_a_preset_is_found_by_the_path_of_its_folder(tmp_path):
    write_bundle(tmp_path / "elsewhere" / "mine", named("mine"))
    assert load_preset(str(tmp_path / "elsewhere" / "mine")).settings.name == "mine"


def test_a_link_that_leads_to_itself_is_no_preset(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(BundleError):
        load_preset(str(tmp_path / "loop"))


def test_a_users_own_stands_before_the_shipped_one_of_its_name(own, tmp_path, monkeypatch):
    shipped = tmp_path / "shipped"
    monkeypatch.setattr("presets.bundles.library.SHIPPED_FOLDER", shipped)
    write_bundle(shipped / "both", named("both", "# Shipped\n"))
    assert load_preset("both").card == "# Shipped\n"
    write_bundle(own / "both", named("both"))
    assert load_preset("both").card == "# Mine\n"


def test_an_unknown_name_lists_the_presets_the_nearest_first(own):
    for name in ("bach", "zelda", "chopin"):
        write_bundle(own / name, named(name))
    with pytest.raises(UsageError, match=r"^there is no preset 'chopn'; presets here: chopin"):
        load_preset("chopn")


def test_a_file_is_no_place_for_ones_own_data(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGUE_DATA", str(tmp_path / "new"))
    assert user_data_folder() == tmp_path / "new"
    (tmp_path / "new").write_text("a file")
    with pytest.raises(
        UsageError, match=r"^SEGUE_DATA must name a folder, .* got '.*new', which is a file: "
    ):
        user_data_folder()


def test_every_shipped_preset_is_intact():
    shipped = [name for name, folder in preset_folders().items() if folder.parent == SHIPPED_FOLDER]
    assert shipped
    for name in shipped:
        bundle = load_preset(name)
        assert bundle.settings.name == name
        assert "licence" in bundle.card.lower()
