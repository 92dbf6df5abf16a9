from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from export.files import soundfont as module
from export.files.soundfont import SoundFontError, find_soundfont, read_soundfont
from tests.export.files.tiny_soundfont import tiny_soundfont


def test_the_carried_one_comes_first() -> None:
    assert find_soundfont().parts[-2:] == ("pretty_midi", "TimGM6mb.sf2")


def test_without_it_the_systems_own_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty, full = tmp_path / "empty", tmp_path / "full"
    for folder, names in ((empty, ("readme.txt",)), (full, ("a.sf2", "default-GM.sf2"))):
        folder.mkdir()
        for name in names:
            (folder / name).touch()
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    monkeypatch.setattr(module, "FOLDERS", (str(tmp_path / "none"), str(empty), str(full)))

    assert find_soundfont() == full / "default-GM.sf2"

    (full / "default-GM.sf2").unlink()
    assert find_soundfont() == full / "a.sf2"


def test_without_any_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(
        module, "find_spec", lambda name: ModuleSpec(name, None, origin=str(tmp_path / "x.py"))
    )
    monkeypatch.setattr(module, "FOLDERS", (str(tmp_path),))

    with pytest.raises(
        SoundFontError, match=r"name one with --soundfont FILE, or pip install '\.\[render\]' in segue's"
    ):
        find_soundfont()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"must be a \.sf2 file, and .* is not one$"),
        (b"ID3 some music", r"must be a \.sf2 file, and .* is not one$"),
        (b"RIFF\x04\0\0\0WAVE", r"must be a \.sf2 file, and .* is not one$"),
        (
            tiny_soundfont()[:1000],
            r"is incomplete, it has 1000 of 2258 bytes: copy or download it again$",
        ),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "piano.sf2"
    path.write_bytes(data)

    with pytest.raises(SoundFontError, match=message):
        read_soundfont(path)


def test_a_missing_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SoundFontError, match=r"^cannot read the SoundFont '.*/piano\.sf2': No such file"):
        read_soundfont(tmp_path / "piano.sf2")
