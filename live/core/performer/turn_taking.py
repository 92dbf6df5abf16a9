"""Keeps the turns and the plan together: when the turn changes, the plan of the old one is dropped."""

from live.core.beat.transport import Transport
from live.core.controls.mode import Mode
from live.core.planning.context import Context
from live.core.planning.plan import Planned, TurnEnds
from live.core.planning.planner import Planner, Switch
from live.core.planning.turns import PLAYS_ALONG, Turn, Turns


class TurnTaking:
    """Makes the changes of turn that a plan must follow. Owned by one thread.

    Args:
        turns: decides whose turn it is.
        planner: draws while it is segue's turn.

    Attributes:
        turns: as given. Ask it whose turn it is, and tell it directly what has no effect on a plan: a rest of
            the musician's, `go`, and where the music starts.
    """

    def __init__(self, turns: Turns, planner: Planner) -> None:
        self.turns = turns
        self._planner = planner

    def press(self, at: float, transport: Transport | None) -> bool:
        """Take in a key press at `at` seconds; return whether segue falls silent for it."""
        yields = self.turns.press(at, transport)
        if yields:
            self._planner.redraw()
        return yields

    def choose(self, mode: Mode) -> None:
        """Change the mode while nothing runs."""
        self.turns.choose(mode)
        self._planner.redraw()

    def change(self, mode: Mode, line: int, bar_line: int) -> None:
        """Change the mode while the music runs; see `Turns.change`."""
        played = self.turns.turn is not None
        self.turns.change(mode, line, bar_line)
        if played and self.turns.turn is not None:
            self._planner.plan.cut()  # segue's turn continues, so keep the promised tick of the next event
        else:
            self._planner.redraw()

    def arrive(self, mode: Mode, line: int) -> None:
        """Change to the mode that a preset brings along, at the tick where that preset takes over."""
        self.turns.arrive(mode, line)
        self._planner.redraw()

    def come_in(self, now: float, commit_lead: float, transport: Transport) -> bool:
        """Begin segue's turn if it is time to prepare it; return whether it has begun."""
        turn = self.turns.next_turn(now, commit_lead, transport)
        if turn is not None:
            self._take(turn)
        return turn is not None

    def switch_at_rest(self, switch: Switch, context: Context) -> None:
        """Plan a requested switch while segue rests; `context` is what has been played."""
        if switch.style.mode in PLAYS_ALONG:
            self._take(Turn(switch.line))
        else:
            self._planner.switch_with_a_rest(switch, context)

    def pass_by(self, item: Planned) -> None:
        """Take in that an item of the plan has passed: segue's turn may end with it."""
        turn = self.turns.turn
        if isinstance(item.what, TurnEnds) and turn is not None and turn.end == item.tick:
            self.turns.end()
            self._planner.redraw()

    def _take(self, turn: Turn) -> None:
        self.turns.take(turn)
        self._planner.redraw()
