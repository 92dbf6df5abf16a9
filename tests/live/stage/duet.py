"""A performance for two, as text: what hands play at which place of the music, and what segue makes of it."""

from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from tests.live.stage.alphabet import A
from tests.live.stage.virtual_stage import VirtualStage

ORIGIN = 0.1  # seconds of the first bar line
BEAT = 0.5  # seconds, at 120 bpm
METER = Meter(4, 4)


def seconds_of(place: str) -> float:
    """`2|3` is the third beat of the second bar, `2|3.5` half a beat later."""
    bar, beat = place.split("|")
    return ORIGIN + (4 * (int(bar) - 1) + float(beat) - 1) * BEAT


def play(stage: VirtualStage, script: str) -> None:
    """Strike what a script says: `2|3 ce 0.5` is c and e together, held for half a beat."""
    for line in script.strip().splitlines():
        place, letters, beats = line.split()
        stage.keys(letters, seconds_of(place), float(beats) * BEAT)


def place_of(at: float) -> str:
    """The opposite of `seconds_of`, to the tick."""
    where = BarLines.of(METER).position(round((at - ORIGIN) / BEAT * PPQ))
    tick = f".{round(where.tick / PPQ * 1000):03d}".rstrip("0").rstrip(".") if where.tick else ""
    return f"{where.bar + 1}|{where.beat + 1}{tick}"


def played(stage: VirtualStage) -> str:
    """What segue struck, as the script: place, letters, beats held."""
    struck: dict[float, list[int]] = {}
    ends: dict[tuple[float, int], float] = {}
    sounding: dict[int, float] = {}
    for at, message in stage.sent:
        if message.type == "note_on":
            struck.setdefault(at, []).append(message.note)
            sounding[message.note] = at
        elif message.type == "note_off" and message.note in sounding:
            ends[sounding.pop(message.note), message.note] = at
    lines = []
    for at, notes in struck.items():
        letters = "".join(chr(note - A + ord("a")) for note in notes)
        held = {round((ends[at, note] - at) / BEAT, 3) for note in notes if (at, note) in ends}
        lines.append(" ".join([place_of(at), letters, *(f"{beats:g}" for beats in sorted(held))]))
    return "\n".join(lines)
