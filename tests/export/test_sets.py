"""`segue sets`, as a user types it."""

import json
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from mido import MidiFile

from export import set_list
from export.files import formats
from live.command import main
from presets.sets.lines import to_line
from presets.sets.reader import journals_folder, read_journal
from presets.sets.records import Closed, Copied, Interrupted
from tests.presets.sets.hypothesis_records import note, opened, plays, pressed, take

SEGUE = Path(sys.executable).with_name("segue")

FRIDAY = (
    *[opened(), plays("chopin")],
    *take(1, note(0, 60), note(480, 64), pressed(240, 72)),
    Copied(2.0, 1, 480, 9, "Ballade [g minor]", "chopin"),
    plays("bach", ("bass", 0), ("soprano", 1), at=30.0),
    *take(2, note(0, 40, take=2), note(0, 70, channel=1, take=2), at=60.0, seconds=0.4),
    Closed(70.0, 4, 0, 1),
)


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SEGUE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEGUE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "160")


def keep(name, records, more=b""):
    journals_folder().mkdir(parents=True, exist_ok=True)
    path = journals_folder() / f"{name}.jsonl"
    path.write_bytes("".join(map(to_line, records)).encode() + more)
    return path


def test_without_a_set_it_says_where_they_will_be(capsys):
    assert main(["sets"]) == 0
    assert capsys.readouterr().out == (
        f"no sets yet: `segue play` keeps a journal of each set in {journals_folder()}\n"
    )


def test_a_list_of_all_sets_the_newest_last(capsys):
    keep("2026-11-22-200000", FRIDAY[:-1], b'{"type":"sent","at":')
    keep("2026-11-21-193000", FRIDAY)
    assert main(["sets"]) == 0
    shown = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert shown == [
        "set lasts presets notes yours longest copy",
        "2026-11-21-193000 1:10 chopin, bach 4 1 9 events of Ballade [g minor]",
        "2026-11-22-200000 1:03 chopin, bach 4 1 9 events of Ballade [g minor] not ended",
        "1 line unreadable",
    ]


def test_a_journal_that_cannot_be_read_is_in_the_list(capsys):
    keep("2026-11-21-193000", FRIDAY)
    keep("2027-01-01-000000", (), b'{"type":"opened","format":2}\n')
    assert main(["sets", "--json"]) == 1
    known, unknown = json.loads(capsys.readouterr().out)
    assert (known["id"], known["notes"], known["player_notes"], known["ended"], known["problem"]) == (
        *("2026-11-21-193000", 4, 1, True),
        None,
    )
    assert known["copied"] == {
        "events": 9,
        "piece": "Ballade [g minor]",
        "preset": "chopin",
        "seconds": 2.0,
    }
    assert "it has format 2, but this version reads 1" in unknown["problem"]


def test_a_set_that_was_interrupted_says_when_and_why(capsys):
    keep(
        "2026-11-21-193000", [*FRIDAY[:-1], Interrupted(65.0, 2, 5760, 4.2, "killed by SIGKILL"), FRIDAY[-1]]
    )
    assert main(["sets", "show", "last"]) == 0
    assert "interrupted at 1:05 on stage, for 4 seconds: killed by SIGKILL" in " ".join(
        capsys.readouterr().out.split()
    )
    assert main(["sets", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["interruptions"] == [{"at": 65.0, "seconds": 4.2, "why": "killed by SIGKILL"}]
    assert row["ended"] is True


def test_in_80_columns_no_word_of_a_remark_is_cut_and_a_reason_has_lines_of_its_own(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    long = Copied(2.5, 1, 480, 10, "bach/bwv1234.5-and-a-half.mxl", "bach")
    keep("2026-11-22-200000", [*FRIDAY[:-1], long], b'{"type":"sent","at":')
    keep("2027-01-01-000000", (), b'{"type":"opened","format":2}\n')
    assert main(["sets"]) == 1
    table, reason = capsys.readouterr().out.split("\n\n")
    for words in ("2026-11-22-200000", "not ended", "1 line unreadable", "2027-01-01-000000", "unreadable"):
        assert words in table
    assert max(map(len, table.splitlines())) <= 80
    assert "\u2026" not in table
    assert [line.split()[0] for line in table.splitlines()[-1:]] == ["2027-01-01-000000"]
    assert reason.startswith("journal '2027-01-01-000000.jsonl' in ")
    assert reason.count("\n") == 1


def test_what_was_read_is_not_read_again_until_it_changes(capsys, monkeypatch):
    path = keep("2026-11-21-193000", FRIDAY[:-1])
    keep("2026-11-22-193000", FRIDAY)
    assert main(["sets", "--json"]) == 0
    first = capsys.readouterr().out
    asked = []

    def read(path):
        asked.append(path)
        return read_journal(path)

    monkeypatch.setattr(set_list, "read_journal", read)
    assert main(["sets", "--json"]) == 0
    assert (capsys.readouterr().out, asked) == (first, [])
    keep("2026-11-21-193000", FRIDAY)
    assert main(["sets", "--json"]) == 0
    assert [row["ended"] for row in json.loads(capsys.readouterr().out)] == [True, True]
    assert asked == [path]


@pytest.mark.parametrize("spoilt", ["{", "[]", '{"a": 3}'])
def test_a_spoilt_cache_is_made_again(spoilt, capsys, tmp_path):
    path = keep("2026-11-21-193000", FRIDAY)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / set_list.CACHE_FILE).write_text(spoilt.replace('"a"', json.dumps(str(path))))
    assert main(["sets", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["notes"] == 4
    assert str(path) in json.loads((tmp_path / "cache" / set_list.CACHE_FILE).read_text())


def test_what_a_file_has_no_letters_for_is_a_question_mark(monkeypatch):
    keep("2026-11-21-193000", [*FRIDAY[:-1], Copied(2.0, 1, 480, 10, "Dvořák", "chopin")])
    written = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(written, encoding="cp1252"))
    assert main(["sets"]) == 0
    sys.stdout.flush()
    assert "Dvo?ák" in written.getvalue().decode("cp1252")


def test_one_set_in_detail(capsys):
    keep("2026-11-21-193000", FRIDAY)
    assert main(["sets", "show", "last"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for words in (
        "began Saturday, 21 November 2026, 19:30",
        "lasted 1:10 on stage, 2 takes",
        "file 2 bars of 4/4 at 120 to 150 bpm, 0:02 in whole bars, without the pauses",
        "bar 1 chopin, at 0:00 in the file",
        "bar 2 bach, at 0:02 in the file",
        "longest copy 9 events of Ballade [g minor] by chopin, at 0:02 on stage",
        "left out 0 notes that came too late; 1 rest because the network failed or was too slow",
        "bach: soprano 1 Bb4 Bb4",
        "player 1 C5 C5",
    ):
        assert words in shown


def test_one_set_for_programs(capsys):
    keep("2026-11-21-193000", FRIDAY)
    for arguments in (["sets", "show", "2026", "--json"], ["sets", "--json", "show", "2026"]):
        assert main(arguments) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["bars"], told["bpm"], told["music_seconds"]) == (2, [120.0, 150.0], 2.2)
        assert [marker["text"] for marker in told["markers"]] == ["chopin", "bach"]
        assert [(track["name"], track["by"], track["notes"]) for track in told["tracks"]] == [
            ("chopin", "segue", 2),
            ("bach: bass", "segue", 1),
            ("bach: soprano", "segue", 1),
            ("player", "player", 1),
        ]


def test_a_set_becomes_a_file(capsys, tmp_path):
    keep("2026-11-21-193000", FRIDAY)
    wanted = tmp_path / "friday.mid"
    assert main(["sets", "export", "last", "-o", str(wanted)]) == 0
    assert capsys.readouterr().out == f"{wanted}: 5 notes on 4 tracks of 2026-11-21-193000\n"
    file = MidiFile(wanted)
    assert [track.name for track in file.tracks] == [
        *("segue 2026-11-21-193000", "chopin", "bach: bass", "bach: soprano", "player")
    ]
    assert sum(message.type == "note_on" for track in file.tracks for message in track) == 5
    assert file.length == pytest.approx(2.2)
    assert main(["sets", "export", "last", "-o", str(wanted)]) == 2
    assert "exists already: choose another name, or replace it with --force" in capsys.readouterr().err
    assert main(["sets", "export", "last", "-o", str(wanted), "--force"]) == 0


def test_a_set_that_was_broken_off_becomes_a_file_too(capsys, tmp_path):
    path = keep("2026-11-21-193000", FRIDAY[:-8], b"\0\0\0\0\n{")
    wanted = tmp_path / "friday.mid"
    assert main(["sets", "export", str(path), "-o", str(wanted)]) == 0
    assert capsys.readouterr().err.startswith("segue: left out 2 lines of the journal that cannot be read")
    assert MidiFile(wanted).length > 0


def test_a_set_without_a_note_becomes_no_file(capsys, tmp_path):
    keep("2026-11-21-193000", FRIDAY[:2])
    assert main(["sets", "export", "last", "-o", str(tmp_path / "friday.mid")]) == 1
    assert "cannot export '2026-11-21-193000': the set has no notes" in (capsys.readouterr().err)
    assert not (tmp_path / "friday.mid").exists()


def test_without_the_extra_for_audio_the_other_files_are_written(capsys, tmp_path, monkeypatch):
    keep("2026-11-21-193000", FRIDAY)
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    midi, audio = tmp_path / "friday.mid", tmp_path / "friday.wav"
    assert main(["sets", "export", "last", "-o", str(midi), "-o", str(audio)]) == 1
    shown = capsys.readouterr()
    assert shown.out == f"{midi}: 5 notes on 4 tracks of 2026-11-21-193000\n"
    assert shown.err == (
        "segue: writing audio (.wav) needs midirenderer: pip install '.[render]' in segue's own folder\n"
    )
    assert (midi.is_file(), audio.exists()) == (True, False)


def test_a_file_that_exists_costs_none_of_the_others(capsys, tmp_path):
    keep("2026-11-21-193000", FRIDAY)
    (tmp_path / "old.mid").write_text("kept")
    files = [tmp_path / "old.mid", tmp_path / "new.mid"]
    assert main(["sets", "export", "last", "-o", str(files[0]), "-o", str(files[1])]) == 2
    assert "old.mid' exists already" in capsys.readouterr().err
    assert files[0].read_text() == "kept"
    assert MidiFile(files[1]).length > 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "lost"], "there is no set 'lost'; sets here: 2026-11-21-193000"),
        (["export", "last", "-o", "friday.mp3"], "a file must end in .mid"),
        (["show", "missing/x.jsonl"], "cannot read it: No such file or directory"),
    ],
)
def test_what_it_does_not_do_it_says(arguments, sentence, capsys):
    keep("2026-11-21-193000", FRIDAY)
    assert main(["sets", *arguments]) in (1, 2)
    assert sentence in capsys.readouterr().err


def test_it_loads_nothing_heavy():
    code = (
        "import sys; from live.command import main; code = main(['sets']);"
        "print([m for m in ('music21', 'matplotlib', 'onnxruntime', 'keras', 'verovio') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert told.stdout.splitlines()[-1] == "[]"
    assert told.stderr == ""
