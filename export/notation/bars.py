"""Bars, their beats, and the metrical weight of each position in a bar."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from presets.bundles.settings import Meter
from presets.music.event import PPQ

QUARTER = 24
"""Units in a quarter note."""

UNIT = PPQ // QUARTER
"""Ticks in a unit."""

BAR_LINE, HALF_BAR, BEAT, HALF_BEAT, FOURTH_OF_A_BEAT, EIGHTH_OF_A_BEAT, WITHIN = 6, 5, 4, 3, 2, 1, 0
"""Weights of a position, from the heaviest."""

GROUPS = {4: (2,), 5: (3,), 6: (3,), 7: (4,), 8: (4,), 9: (3, 6), 10: (5,), 12: (4, 8)}
"""By the number of quarters in a bar: the quarters at which its larger groups begin."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the recording.

    Attributes:
        begin: units from the recording's beginning.
        meter: its time signature.
    """

    begin: int
    meter: Meter

    @property
    def length(self) -> int:
        """Units."""
        return bar_length(self.meter)

    @property
    def end(self) -> int:
        """Units from the recording's beginning to the next bar line."""
        return self.begin + self.length


def bars_until(meters: Iterable[tuple[int, Meter]], end: int) -> list[Bar]:
    """Return the bars that cover a recording.

    Args:
        meters: the tick of each time signature, and the time signature; the first at 0, each on a bar line.
        end: the bars cover at least this many units.
    """
    changes = [(-(-tick // UNIT), meter) for tick, meter in meters]
    bars: list[Bar] = []
    begin = 0
    for index, (_, meter) in enumerate(changes):
        until = changes[index + 1][0] if index + 1 < len(changes) else end
        while begin < until:
            bars.append(Bar(begin, meter))
            begin = bars[-1].end
    return bars


def bar_length(meter: Meter) -> int:
    """Return the units of a bar, a multiple of 3."""
    return meter.bar_ticks // UNIT


@cache
def beats(meter: Meter) -> tuple[int, ...]:
    """Return the units of each beat of a bar: quarters, or three eighths in compound metres.

    A remainder goes to the end of the bar: 7/8 is 2 + 2 + 3 eighths.
    """
    length = bar_length(meter)
    if meter.is_compound:
        beat = 3 * 4 * QUARTER // meter.denominator
        return (beat,) * (length // beat)
    quarters, rest = divmod(length, QUARTER)
    if rest == QUARTER // 2 and quarters:
        return (*(QUARTER,) * (quarters - 1), QUARTER + rest)
    return (*(QUARTER,) * quarters, *((rest,) if rest else ()))


@cache
def beat_places(meter: Meter) -> tuple[int, ...]:
    """Return the beginning of each beat of a bar, in units from the bar line, and the end of the bar."""
    places = [0]
    for length in beats(meter):
        places.append(places[-1] + length)
    return tuple(places)


@cache
def weights(meter: Meter) -> tuple[int, ...]:
    """Return the weight of each position in a bar, and of the next bar line."""
    length, starts = bar_length(meter), beat_places(meter)
    found = [WITHIN] * (length + 1)
    for begin, beat in zip(starts, beats(meter), strict=False):
        parts = ((3, EIGHTH_OF_A_BEAT), (6, FOURTH_OF_A_BEAT), (12, HALF_BEAT))
        for step, weight in parts:
            for place in range(begin, begin + beat, step):
                found[place] = weight
        found[begin] = HALF_BAR if meter.is_compound else BEAT
    if not meter.is_compound and length % QUARTER == 0:
        quarters = length // QUARTER
        for group in GROUPS.get(quarters, range(4, quarters, 4)):
            found[group * QUARTER] = HALF_BAR
    found[0] = found[length] = BAR_LINE
    return tuple(found)
