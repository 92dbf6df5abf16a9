"""What segue strikes in each way of playing, and on which frames, beside hands that play by way of JACK.

    python -m tests.measurements.modes_on_jack

For each mode segue plays the golden preset `steps` at 150 bpm, and sends MIDI clock; another client strikes
what a script says, counted in frames from the first clock. What a third one hears must be the text that
stands in `tests.measurements.duets`, each note-on must stand on the very frame of a place in the music, and
each must have its end. Exit code 1 if not. Needs the Debian package jackd2, and JACK-Client (the extra
`jack`).
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from mido import Message

from live.core.controls.mode import Mode
from live.core.controls.note_names import note_name, read_note
from tests.jack.jack_peer import JackPeer
from tests.jack.jack_server import RATE
from tests.measurements.duets import BPM, DUETS, STEPS, Duet
from tests.measurements.frame_listener import Framed
from tests.measurements.pairs import count_unpaired
from tests.measurements.performance import jack_server
from tests.measurements.process import playing
from tests.measurements.tempo_map import GRID, PPQ, TempoMap, fit

TEMPO_MAP = TempoMap(BPM)
BAR = 4 * PPQ

SIXTEENTH = PPQ // 4


@dataclass(frozen=True, slots=True)
class Stroke:
    """A note that was heard.

    Attributes:
        tick: the place in the music that its note-on is nearest to.
        error: by how many frames it is off that place.
        note: its number.
        ticks: how long it sounded; None if it did not end.
    """

    tick: int
    error: int
    note: int
    ticks: float | None


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--period", type=int, default=256, help="frames in a period of JACK")
    arguments = parser.parse_args(argv)
    failed = 0
    for mode, duet in DUETS.items():
        with jack_server(arguments.period), JackPeer() as peer, JackPeer("keyboard") as keys:
            heard = perform(mode, duet, peer, keys)
        strokes = strokes_of(heard)
        exact = as_text(strokes) == duet.segue and not any(stroke.error for stroke in strokes)
        unpaired = count_unpaired(f.message for f in heard if f.message.type in ("note_on", "note_off"))
        failed += not exact or bool(unpaired)
        print(f"{mode}: {'as it must be' if exact else 'NOT AS IT MUST BE'}, unpaired {unpaired}")
        for line in duet.hands.splitlines():
            print(f"  hands  {line}")
        print(f"  segue, {len(strokes)} notes, off their frames {sorted({s.error for s in strokes})}:")
        for line in as_text(strokes).splitlines():
            print(f"         {line}")
    return 1 if failed else 0


def perform(mode: Mode, duet: Duet, peer: JackPeer, keys: JackPeer) -> list[Framed]:
    """Let segue play in a mode beside the hands of a duet, and return what it sent, to its end.

    Args:
        mode: the way of playing.
        duet: what the hands do, and how long.
        peer: hears.
        keys: plays: another client, for one that played to segue and heard it would hear it a period late.
    """
    options = ("--bpm", BPM, "--mode", mode, "--bars", duet.bars, "--send-clock", "--output", peer.ear)
    # What an answer takes up of a call is chance.
    with playing(STEPS, *options, "--rng-seed", "1") as segue:
        peer.wait_for_port("segue:in")
        keys.play_into("segue:in")
        while not (clocks := _clocks(framed(peer))):
            peer.wait_for(len(peer.heard) + 1)
        for tick, message in hands_of(duet):
            keys.play(bytes(message.bin()), frame=clocks[0] + round(TEMPO_MAP.frames_at(tick)))
        segue.finish(TEMPO_MAP.frames_at(duet.bars * BAR) / RATE)
    return framed(peer)


def framed(peer: JackPeer) -> list[Framed]:
    """Return what a client has heard."""
    return [Framed(frame, Message.from_bytes(data)) for frame, data in peer.heard]


def hands_of(duet: Duet) -> list[tuple[float, Message]]:
    """Return what the hands do, in order: ticks, message."""
    messages = []
    for line in duet.hands.splitlines():
        place, names, beats = line.split()
        tick = tick_of(place)
        for name in names.split("+"):
            note = read_note(name)
            messages.append((tick, Message("note_on", note=note, velocity=90)))
            messages.append((tick + float(beats) * PPQ, Message("note_off", note=note)))
    return sorted(messages, key=lambda timed: timed[0])


def tick_of(place: str) -> float:
    """Return the tick of a place: `2|3.5` is half a beat after the third beat of the second bar."""
    bar, beat = place.split("|")
    return (int(bar) - 1) * BAR + (float(beat) - 1) * PPQ


def strokes_of(heard: Sequence[Framed], grid: int = GRID) -> list[Stroke]:
    """Return the notes that were heard, in order.

    Args:
        heard: with the clocks that say where the music is.
        grid: ticks between the places that a note may have.
    """
    origin = fit(_clocks(heard), TEMPO_MAP).origin
    ons = [(index, f) for index, f in enumerate(heard) if f.message.type == "note_on"]
    places = fit([f.frame for _, f in ons], TEMPO_MAP, origin, grid)
    return [
        Stroke(tick, error, on.message.note, _ticks_until_off(heard[index:], on))
        for (index, on), tick, error in zip(ons, places.ticks, places.errors, strict=True)
    ]


def as_text(strokes: Sequence[Stroke]) -> str:
    """Return notes as a script says them, those of one place in a line; to sixteenths, how long they last."""
    lines: dict[int, list[str]] = {}
    for stroke in sorted(strokes, key=lambda stroke: (stroke.tick, stroke.note)):
        held = "on" if stroke.ticks is None else f"{round(stroke.ticks / SIXTEENTH) / 4:.3g}"
        lines.setdefault(stroke.tick, []).append(f"{note_name(stroke.note)} {held}")
    return "\n".join(f"{_place(tick)} {', '.join(notes)}" for tick, notes in lines.items())


def _place(tick: int) -> str:
    bar, rest = divmod(tick, BAR)
    return f"{bar + 1}|{rest / PPQ + 1:.4g}"


def _ticks_until_off(heard: Sequence[Framed], on: Framed) -> float | None:
    what = (on.message.channel, on.message.note)
    for f in heard:
        if f.message.type == "note_off" and (f.message.channel, f.message.note) == what:
            return (f.frame - on.frame) / TEMPO_MAP.frames_at(1)
    return None


def _clocks(heard: Sequence[Framed]) -> list[int]:
    return [f.frame for f in heard if f.message.type == "clock"]


if __name__ == "__main__":
    sys.exit(main())
