"""The benchmarks' processes on a real JACK server: who is heard, and that nothing is left."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mido import Message

from live.benchmarks.setting import NotMeasuredError, Setting

pytestmark = pytest.mark.jack

ALPHABET, STEPS = (str(Path(__file__).parents[1] / "golden" / name) for name in ("alphabet", "steps"))

SHARED_MEMORY = Path("/dev/shm")


def setting(preset, seconds):
    return Setting(preset, seconds, backend=None, say=lambda words: None)


@pytest.mark.parametrize(("preset", "screen"), [(ALPHABET, True), (STEPS, False)])
def test_segue_and_the_bare_loop_are_heard_in_turn(jack_server, monkeypatch, preset, screen):
    from live.benchmarks import clock

    monkeypatch.setattr(clock, "CONDITIONS", (clock.Condition(busy=False, screen=screen),))
    segue, loop, by = clock.measure(setting(preset, 1.0)).rows
    assert segue.figures["notes"] >= 3
    assert (segue.figures["missed"], segue.figures["hanging"]) == (0, 0)
    assert [loop.figures[name] for name in ("notes", "missed", "hanging")] == [4, 0, 0]
    assert by.figures.keys() == {"median", "p99"}


@pytest.mark.slow
def test_mido_plays_what_segue_played(jack_server):
    from live.benchmarks import peer

    *segue, mido = peer.measure(setting(STEPS, 1.0)).rows
    assert mido.what == "mido"
    for row in (*segue, mido):
        assert row.figures["notes"] == mido.figures["notes"] >= 3
        assert (row.figures["missed"], row.figures["hanging"]) == (0, 0)


def test_a_cold_start_ends_with_the_first_note(jack_server, monkeypatch):
    from live.benchmarks import cold_start

    monkeypatch.setattr(cold_start, "TIMES", 1)
    first_note, imported, _ = cold_start.measure(setting(ALPHABET, None)).rows
    assert first_note.figures["median"] > imported.figures["median"] > 0


def test_a_bare_loop_that_is_ended_leaves_nothing_sounding(peer):
    from live.benchmarks.bare_loop import bare_loop_command
    from live.benchmarks.processes import running

    with running(bare_loop_command(setting(None, None), peer.ear, 100, 5.0)) as loop:
        peer.wait_for(1)
        loop.terminate()
        assert loop.wait(30) == 128 + signal.SIGTERM
    heard = [Message.from_bytes(data) for _, data in peer.heard]
    assert [(message.type, message.note) for message in heard] == [("note_on", 36), ("note_off", 36)]


@pytest.fixture
def listening():
    """What a test runner in the background starts may be deaf to Ctrl-C, as it is itself."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.slow
def test_ending_a_benchmark_ends_all_that_it_started(peer, number, code):
    before = peer.ports()
    command = [sys.executable, "-m", "live", "bench", "clock", "--preset", ALPHABET]
    bench = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        peer.wait_for_port("segue-01:to")  # the listener is `segue`, and what it hears comes after it
        bench.send_signal(number)
        out, errors = bench.communicate(timeout=30)
    finally:
        bench.kill()
        bench.communicate()
    assert (bench.returncode, out) == (code, "")
    assert "Traceback" not in errors
    assert peer.ports() == before


def test_the_doctor_finds_the_server_and_its_ports(jack_server, capsys):
    from live.command import main

    assert main(["doctor", "--json"]) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    found = [finding["found"] for finding in findings if finding["verdict"] == "ok"]
    assert "segue chooses JACK: its server is running, and it plays each note on the exact sample" in found
    assert "segue:out and segue:in were opened and closed" in found
    [period] = [f["found"] for f in findings if "periods of" in f["found"]]
    assert period == "48000 Hz, periods of 1024 frames (21.3 ms)"
    assert any("xruns in 1 s" in finding["found"] for finding in findings)


@pytest.mark.usefixtures("_jack_installed")
@pytest.mark.slow
def test_keys_go_through_segue_and_a_bare_client():
    from live.benchmarks import thru

    segue, bare = thru.measure(setting(ALPHABET, 2.0)).rows
    for row in (segue, bare):
        assert (row.figures["keys"], row.figures["missed"]) == (32, 0)
    assert bare.figures["at 0"] == 32
    assert segue.figures["max"] < 48_000  # a second: how soon is not for a test to say


@pytest.mark.usefixtures("_jack_installed")
@pytest.mark.slow
def test_xruns_are_counted_beside_segue_and_beside_a_bare_client(monkeypatch):
    from live.benchmarks import xruns

    monkeypatch.setattr(xruns, "ROUNDS", 1)
    monkeypatch.setattr(xruns, "OTHER", STEPS)
    segue, bare, allowed = xruns.measure(setting(ALPHABET, 1.0)).rows
    for row in (segue, bare):
        assert row.figures["round 1"] == row.figures["sum"] >= 0
    assert allowed.figures["sum"] >= bare.figures["sum"]


@pytest.mark.usefixtures("_jack_installed")
@pytest.mark.slow
def test_xruns_are_heard_of():
    """A client whose callback sleeps longer than the period is late in each cycle."""
    from live.benchmarks.jack_rig.server import own_server
    from live.benchmarks.processes import running
    from live.benchmarks.xruns import count_xruns

    late = (
        "import jack, time\n"
        "client = jack.Client('late')\n"
        "client.midi_outports.register('out')\n"
        "client.set_process_callback(lambda frames: time.sleep(0.02))\n"
        "with client: time.sleep(60)"
    )
    with (
        own_server(setting(None, None), 128, synchronous=False) as server,
        running([sys.executable, "-c", late], env=server) as client,
    ):
        assert count_xruns("late:out", 1.0, server, [client]) > 5


@pytest.mark.usefixtures("_jack_installed")
@pytest.mark.slow
def test_xruns_beside_a_program_that_ended_are_not_counted():
    from live.benchmarks.jack_rig.server import own_server
    from live.benchmarks.processes import module_command, running
    from live.benchmarks.xruns import count_xruns

    gone = "raise SystemExit(3)"
    with (
        own_server(setting(None, None), 256, synchronous=True) as server,
        running(module_command("live.benchmarks.jack_rig.bare_thru"), env=server),
        running([sys.executable, "-c", gone]) as ended,
        pytest.raises(NotMeasuredError, match=r"ended with 3$"),
    ):
        count_xruns("bare:out", 1.0, server, [ended])


@pytest.mark.usefixtures("_jack_installed")
def test_a_server_of_its_own_leaves_nothing():
    from live.benchmarks.jack_rig.server import own_server

    with own_server(setting(None, None), 256, synchronous=True) as server:
        name = server["JACK_DEFAULT_SERVER"]
        assert any(name in path.name for path in SHARED_MEMORY.iterdir())
    assert not any(name in path.name for path in SHARED_MEMORY.iterdir())
