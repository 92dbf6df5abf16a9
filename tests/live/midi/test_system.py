"""Which MIDI system is chosen, and what is said where there is none."""

import subprocess
import sys

import pytest
import rtmidi

import live.midi.system
from live.midi.ports import NoMidiSystemError
from live.midi.system import open_midi_system


@pytest.fixture(autouse=True)
def bare_linux(monkeypatch, tmp_path):
    """No JACK server, no ALSA sequencer, whatever this machine has."""
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "segue-test-nobody")
    monkeypatch.setattr(live.midi.system.sys, "platform", "linux")
    monkeypatch.setattr(live.midi.system, "ALSA_SEQUENCER", tmp_path / "seq")


@pytest.fixture
def no_jack_client(monkeypatch):
    monkeypatch.setattr(live.midi.system, "find_spec", lambda name: None)


def refusal(backend=None):
    with pytest.raises(NoMidiSystemError) as caught:
        open_midi_system(backend)
    assert caught.value.exit_code == 1
    return str(caught.value)


def test_without_any_system_it_names_both_remedies(no_jack_client):
    assert refusal() == (
        "there is no MIDI system: install JACK-Client with `pip install JACK-Client`, "
        "or load ALSA's sequencer with `sudo modprobe snd-seq`"
    )


def test_a_system_that_was_asked_for_is_not_replaced(no_jack_client):
    assert refusal("jack") == "there is no JACK for segue: install JACK-Client with `pip install JACK-Client`"
    assert refusal("alsa") == (
        "there is no ALSA sequencer: load ALSA's sequencer with `sudo modprobe snd-seq`"
    )


def test_another_system_s_backend_is_refused_with_those_of_this_one():
    assert refusal("coremidi") == "there is no backend `coremidi` on this operating system: use jack or alsa"


def test_alsa_is_asked_whether_it_lets_us_in(monkeypatch, tmp_path):
    (tmp_path / "seq").touch()
    monkeypatch.setattr(live.midi.system.os, "access", lambda path, mode: False)
    assert refusal("alsa") == (
        "there is no access to the ALSA sequencer: join the group `audio` to use ALSA's sequencer"
    )


@pytest.mark.parametrize(("platform", "label"), [("darwin", "CoreMIDI"), ("win32", "Windows MM")])
def test_each_operating_system_brings_its_own(no_jack_client, monkeypatch, platform, label):
    monkeypatch.setattr(live.midi.system.sys, "platform", platform)
    assert open_midi_system().label == label


def test_only_the_library_of_the_system_chosen_is_imported():
    code = (
        "import sys, live.midi.system, live.commands.list_ports, live.commands.panic; "
        "print({'jack', 'rtmidi', 'onnxruntime', 'rich'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_rtmidi_on_jack_must_be_asked_for_and_can_be_anywhere(monkeypatch, platform):
    monkeypatch.setattr(live.midi.system.sys, "platform", platform)
    assert open_midi_system("jack-rtmidi").label == "JACK by RtMidi"


def test_where_rtmidi_was_built_without_jack_it_says_so(monkeypatch):
    monkeypatch.setattr(rtmidi, "get_compiled_api", lambda: [rtmidi.API_RTMIDI_DUMMY])
    assert refusal("jack-rtmidi") == "there is no JACK in this python-rtmidi: use --backend jack"
