"""`segue play` as its own process on a real JACK server, with another program as listener and keyboard."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from mido import Message

from live.core.output.panic_messages import panic_messages
from live.supervisor.supervise import FAULT
from tests.jack.jack_peer import JackPeer
from tests.jack.jack_server import RATE

pytestmark = pytest.mark.jack

ALPHABET, STEPS = (Path(__file__).parents[1] / "golden" / name for name in ("alphabet", "steps"))
SEGUE = [str(Path(sys.executable).with_name("segue"))]
STEP = 0.125  # seconds an eighth at 240 bpm

FAILING = """
import sys
import live.command
import live.inference.preset_loader
from live.command import main
from live.core.generation.prediction import PredictionError
from live.inference.classic_predictor import ClassicPredictor

live.command.is_supervised = lambda: True  # play in this very process
live.inference.preset_loader._warm = lambda *_: 0.01
predict, left = ClassicPredictor.predict, [{after}]

def failing(self, *arguments):
    left[0] -= 1
    if left[0] == 0:
        raise {error}("on purpose")
    return predict(self, *arguments)

ClassicPredictor.predict = failing
sys.exit(main(sys.argv[1:]))
"""


class Playing:
    """A running `segue play`; what it prints is read as it comes."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
        )

    def read_until(self, words: str) -> list[str]:
        """Return the lines up to the first with these words."""
        assert self.process.stdout is not None
        lines: list[str] = []
        while not lines or words not in lines[-1]:
            line = self.process.stdout.readline()
            assert line, f"segue ended before it printed {words!r}: {lines}"
            lines.append(line.rstrip())
        return lines

    def wait(self) -> int:
        self.process.communicate(timeout=30)
        return self.process.returncode


@contextmanager
def playing(
    peer: JackPeer, *arguments: str, command: list[str] = SEGUE, preset: Path = ALPHABET
) -> Iterator[Playing]:
    """Start segue listening (`--wait`) with both its ports connected, so that no note can be missed."""
    started = Playing([*command, "play", str(preset), "--no-screen", "--wait", "--bpm", "240", *arguments])
    try:
        for port in ("segue:out", "segue:in"):
            peer.wait_for_port(port)
        peer.listen_to("segue:out")
        peer.play_into("segue:in")
        yield started
    finally:
        started.process.kill()
        started.process.communicate()


def play_keys(peer: JackPeer, *chords: tuple[int, ...], held: float = 0.05, apart: float = 0.1) -> None:
    """Strike chords one after the other, the notes of each 5 ms apart."""
    events = []
    for index, chord in enumerate(chords):
        for voice, note in enumerate(chord):
            at = index * apart + voice * 0.005
            events.append((at, Message("note_on", note=note, velocity=90)))
            events.append((at + held, Message("note_off", note=note)))
    start = peer.frame(0.05)
    for at, message in sorted(events, key=lambda event: event[0]):
        peer.play(bytes(message.bin()), frame=start + round(at * RATE))


def messages(peer: JackPeer, first: int = 0) -> list[tuple[float, Message]]:
    return [(frame / RATE, Message.from_bytes(data)) for frame, data in peer.heard[first:]]


def sounding(peer: JackPeer) -> set[tuple[int, int]]:
    notes: set[tuple[int, int]] = set()
    for _, message in messages(peer):
        if message.type == "note_on":
            notes.add((message.channel, message.note))
        elif message.type == "note_off":
            notes.discard((message.channel, message.note))
    return notes


@pytest.mark.slow
def test_every_note_comes_in_order_on_its_step_and_ends(peer):
    with playing(peer, "--bars", "4") as segue:
        play_keys(peer, (60,))
        assert segue.wait() == 0
        ons = [(at, m.note) for at, m in messages(peer) if m.type == "note_on"]
    assert [note for _, note in ons] == [*range(61, 84), 48, 64, 67, 45, 60, 64, *range(60, 67)]
    steps = sorted({round((at - ons[0][0]) / STEP) for at, _ in ons})
    assert steps == list(range(32))
    assert sounding(peer) == set()
    assert sum(m.type == "note_off" for _, m in messages(peer)) == len(ons)


@pytest.mark.slow
def test_a_score_preset_plays_each_part_on_its_channel_and_in_its_rhythm(peer):
    # At half the others' tempo, a sixteenth is as long as their steps.
    with playing(peer, "--bars", "2", "--bpm", "120", preset=STEPS) as segue:
        play_keys(peer, (60,), (62,))
        assert segue.wait() == 0
        ons = [(at, m.channel, m.note) for at, m in messages(peer) if m.type == "note_on"]
    sixteenths = {
        channel: [round((at - ons[0][0]) / STEP) for at, part, _ in ons if part == channel]
        for channel in (0, 1)
    }
    # A dotted rhythm, and a low C on each bar line.
    assert sixteenths == {0: [t for t in range(32) if t % 4 in (0, 3)], 1: [0, 16]}
    assert [note for _, channel, note in ons if channel == 0][:6] == [64, 66, 68, 70, 72, 74]
    assert {note for _, channel, note in ons if channel == 1} == {36}
    assert sounding(peer) == set()


def test_a_c_minor_scale_and_chords_are_the_phrase_exactly_as_struck(peer):
    scale = [(60,), (62,), (63,), (65,), (67,), (68,), (70,), (72,)]
    chords = [(48, 64, 67), (60, 63, 67), (45, 60, 64)]
    with playing(peer, "--bars", "1") as segue:
        play_keys(peer, *scale, *chords)
        lines = segue.read_until("segue")
    heard = [line for line in lines if "  you " in line]
    assert [line.split("you")[1].strip().split("  ")[0] for line in heard] == [
        *["C4", "D4", "Eb4", "F4", "G4", "Ab4", "Bb4", "C5"],
        *["C3 E4 G4", "C4 Eb4 G4", "A2 C4 E4"],
    ]
    # A C minor chord is not in the vocabulary: it is heard as its nearest, and the music goes on.
    assert ["nearest it knows" in line for line in heard] == [*[False] * 9, True, False]
    # The phrase is the window: its last chord is the alphabet's last token, and after that comes the first.
    assert lines[-1].split()[1:] == ["segue", "C4"]


def test_playing_while_it_plays_is_heard_between_what_it_plays(peer):
    with playing(peer, "--bars", "8") as segue:
        play_keys(peer, (60,))
        segue.read_until("segue")
        play_keys(peer, (72, 76))
        lines = [*segue.read_until("you"), *segue.read_until("segue"), *segue.read_until("segue")]
    names = [line.split(maxsplit=2)[2].split("  ")[0] for line in lines]
    assert "C5 E5" in names
    # An event was on its way when the chord came, and may have entered the window after it.
    alphabet = ["C#4", "D4", "Eb4", "E4", "F4", "F#4", "G4", "Ab4", "A4"]
    assert tuple(names[-2:]) in {*pairwise(alphabet), ("A2 C4 E4", "C4")}


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 0), (signal.SIGHUP, 129)]
)
def test_a_signal_leaves_nothing_sounding(peer, number, code):
    with playing(peer, "--gate", "4") as segue:  # four notes overlap at any moment
        play_keys(peer, (60,))
        segue.read_until("segue  F4")
        segue.process.send_signal(number)
        assert segue.wait() == code
    assert any(m.type == "note_on" for _, m in messages(peer))
    assert sounding(peer) == set()


def test_a_network_that_fails_once_rests_a_step_and_goes_on(peer):
    command = [sys.executable, "-c", FAILING.format(error="PredictionError", after=5)]
    with playing(peer, "--bars", "2", command=command) as segue:
        play_keys(peer, (60,))
        assert segue.wait() == 0
        ons = [(at, m.note) for at, m in messages(peer) if m.type == "note_on"]
    assert [note for _, note in ons] == list(range(61, 76))
    assert [round((at - ons[0][0]) / STEP) for at, _ in ons] == [0, 1, 2, 3, *range(5, 16)]
    assert sounding(peer) == set()


def test_an_error_nobody_foresaw_in_the_network_leaves_nothing_sounding(peer):
    command = [sys.executable, "-c", FAILING.format(error="ArithmeticError", after=20)]
    with playing(peer, "--gate", "4", command=command) as segue:
        play_keys(peer, (60,))
        assert segue.wait() == FAULT
    assert sum(m.type == "note_on" for _, m in messages(peer)) >= 3
    assert sounding(peer) == set()


def test_when_the_server_comes_back_a_panic_goes_out_before_the_first_note(mortal_jack_server):
    command = [*SEGUE, "play", str(ALPHABET), "--no-screen", "--bpm", "240", "--output", "peer:ear"]
    with JackPeer():
        segue = Playing(command)
        segue.read_until("segue")
        mortal_jack_server.kill()
        segue.read_until("JACK server ended")
    try:
        mortal_jack_server.start()
        with JackPeer() as listener:
            heard = listener.wait_for(len(panic_messages()) + 2)
            first = [Message.from_bytes(data) for _, data in heard]
            segue.process.send_signal(signal.SIGINT)
            assert segue.wait() == 0
            assert sounding(listener) == set()
    finally:
        segue.process.kill()
    assert first[: len(panic_messages())] == panic_messages()
    assert first[len(panic_messages())].type == "note_on"


def test_a_panic_from_outside_reaches_the_listener(peer):
    ended = subprocess.run(
        [*SEGUE, "panic", "--output", peer.ear], capture_output=True, text=True, timeout=30
    )
    assert ended.returncode == 0, ended.stderr
    heard = [m for _, m in messages(peer)]
    for message in panic_messages():
        assert message in heard
