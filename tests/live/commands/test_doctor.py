"""`segue doctor`: each fault that a machine can have, and what it says to do."""

import json
import shutil
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

import live.commands.doctor
from live.checkups import journals
from live.checkups.controllers import check_controllers
from live.checkups.finding import Finding, Verdict, fault, hint, ok
from live.checkups.jack_server import WatchedServer, check_jack_server, judge
from live.checkups.library import check_presets
from live.checkups.machine import UNLIMITED, check_governor, check_memory_lock, memory_lock_limit
from live.checkups.midi import check_midi, check_ports
from live.checkups.processes import check_processes, judge_answers
from live.checkups.software import check_software
from live.checkups.timing import check_timing, judge_priority, judge_timer
from live.command import main
from live.midi.ports import NoMidiSystemError, PortError
from live.system.real_time import Measure
from tests.live.midi.memory_ports import MemorySystem

ALPHABET, STEPS = (Path(__file__).parents[2] / "golden" / name for name in ("alphabet", "steps"))


def lines(findings):
    return [line for finding in findings for line in live.commands.doctor.lines(finding)]


class Machine:
    """A machine with some of the MIDI systems; asked for none, it opens the first."""

    def __init__(self, **systems):
        self.systems = systems

    def open(self, backend):
        with suppress(KeyError):
            return self.systems[backend or next(iter(self.systems), "")]
        if backend is None:
            raise NoMidiSystemError("MIDI system", "start JACK or PipeWire, or plug something in")
        raise NoMidiSystemError(f"{backend} here", f"install {backend}")


@pytest.fixture(autouse=True)
def linux(monkeypatch):
    monkeypatch.setattr("live.checkups.midi.sys.platform", "linux")


def test_the_systems_that_are_there_and_the_one_that_is_chosen():
    jack = MemorySystem()
    jack.label = "JACK"
    assert lines(check_midi(Machine(jack=jack).open)) == [
        "ok     jack            JACK is available",
        "hint   alsa            there is no alsa here",
        "                       Install alsa.",
        "ok     MIDI system     segue chooses JACK: its server is running, and it plays each note on the "
        "exact sample",
        "ok     ports           memory:out and memory:in were opened and closed",
    ]
    assert all(port.closed for port in (*jack.outputs, *jack.inputs))


def test_without_jack_the_operating_systems_own_is_chosen():
    assert lines(check_midi(Machine(alsa=MemorySystem()).open))[3] == (
        "ok     MIDI system     segue chooses memory: no JACK server is running, and this one comes with the "
        "operating system"
    )


def test_no_midi_system_keeps_segue_from_playing():
    *_, found = check_midi(Machine().open)
    assert found == fault(
        "MIDI system",
        "none that segue can play into",
        "Start JACK or PipeWire, or plug something in.",
        keeps_from_playing=True,
    )


def test_a_system_without_ports_for_programs_needs_loopmidi():
    system = MemorySystem()
    system.own_output_name = None
    found = check_ports(system)
    assert (found.verdict, found.found) == (Verdict.HINT, "memory has no virtual ports")
    assert "loopMIDI" in str(found.remedy)


def test_a_port_that_cannot_be_opened_keeps_segue_from_playing():
    system = MemorySystem()
    system.unplug()
    found = check_ports(system)
    assert (found.verdict, found.found) == (Verdict.FAULT, "the memory is unplugged")
    assert found.keeps_from_playing


def test_an_output_is_closed_where_the_input_fails(monkeypatch):
    system = MemorySystem()

    def refuse(deliver):
        raise PortError("JACK gives segue no port")

    monkeypatch.setattr(system, "open_input", refuse)
    assert check_ports(system).found == "JACK gives segue no port"
    assert system.outputs[0].closed


def load_all_but(module, error):
    def load(name):
        if name == module:
            raise error
        return import_module(name)

    return load


@pytest.mark.parametrize(
    ("module", "error", "verdict", "found"),
    [
        ("onnxruntime", ImportError("no such module"), Verdict.FAULT, "it does not load: no such module"),
        ("rtmidi", OSError("libasound.so.2"), Verdict.FAULT, "it does not load: libasound.so.2"),
        (
            "jack",
            ImportError(),
            Verdict.HINT,
            "it is not installed, so segue cannot play on JACK or PipeWire",
        ),
        ("jack", OSError(), Verdict.HINT, "it cannot find libjack, so segue cannot play on JACK or PipeWire"),
    ],
)
def test_software_that_does_not_load(module, error, verdict, found):
    [finding] = [f for f in check_software(load_all_but(module, error)) if f.verdict is not Verdict.OK]
    assert (finding.verdict, finding.found) == (verdict, found)
    assert finding.remedy
    assert finding.keeps_from_playing == (verdict is Verdict.FAULT)


def test_what_does_not_load_is_the_last_thing_said(monkeypatch):
    broken = fault("onnxruntime", "it does not load: no", "Install it again.", keeps_from_playing=True)
    monkeypatch.setattr("live.checkups.software.check_software", lambda: iter([broken, ok("more", "of it")]))
    assert list(live.commands.doctor.examine()) == [broken]


def test_a_broken_preset_is_named_with_its_file(tmp_path):
    shutil.copytree(ALPHABET, broken := tmp_path / "alphabet")
    (broken / "model.onnx").write_bytes(b"not what it was")
    intact, found = check_presets({"steps": STEPS, "alphabet": broken})
    assert intact == ok("presets", "steps are intact and load")
    assert "model.onnx has changed since the preset was exported" in found.found
    assert found.remedy == f"Reinstall segue, or delete {broken} if the preset is your own."
    assert (found.verdict, found.keeps_from_playing) == (Verdict.FAULT, False)


def test_no_intact_preset_keeps_segue_from_playing(tmp_path):
    (tmp_path / "empty").mkdir()
    [found] = check_presets({"empty": tmp_path / "empty"})
    assert found.keeps_from_playing
    [found] = check_presets({})
    assert found.keeps_from_playing


def test_a_priority_that_is_refused_is_a_hint_with_its_remedy():
    refused = Measure("priority", granted=False, detail="not permitted", remedy="Join the group `audio`.")
    assert judge_priority(refused) == hint("priority", "not permitted", "Join the group `audio`.")
    granted = Measure("priority", granted=True, detail="SCHED_FIFO 10", remedy=None)
    assert judge_priority(granted) == ok("priority", "SCHED_FIFO 10")


@pytest.mark.parametrize(
    ("late", "verdict"), [(0.0001, Verdict.OK), (0.005, Verdict.HINT), (0.050, Verdict.FAULT)]
)
def test_a_timer_is_judged_by_its_tail(late, verdict):
    found = judge_timer([0.0001] * 98 + [late] * 2)
    assert found.verdict is verdict
    assert not found.keeps_from_playing
    assert found.found.startswith("100 waits of 1 ms were too long by 0.10 ms (median), ")


@pytest.mark.skipif(sys.platform != "linux", reason="the ports are in a thread there")
def test_the_port_process_answers():
    finding = check_processes()
    assert "the ports have a process of their own" in finding.found
    assert not finding.keeps_from_playing


@pytest.mark.parametrize(("p99", "verdict"), [(0.001, Verdict.OK), (0.02, Verdict.HINT)])
def test_a_port_process_is_judged_by_how_soon_it_answers(p99, verdict):
    assert judge_answers([0.0001] * 98 + [p99] * 2).verdict is verdict


def test_one_stall_in_a_hundred_is_forgiven():
    assert judge_timer([0.0001] * 199 + [0.050]).verdict is Verdict.OK


def test_the_timer_is_tried_in_the_thread_that_has_the_priority(monkeypatch):
    from threading import get_ident

    threads = []

    def note_thread(answer):
        threads.append(get_ident())
        return answer

    monkeypatch.setattr("live.checkups.timing.oversleeps", lambda: note_thread([0.0]))
    measure = Measure("priority", granted=True, detail="yes", remedy=None)
    assert [f.verdict for f in check_timing(lambda: note_thread(measure))] == [Verdict.OK, Verdict.OK]
    assert len(set(threads)) == 1
    assert get_ident() not in threads


@pytest.mark.parametrize(
    ("watched", "expected"),
    [
        (
            WatchedServer(48_000, 256, is_realtime=True, xruns=0),
            [
                "ok     JACK server     48000 Hz, periods of 256 frames (5.3 ms)",
                "ok     JACK server     no xruns in 1 s",
            ],
        ),
        (
            WatchedServer(44_100, 1024, is_realtime=False, xruns=3),
            [
                "hint   JACK server     44100 Hz, periods of 1024 frames (23.2 ms)",
                "                       Set the period to 256 frames or less in JACK's settings.",
                "hint   JACK server     it runs without real-time priority",
                "                       Allow it for your user (group `audio`), and start JACK with "
                "real-time scheduling.",
                "hint   JACK server     3 xruns in 1 s",
                "                       Set a longer period, or quit programs that keep a processor busy.",
            ],
        ),
    ],
)
def test_a_jack_server_is_judged(watched, expected):
    assert lines(judge(watched)) == expected


def test_where_no_jack_server_runs_nothing_is_said_of_it(monkeypatch):
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "segue-test-nobody")
    assert list(check_jack_server()) == []


def test_without_libjack_nothing_is_said_of_a_server(monkeypatch):
    monkeypatch.setattr("live.checkups.jack_server.find_spec", lambda name: None)
    assert list(check_jack_server()) == []


@pytest.mark.parametrize(
    ("governors", "expected"),
    [
        ([], []),
        (["performance", "performance"], [Verdict.OK]),
        (["powersave", "performance"], [Verdict.HINT]),
    ],
)
def test_a_governor_that_saves_power_is_a_hint(tmp_path, governors, expected):
    for number, governor in enumerate(governors):
        folder = tmp_path / f"cpu{number}" / "cpufreq"
        folder.mkdir(parents=True)
        (folder / "scaling_governor").write_text(f"{governor}\n")
    assert [finding.verdict for finding in check_governor(tmp_path)] == expected


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (None, []),
        (UNLIMITED, ["ok     memory lock     unlimited"]),
        (
            8 << 20,
            [
                "hint   memory lock     limited to 8192 KiB",
                "                       Add the line `@audio - memlock unlimited` to "
                "/etc/security/limits.d/audio.conf.",
            ],
        ),
    ],
)
def test_a_memory_lock_that_is_limited_is_a_hint(limit, expected):
    assert lines(check_memory_lock(limit)) == expected


def test_the_limit_of_this_machine_can_be_read():
    limit = memory_lock_limit()
    assert limit is None or limit == UNLIMITED or limit >= 0


FINDINGS = (ok("Python", "3.11"), hint("alsa", "there is none", "Load it."))
GRAVE = fault("MIDI system", "none", "Start JACK.", keeps_from_playing=True)
SLIGHT = Finding("presets", Verdict.FAULT, "one is broken", "Install segue again.")


@pytest.mark.parametrize(
    ("more", "code", "end"),
    [
        ((), 0, "segue can play."),
        ((SLIGHT,), 0, "segue can play."),
        ((GRAVE,), 1, "segue cannot play: fix the faults above first."),
    ],
)
def test_only_a_fault_that_keeps_segue_from_playing_is_a_failure(more, code, end, monkeypatch, capsys):
    monkeypatch.setattr(live.commands.doctor, "examine", lambda: iter([*FINDINGS, *more]))
    assert main(["doctor"]) == code
    shown = capsys.readouterr().out.splitlines()
    assert shown[:3] == [
        "ok     Python          3.11",
        "hint   alsa            there is none",
        " " * 23 + "Load it.",
    ]
    assert shown[-1] == end
    assert main(["doctor", "--json"]) == code
    found = json.loads(capsys.readouterr().out)
    assert found["can_play"] == (code == 0)
    assert found["findings"][1] == {
        "subject": "alsa",
        "verdict": "hint",
        "found": "there is none",
        "remedy": "Load it.",
        "keeps_from_playing": False,
    }


def test_what_controllers_learned_is_read(tmp_path):
    path = tmp_path / "controls.toml"
    assert list(check_controllers(path)) == []
    path.write_text('[[control]]\ncc = 21\nturns = "tempo"\n')
    assert list(check_controllers(path)) == [ok("controllers", f"1 learned, in {path}")]
    path.write_text('[[control]]\ncc = 21\nturns = "tempi"\n')
    [found] = check_controllers(path)
    assert "line 3" in found.found
    assert found.keeps_from_playing
    assert found.remedy == f"Fix that line, or delete {path} and learn again."


def test_a_journal_needs_a_folder_that_can_be_written_and_room(tmp_path, monkeypatch):
    [found] = journals.check_journals(tmp_path / "data" / "journals")
    assert (found.verdict, found.subject) == (Verdict.OK, "journals")
    (tmp_path / "file").touch()
    [found] = journals.check_journals(tmp_path / "file" / "journals")
    assert (found.verdict, found.keeps_from_playing) == (Verdict.HINT, False)
    assert "cannot be written" in found.found
    monkeypatch.setattr(journals, "ENOUGH_BYTES", 2**80)
    [found] = journals.check_journals(tmp_path)
    assert "a long set may not fit" in found.found
