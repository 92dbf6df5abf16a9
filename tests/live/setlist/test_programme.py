"""The programme: from a set file, or from the names of presets."""

from argparse import Namespace
from pathlib import Path

from live.core.controls.binding import Binding
from live.setlist.programme import read_programme
from live.setlist.set_entries import SetEntry
from live.setlist.set_file import SetFile
from presets.bundles.library import preset_folders
from presets.bundles.settings import Meter

BOUND = (Binding("tempo", control=21),)


def entry(title, mode=None, switch=None, meter=None):
    return SetEntry("folk", title, None, meter, mode, switch, {}, {}, 1)


def set_file(*entries, name="Friday", **arguments):
    return SetFile(Path("friday.toml"), name, arguments, entries, BOUND)


def arguments(*presets, switch=None, meter=None):
    return Namespace(presets=list(presets), switch=switch, meter=meter)


def test_presets_are_played_in_the_order_of_their_names():
    programme = read_programme(arguments("folk", "bach"), None)
    assert [(entry.preset, entry.title, entry.mode) for entry in programme.entries] == [
        ("folk", "folk", None),
        ("bach", "bach", None),
    ]
    assert (programme.set_name, programme.title, programme.bindings) == (None, "folk", ())


def test_without_a_name_the_default_preset_begins_and_all_others_follow():
    names = [entry.preset for entry in read_programme(arguments(), None).entries]
    assert names[0] == "chopin"
    assert sorted(names) == sorted(preset_folders())


def test_a_set_file_is_played_as_it_is_written():
    written = set_file(entry("Air", mode="answer"), entry("Reel"), mode="hold")
    programme = read_programme(arguments(), written)
    assert [(entry.title, entry.mode) for entry in programme.entries] == [("Air", "answer"), ("Reel", "hold")]
    assert (programme.set_name, programme.title, programme.bindings) == ("Friday", "Friday", BOUND)


def test_where_the_command_says_when_to_switch_the_set_does_not():
    written = set_file(entry("Air", switch="beat"), entry("Reel"))
    assert [entry.switch for entry in read_programme(arguments(), written).entries] == ["beat", None]
    assert [entry.switch for entry in read_programme(arguments(switch="now"), written).entries] == [
        None,
        None,
    ]


def test_where_the_command_gives_a_meter_no_entry_brings_its_own():
    written = set_file(entry("Air", meter=Meter(3, 4)), entry("Reel"))
    for given, meters in ((None, [Meter(3, 4), None]), ("4/4", [None, None]), ("preset", [None, None])):
        assert [each.meter for each in read_programme(arguments(meter=given), written).entries] == meters
