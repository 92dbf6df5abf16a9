"""`segue bench`: how figures are made of onsets, shown and printed; tests/jack starts the processes."""

import json
import math
import os
import signal
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import Message
from rich.console import Console

import live.benchmarks.cpu
import live.benchmarks.key_to_note
import live.benchmarks.predict
import live.benchmarks.switch
import live.commands.bench
from live.benchmarks import BENCHMARKS, bare_loop, drawing, in_time, listener, loaded, thru, xruns
from live.benchmarks.clock import Tally, compare
from live.benchmarks.jack_rig import keys, server
from live.benchmarks.onsets import Onset, count_steps, drift, late_after, late_on_grid
from live.benchmarks.processes import in_own_terminal, running
from live.benchmarks.rehearsal import HurryingClock, PortTimes, Predicted
from live.benchmarks.setting import Measured, NotMeasuredError, Row, Setting
from live.benchmarks.statistics import quantile, ratio, spread
from live.benchmarks.tables import show
from live.benchmarks.terminal import HAS_TERMINALS, terminal_environment, typed_terminal, unseen_terminal
from live.command import main
from live.system.clock import VirtualClock
from presets.music.event import Event, Note
from presets.music.window import Window
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


SIXTEENTH = in_time.STEP


def seconds_at(tick):
    """Return when a tick comes in music of a sixteenth a second."""
    return tick / SIXTEENTH


def test_a_step_that_is_known_by_its_deadline_is_in_sync_whether_notes_or_silence():
    played = [in_time.Played(0, 0.0, 0.0), in_time.Played(4 * SIXTEENTH, known=0.75, drawn=0.5)]
    assert in_time.count_steps(played, seconds_at, lead=0.25) == {
        "ISR": 1.0,
        "in time": 1.0,
        "steps": 4,
        "unknown": 0,
        "late": 0,
        "put off": 0,
    }


@pytest.mark.parametrize(("known", "unknown"), [(0.75, 0), (0.76, 1), (1.75, 1), (1.76, 2), (math.inf, 4)])
def test_steps_that_come_before_segue_knows_them_are_out_of_sync(known, unknown):
    played = [in_time.Played(0, 0.0, 0.0), in_time.Played(4 * SIXTEENTH, known, drawn=0.5)]
    counts = in_time.count_steps(played, seconds_at, lead=0.25)
    assert (counts["unknown"], counts["ISR"]) == (unknown, 1 - unknown / 4)


@pytest.mark.parametrize(
    ("tick", "waited", "steps"),
    [
        (4 * SIXTEENTH, 1, 1),  # within the step before it
        (4 * SIXTEENTH, SIXTEENTH, 1),
        (4 * SIXTEENTH, 2 * SIXTEENTH, 2),
        (4 * SIXTEENTH + 5, 3, 1),  # within its own step
    ],
)
def test_an_event_that_is_put_off_takes_the_steps_that_it_passes(tick, waited, steps):
    played = [in_time.Played(0, 0.0, 0.0), in_time.Played(tick, 0.0, 0.0, waited=waited)]
    counts = in_time.count_steps(played, seconds_at, lead=0.0)
    assert (counts["put off"], counts["in time"], counts["ISR"]) == (steps, 1 - steps / 4, 1.0)


def test_an_event_that_is_committed_too_late_takes_its_step():
    played = [
        in_time.Played(0, 0.0, 0.0),
        in_time.Played(2 * SIXTEENTH + 1, 0.0, 0.0, late=True),
        in_time.Played(8 * SIXTEENTH, 0.0, 0.0),
    ]
    counts = in_time.count_steps(played, seconds_at, lead=0.0)
    assert (counts["late"], counts["ISR"], counts["in time"]) == (1, 0.875, 0.875)


def test_no_share_of_silence():
    with pytest.raises(NotMeasuredError, match=r"^the preset played nothing$"):
        in_time.count_steps([in_time.Played(0, 0.0, 0.0)], seconds_at, lead=0.0)


def test_staleness_is_counted_from_the_onset_in_two_units():
    played = [in_time.Played(SIXTEENTH, 0.0, drawn=0.5), in_time.Played(SIXTEENTH * 2, 0.0, 1.0, key=0.75)]
    rows = in_time.stale_rows("x at 120", played, seconds_at, 120)
    assert [(row.what, row.unit, row.figures["median"]) for row in rows] == [
        ("x at 120: drawn", "ms", 1000.0),
        ("x at 120: drawn", "beats", 2.0),
        ("x at 120: newest key", "ms", 1250.0),
        ("x at 120: newest key", "beats", 2.5),
    ]


def predicted(window, ended, *, velocity=None):
    """Return a prediction that began half a second before it ended; a velocity stands for a key."""
    if velocity is not None:
        window = window.push(Event.of(1, [Note(in_time.KEY, 10, velocity)]))
    return Predicted(Event.of(1, [Note(60, 10, 80)]), window, ended - 0.5, ended)


def test_what_comes_next_is_known_with_the_first_draw_after_an_event():
    first, second, third = (Window.of([], 8) for _ in range(3))
    draws = [predicted(first, 1.0), predicted(second, 2.0), predicted(second, 3.0), predicted(third, 4.0)]
    # The second prediction from the same window is another attempt at the same event.
    assert [in_time.known_after(draws, place) for place in range(4)] == [3.0, 4.0, 4.0, math.inf]


def test_the_newest_key_that_an_event_knows():
    nothing = Window.of([], 8)
    presses = [float(number) for number in range(200)]
    assert in_time.newest_key(predicted(nothing, 9.0), presses) is None
    assert in_time.newest_key(predicted(nothing, 9.0, velocity=3), presses) == 2.0
    assert in_time.newest_key(predicted(nothing, 140.0, velocity=3), presses) == 129.0  # again, 127 later


@pytest.mark.parametrize("preset", [ALPHABET, STEPS])
def test_the_steps_of_a_preset_are_counted(monkeypatch, preset):
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "segue-test-nobody")
    monkeypatch.setattr(in_time, "WaitingClock", HurryingClock)
    slow, fast, *staleness = in_time.measure(setting(preset, seconds=10.0)).rows
    assert 70 <= slow.figures["steps"] <= 88  # 20 beats, and up to the last key
    assert 120 <= fast.figures["steps"] <= 146
    assert all(0.8 < row.figures["in time"] <= row.figures["ISR"] <= 1 for row in (slow, fast))
    assert len(staleness) == 8
    assert all(row.figures["max"] >= row.figures["median"] > 0 for row in staleness)


class SlowPredictor:
    """A predictor that takes longer for each event than the event lasts, on a clock that skips."""

    def __init__(self, predictor, clock):
        self.kind, self.understand = predictor.kind, predictor.understand
        self._predictor, self._clock = predictor, clock

    def predict(self, *arguments):
        self._clock.skip_to(self._clock.now() + 0.4)
        return self._predictor.predict(*arguments)


def test_a_network_that_is_too_slow_is_out_of_sync(monkeypatch):
    clock, load = HurryingClock(), in_time.load_stage_preset

    def load_slow(name):
        preset = load(name)
        return replace(preset, predictor=SlowPredictor(preset.predictor, clock))

    monkeypatch.setattr(in_time, "load_stage_preset", load_slow)
    monkeypatch.setattr(in_time, "WaitingClock", lambda: clock)
    rehearsal, played = in_time.perform(STEPS, 200, 20.0, PortTimes())
    moment = rehearsal.performer.status(clock.now()).clock.transport.seconds_at
    counts = in_time.count_steps(played, moment, lead=0.0)
    assert counts["unknown"] > 5
    assert counts["put off"] > 5
    assert counts["in time"] <= counts["ISR"] < 0.95
    # An event sounds after it was drawn, which took 0.4 s.
    assert all(moment(event.tick) - event.drawn > 0.4 for event in played)


@given(count=st.integers(1, 300), extra=st.integers(0, 5_000), lost=st.sets(st.integers(0, 299)))
def test_keys_that_come_through_have_taken_their_frames_and_the_others_are_missed(count, extra, lost):
    ons = [
        (frame, data[1]) for frame, data in keys.key_presses(1000, count) if data[0] & 0xF0 == keys.NOTE_ON
    ]
    heard = [(frame + extra, note) for number, (frame, note) in enumerate(ons) if number not in lost]
    assert len(ons) == count
    assert list(keys.frames_taken(ons, heard)) == [extra] * len(heard)


def test_each_key_is_released_before_the_next():
    frames = [frame for frame, _ in keys.key_presses(0, 40)]
    assert frames == sorted(set(frames))
    statuses = [data[0] for _, data in keys.key_presses(0, 2)]
    assert statuses == [0x9F, 0x8F, 0x9F, 0x8F]


def test_keys_through_a_program_are_counted():
    row = thru.compare("bach: segue", [(0, 60), (10, 61), (20, 62)], [(0, 60), (266, 61)])
    assert (row.what, row.unit) == ("bach: segue", "frames")
    assert row.figures == {"median": 256, "p99": 256, "max": 256, "keys": 3, "at 0": 1, "missed": 1}
    with pytest.raises(NotMeasuredError, match=r"^bach: bare: no key came through$"):
        thru.compare("bach: bare", [(0, 60)], [])


@pytest.mark.parametrize(
    ("segue", "bare", "sentence"),
    [
        ([3, 2, 1], [1, 2, 1], "segue is within what is allowed"),  # 6 of 4 + 2 * 2
        ([4, 4, 0], [1, 2, 1], "segue is within what is allowed"),
        ([4, 4, 1], [1, 2, 1], "segue is above what is allowed"),
        ([0, 0, 0], [0, 0, 0], "segue is within what is allowed"),
        ([1, 0, 0], [0, 0, 0], "segue is above what is allowed"),
    ],
)
def test_xruns_may_exceed_the_reference_by_chance_only(segue, bare, sentence):
    ours, theirs, limit = xruns.compare(segue, bare)
    assert ours.figures == {"round 1": segue[0], "round 2": segue[1], "round 3": segue[2], "sum": sum(segue)}
    assert theirs.figures["sum"] == sum(bare)
    assert limit.figures == {"sum": sum(bare) + 2 * sum(bare) ** 0.5}
    assert xruns.verdict(segue, bare) == sentence


@pytest.mark.skipif(not HAS_TERMINALS, reason="no pseudo-terminals on Windows")
def test_a_program_reads_what_is_typed_on_its_own_terminal():
    foreground = "import os, sys; assert os.tcgetpgrp(0) == os.getpgrp(); sys.exit(input() != '2')"
    with typed_terminal() as (terminal, type_key):
        command = in_own_terminal([sys.executable, "-c", foreground])
        with running(command, stdin=terminal, stdout=terminal, stderr=terminal) as process:
            type_key("2\n")
            assert process.wait(30) == 0


@pytest.mark.parametrize("name", ["thru", "xruns"])
def test_a_server_of_its_own_needs_jack(name, monkeypatch):
    measure = live.commands.bench.import_module(f"live.benchmarks.{name}").measure
    alsa = Setting(ALPHABET, 1.0, backend="alsa", say=lambda words: None)
    with pytest.raises(NotMeasuredError, match=r"^this is measured on JACK only, got --backend alsa$"):
        measure(alsa)
    monkeypatch.setattr(server.shutil, "which", lambda program: None)
    with pytest.raises(NotMeasuredError, match=r"^there is no jackd: install JACK \(jackd2\)$"):
        measure(setting(ALPHABET, 1.0))


def test_a_process_draws_until_it_is_ended():
    environment = {**os.environ, "JACK_DEFAULT_SERVER": "segue-test-nobody"}
    with drawing.drawing([ALPHABET, STEPS], environment) as process:
        assert process.poll() is None
    assert process.returncode == 128 + signal.SIGTERM


def test_a_process_that_cannot_draw_is_reported():
    with (
        pytest.raises(NotMeasuredError, match=r"^the process that draws events ended$"),
        drawing.drawing(["nothing-like-it"], os.environ),
    ):
        pass
