import json

import pytest

import live.commands.list_ports
from live.command import main
from live.midi.ports import NoMidiSystemError
from tests.live.midi.memory_ports import MemorySystem


@pytest.fixture
def system(monkeypatch):
    system = MemorySystem()
    monkeypatch.setattr(live.commands.list_ports, "open_midi_system", lambda backend: system)
    return system


@pytest.fixture
def no_system(monkeypatch):
    def refuse(backend):
        raise NoMidiSystemError("MIDI system", "start JACK")

    monkeypatch.setattr(live.commands.list_ports, "open_midi_system", refuse)


def test_the_ports_as_text(system, capsys):
    assert main(["ports"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "MIDI system: memory",
        "segue's own ports: memory:out, memory:in",
        "to play into (--output):",
        "  synth",
        "to listen to (--input):",
        "  keyboard",
    ]


def test_no_ports_are_said_to_be_none(system, capsys):
    system.unplug()
    assert main(["ports"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "to play into (--output):",
        "  none",
        "to listen to (--input):",
        "  none",
    ]


def test_where_programs_have_no_ports_it_says_so(system, capsys):
    system.own_output_name = system.own_input_name = None
    assert main(["ports"]) == 0
    assert "segue's own ports: none on this system (make some with loopMIDI)" in capsys.readouterr().out


def test_the_ports_as_json(system, capsys):
    assert main(["ports", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "system": "memory",
        "problem": None,
        "own_output": "memory:out",
        "own_input": "memory:in",
        "outputs": ["synth"],
        "inputs": ["keyboard"],
    }


def test_without_a_midi_system_it_is_one_line(no_system, capsys):
    assert main(["ports"]) == 1
    assert capsys.readouterr() == ("", "segue: there is no MIDI system: start JACK\n")


def test_without_a_midi_system_json_says_so_too(no_system, capsys):
    assert main(["ports", "--json"]) == 1
    out, err = capsys.readouterr()
    assert json.loads(out) == {"system": None, "problem": "there is no MIDI system: start JACK"}
    assert err == ""
