"""`segue ports` and `segue panic` as a shell runs them, beside other programs on a JACK server."""

import json
import subprocess
import sys

import pytest

from live.core.output.panic_messages import every_note_off, panic_messages

pytestmark = pytest.mark.jack

SILENCE = [bytes(message.bin()) for message in (*panic_messages(), *every_note_off())]


def segue(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "live", *arguments], capture_output=True, text=True, timeout=60
    )


def test_ports_lists_those_of_others_and_how_its_own_are_called(peer):
    found = segue("ports", "--json")
    assert (found.returncode, found.stderr) == (0, "")
    assert json.loads(found.stdout) == {
        "system": "JACK",
        "problem": None,
        "own_output": "segue:out",
        "own_input": "segue:in",
        "outputs": [peer.ear],
        "inputs": [peer.keys],
    }


def test_panic_silences_all_that_listens(new_peer):
    with new_peer() as one, new_peer() as other:
        found = segue("panic")
        assert (found.returncode, found.stderr) == (0, "")
        assert found.stdout == f"silenced {one.ear}\nsilenced {other.ear}\n"
        for peer in (one, other):
            assert [data for _, data in peer.wait_for(len(SILENCE))] == SILENCE


def test_panic_silences_the_port_that_is_named(new_peer):
    with new_peer() as one, new_peer() as other:
        found = segue("panic", "--output", other.ear)
        assert (found.returncode, found.stdout) == (0, f"silenced {other.ear}\n")
        assert [data for _, data in other.wait_for(len(SILENCE))] == SILENCE
        assert one.heard == []


@pytest.mark.parametrize("command", ["ports", "panic"])
def test_without_a_server_it_is_one_line(no_jack_server, command):
    found = segue(command, "--backend", "jack")
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == "segue: there is no JACK server: start JACK or PipeWire\n"
