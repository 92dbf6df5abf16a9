"""Break a recording into lines with the same number of bars, like a page of music."""

from dataclasses import dataclass

from presets.sets.recording import Recording

BARS = (4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
"""Allowed numbers of bars in a line."""

MOST = 24
"""Maximum number of lines in a picture, even if lines must be longer than in `BARS`."""


@dataclass(frozen=True, slots=True)
class RollBar:
    """A bar of a piano roll.

    Attributes:
        number: from 1.
        begin: its first tick.
        end: the tick of the next bar line.
        beat: ticks in a beat of its time signature.
    """

    number: int
    begin: int
    end: int
    beat: int


def bars(recording: Recording) -> list[RollBar]:
    """Return the bars of a recording, in order, up to the bar in which its last note ends."""
    found: list[RollBar] = []
    untils = [*(tick for tick, _ in recording.meters[1:]), None]
    for (tick, meter), until in zip(recording.meters, untils, strict=True):
        while tick < (max(recording.end, 1) if until is None else until):
            end = tick + meter.bar_ticks
            if until is not None:
                # A time signature should not come within a bar; if it does, it ends the bar.
                end = min(end, until)
            found.append(RollBar(len(found) + 1, tick, end, meter.bar_ticks // meter.numerator))
            tick = end
    return found


def in_lines(bars: list[RollBar]) -> list[list[RollBar]]:
    """Return the bars in lines of equal length; long music gets longer lines, to fit in one picture."""
    roomy = (length for length in BARS if len(bars) <= length * min(length // 2, MOST))
    length = next(roomy, -(-len(bars) // MOST))
    return [bars[first : first + length] for first in range(0, len(bars), length)]
