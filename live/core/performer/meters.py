"""Which meter the music is in: where bar lines are, and the meters that presets bring along."""

from dataclasses import dataclass

from live.core.beat.timing import Timing
from live.core.performer.playhead import Stop
from live.core.planning.planner import Planner
from live.core.planning.style import Style
from live.core.planning.turns import Turns
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter

CHANGES_KEPT = 64
"""How many time signatures are kept, the newest ones: a set may last for hours."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The change to the current preset's own meter that was asked for last.

    Attributes:
        line: the tick of its bar line.
        before: the bar lines without it.
    """

    line: int
    before: BarLines


class Meters:
    """Keeps the bar lines of the music. Owned by one thread.

    Args:
        timing: has the bar lines.
        planner: knows which preset is going to take over, and where.
        turns: end on bar lines.
        follows: whether another master leads. MIDI clock has no bars, so no meter is brought along.
        own: whether each preset plays in the meter of its corpus, unless it sets another one.

    Attributes:
        own: as given; change it with `choose`.
        before_switch: the bar lines as they are if no other preset takes over.
    """

    def __init__(self, timing: Timing, planner: Planner, turns: Turns, *, follows: bool, own: bool) -> None:
        self.own = own
        self.before_switch = timing.bars
        self._timing = timing
        self._planner = planner
        self._turns = turns
        self._follows = follows
        self._chosen: _Chosen | None = None

    def brought_by(self, style: Style) -> Meter | None:
        """Return the meter that a preset brings along; None if it keeps the current one."""
        if self._follows:
            return None
        return style.meter or (style.corpus_meter if self.own else None)

    def changes_at(self, style: Style) -> bool:
        """Return whether the meter changes where a preset takes over."""
        return self.brought_by(style) not in (None, self.before_switch.newest)

    def follow_switch(self) -> None:
        """Take in that another preset is going to take over, or that none is any more."""
        switch, bars = self._planner.switch_ahead, self.before_switch
        if switch is not None:
            meter = self.brought_by(switch.style)
            if meter not in (None, bars.meter_at(switch.line)):
                bars = bars.changed(switch.line, meter)
        before, self._timing.bars = self._timing.bars, bars
        if bars != before:
            self._turns.count_anew(before)

    def arrive(self) -> None:
        """Take in that another preset has taken over: its meter stays."""
        self.before_switch, self._chosen = _latest(self._timing.bars), None

    def choose(self, own: bool, style: Style, line: int) -> None:
        """Choose while the music runs whether each preset plays in its own meter.

        If it does, the current preset does so from a bar line on, unless another one is about to take over.

        Args:
            own: whether it does.
            style: the current preset.
            line: the tick of that bar line; nothing may be committed at or after it.
        """
        self.own = own
        if self._chosen is not None and self._chosen.line >= line:
            self._planner.plan.cut_where(lambda item: item.tick >= line)
            self.before_switch = self._chosen.before
        self._chosen = None
        meter, bars = self.brought_by(style), self.before_switch
        if meter not in (None, bars.newest) and self._planner.switch_ahead is None:
            self._planner.plan.cut_where(lambda item: item.tick >= line)
            self.before_switch, self._chosen = _latest(bars.changed(line, meter)), _Chosen(line, bars)
        self.follow_switch()

    def restore(self, bars: BarLines) -> None:
        """Go on with these bar lines, which are the same if no other preset takes over."""
        self._set(bars)

    def start_anew(self) -> None:
        """Count bars from tick 0, in the newest meter."""
        self._set(BarLines.of(self.before_switch.newest))

    def bring(self, style: Style, stopped: Stop | None) -> None:
        """Let a preset bring its meter along while nothing runs.

        Args:
            style: the preset.
            stopped: where the music was stopped: it changes its meter on the next bar line from there; None
                if it will start from bar 1.
        """
        meter = self.brought_by(style) or self.before_switch.newest
        if stopped is None:
            self._set(BarLines.of(meter))
        else:
            bars = self.before_switch.until(stopped.tick)
            self._set(bars.changed(bars.line_from(stopped.tick), meter))

    def _set(self, bars: BarLines) -> None:
        self.before_switch = self._timing.bars = bars
        self._chosen = None


def _latest(bars: BarLines) -> BarLines:
    return BarLines(bars.meters[-CHANGES_KEPT:])
