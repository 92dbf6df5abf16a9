"""What a recording can become is refused, if it must be, before any work is done."""

import pytest

from export.files import formats
from export.files.formats import ExportError, Written, check_files, write_files
from export.files.soundfont import SoundFontError
from presets.bundles.settings import Meter
from presets.errors import UsageError
from presets.sets.recording import By, Recorded, Recording, Track

RECORDING = Recording(
    "song",
    ((0, Meter(4, 4)),),
    ((0, 500_000),),
    ((0, "chopin"),),
    (Track("chopin", By.SEGUE, (Recorded(0, 60, 480, 80), Recorded(480, 64, 240, 80))),),
)


def test_what_is_there_gives_way_only_if_asked(tmp_path):
    path = tmp_path / "set.mid"
    path.touch()
    check_files([path], replace=True)
    with pytest.raises(UsageError, match=r"set\.mid' exists already: choose another name, or replace"):
        check_files([path], replace=False)


def test_pages_of_another_export_are_files_that_are_there(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "find_spec", lambda name: object())
    path = tmp_path / "set[1].svg"
    check_files([path], replace=False)
    (tmp_path / "set[1]-2.svg").touch()
    with pytest.raises(UsageError, match=r"set\[1\]-2\.svg' exists already"):
        check_files([path], replace=False)


def test_a_file_that_is_wanted_twice_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"^the files must have different names, got .*set\.mid' twice$"):
        check_files([tmp_path / "set.mid", tmp_path / "here" / ".." / "set.mid"])


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path):
    (tmp_path / "set.mid").mkdir()
    with pytest.raises(ExportError, match=r"^cannot write '.*': it must be a file in a writable folder"):
        check_files([tmp_path / "set.mid"])


def test_a_link_that_leads_to_itself_gives_way(tmp_path):
    path = tmp_path / "set.mid"
    path.symlink_to(path)
    check_files([path])
    write_files(RECORDING, [path])
    assert path.is_file()


def test_the_ending_says_what_it_becomes_in_any_case(tmp_path):
    written = write_files(RECORDING, [tmp_path / "set.MID"])
    assert written == Written((tmp_path / "set.MID",), ())
    assert written.files[0].read_bytes().startswith(b"MThd")


def test_a_file_that_cannot_be_written_costs_none_of_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    files = [tmp_path / name for name in ("set.wav", "set.mid", "set.svg")]
    refused = check_files(files)
    assert list(refused) == [files[0], files[2]]
    assert str(refused[files[0]]).startswith("writing audio (.wav) needs midirenderer: pip install ")


def test_audio_without_a_soundfont_costs_none_of_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "find_spec", lambda name: object())
    files = [tmp_path / "set.wav", tmp_path / "set.mid"]
    refused = check_files(files, tmp_path / "none.sf2")
    assert str(refused[files[0]]).startswith("cannot read the SoundFont ")
    assert list(refused) == files[:1]
    with pytest.raises(SoundFontError):
        check_files(files[1:], tmp_path / "none.sf2")


def test_if_nothing_can_be_written_the_first_reason_is_raised(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    with pytest.raises(
        ExportError, match=r"^writing pages of sheet music \(\.svg\) needs music21 and verovio"
    ):
        check_files([tmp_path / "set.svg", tmp_path / "set.wav"])


def test_a_file_that_fails_while_it_is_written_costs_none_of_the_others(tmp_path):
    failing = tmp_path / "gone" / "first.mid"
    written = write_files(RECORDING, [failing, tmp_path / "set.mid"])
    assert written.files == (tmp_path / "set.mid",)
    [error] = written.failures
    assert str(error) == f"cannot write {str(failing)!r}: No such file or directory"
