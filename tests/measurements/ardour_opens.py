"""Whether a DAW opens the file of a set: Ardour's own window imports it, and what it has then is compared.

    python -m tests.measurements.ardour_opens

segue plays a set of three presets on JACK; another client plays its keyboard, turns the tempo, goes to the
next preset, stops and goes on. `segue sets export` makes the file. Ardour imports it with its tempo map and
markers, and saves a session, in which each note must stand on its track and tick, and the tempo map and the
time signature must be those of the file. Exit code 1 if not. The markers are only reported: "Import MIDI
markers" of Ardour 7.3 gives none, of files of type 0 either.

Needs the Debian packages jackd2, ardour (tried with 7.3), xvfb and xdotool, and JACK-Client (the extra
`jack`).
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

from mido import MidiFile, MidiTrack

from presets.music.event import PPQ
from tests.jack.jack_peer import JackPeer
from tests.jack.jack_server import RATE
from tests.measurements.ardour_window import do_in_ardour
from tests.measurements.figures import report
from tests.measurements.performance import jack_server
from tests.measurements.process import playing

PERIOD = 1024
SECONDS = 45.0

SET = """
name = "Friday"
count_in = 1
[[preset]]
name = "chopin"
tempo = 96
[[preset]]
name = "bach"
switch = "beat"
[[preset]]
name = "folk"
tempo = 120
[[control]]
cc = 21
turns = "tempo"
low = 80
high = 180
[[control]]
note = 36
channel = 10
does = "stop"
[[control]]
note = 37
channel = 10
does = "next"
"""

STOP, NEXT = 36, 37

IMPORT = (
    "local files = C.StringVector() "
    'files:push_back("{file}") '
    "Editor:do_import(files, Editing.ImportDistinctFiles, Editing.ImportAsTrack, ARDOUR.SrcQuality.SrcBest, "
    "ARDOUR.MidiTrackNameSource.SMFTrackName, ARDOUR.MidiTempoMapDisposition.SMFTempoUse, "
    "Temporal.timepos_t(0), ARDOUR.PluginInfo(), ARDOUR.Track(), true) "
    'Session:save_state("opened", false, false, false, false, false)'
)

Notes = Counter[tuple[float, int, int, int]]
"""Of each note its onset and its duration in beats, its number and velocity."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args(argv)
    with TemporaryDirectory() as folder, jack_server(PERIOD):
        place = Path(folder)
        words = _play(place)
        file = place / "set.mid"
        _segue(place, "sets", "export", "last", "-o", str(file))
        home = place / "ardour"
        session = do_in_ardour(home, IMPORT.format(file=file), "opened")
        figures = _compare(MidiFile(file), session)
    report({**figures, "segue says": words})
    return 0 if figures["as it must be"] else 1


def _play(place: Path) -> str:
    """Play a set in two takes, with hands and a knob."""
    evening = place / "friday.toml"
    evening.write_text(SET)
    os.environ["SEGUE_DATA"] = str(place / "data")
    with JackPeer("keyboard") as keys, playing("--set", evening, "--rng-seed", 1) as segue:
        keys.wait_for_port("segue:in")
        keys.play_into("segue:in")
        begin = keys.frame(0.5)
        for seconds, message in sorted([*_hands(), *_pads(), *_knob()]):
            keys.play(message, frame=begin + round(seconds * RATE))
        while keys.frame() < begin + SECONDS * RATE:
            time.sleep(0.1)
        segue.type("q")
        return segue.finish(0)


def _hands() -> list[tuple[float, bytes]]:
    """Return a melody, with the pedal now and then, while segue plays and while it does not."""
    strokes = []
    for number in range(round((SECONDS - 2) / 0.7)):
        at, note = 1 + number * 0.7, 60 + (number * 7) % 24
        strokes += [(at, bytes((0x90, note, 50 + number % 50))), (at + 0.6, bytes((0x80, note, 0)))]
        if number % 8 == 0:
            strokes += [(at + 0.1, bytes((0xB0, 64, 127))), (at + 1.5, bytes((0xB0, 64, 0)))]
    return strokes


def _pads() -> list[tuple[float, bytes]]:
    struck = (0.3, NEXT), (0.5, STOP), (0.6, STOP), (0.75, NEXT)
    return [
        (SECONDS * part + later, bytes((status, pad, value)))
        for part, pad in struck
        for later, status, value in ((0.0, 0x99, 100), (0.05, 0x89, 0))
    ]


def _knob() -> list[tuple[float, bytes]]:
    return [(SECONDS * 0.4 + step * 0.05, bytes((0xB0, 21, 20 + 3 * step))) for step in range(30)]


def _segue(place: Path, *arguments: str) -> None:
    subprocess.run(
        [Path(sys.executable).with_name("segue"), *arguments], check=True, stdout=subprocess.DEVNULL
    )


def _compare(file: MidiFile, session: Path) -> dict[str, Any]:
    """Compare a file with what Ardour has made of it."""
    conductor, *tracks = file.tracks
    sent = {track.name: _notes(track, PPQ) for track in tracks}
    taken = _imported(session)
    saved = ElementTree.parse(session / "opened.ardour")
    tempos, theirs = _tempos(conductor), _their_tempos(saved)
    off = [abs(one - other) for (_, one), (_, other) in zip(tempos, theirs, strict=False)]
    meters = [f"{m.numerator}/{m.denominator}" for m in conductor if m.type == "time_signature"]
    their_meters = [f"{m.get('divisions-per-bar')}/{m.get('note-value')}" for m in saved.iter("Meter")]
    markers = [m.text for m in conductor if m.type == "marker"]
    locations = [place.get("name") for place in saved.iter("Location")]
    is_right = (
        sent == taken
        and [beat for beat, _ in tempos] == [beat for beat, _ in theirs]
        and max(off) < 1e-6
        and meters == their_meters
    )
    return {
        "as it must be": is_right,
        "tracks": f"{len(taken)} of {len(sent)}",
        "notes": f"{sum(map(Counter.total, taken.values()))} of {sum(map(Counter.total, sent.values()))}",
        "notes of each track": {name: notes.total() for name, notes in taken.items()},
        "tracks whose notes are all on their ticks": sum(taken.get(name) == sent[name] for name in sent),
        "tempo map, beats": [beat for beat, _ in theirs],
        "tempo map, beats of the file": [beat for beat, _ in tempos],
        "tempo map, bpm": [round(bpm, 3) for _, bpm in theirs],
        "tempo map, greatest difference in bpm": max(off),
        "time signatures": f"{their_meters} of {meters}",
        "markers": f"{[marker for marker in markers if marker in locations]} of {markers}",
    }


def _notes(track: MidiTrack, ppq: int) -> Notes:
    notes: Notes = Counter()
    begun: dict[tuple[int, int], tuple[int, int]] = {}
    tick = 0
    for message in track:
        tick += message.time
        if message.type == "note_on" and message.velocity:
            begun[message.channel, message.note] = tick, message.velocity
        elif message.type in ("note_on", "note_off"):
            onset, velocity = begun.pop((message.channel, message.note))
            notes[onset / ppq, (tick - onset) / ppq, message.note, velocity] += 1
    return notes


def _imported(session: Path) -> dict[str, Notes]:
    """Return the notes of each track that was imported: Ardour writes each into a file of its own."""
    found = {}
    for path in sorted(session.glob("interchange/*/midifiles/set.*.mid")):
        name = re.fullmatch(r"set\.(.*)-1", path.stem)
        file = MidiFile(path)
        notes = _notes(file.tracks[0], file.ticks_per_beat)
        if name is not None and notes:
            found[name[1]] = notes
    return found


def _tempos(conductor: MidiTrack) -> list[tuple[float, float]]:
    """Return beats, and quarter notes a minute from there on."""
    tick, tempos = 0, []
    for message in conductor:
        tick += message.time
        if message.type == "set_tempo":
            tempos.append((tick / PPQ, 60e6 / message.tempo))
    return tempos


def _their_tempos(saved: "ElementTree.ElementTree[Any]") -> list[tuple[float, float]]:
    tempos = []
    for tempo in saved.iter("Tempo"):
        beats, _, ticks = tempo.get("quarters", "0:0").partition(":")
        tempos.append((int(beats) + int(ticks) / 1920, float(tempo.get("npm", "0"))))
    return tempos


if __name__ == "__main__":
    sys.exit(main())
