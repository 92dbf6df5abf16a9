"""`segue bench`: how figures are made of onsets, shown and printed; tests/jack starts the processes."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from mido import Message
from rich.console import Console

import live.benchmarks.cpu
import live.benchmarks.key_to_note
import live.benchmarks.predict
import live.benchmarks.switch
import live.commands.bench
from live.benchmarks import BENCHMARKS, bare_loop, listener, loaded
from live.benchmarks.clock import Tally, compare
from live.benchmarks.onsets import Onset, count_steps, drift, late_after, late_on_grid
from live.benchmarks.processes import running
from live.benchmarks.rehearsal import HurryingClock
from live.benchmarks.setting import Measured, NotMeasuredError, Row, Setting
from live.benchmarks.statistics import quantile, ratio, spread
from live.benchmarks.tables import show
from live.benchmarks.terminal import HAS_TERMINALS, terminal_environment, unseen_terminal
from live.command import main
from live.system.clock import VirtualClock
from tests.live.midi.memory_ports import MemoryOutput, MemorySystem

ALPHABET, STEPS = (str(Path(__file__).parents[2] / "golden" / name) for name in ("alphabet", "steps"))
FRAME = 1 / 48_000


def onsets(*moments, note=60):
    return [Onset(at, 0, note) for at in moments]


def setting(preset=None, seconds=None):
    return Setting(preset, seconds, backend=None, say=lambda words: None)


def test_a_quantile_is_one_of_the_values():
    assert [quantile([3, 1, 2, 4], share) for share in (0, 0.5, 0.99, 1)] == [1, 3, 4, 4]
    assert spread([0.002, 0.001, 0.005]) == {"median": 2.0, "p99": 5.0, "max": 5.0}


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [(0.0, 0.0, 1.0), (0.002, 0.001, 2.0), (0.0, 10 * FRAME, 0.1), (13 * FRAME, 0.0, 13.0)],
)
def test_what_is_less_than_a_frame_is_as_good_as_nothing(ours, theirs, expected):
    assert ratio(ours, theirs, FRAME) == pytest.approx(expected)


def test_lateness_on_a_grid_needs_no_origin():
    heard = onsets(100.0, 100.25, 100.5 + 0.003, 100.5 + 0.003, 101.0)  # a chord is late, a step is empty
    assert late_on_grid(heard, 0.25) == pytest.approx([0, 0, 0.003, 0.003, 0])
    assert count_steps(heard, 0.25) == 4


def test_one_early_note_does_not_make_the_others_late():
    heard = onsets(*(0.25 * step for step in range(40)))
    heard[20] = Onset(heard[20].at - 0.002, 0, 60)
    assert late_on_grid(heard, 0.25) == pytest.approx([0.0] * 20 + [0.002] + [0.0] * 19)


def test_lateness_after_a_recording_passes_over_what_was_lost():
    due = [Onset(0.1 * number, 0, 60 + number) for number in range(10)]
    heard = [Onset(7 + onset.at, 0, onset.note) for onset in due]
    heard[4] = Onset(heard[4].at + 0.004, 0, heard[4].note)
    del heard[2]
    assert late_after(heard, due) == pytest.approx([0, 0, 0, 0.004, 0, 0, 0, 0, 0])


def test_drift_is_that_of_the_last_against_the_first():
    due = [Onset(float(number), 0, 60 + number) for number in range(4)]
    heard = [Onset(5 + onset.at * 1.001, 0, onset.note) for onset in due]
    assert drift(heard, due) == pytest.approx(0.003)


@pytest.mark.parametrize(
    "act", [lambda: late_on_grid([], 0.25), lambda: late_after([], []), lambda: drift([], [])]
)
def test_silence_is_no_figure(act):
    with pytest.raises(NotMeasuredError, match=r"^no note arrived$"):
        act()


def test_two_that_are_exact_are_equal_and_holes_are_counted():
    ours, bare = Tally(), Tally()
    ours.add([0.0, 0.0, 0.0], missed=2, hanging=0)
    ours.add([0.0], missed=0, hanging=1)
    bare.add([0.0, 0.0], missed=0, hanging=0)
    segue, loop, by = compare("idle", ours, bare)
    assert segue.what == "idle: segue"
    assert [segue.figures[name] for name in ("notes", "missed", "hanging")] == [4, 2, 1]
    assert [loop.figures[name] for name in ("notes", "missed", "hanging")] == [2, 0, 0]
    assert (by.unit, by.figures) == ("x", {"median": 1.0, "p99": 1.0})


MEASURED = Measured(
    (
        Row("a [b]", "ms", {"median": 1.5, "notes": 3}),
        Row("ratio", "x", {"median": 2.0}),
        Row("c", "s", {"long": 0.25}),
    ),
    ("Why.",),
)
MACHINE = {"processors": 2, "midi": None}


def test_the_tables():
    console = Console(file=StringIO(), width=80, color_system=None)
    show(MACHINE, {"clock": MEASURED, "peer": "there is no MIDI system: start JACK"}, console)
    assert [line.rstrip() for line in console.file.getvalue().splitlines()] == [
        "processors 2  midi none",
        "",
        "clock: how late notes come, compared with a bare loop that only waits and sends",
        "       median  notes  unit",
        "a [b]   1.500      3  ms",
        "ratio   2.000         x",
        "    long  unit",
        "c  0.250  s",
        "  Why.",
        "",
        "peer: how late notes come, compared with mido playing the same notes",
        "  not measured: there is no MIDI system: start JACK",
    ]


@pytest.fixture
def benchmarks(monkeypatch):
    """Stand in for the modules of the benchmarks: `peer` cannot be measured."""

    def module(name):
        def measure(setting):
            setting.say(f"{name} begins")
            if name.endswith("peer"):
                raise NotMeasuredError("there is no MIDI system: start JACK")
            return MEASURED

        return SimpleNamespace(measure=measure)

    monkeypatch.setattr(live.commands.bench, "import_module", module)
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "segue-test-nobody")


def test_the_json_is_one_object_and_progress_is_elsewhere(benchmarks, capsys):
    assert main(["bench", "clock", "peer", "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert {"processors", "python", "onnxruntime", "midi", "load"} <= found["machine"].keys()
    assert found["benchmarks"] == {
        "clock": {
            "problem": None,
            "rows": [
                {"what": "a [b]", "unit": "ms", "median": 1.5, "notes": 3},
                {"what": "ratio", "unit": "x", "median": 2.0},
                {"what": "c", "unit": "s", "long": 0.25},
            ],
            "remarks": ["Why."],
        },
        "peer": {"problem": "there is no MIDI system: start JACK", "rows": [], "remarks": []},
    }
    assert err == "live.benchmarks.clock begins\nlive.benchmarks.peer begins\n"


def test_all_are_run_if_none_is_named(benchmarks, capsys):
    assert main(["bench", "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)["benchmarks"]) == list(BENCHMARKS)


def test_nothing_measured_is_a_failure(benchmarks, capsys):
    assert main(["bench", "peer"]) == 1
    assert "not measured: there is no MIDI system: start JACK" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["clok"], f"there is no benchmark 'clok'; the benchmarks are {', '.join(BENCHMARKS)}"),
        (["clock", "--seconds", "nan"], "--seconds must be 1 or more, got nan"),
        (["predict", "--preset", "nothing-like-it"], "there is no preset 'nothing-like-it'; presets here: "),
    ],
)
def test_wrong_usage_is_one_sentence(arguments, sentence, capsys):
    assert main(["bench", *arguments]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"segue: {sentence}")


def test_every_benchmark_has_its_module():
    for name in BENCHMARKS:
        assert callable(
            live.commands.bench.import_module(f"live.benchmarks.{name.replace('-', '_')}").measure
        )


def test_the_bare_loop_sends_each_note_a_lead_before_its_moment():
    clock, output = VirtualClock(), MemoryOutput(lead_seconds=0.05)
    handed_over = []

    def wait(seconds):
        clock.jump_to(clock.now() + seconds)
        handed_over.append(clock.now())

    bare_loop.play(output, clock, 2, 0.5, wait)
    assert [(at, message.type, message.note) for at, message in output.sent] == [
        (0.2, "note_on", 36),
        (0.45, "note_off", 36),
        (0.7, "note_on", 37),
        (0.95, "note_off", 37),
    ]
    assert handed_over == pytest.approx([0.15, 0.4, 0.65, 0.9])


def test_a_bare_loop_that_is_ended_ends_its_note():
    clock, output = VirtualClock(), MemoryOutput()

    def wait(seconds):
        if output.sent:
            sys.exit(143)

    with pytest.raises(SystemExit):
        bare_loop.play(output, clock, 2, 0.5, wait)
    assert [message.type for _, message in output.sent] == ["note_on", "note_off"]


def test_the_listener_tells_its_port_and_then_what_it_heard(monkeypatch, capsys):
    system = MemorySystem()
    monkeypatch.setattr(listener, "open_midi_system", lambda backend: system)

    def orders():
        [port] = system.inputs
        port.play((1.0, Message("note_on", note=60, channel=3)), (1.0, Message("clock")))
        yield "take\n"
        port.play((1.5, Message("note_off", note=60, channel=3)))
        yield "take\n"

    monkeypatch.setattr(sys, "stdin", orders())
    assert listener.main([]) == 0
    opened, first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert opened == {"problem": None, "port": "memory:in", "system": "memory"}
    [[at, _, channel, note]] = first["note-ons"]
    assert (at, channel, note, first["sounding"]) == (1.0, 3, 60, 1)
    assert second == {"note-ons": [], "sounding": 0}
    assert system.inputs[0].closed


def test_where_nothing_can_listen_that_is_the_problem(monkeypatch, capsys):
    system = MemorySystem()
    system.own_input_name = None
    monkeypatch.setattr(listener, "open_midi_system", lambda backend: system)
    assert listener.main([]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "problem": "memory has no virtual ports, so nothing can listen to segue"
    }


@pytest.mark.parametrize(("preset", "rows"), [(ALPHABET, 2), (STEPS, 4)])
def test_predictions_of_both_kinds_are_timed(preset, rows, monkeypatch):
    monkeypatch.setattr(live.benchmarks.predict, "EVENTS", 3)
    monkeypatch.setattr(live.benchmarks.predict, "PRIMES", 2)
    measured = live.benchmarks.predict.measure(setting(preset))
    assert len(measured.rows) == rows
    assert all(row.figures["max"] >= row.figures["median"] > 0 for row in measured.rows)


def test_memory_is_that_of_the_process(capsys):
    assert loaded.main([ALPHABET]) == 0
    assert 10e6 < int(capsys.readouterr().out) < 10e9


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell what a process has cost")
@pytest.mark.slow
def test_the_costs_of_music_and_of_its_screen_are_told_apart_from_that_of_the_start(monkeypatch):
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "segue-test-nobody")
    monkeypatch.setattr(live.benchmarks.cpu, "SHORT_SECONDS", 0.1)
    monkeypatch.setattr(live.benchmarks.cpu, "SCREENS", ((80, 24),))
    minute, share, start, screen = live.benchmarks.cpu.measure(setting(ALPHABET, seconds=1.0)).rows
    assert share.figures["processor"] == pytest.approx(minute.figures["processor"] / 60 * 100)
    assert start.figures["processor"] > 0
    assert screen.what == "with the screen, 80x24"
    with_it, alone = screen.figures["processor"], share.figures["processor"]
    assert screen.figures["of it the screen"] == pytest.approx(with_it - alone)


def test_what_a_benchmark_started_ends_with_it():
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    started = []

    def measure():
        with running(command, stdin=subprocess.PIPE) as process:
            started.append(process)
            assert process.poll() is None
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure()
    assert started[0].returncode is not None


@pytest.mark.skipif(not HAS_TERMINALS, reason="no pseudo-terminals on Windows")
def test_a_terminal_that_nobody_sees_takes_more_than_its_buffer():
    command = [sys.executable, "-c", "import os; print(os.isatty(1), 'x' * 1_000_000)"]
    with unseen_terminal() as stdout, running(command, stdout=stdout) as process:
        assert process.wait(60) == 0


@pytest.mark.skipif(not HAS_TERMINALS, reason="no pseudo-terminals on Windows")
def test_a_terminal_that_nobody_sees_is_as_big_as_it_was_asked_for(monkeypatch):
    monkeypatch.setenv("COLUMNS", "99")  # of the terminal that the tests run in
    # Where stdin is no terminal, rich takes the size of stdout's.
    asked = "import sys; from rich.console import Console; sys.exit(Console().size != (120, 40))"
    with unseen_terminal((120, 40)) as stdout:
        command, nothing = [sys.executable, "-c", asked], subprocess.DEVNULL
        with running(command, stdin=nothing, stdout=stdout, env=terminal_environment()) as process:
            assert process.wait(60) == 0


@pytest.fixture
def chopin_and_bach(monkeypatch):
    """Play the golden presets, of which `alphabet` goes in steps and both are quick."""
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "segue-test-nobody")
    monkeypatch.setattr(live.benchmarks.switch, "OTHER", STEPS)
    monkeypatch.setattr(live.benchmarks.switch, "SWITCHES", 4)
    monkeypatch.setattr(live.benchmarks.key_to_note, "PRESSES", 5)


@pytest.mark.parametrize("preset", [ALPHABET, STEPS])
def test_every_press_is_answered_by_an_event_that_knows_of_it(chopin_and_bach, preset):
    commit_lead, seconds, counts = live.benchmarks.key_to_note.measure(setting(preset)).rows
    assert commit_lead.figures["from the key"] > commit_lead.figures["commit"] > 0
    assert seconds.figures["median"] > 0
    assert counts.figures["presses"] == counts.figures["followed"] == 5
    assert 0 < counts.figures["answered"] <= 5  # all, unless the machine stalls


def test_a_switch_falls_on_the_bar_line(chopin_and_bach):
    seconds, counts = live.benchmarks.switch.measure(setting(ALPHABET)).rows
    assert 0 < seconds.figures["max"] < 4_100  # ms; a bar, and what the commit lead takes
    assert counts.figures["times"] == 4
    assert 0 < counts.figures["on the line"] <= 4  # all, unless the machine stalls


def test_a_hurrying_clock_skips_what_would_be_waited_for():
    clock = HurryingClock()
    before = clock.now()
    clock.skip_to(before + 3600)
    assert before + 3600 <= clock.now() < before + 3660
    clock.skip_to(before)
    assert clock.now() >= before + 3600
