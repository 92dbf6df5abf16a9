import pytest

import live.commands.panic
from live.command import main
from live.core.output.panic_messages import every_note_off, panic_messages
from tests.live.midi.memory_ports import MemoryOutput, MemorySystem

SILENCE = [*panic_messages(), *every_note_off()]


class TwoSynths(MemorySystem):
    def output_names(self):
        return ["synth", "other synth"] if super().output_names() else []


@pytest.fixture
def system(monkeypatch):
    system = TwoSynths()
    monkeypatch.setattr(live.commands.panic, "open_midi_system", lambda backend: system)
    return system


def sent(port: MemoryOutput):
    return [message for _, message in port.sent]


def test_it_silences_every_port(system, capsys):
    assert main(["panic"]) == 0
    assert [(port.name, sent(port), port.closed) for port in system.outputs] == [
        ("synth", SILENCE, True),
        ("other synth", SILENCE, True),
    ]
    assert capsys.readouterr().out == "silenced synth\nsilenced other synth\n"


def test_it_silences_the_port_that_is_named(system):
    assert main(["panic", "--output", "OTHER"]) == 0
    assert [port.name for port in system.outputs] == ["other synth"]


def test_a_port_that_fails_does_not_spare_the_others(system, monkeypatch, capsys):
    def send(port, message, at, send=MemoryOutput.send):
        if port.name == "synth":
            port.lose()
        send(port, message, at)

    monkeypatch.setattr(MemoryOutput, "send", send)
    assert main(["panic"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("silenced other synth\n", "segue: the port 'synth' is gone\n")
    assert sent(system.outputs[1]) == SILENCE


def test_where_nothing_takes_midi_it_says_so(system, capsys):
    system.unplug()
    assert main(["panic"]) == 1
    assert capsys.readouterr().err == (
        "segue: there is nothing to silence: no program or device receives MIDI on memory\n"
    )
