"""A set of all shipped presets, and all that a player does with it, as MIDI messages with their moments.

Twenty times another preset is asked for by a program change. Each knob is swept over its whole way and back,
the modes are walked through, the tempo is tapped, and three times everything is to be silent. All the while
hands play on segue's own channel, with chords and a sustain pedal; some keys stay down at the end.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from mido import Message

from live.core.controls.actions import Action
from live.core.controls.knobs import KNOBS

HANDS = 0
"""The channel that hands play on; most presets play there, too."""

DESK = 15
"""The channel of knobs and pads."""

HARDEST = 127
"""The velocity of hands, by which their notes are known."""

SUSTAIN = 64
"""The pedal (MIDI 1.0, table III)."""

CONTROLS = {knob.name: 20 + number for number, knob in enumerate(KNOBS)}
PADS = {Action.PANIC: 1, Action.TAP: 2, Action.GO: 3}

LINES = {"bar": 4 * 24, "beat": 24, "now": 1}
"""Clocks from one line to the next that a preset may take over on; 24 a quarter note."""

SECOND = "second"
"""The ear that some parts play into."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A preset of the set.

    Attributes:
        name: of the preset.
        parts: of it.
        switch: where it takes over.
        bpm: the tempo that it brings along; None to leave the one there is.
        elsewhere: the part that plays into `SECOND`.
        mode: that it brings along.
    """

    name: str
    parts: tuple[str, ...]
    switch: str
    bpm: int | None = None
    elsewhere: str | None = None
    mode: str | None = None


ENTRIES = (
    Entry("chopin", ("piano",), "bar", bpm=112, mode="stream"),
    Entry("bach", ("bass", "tenor", "alto", "soprano"), "beat", elsewhere="bass"),
    Entry("folk", ("chords", "melody"), "bar", bpm=132),
    Entry("pop", ("piano", "bridge", "melody"), "now", bpm=120, elsewhere="melody", mode="accompany"),
    Entry("chopin-classic", ("piano",), "bar", mode="stream"),
)

ROUNDS = (
    (1, "temperature"),
    (2, "rhythm-temperature"),
    (3, "dynamics-temperature"),
    (4, "top-p"),
    (0, "rhythm-top-p"),
    (1, "dynamics-top-p"),
    (3, "density"),
    (2, "recall"),
    (4, "velocity"),
    (0, "register"),
    (3, "transpose"),
    (4, "gate"),
    (1, "tempo"),
    (2, "key"),
    (0, "mode"),
    (3, "mute"),
    (4, "taps"),
    (1, "modes"),
    (2, "swing"),
    (0, ""),
)
"""Which preset is asked for, and what is turned as soon as it plays: knobs that mean something to it."""

PANIC_ROUNDS = (4, 10, 17)

FIRST_ROUND = 8.0
"""Seconds after the first clock; the other presets are loaded by then."""

ROUND_SECONDS = 7.0
TURNING_AFTER = 4.0
SWEEP_SECONDS = 2.4

RESTED = 40
"""How many messages long a knob rests at each end, so that whoever looks ten times a second sees it there."""

SETTLED = {"tempo": 51, "mode": 0, "mute": 0}
"""Where a sweep ends, if not in the middle."""

END_SECONDS = FIRST_ROUND + len(ROUNDS) * ROUND_SECONDS

Timed = tuple[float, Message]
"""A moment in seconds after the first clock, and what is sent then."""


def program_of(entry: int, part: int = 0) -> int:
    """Return the program, 0..127, by which a part of the set is known."""
    return 10 * (entry + 1) + part


def set_file(second: str) -> str:
    """Return the set file; `second` is the port of the ear `SECOND`."""
    lines = ['name = "An evening"', 'meter = "4/4"', "send_clock = true", "thru = true"]
    for number, entry in enumerate(ENTRIES):
        lines += ["[[preset]]", f'name = "{entry.name}"', f'switch = "{entry.switch}"']
        lines += [f"tempo = {entry.bpm}"] if entry.bpm is not None else []
        lines += [f'mode = "{entry.mode}"'] if entry.mode is not None else []
        for place, part in enumerate(entry.parts):
            lines += [f"[preset.parts.{part}]", f"program = {program_of(number, place) + 1}"]
            lines += [f'output = "{second}"'] if part == entry.elsewhere else []
    for name, control in CONTROLS.items():
        lines += ["[[control]]", f"cc = {control}", f"channel = {DESK + 1}", f'turns = "{name}"']
    for action, note in PADS.items():
        lines += ["[[control]]", f"note = {note}", f"channel = {DESK + 1}", f'does = "{action}"']
    return "\n".join([*lines, ""])


def requests(chance: random.Random) -> list[Timed]:
    """Return the program changes that ask for presets, at random places of the bar."""
    return [
        (begin + chance.uniform(0, 1.5), Message("program_change", channel=DESK, program=preset))
        for begin, (preset, _) in _rounds()
    ]


def turning() -> list[Timed]:
    """Return what turns knobs and strikes pads."""
    return sorted(
        (timed for begin, (_, what) in _rounds() for timed in _turn(what, begin + TURNING_AFTER)),
        key=lambda timed: timed[0],
    )


def panics() -> list[Timed]:
    """Return what asks for silence, while hands hold keys."""
    moments = [FIRST_ROUND + number * ROUND_SECONDS + 3.3 for number in PANIC_ROUNDS]
    return [timed for at in moments for timed in _strike(PADS[Action.PANIC], at)]


def hands(chance: random.Random) -> list[Timed]:
    """Return what hands play: always something, at the end with keys and the pedal down."""
    messages: list[Timed] = []
    free_at = dict.fromkeys(range(40, 89), 0.0)
    at = 4.0
    while at < END_SECONDS - 1.5:
        for note in chance.sample(
            [note for note in free_at if free_at[note] < at], chance.choice([1, 1, 1, 4])
        ):
            free_at[note] = at + chance.uniform(0.05, 1.2)
            messages.append((at, Message("note_on", channel=HANDS, note=note, velocity=HARDEST)))
            messages.append((free_at[note], Message("note_off", channel=HANDS, note=note)))
        at += chance.choice([0.02, 0.15, 0.3, 0.5, 1.1])
    for number, moment in enumerate(range(5, round(END_SECONDS), 3)):
        messages.append((moment, _pedal(down=number % 2 == 0)))
    messages.append((END_SECONDS - 0.5, _pedal(down=True)))
    messages += [
        (END_SECONDS - 0.4, Message("note_on", channel=HANDS, note=note, velocity=HARDEST))
        for note in (48, 64, 79)
    ]
    return sorted(messages, key=lambda timed: timed[0])


def _rounds() -> Iterator[tuple[float, tuple[int, str]]]:
    for number, one in enumerate(ROUNDS):
        yield FIRST_ROUND + number * ROUND_SECONDS, one


def _turn(what: str, at: float) -> Iterator[Timed]:
    if what == "taps":
        for tap in range(5):
            yield from _strike(PADS[Action.TAP], at + tap * 0.5)
    elif what == "modes":
        # From one end to the other and back, a second in each.
        for step, value in enumerate((0, 12, 38, 64, 89, 115, 0)):
            yield at - 3 + step, _turned("mode", value)
        yield from _strike(PADS[Action.GO], at)
    elif what == "mute":
        for begin in (at, at + 1.5):
            yield begin, _turned("mute", 127)
            yield begin + 0.2, _turned("mute", 0)
    elif what:
        settled = range(SETTLED.get(what, 64) + 1)
        way = [*range(128), *[127] * RESTED, *reversed(range(127)), *[0] * RESTED, *settled]
        for step, value in enumerate(way):
            yield at + step * SWEEP_SECONDS / len(way), _turned(what, value)


def _turned(knob: str, value: int) -> Message:
    return Message("control_change", channel=DESK, control=CONTROLS[knob], value=value)


def _strike(pad: int, at: float) -> list[Timed]:
    return [
        (at, Message("note_on", channel=DESK, note=pad, velocity=100)),
        (at + 0.05, Message("note_off", channel=DESK, note=pad)),
    ]


def _pedal(*, down: bool) -> Message:
    return Message("control_change", channel=HANDS, control=SUSTAIN, value=127 if down else 0)
