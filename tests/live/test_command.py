"""The command line, as a user types it, in processes of their own where that matters."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from mido import Message, MidiFile, MidiTrack

from export.files import formats
from live.command import main
from live.core.controls.table import OPTIONS
from presets.bundles.bundle import read_bundle, write_bundle
from presets.bundles.kinds import KINDS
from presets.bundles.settings import Meter
from presets.sets.reader import list_journals

ALPHABET, STEPS = (str(Path(__file__).parents[1] / "golden" / name) for name in ("alphabet", "steps"))
SEGUE = Path(sys.executable).with_name("segue")

STUDIO = ("tensorflow", "keras", "music21", "tf2onnx", "onnx", "matplotlib", "training")


@pytest.fixture(autouse=True)
def no_midi_system(monkeypatch, tmp_path):
    """No JACK server by this name, no presets of the user's own, and `main` plays in this very process."""
    monkeypatch.setattr("live.command.is_supervised", lambda: True)
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "segue-test-nobody")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    monkeypatch.setenv("SEGUE_DATA", str(tmp_path / "data"))


def segue(*arguments):
    return subprocess.run([SEGUE, *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_the_commands_are_there_on_a_system_without_terminals_of_unix():
    code = "import sys; sys.modules['termios'] = None; import live.command"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("segue 0.")
    assert main(["--version", "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["version"]


@pytest.mark.studio
def test_help_lists_every_command(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    for command in (
        "play",
        "render",
        "panic",
        "ports",
        "presets",
        "new-set",
        "bench",
        "doctor",
        "train",
        "export",
    ):
        assert f"\n    {command} " in shown


def test_an_unknown_command_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["plya"])
    assert ended.value.code == 2
    assert "invalid choice: 'plya'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["play", "nothing-like-it"], 2, "there is no preset 'nothing-like-it'; presets here: "),
        (["play", ALPHABET, "--bpm", "1000"], 2, "the tempo (bpm) must be 20..400, got 1000"),
        (["play", ALPHABET, "--temperature", "-1"], 2, "temperature must be 0..10, got -1"),
        (["play", ALPHABET, "--top-p", "2"], 2, "top-p must be above 0 and at most 1, got 2"),
        (["play", ALPHABET, "--top-k", "-2"], 2, "top-k (0 is all) must be 0..1e+06, got -2"),
        (["play", ALPHABET, "--step", "0"], 2, "the step (beats) must be 0.03125..16, got 0"),
        (["play", ALPHABET, "--gate", "9"], 2, "the gate must be 0.05..4, got 9"),
        (["play", ALPHABET, "--velocity", "128"], 2, "the velocity must be 1..127, got 128"),
        (["play", ALPHABET, "--bars", "0"], 2, "--bars must be 1 or more, got 0"),
        (["play", ALPHABET, "--seconds", "nan"], 2, "--seconds must be above 0, got nan"),
        (
            ["play", ALPHABET, "--seed", "none.mid"],
            1,
            "cannot read the seed none.mid: No such file or directory",
        ),
        (
            ["play", ALPHABET, "--record", "none/out.mid"],
            1,
            "a recording must be a file in a folder that you can",
        ),
        (["play", ALPHABET, "--journal", __file__], 2, "--journal must be a folder, got "),
        (["play", ALPHABET, "--record", "out.wav"], 2, "a recording is a MIDI file and must end in .mid or"),
        (["play", ALPHABET, "--rng-seed", "-1"], 2, "--rng-seed must be 0 or more, got -1"),
        (["render", ALPHABET, "-o", "out.mid", "--events", "0"], 2, "--events must be 1 or more, got 0"),
        (["render", ALPHABET, "-o", "out.mid", "--pieces", "0"], 2, "--pieces must be 1 or more, got 0"),
        (["render", ALPHABET, "-o", "out.foo"], 2, "a file must end in .mid, .wav, .musicxml, .svg, .png, "),
        (
            ["render", ALPHABET, "-o", "none/out.mid"],
            1,
            "cannot write 'none/out.mid': it must be a file in a writable folder",
        ),
        (["render", ALPHABET, "-o", "out.mid", "--wav", "out.mp3"], 2, "the file of --wav must end in .wav,"),
        (["render", ALPHABET, "-o", "out.mid", "--soundfont", "none.sf2"], 1, "cannot read the SoundFont"),
        (["play", ALPHABET, "not-there"], 2, "there is no preset 'not-there'; presets here: "),
        (
            ["play", ALPHABET, "--meter", "4:4"],
            2,
            "--meter must be 'preset' or a time signature such as 4/4 or 6/8, ",
        ),
        (["play", "folk", "--me", "flute"], 2, "--me must be a part of 'folk': chords, melody; got 'flute'"),
        (
            ["play", "folk", "--me", ""],
            2,
            "--me must name a part, such as melody, or several: soprano,alto;",
        ),
        (
            ["play", "folk", "--me", "melody, chords"],
            2,
            "--me must leave segue a part of 'folk': chords, melody; got every one",
        ),
        (["play", ALPHABET, "--me", "melody"], 2, "--me is for score presets, and 'alphabet' is a classic"),
        (["play", ALPHABET, "--swing", "nan"], 2, "the swing (percent) must be 50..75, got nan"),
        (["play", ALPHABET, "--tempo-change", "x"], 2, "--tempo-change must be BAR:BPM or BAR-BAR:BPM, such"),
        (["play", ALPHABET, "--latency-ms", "501"], 2, "the latency (ms) must be -500..500, got 501"),
        (["play", ALPHABET, "--count-in", "9"], 2, "the count-in (bars) must be 0..8, got 9"),
        (["play", ALPHABET, "--clock", "midi-in"], 1, "there is no MIDI system: start JACK or PipeWire"),
        *(
            (
                ["play", ALPHABET, "--clock", "midi-in", *option],
                2,
                f"{option[0]} is for segue's own clock, and --clock midi-in follows another: leave one out",
            )
            for option in (
                ["--send-clock"],
                ["--count-in", "1"],
                ["--tempo-change", "9:96"],
                ["--wait"],
                ["--tempo-from-phrase"],
            )
        ),
        (
            ["play", ALPHABET, "--tempo-from-phrase"],
            2,
            "--tempo-from-phrase needs a phrase, but --wait, which listens to one, was not given: add --wait",
        ),
        (["render", ALPHABET, "-o", "out.mid", "--swing", "49"], 2, "the swing (percent) must be 50..75, "),
        (["play", STEPS, "--rhythm-temperature", "11"], 2, "temperature must be 0..10, got 11"),
        (["play", STEPS, "--dynamics-top-p", "0"], 2, "top-p must be above 0 and at most 1, got 0.0"),
        (["play", STEPS, "--key", "C miner"], 2, "a key must be a note and a scale (major, minor, "),
        (["play", STEPS, "--range", "C6"], 2, "a range must be two notes, such as C3-C6 or 48-84, got 'C6'"),
        (["play", STEPS, "--range", "C6-C3"], 2, "a range must go from a low note to a high one, got 84..48"),
        (["play", STEPS, "--range", "0-128"], 2, "a note must be C-1..G9 (C4 is middle C) or 0..127, got "),
        (
            ["play", STEPS, "--max-notes", "0"],
            2,
            "the maximum number of notes in a chord must be 1..20, got 0",
        ),
        (["play", STEPS, "--density", "-1.5"], 2, "the density must be -1..1, got -1.5"),
        (["play", STEPS, "--transpose", "13"], 2, "the transposition (semitones) must be -12..12, got 13"),
        (["play", STEPS, "--recall", "nan"], 2, "recall must be 0..1, got nan"),
        (["play", STEPS, "--register", "2"], 2, "the register must be -1..1, got 2"),
        (
            ["render", STEPS, "-o", "out.mid", "--key", "follow"],
            2,
            "--key follow needs a musician, and `segue render` plays alone: name a key, or leave it out",
        ),
        (
            ["play", STEPS, "--step", "0.5"],
            2,
            "--step is for classic presets, and 'steps' is a score one: leave it out, or choose another",
        ),
        (
            ["render", ALPHABET, "-o", "out.mid", "--density", "0"],
            2,
            "--density is for score presets, and 'alphabet' is a classic one: leave it out, or",
        ),
    ],
)
def test_wrong_values_get_one_sentence(arguments, code, sentence, capsys):
    assert main(arguments) == code
    shown = capsys.readouterr().err
    assert shown.startswith(f"segue: {sentence}")
    assert shown.count("\n") == 1


def test_every_argument_of_one_kind_is_refused_for_the_other(capsys):
    for kind, preset in (("classic", STEPS), ("score", ALPHABET)):
        for option in [
            f"--{control.name}" for control in OPTIONS if control.rhythm is KINDS[kind].has_rhythm
        ]:
            assert main(["play", preset, option, "1"]) == 2
            assert capsys.readouterr().err.startswith(f"segue: {option} is for {kind} presets, and ")


def melody(path):
    """Return the melody of a rendering as `tick note velocity duration`."""
    tick, ons, played = 0, {}, []
    for message in MidiFile(path).tracks[1]:
        tick += message.time
        if message.type == "note_on" and message.channel == 0:
            ons[message.note] = (tick, message.velocity)
        elif message.type == "note_off" and message.channel == 0:
            begun, velocity = ons.pop(message.note)
            played.append(f"{begun} {message.note} {velocity} {tick - begun}")
    return played


@pytest.mark.parametrize(
    ("arguments", "played"),
    [
        ([], ["0 64 66 240", "360 66 66 240", "480 68 66 240"]),
        # The seed went on from C and D: a fourth higher from F and G.
        (["--transpose", "5"], ["0 69 66 240", "360 71 66 240", "480 73 66 240"]),
        (["--velocity", "90", "--gate", "0.25"], ["0 64 76 60", "360 66 76 60", "480 68 76 60"]),
        # Where it may not play what it wants it plays the lowest, and then goes on by that step, on its ring.
        (["--key", "A minor"], ["0 64 66 240", "360 21 66 240", "480 74 66 240"]),
        (["--range", "G4-127", "--max-notes", "1"], ["0 67 66 240", "360 72 66 240", "480 77 66 240"]),
    ],
)
def test_what_is_turned_is_heard(arguments, played, tmp_path):
    out = tmp_path / "out.mid"
    assert main(["render", STEPS, "-o", str(out), "--events", "3", *arguments]) == 0
    assert melody(out) == played


def test_a_score_preset_starts_from_a_midi_file_in_its_parts(tmp_path):
    seed, out = tmp_path / "seed.mid", tmp_path / "out.mid"
    notes = [Message("note_on", note=note, time=time) for note, time in ((72, 0), (40, 0), (69, 480))]
    MidiFile(type=0, tracks=[MidiTrack([*notes, Message("note_off", note=69, time=480)])]).save(seed)
    assert main(["render", STEPS, "-o", str(out), "--events", "2", "--seed", str(seed)]) == 0
    # The E below is the bass's: the melody went from C5 to A4.
    assert [line.split()[1] for line in melody(out)] == ["66", "63"]


def test_presets_are_listed_and_a_damaged_one_is_told(capsys, tmp_path):
    folder = tmp_path / "data" / "presets" / "broken"
    folder.mkdir(parents=True)
    (folder / "preset.json").write_text("{}")
    assert main(["presets", "--json"]) == 1
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert "its format is None" in rows["broken"]["problem"]
    assert rows["broken"]["own"]


def test_without_a_midi_system_it_says_so_once_and_plays_into_the_recording(tmp_path):
    recording = tmp_path / "two-bars.mid"
    ended = segue("play", ALPHABET, "--no-screen", "--bpm", "400", "--bars", "2", "--record", recording)
    assert ended.returncode == 0
    first, *lines = ended.stdout.splitlines()
    if "MIDI system" in first:  # a machine with ALSA's sequencer, or macOS, has one
        assert "start JACK" in first
        assert ended.stdout.count("MIDI system") == 1
    else:
        lines = [first, *lines]
    assert lines[0] == "  1|1|000  segue  C#4"
    assert sum("segue" in line for line in lines) == 16
    # Its training music is the alphabet.
    assert [line.split(" ")[0] for line in lines if "segue" not in line] in (["copied:"], ["copied:"] * 2)
    tick, onsets = 0, []
    for message in MidiFile(recording).tracks[1]:
        tick += message.time
        if message.type == "note_on":
            onsets.append((tick, message.note))
    assert onsets == [(240 * step, 61 + step) for step in range(16)]


@pytest.mark.parametrize(
    ("length", "events"),
    [(["--bars", "2"], 12), (["--seconds", "1.2", "--bpm", "400"], 16)],  # 2 x 6/8; 8 beats
)
def test_a_length_counts_in_the_presets_meter_and_tempo(length, events, tmp_path, capsys):
    bundle = read_bundle(Path(ALPHABET))
    settings = replace(bundle.settings, name="waltz", meter=Meter(6, 8), bpm=300)
    write_bundle(tmp_path / "data" / "presets" / "waltz", replace(bundle, settings=settings))
    assert main(["play", "waltz", "--no-screen", *length]) == 0
    assert capsys.readouterr().err.startswith(f"segue: {events} events, ")


def test_several_pieces_are_numbered_and_differ(tmp_path, capsys):
    chopin = ["render", "chopin", "-o", str(tmp_path / "out.mid"), "--events", "20", "--rng-seed", "5"]
    assert main([*chopin, "--pieces", "3"]) == 0
    assert capsys.readouterr().out.count("20 events of chopin") == 3
    pieces = [tmp_path / f"out-{number}.mid" for number in (1, 2, 3)]
    assert sorted(tmp_path.iterdir()) == pieces
    assert len({path.read_bytes() for path in pieces}) == 3
    assert main([*chopin, "-o", str(tmp_path / "again.mid")]) == 0
    assert (tmp_path / "again.mid").read_bytes() == pieces[0].read_bytes()
    assert (tmp_path / "out.mid").read_bytes() == pieces[0].read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a file that is always full")
@pytest.mark.parametrize("command", [["presets"], ["sets", "--json"], ["--version"]])
def test_a_full_disk_behind_the_output_is_one_sentence(command):
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [SEGUE, *command], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert ended.stderr == "segue: cannot write the output: No space left on device\n"
    assert ended.returncode == 1


def test_what_a_set_calls_a_preset_marks_its_recording_and_the_journal_is_told_of(tmp_path, capsys):
    evening = tmp_path / "friday.toml"
    evening.write_text(f'[[preset]]\nname = "{ALPHABET}"\ntitle = "Scales"\n')
    recording = tmp_path / "out.mid"
    arguments = ["--no-screen", "--bpm", "400", "--bars", "1", "--record", str(recording)]
    assert main(["play", "--set", str(evening), *arguments]) == 0
    (journal,) = list_journals()
    kept = f"segue: saved; `segue sets export {journal.stem} -o set.mid` exports it as MIDI\n"
    assert capsys.readouterr().err.endswith(kept)
    conductor = MidiFile(recording).tracks[0]
    assert [message.text for message in conductor if message.type == "marker"] == ["Scales"]


def test_a_format_without_its_packages_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    assert main(["render", ALPHABET, "-o", str(tmp_path / "out.mid"), "--svg", str(tmp_path / "o.svg")]) == 1
    assert capsys.readouterr().err == (
        "segue: writing pages of sheet music (.svg) needs music21 and verovio: "
        "pip install '.[render]' in segue's own folder\n"
    )
    assert list(tmp_path.iterdir()) == [tmp_path / "out.mid"], "what can be written is written"


def test_playing_and_rendering_load_nothing_of_the_studio(tmp_path):
    code = f"""
import sys
from live.command import main
from live.core.controls.table import OPTIONS
from presets.bundles.bundle import read_bundle, write_bundle
from presets.bundles.settings import Meter
assert main(["play", {ALPHABET!r}, "--no-screen", "--bpm", "400", "--bars", "1"]) == 0
assert main(["render", {ALPHABET!r}, "-o", {str(tmp_path / "out.mid")!r}, "--events", "3"]) == 0
assert main(["presets"]) in (0, 1)
print(sorted(set({STUDIO!r}) & {{name.partition(".")[0] for name in sys.modules}}))
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signals on Windows")
@pytest.mark.parametrize(("number", "code"), [("SIGINT", 0), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_ends_it_in_order_and_keeps_the_recording(number, code, tmp_path):
    recording = tmp_path / "out.mid"
    process = subprocess.Popen(
        [SEGUE, "play", ALPHABET, "--no-screen", "--record", recording],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        # At the second event the first has certainly been sent.
        while not process.stdout.readline().startswith("  1|1|240"):
            assert process.poll() is None
        process.send_signal(getattr(signal, number))
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == code
    assert "Traceback" not in errors
    messages = [message for message in MidiFile(recording).tracks[1] if not message.is_meta]
    ons = [message.note for message in messages if message.type == "note_on"]
    offs = [message.note for message in messages if message.type == "note_off"]
    assert ons
    assert ons == offs
