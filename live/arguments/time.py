"""The options for time: tempo, tempo changes, meter, swing and length."""

import argparse
import re
from itertools import pairwise

from live.arguments.performance import refusing
from live.core.beat.swing import SWING
from live.core.beat.tempo import TempoChange
from live.core.beat.transport import Transport
from live.core.planning.states import Length
from presets.bundles.settings import BPM, Meter, Settings
from presets.errors import UsageError

OWN_METER = "preset"
"""The value of `--meter` with which each preset plays in its own."""

LAST_BAR = 100_000
"""A tempo change beyond this bar is a typing mistake."""


def add_time_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options for time, which every command that plays has."""
    time = parser.add_argument_group("time")
    time.add_argument("--bpm", type=float, help=f"tempo in quarter notes a minute, {BPM}")
    time.add_argument(
        "--tempo-change",
        action="append",
        default=[],
        metavar="BAR:BPM",
        help="change the tempo at this bar; BAR-BAR:BPM changes it evenly from bar to bar; may be repeated",
    )
    time.add_argument(
        "--meter",
        metavar="N/D",
        help=f"time signature: 4/4, 3/4, 6/8; or {OWN_METER}: each preset brings along its own",
    )
    time.add_argument(
        "--swing",
        type=float,
        metavar="PERCENT",
        help=f"where the second eighth of each beat falls, {SWING}: 50 is straight, 67 a triplet",
    )


def read_bpm(arguments: argparse.Namespace, settings: Settings) -> float:
    """Return the tempo at the start; raise `UsageError` if it is out of range."""
    bpm: float = settings.bpm if arguments.bpm is None else arguments.bpm
    with refusing():
        BPM.check(bpm)
    return bpm


def read_meter(arguments: argparse.Namespace, settings: Settings) -> Meter:
    """Return the time signature; raise `UsageError` if it is not valid."""
    if arguments.meter in (None, OWN_METER):
        return settings.meter
    found = re.fullmatch(r"([0-9]+)/([0-9]+)", arguments.meter)
    if found is None:
        raise UsageError(
            f"--meter must be {OWN_METER!r} or a time signature such as 4/4 or 6/8, got {arguments.meter!r}"
        )
    with refusing():
        return Meter(int(found[1]), int(found[2]))


def read_swing(arguments: argparse.Namespace) -> float:
    """Return the swing in percent, straight by default; raise `UsageError` if it is out of range."""
    swing: float = 50.0 if arguments.swing is None else arguments.swing
    with refusing():
        SWING.check(swing)
    return swing


def read_tempo_changes(arguments: argparse.Namespace, meter: Meter) -> tuple[TempoChange, ...]:
    """Return the tempo changes in order.

    Raises:
        UsageError: if one cannot be read, or begins before the previous one has ended.
    """
    changes = sorted(
        (_read_tempo_change(text, meter) for text in arguments.tempo_change), key=lambda change: change.tick
    )
    for change, following in pairwise(changes):
        if following.tick < change.tick + max(1, change.ramp):
            bar = following.tick // meter.bar_ticks + 1
            raise UsageError(
                f"each --tempo-change must begin after the previous one has ended, got two at bar {bar}"
            )
    return tuple(changes)


def read_length(arguments: argparse.Namespace, bpm: float, changes: tuple[TempoChange, ...]) -> Length:
    """Return the length that `--bars` or `--seconds` sets; raise `UsageError` if there is nothing to play."""
    if arguments.bars is not None:
        if arguments.bars < 1:
            raise UsageError(f"--bars must be 1 or more, got {arguments.bars}")
        return Length(bars=arguments.bars)
    if arguments.seconds is not None:
        if not 0 < arguments.seconds < float("inf"):
            raise UsageError(f"--seconds must be above 0, got {arguments.seconds:g}")
        transport = Transport.steady(0, bpm)
        for change in changes:
            transport = transport.changed(change.tick, change.bpm, change.ramp)
        return Length(ticks=max(1, transport.tick_at(arguments.seconds)))
    return Length()


def _read_tempo_change(text: str, meter: Meter) -> TempoChange:
    found = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?:(\d+(?:\.\d+)?)", text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found is not None else (0, 0)
    if found is None or not 1 <= first <= last <= LAST_BAR:
        raise UsageError(
            f"--tempo-change must be BAR:BPM or BAR-BAR:BPM, such as 9:96 or 9-13:140, got {text!r}"
        )
    bpm = float(found[3])
    with refusing():
        BPM.check(bpm)
    return TempoChange((first - 1) * meter.bar_ticks, bpm, (last - first) * meter.bar_ticks)
