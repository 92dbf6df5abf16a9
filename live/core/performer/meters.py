"""Which meter the music is in: where bar lines are, and the meters that presets bring along."""

from live.core.beat.timing import Timing
from live.core.performer.playhead import Stop
from live.core.planning.planner import Planner
from live.core.planning.style import Style
from live.core.planning.turns import Turns
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter


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
    """

    def __init__(self, timing: Timing, planner: Planner, turns: Turns, *, follows: bool, own: bool) -> None:
        self.own = own
        self._timing = timing
        self._planner = planner
        self._turns = turns
        self._follows = follows

    @property
    def before_switch(self) -> BarLines:
        """The bar lines as they are if no other preset takes over."""
        switch, bars = self._planner.switch_ahead, self._timing.bars
        return bars if switch is None else bars.until(switch.line - 1)

    def brought_by(self, style: Style) -> Meter | None:
        """Return the meter that a preset brings along; None if it keeps the current one."""
        if self._follows:
            return None
        return style.meter or (style.corpus_meter if self.own else None)

    def changes_at(self, style: Style) -> bool:
        """Return whether the meter changes where a preset takes over."""
        return self.brought_by(style) not in (None, self.before_switch.newest)

    def follow_switch(self, bars: BarLines) -> None:
        """Set the bar lines to these, with the meter of the preset that is going to take over."""
        switch = self._planner.switch_ahead
        meter = None if switch is None else self.brought_by(switch.style)
        if switch is not None and meter is not None:
            bars = bars.changed(switch.line, meter)
        self._set(bars)

    def choose(self, own: bool, style: Style, line: int) -> None:
        """Choose while the music runs whether each preset plays in its own meter.

        If it does, the current preset does so from a bar line on, unless another one is about to take over.

        Args:
            own: whether it does.
            style: the current preset.
            line: the tick of that bar line; nothing may be committed at or after it.
        """
        bars, self.own = self.before_switch, own
        meter = self.brought_by(style)
        if meter not in (None, bars.newest) and self._planner.switch_ahead is None:
            self._planner.plan.cut_where(lambda item: item.tick >= line)
            bars = bars.changed(line, meter)
        self.follow_switch(bars)

    def start_anew(self) -> None:
        """Count bars from tick 0, in the newest meter."""
        self._timing.bars = BarLines.of(self._timing.bars.newest)

    def bring(self, style: Style, stopped: Stop | None) -> None:
        """Let a preset bring its meter along while nothing runs.

        Args:
            style: the preset.
            stopped: where the music was stopped: it changes its meter on the next bar line from there; None
                if the music begins anew.
        """
        bars = self._timing.bars if stopped is None else self._timing.bars.until(stopped.tick)
        meter = self.brought_by(style) or bars.newest
        if stopped is None:
            self._timing.bars = BarLines.of(meter)
        else:
            self._timing.bars = bars.changed(bars.line_from(stopped.tick), meter)

    def _set(self, bars: BarLines) -> None:
        before, self._timing.bars = self._timing.bars, bars
        if bars != before:
            self._turns.count_anew(before)
