import pytest

from live.core.controls.note_names import note_name, read_note, read_range
from presets.bundles.settings import SettingsError

NAMED = [(60, "C4"), (21, "A0"), (108, "C8"), (63, "Eb4"), (0, "C-1")]


@pytest.mark.parametrize(("note", "name"), NAMED)
def test_notes_are_named_as_musicians_do(note, name):
    assert note_name(note) == name


@pytest.mark.parametrize(
    ("text", "note"), [*((name, note) for note, name in NAMED), ("60", 60), ("f#2", 42), ("Cb4", 59)]
)
def test_names_and_numbers_are_read(text, note):
    assert read_note(text) == note


@pytest.mark.parametrize("note", range(128))
def test_every_name_is_read_as_its_note(note):
    assert read_note(note_name(note)) == note


@pytest.mark.parametrize("text", ["", "H4", "C", "C##4", "A9", "128", "-1", "C4 "])
def test_what_is_no_note_is_refused(text):
    with pytest.raises(
        SettingsError, match=r"^a note must be C-1\.\.G9 \(C4 is middle C\) or 0\.\.127, got "
    ):
        read_note(text)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("C3-C6", (48, 84)),
        ("48-84", (48, 84)),
        ("C-1-G9", (0, 127)),
        ("C-1-C-1", (0, 0)),
        ("Bb1-60", (34, 60)),
    ],
)
def test_a_range_is_two_notes(text, ends):
    assert read_range(text) == ends


@pytest.mark.parametrize("text", ["C3", "C3-", "C3..C6", "3-", "C3 - C6"])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(SettingsError, match=r"^a range must be two notes, such as C3-C6 or 48-84, got "):
        read_range(text)
