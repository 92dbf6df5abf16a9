"""The records of a set, written down like a score: at 120 bpm, a beat lasts half a second."""

from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.records import Beat, Begun, Halted, Heard, Opened, PartPlays, Plays, Sent, Use

BEAT_SECONDS = 0.5


def opened(meter=Meter(4, 4), bpm=120.0, inputs=("keys",)):  # noqa: B008 - frozen
    return Opened("2026-11-21T19:30:00+01:00", None, meter, bpm, ("out",), inputs)


def plays(preset, *parts, take=None, tick=None, at=0.0):
    parts = [PartPlays(*part) for part in parts] or [PartPlays("piano", 0)]
    return Plays(at, take, tick, preset, tuple(parts))


def take(number, *records, at=1.0, first=0, beats=8, seconds=BEAT_SECONDS):
    """Begin a take, let its beats come, with what is sent and heard in it; and halt it."""
    ticks = [first // PPQ * PPQ + beat * PPQ for beat in range(beats + 1)]
    return [
        Begun(at, number, first),
        *(Beat(round(at + (tick - first) / PPQ * seconds, 6), number, tick) for tick in ticks),
        *(record for group in records for record in (group if isinstance(group, list) else [group])),
        Halted(at + (ticks[-1] - first) / PPQ * seconds, number, ticks[-1]),
    ]


def on(tick, note, velocity=64, channel=0, take=1, output=0, hand=False, at=None):
    message = bytes((0x90 | channel, note, velocity))
    return Sent(_at(tick, at), take, tick, message, output, hand)


def off(tick, note, channel=0, take=1, output=0, at=None):
    return Sent(_at(tick, at), take, tick, bytes((0x80 | channel, note, 0)), output)


def note(tick, number, duration=240, **where):
    velocity = where.pop("velocity", 64)
    return [on(tick, number, velocity, **where), off(tick + duration, number, **where)]


def sent(tick, *message, take=1, output=0, at=None):
    return Sent(_at(tick, at), take, tick, bytes(message), output)


def heard(tick, *message, take=1, source=0, use=Use.MUSIC, at=None):
    return Heard(_at(tick, at), take, tick, bytes(message), source, use)


def pressed(tick, number, duration=240, channel=0, **where):
    return [
        heard(tick, 0x90 | channel, number, 80, **where),
        heard(tick + duration, 0x90 | channel, number, 0, **where),
    ]


def idle(at, *message, source=0):
    """What was heard while nothing ran."""
    return Heard(at, None, None, bytes(message), source)


def _at(tick, at):
    return 1.0 + tick / PPQ * BEAT_SECONDS if at is None else at
