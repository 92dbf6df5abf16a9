from export.notation.part_names import abbreviate, name_parts, printable
from export.notation.part_order import from_the_top
from presets.sets.recording import By, Track
from tests.export.notation.recordings import melody


def test_parts_of_one_preset_go_by_their_own_names() -> None:
    assert name_parts(["bach: soprano", "bach: bass"]) == ["soprano", "bass"]
    assert name_parts(["bach: soprano", "pop: melody"]) == ["bach: soprano", "pop: melody"]
    assert name_parts(["bach: soprano", "player"]) == ["bach: soprano", "player"]
    assert name_parts(["chopin"]) == [""]


def test_names_have_few_letters() -> None:
    assert abbreviate(["bach: soprano", "bass"]) == ["sopr.", "bass"]
    assert abbreviate([""]) == [""]


def test_no_abbreviation_can_be_read_as_another_part() -> None:
    assert abbreviate(["chopin", "folk: chords", "chopin-classic", "player"]) == [
        "chopin",
        "chords",
        "chopin-c.",
        "player",
    ]
    assert abbreviate(["soprano", "sopranino"]) == ["soprano", "sopranino"]
    assert abbreviate(["folk: melody", "pop: melody"]) == ["folk: melody", "pop: melody"]
    assert abbreviate(["Nocturne", "Nocturnes"]) == ["Nocturne", "Nocturnes"]


def test_what_no_page_can_show_is_left_out() -> None:
    assert printable("An\x1f evening\n <&> \u00e9t\u00e9 ") == "An evening <&> \u00e9t\u00e9"


def test_the_melody_stands_over_the_chords_and_presets_stay_together() -> None:
    played = [("folk: chords", 48), ("folk: melody", 72), ("player", 84), ("pop", 90)]
    tracks = [Track(name, By.SEGUE, tuple(melody((0, 1, note)))) for name, note in played]
    assert [track.name for track in from_the_top(tracks)] == ["folk: melody", "folk: chords", "player", "pop"]
