from contextlib import closing

import pytest
import rtmidi
from mido import Message

import live.midi.rtmidi_ports
from live.midi.ports import PortError, PortLostError
from live.midi.rtmidi_ports import KINDS, RtMidiSystem
from tests.live.midi.fake_rtmidi import FakeRtMidi
from tests.live.midi.port_contract import SCALE, Gathered, PortContract


class RtMidiRig:
    receiver = "synth"
    sender = "keyboard"
    melody = "segue:melody"

    def __init__(self, machine):
        self.machine = machine
        self.system = RtMidiSystem(KINDS["alsa"])

    def join(self, port):
        pass

    def heard(self, count):
        return [Message.from_bytes(data) for data in self.machine.heard]

    def play(self, *data):
        self.machine.play(*data)

    def leave(self):
        self.machine.plugged_in = False

    def come_back(self):
        self.machine.plugged_in = True


@pytest.fixture
def machine(monkeypatch):
    machine = FakeRtMidi()
    monkeypatch.setattr(live.midi.rtmidi_ports, "rtmidi", machine)
    yield machine
    assert machine.opened == [], "a client that is not deleted stays visible to others"


@pytest.fixture
def rig(machine):
    return RtMidiRig(machine)


class TestRtMidiPorts(PortContract):
    pass


@pytest.mark.parametrize(
    ("backend", "output", "input_name", "melody"),
    [
        ("alsa", "segue:out", "segue-in:in", "segue:melody"),
        ("coremidi", "segue out", "segue in", "segue melody"),
        ("jack-rtmidi", "segue:out", "segue-in:in", "segue-melody:melody"),
    ],
)
def test_its_own_ports_are_called_as_each_system_wants_it(machine, backend, output, input_name, melody):
    system = RtMidiSystem(KINDS[backend])
    assert (system.own_output_name, system.own_input_name) == (output, input_name)
    with closing(system.open_output("segue:melody")) as port:
        assert port.name == melody


def test_windows_has_no_ports_of_its_own():
    system = RtMidiSystem(KINDS["windows"])
    assert (system.own_output_name, system.own_input_name) == (None, None)


def test_where_another_segue_runs_the_user_says_which(machine):
    ours, other = (RtMidiSystem(KINDS["alsa"]) for _ in range(2))
    with (
        closing(ours.open_input(Gathered())),
        closing(other.open_input(Gathered())),
        pytest.raises(PortError, match=r"^more than one port matches 'segue': choose one of .*128:0"),
    ):
        ours.open_output("segue")


def test_where_programs_have_no_ports_it_names_the_way_out(machine):
    system = RtMidiSystem(KINDS["windows"])
    for own in (None, "segue:melody"):
        with pytest.raises(PortError, match=r"^Windows .* loopMIDI .* --output PORT; the ports are: synth$"):
            system.open_output(own)
    with pytest.raises(PortError, match=r"^Windows .* loopMIDI .* --input PORT; the ports are: keyboard$"):
        system.open_input(Gathered())
    machine.plugged_in = False
    with pytest.raises(PortError, match=r"; the ports are: none yet$"):
        system.open_output()


def test_a_send_that_fails_is_a_lost_port(rig, machine):
    port = rig.system.open_output("synth")
    machine.plugged_in = False
    with pytest.raises(PortLostError, match=r"^the port 'synth' is gone$"):
        port.send(SCALE[0], 0.0)
    machine.plugged_in = True
    with pytest.raises(PortLostError):  # this one stays lost; a fresh one is opened
        port.check()
    port.close()


def test_a_port_that_another_program_holds_is_told(rig, machine, monkeypatch):
    def refuse(midi, number, name):
        raise rtmidi.SystemError("error creating port")

    monkeypatch.setattr("tests.live.midi.fake_rtmidi.FakeMidi.open_port", refuse)
    with pytest.raises(PortError, match=r"perhaps another program is using it: error creating port$"):
        rig.system.open_output("synth")


def test_a_system_that_does_not_answer_is_told(rig, machine):
    def refuse(api, name):
        raise rtmidi.SystemError("error creating client")

    machine.MidiOut = refuse
    with pytest.raises(PortError, match=r"^ALSA does not answer: error creating client$"):
        rig.system.output_names()
