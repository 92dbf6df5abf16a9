"""What a master does and, after `>`, what its follower makes of it: bar|beat|tick in 4/4, counted from 1.

`clocks 24 at 120` is 24 clock ticks from that moment on, `where` asks for state, position and tempo.
"""

from mido import Message

from live.core.sync.clock_follower import ClockFollower, Jumped, Started, Stopped
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter

PRESET_BPM = 100


def master(script):
    """The script's messages in order of time; None where somebody asks."""
    messages = []
    for line in script:
        at, word, *values = line.split()
        match word:
            case "clocks":
                count, _, bpm = values
                messages += [(float(at) + n * 2.5 / float(bpm), Message("clock")) for n in range(int(count))]
            case "songpos":
                messages.append((float(at), Message("songpos", pos=int(values[0]))))
            case "where":
                messages.append((float(at), None))
            case _:
                messages.append((float(at), Message(word)))
    return sorted(messages, key=lambda message: message[0])


def change_text(change):
    match change:
        case Started(tick) | Stopped(tick) | Jumped(tick):
            return f"{type(change).__name__.lower()} {BarLines.of(Meter(4, 4)).position(tick)}"
        case _:
            return type(change).__name__.lower()


def where(follower, at):
    words = [follower.state.name.lower()]
    if follower.transport is not None:
        words.append(str(BarLines.of(Meter(4, 4)).position(follower.transport.tick_at(at))))
    return " ".join([*words, f"{follower.bpm:.2f} bpm"])


def check(text):
    """Let a follower hear the script, pumped at its deadlines, and compare what it tells."""
    lines = [line.strip() for line in text.strip().splitlines()]
    follower = ClockFollower(PRESET_BPM)
    told = []
    for at, message in master(line for line in lines if not line.startswith(">")):
        if (deadline := follower.deadline) <= at:
            told += [f"> {deadline:.3f} {change_text(change)}" for change in follower.pump(deadline)]
        if message is None:
            told.append(f"> {at:.3f} {where(follower, at)}")
        else:
            told += [f"> {at:.3f} {change_text(change)}" for change in follower.hear(message, at)]
    assert told == [line for line in lines if line.startswith(">")]
