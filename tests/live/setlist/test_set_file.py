"""Set files: what is read, and that whatever is wrong is told with its line and the way out."""

import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from mido import Message, MidiFile, MidiTrack

from live.core.controls.binding import Binding
from live.core.controls.mode import Mode
from live.setlist.set_entries import PartSound
from live.setlist.set_file import read_set
from live.setlist.set_values import PART, PRESET_KEYS, WHOLE_SET_KEYS, control_names
from live.setlist.toml_file import TomlError
from presets.bundles.settings import Part, SettingsError
from presets.music.event import Event, Note

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture(autouse=True)
def the_presets_of_the_tests(monkeypatch, tmp_path):
    """Beside the shipped ones: `steps`, a score preset of bass and melody, and `alphabet`, a classic one."""
    monkeypatch.setenv("SEGUE_DATA", str(tmp_path / "data"))
    for name in ("steps", "alphabet"):
        shutil.copytree(GOLDEN / name, tmp_path / "data" / "presets" / name)


@pytest.fixture
def reading(tmp_path):
    def read(text):
        path = tmp_path / "friday.toml"
        path.write_text(text, encoding="utf-8")
        return read_set(path)

    return read


def test_an_evening(reading):
    read = reading("""
name = "Friday"
meter = "6/8"
swing = 58
mode = "stream"
switch = "bar"
clock = "internal"
send_clock = true
count_in = 2
latency_ms = -12.5
output = "FLUID"
input = "nano"
thru = true
wait = false
tempo_from_phrase = false
velocity = 70
density = 0.5
step = 0.25

[[preset]]
name = "steps"
title = "Nocturne"
tempo = 96
mode = "answer"
switch = "beat"
key = "C minor"
density = -0.5
[preset.parts.melody]
channel = 3
program = 1
bank = 129
output = "piano"

[[preset]]
name = "alphabet"

[[preset]]
name = "steps"
parts.bass.program = "none"

[[control]]
cc = 21
turns = "temperature"

[[control]]
note = 36
channel = 10
preset = "alphabet"
""")
    assert read.name == "Friday"
    assert read.arguments == {
        "meter": "6/8",
        "swing": 58,
        "mode": Mode.STREAM,
        "switch": "bar",
        "clock": "internal",
        "send_clock": True,
        "count_in": 2,
        "latency_ms": -12.5,
        "output": "FLUID",
        "input": ["nano"],
        "thru": [""],
        "wait": False,
        "tempo_from_phrase": False,
    }
    nocturne, classic, again = read.entries
    assert (nocturne.preset, nocturne.title, nocturne.bpm) == ("steps", "Nocturne", 96)
    assert (nocturne.mode, nocturne.switch, nocturne.line) == (Mode.ANSWER, "beat", 20)
    # Its own lines before those of the evening, and only what means something to it.
    assert nocturne.arguments == {"velocity": 70, "density": -0.5, "key": "C minor"}
    assert nocturne.parts == {"melody": PartSound(channel=2, program=0, bank=129, output="piano")}
    assert (classic.title, classic.bpm, classic.mode, classic.switch) == ("alphabet", None, None, None)
    assert classic.arguments == {"velocity": 70, "step": 0.25}
    assert again.parts == {"bass": PartSound(program="none")}
    assert read.bindings == (Binding("temperature", control=21), Binding(1, note=36, channel=9))


def test_a_name_is_the_files_own_if_it_gives_none(reading):
    assert reading("[[preset]]\nname = 'steps'").name == "friday"


def test_paths_are_meant_from_the_set_on(reading, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    shutil.copytree(GOLDEN / "alphabet", tmp_path / "tonight" / "alphabet")
    notes = [Message("note_on", note=60), Message("note_off", note=60, time=480)]
    MidiFile(tracks=[MidiTrack(notes)]).save(tmp_path / "intro.mid")
    (entry,) = reading("[[preset]]\nname = './tonight/alphabet'\nseed = 'intro.mid'").entries
    assert entry.preset == str(tmp_path / "tonight" / "alphabet")
    seed = entry.arguments["seed"]
    assert seed.path == tmp_path / "intro.mid"
    assert seed.events == (Event(0, (Note(60, 480, 64),)),)


STEPS = '[[preset]]\nname = "steps"\n'
CLASSIC = '[[preset]]\nname = "alphabet"\n'
PARTS = f"{STEPS}[preset.parts.bass]\n"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, 'a set must have a preset, got none: write [[preset]], and name = "chopin" below it'),
        (
            "\n[preset]\nname = 'steps'",
            2,
            "each preset must have its own line [[preset]], with double brackets",
        ),
        ("preset = [1]", 1, "preset must be a table, got 1"),
        ("\n[[preset]]\ntempo = 96", 2, 'a [[preset]] must have a name, got none: write name = "chopin"'),
        ("[[preset]]\nname = 'stesp'", 2, "there is no preset 'stesp'; presets here: steps, "),
        ("[[preset]]\nname = './none'", 2, "preset 'none' in "),
        (f"[[preset]]\nname = './{'x' * 300}'", 2, "preset 'xxx"),
        ("[[preset]]\nname = 7", 2, "name must be one line of text, got 7"),
        ("name = ''\n" + STEPS, 1, "name must not be empty: write something, or leave it out"),
        # Keys that there are not, or not here.
        ("swign = 58\n" + STEPS, 1, "there is no key 'swign' here; nearest: 'swing'"),
        (STEPS + "temprature = 0.9", 3, "there is no key 'temprature' here; nearest: 'temperature'"),
        (STEPS + "max-notes = 4", 3, "there is no key 'max-notes' here; nearest: 'max_notes'"),
        (STEPS + "swing = 58", 3, "'swing' applies to the whole set: write it above the first [[preset]]"),
        (STEPS + "bpm = 96", 3, "a preset's tempo is called 'tempo' in a set, got 'bpm'"),
        ("tempo = 96\n" + STEPS, 1, "'tempo' belongs to one preset: write it below its [[preset]]"),
        ("bpm = 96\n" + STEPS, 1, "'bpm' belongs to one preset: write it below its [[preset]]"),
        # The whole set.
        (
            "meter = '4:4'\n" + STEPS,
            1,
            "meter must be 'preset' or a time signature such as 4/4 or 6/8, got '4:4'",
        ),
        ("meter = 4\n" + STEPS, 1, "meter must be one line of text, got 4"),
        ("swing = 80\n" + STEPS, 1, "the swing (percent) must be 50..75, got 80"),
        ("mode = 'stram'\n" + STEPS, 1, "there is no mode 'stram'; nearest: 'stream'"),
        ("switch = 'x'\n" + STEPS, 1, "there is no switch 'x'; valid: 'bar', 'beat', 'now'"),
        ("clock = 'midi'\n" + STEPS, 1, "there is no clock 'midi'; nearest: 'midi-in'"),
        ("send_clock = 1\n" + STEPS, 1, "send_clock must be true or false, got 1"),
        ("count_in = 1.5\n" + STEPS, 1, "the count-in (bars) must be a whole number, got 1.5"),
        ("latency_ms = '9'\n" + STEPS, 1, "the latency (ms) must be a number, got '9'"),
        ("input = ['a',\n7]\n" + STEPS, 1, "input must be one line of text, got 7"),
        (
            "clock = 'midi-in'\ncount_in = 1\n" + STEPS,
            2,
            "count_in is for segue's own clock, and clock = 'midi-in' follows another: leave one out",
        ),
        ("tempo_from_phrase = 1\n" + STEPS, 1, "tempo_from_phrase must be true or false, got 1"),
        (
            "clock = 'midi-in'\ntempo_from_phrase = true\n" + STEPS,
            2,
            "tempo_from_phrase is for segue's own clock, and clock = 'midi-in' follows another: leave ",
        ),
        ("temperature = 11\n" + CLASSIC + STEPS, 1, "temperature must be 0..10, got 11"),
        (
            "step = 0.5\n" + STEPS,
            1,
            "step is for classic presets, and 'steps' is a score one: leave it out, ",
        ),
        # One preset.
        (STEPS + "tempo = 1000", 3, "the tempo (bpm) must be 20..400, got 1000"),
        (STEPS + "tempo = true", 3, "the tempo (bpm) must be a number, got True"),
        (STEPS + "title = 1979-05-27", 3, "title must be one line of text, got datetime.date(1979, 5, 27)"),
        (STEPS + "meter = 3", 3, "meter must be one line of text, got 3"),
        (
            STEPS + "meter = '4:4'",
            3,
            "meter must be 'preset' or a time signature such as 4/4 or 6/8, got '4:4'",
        ),
        (STEPS + "mode = 3", 3, "there is no mode 3; valid: 'stream', "),
        (STEPS + "mode = 'Answer'", 3, "there is no mode 'Answer'; nearest: 'answer'"),
        (STEPS + "key = 'C miner'", 3, "a key must be a note and a scale (major, minor, "),
        (STEPS + "key = 7", 3, "key must be one line of text, got 7"),
        (STEPS + "range = 'C6-C3'", 3, "a range must go from a low note to a high one, got 84..48"),
        (STEPS + "velocity = 64.5", 3, "the velocity must be a whole number, got 64.5"),
        (STEPS + "top_p = 0", 3, "top-p must be above 0 and at most 1, got 0"),
        (STEPS + "density = nan", 3, "the density must be -1..1, got nan"),
        (
            STEPS + "step = 0.5",
            3,
            "step is for classic presets, and 'steps' is a score one: leave it out, or",
        ),
        (
            CLASSIC + "rhythm_temperature = 1",
            3,
            "rhythm-temperature is for score presets, and 'alphabet' is a",
        ),
        (STEPS + "seed = 'none.mid'", 3, "cannot read the seed "),
        (STEPS + "seed = 7", 3, "seed must be one line of text, got 7"),
        # Its parts.
        (STEPS + "parts = 3", 3, "parts must be a table, got 3"),
        (STEPS + "parts.bass = 3", 3, "bass must be a table, got 3"),
        (STEPS + "\n[preset.parts.base]\nchannel = 3", 4, "'steps' has no part 'base'; nearest: 'bass'"),
        (PARTS + "chanel = 3", 4, "there is no key 'chanel' here; nearest: 'channel'"),
        (PARTS + "channel = 0", 4, "the channel must be 1..16, got 0"),
        (PARTS + "program = 129", 4, "the program must be 1..128, got 129"),
        (PARTS + "program = 'piano'", 4, "the program must be 1..128 or 'none', got 'piano'"),
        (PARTS + "program = 1\nbank = 16384", 5, "a part's bank must be 0..16383, got 16384"),
        (
            PARTS + "program = 'none'\nbank = 1",
            3,
            "a part with a bank must also have a program, and 'bass' has ",
        ),
        (PARTS + "output = ''", 4, "output must not be empty: write something, or leave it out"),
        # Knobs, pads and pedals.
        (
            STEPS + "[control]\ncc = 21",
            3,
            "each control must have its own line [[control]], with double brackets",
        ),
        (
            STEPS + "[[control]]\ncc = 1\nturns = 'densty'",
            5,
            "turns cannot be 'densty'; nearest: 'density'",
        ),
        (
            STEPS + "[[control]]\ncc = 1\npreset = 'step'",
            5,
            "there is no preset 'step' in this set; nearest: ",
        ),
        (STEPS + "[[control]]\ncc = 1\npreset = 2", 5, "the preset must be 1..1 in this set, got 2"),
        # Every entry is read, not only the first.
        (
            STEPS + CLASSIC + STEPS + "\n[preset.parts]\nbass.channel = 17",
            9,
            "the channel must be 1..16, got",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, line, sentence, reading, tmp_path):
    with pytest.raises(TomlError) as refused:
        reading(text)
    assert str(refused.value).startswith(f"{tmp_path / 'friday.toml'}, line {line}: {sentence}")
    assert "\n" not in str(refused.value)


def test_a_damaged_preset_is_told_where_the_set_names_it(reading, tmp_path):
    settings = tmp_path / "data" / "presets" / "steps" / "preset.json"
    settings.write_text(settings.read_text().replace("120", "121"))
    with pytest.raises(
        TomlError, match=r"friday\.toml, line 2: preset 'steps' in .*: preset\.json has changed "
    ):
        reading(STEPS)


def test_a_sound_is_laid_over_the_part_of_the_preset():
    part = Part("bass", channel=1, program=32, bank=2, register=40)
    assert PartSound().of(part) == part
    assert PartSound(channel=0).of(part) == replace(part, channel=0)
    assert PartSound(program=0).of(part) == replace(part, program=0)
    assert PartSound(program="none").of(part) == replace(part, program=None, bank=None)
    with pytest.raises(SettingsError, match=r"^a part with a bank must also have a program"):
        PartSound(program="none", bank=1).of(part)


def test_a_long_evening_is_read_at_once_and_no_network_is(reading, monkeypatch):
    read = []
    opened = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.name) or opened(path))
    names = ("bach", "chopin", "chopin-classic", "folk", "pop")
    text = "".join(f'[[preset]]\nname = "{names[number % 5]}"\ntemperature = 0.9\n' for number in range(100))
    begun = time.process_time()
    assert len(reading(text).entries) == 100
    assert time.process_time() - begun < 0.3
    assert {name.rpartition(".")[2] for name in read} == {"toml", "json", "SHA256SUMS"}


VALUES = (
    "0",
    "-1",
    "1.5",
    "inf",
    "nan",
    "true",
    '""',
    '"x"',
    '"é\\n"',
    '"1/0"',
    '"C"',
    "[]",
    "[[]]",
    '["x"]',
)
STRANGE = ("{}", "{a = 1}", "[{}]", "1979-05-27", "07:32:00", "1" + "0" * 400, "0x7fffffffffffffff")


@pytest.mark.parametrize(
    "key", sorted({*WHOLE_SET_KEYS, *PRESET_KEYS, *control_names(), "name", "seed", "parts", "control"})
)
@pytest.mark.parametrize("value", VALUES + STRANGE)
def test_any_value_is_read_or_refused(key, value, reading):
    for text in (
        f"{key} = {value}\n{STEPS}{CLASSIC}",
        f"{STEPS}{key} = {value}\n",
        f"{CLASSIC}{key} = {value}\n",
    ):
        with suppress(TomlError):
            reading(text)


@pytest.mark.parametrize("key", PART)
@pytest.mark.parametrize("value", VALUES + STRANGE)
def test_any_value_of_a_part_is_read_or_refused(key, value, reading):
    with suppress(TomlError):
        reading(f"{PARTS}{key} = {value}\n")
