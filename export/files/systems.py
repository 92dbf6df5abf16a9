"""How a recording is broken into lines, as a page of music is: each of so many bars."""

from dataclasses import dataclass

from presets.sets.recording import Recording

BARS = (4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
"""How many bars a line may have."""

MOST = 24
"""Lines of a picture, unless even the longest lines do not suffice."""


@dataclass(frozen=True, slots=True)
class RollBar:
    """A bar.

    Attributes:
        number: from 1.
        begin: its first tick.
        end: the tick of the next bar line.
        beat: ticks from one of its beats, as the time signature counts them, to the next.
    """

    number: int
    begin: int
    end: int
    beat: int


def bars(recording: Recording) -> list[RollBar]:
    """Return the bars of a recording, in order, up to the one in which its last note ends."""
    found: list[RollBar] = []
    untils = [*(tick for tick, _ in recording.meters[1:]), None]
    for (tick, meter), until in zip(recording.meters, untils, strict=True):
        while tick < (max(recording.end, 1) if until is None else until):
            end = tick + meter.bar_ticks
            if until is not None:
                # A time signature within a bar, which there should not be, ends it.
                end = min(end, until)
            found.append(RollBar(len(found) + 1, tick, end, meter.bar_ticks // meter.numerator))
            tick = end
    return found


def in_lines(bars: list[RollBar]) -> list[list[RollBar]]:
    """Return the bars in lines of one length: long music is drawn smaller, so that a picture stays one."""
    roomy = (length for length in BARS if len(bars) <= length * min(length // 2, MOST))
    length = next(roomy, -(-len(bars) // MOST))
    return [bars[first : first + length] for first in range(0, len(bars), length)]
