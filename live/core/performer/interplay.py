"""The way of playing, and whose turn it is, as the planner is told of it."""

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport, ticks_in
from live.core.controls.mode import Mode
from live.core.input.phrase import Phrase
from live.core.planning.context import Context
from live.core.planning.plan import Planned
from live.core.planning.planner import Planner
from live.core.planning.turns import PLAYS_ALONG, Turn, Turns


class Interplay:
    """Lets the planner play and rest, as the way of playing and the hands ask for. Owned by one thread.

    Args:
        mode: the way of playing.
        planner: draws while it is segue's turn.
        timing: how notes lie on the beat.
        bar_ticks: of a bar.
    """

    def __init__(self, mode: Mode, planner: Planner, timing: Timing, bar_ticks: int) -> None:
        self._turns = Turns(mode, timing, bar_ticks)
        self._planner = planner
        self._timing = timing
        self._bar_ticks = bar_ticks
        self._begin(0)

    @property
    def mode(self) -> Mode:
        """The way of playing."""
        return self._turns.mode

    @property
    def turn(self) -> Turn | None:
        """Segue's turn, running or to come; None while it is the player's."""
        return self._turns.turn

    @property
    def phrase(self) -> Phrase | None:
        """What the player played since segue's last turn; None if nothing."""
        return self._turns.phrase

    def press(self, at: float, transport: Transport | None) -> bool:
        """Hear a key go down; return whether segue falls silent for it."""
        yields = self._turns.press(at, transport)
        if yields:
            self._planner.rest()
        return yields

    def quiet(self, at: float) -> None:
        """Hear the last key come up, and the pedal with it."""
        self._turns.quiet(at)

    def go(self) -> None:
        """The player says that it is segue's turn."""
        self._turns.go()

    def reset(self, line: int) -> None:
        """The music begins on this bar line, and with it segue, if it plays along."""
        self._turns.forget()
        self._begin(line)

    def answer_first(self, phrase: Phrase, bpm: float) -> None:
        """Begin with going on from a phrase that was listened to before the music ran, at this tempo."""
        if self.mode is Mode.CONTINUE:
            self._take(Turn(0))
        elif self.mode is Mode.ANSWER:
            bars = ticks_in((phrase.ended or phrase.struck) - phrase.begun, bpm) / self._bar_ticks
            # Hands that let go a little late have not begun another bar.
            self._take(Turn(0, max(1, round(bars + 0.4)) * self._bar_ticks))

    def change(self, mode: Mode, line: int, bar_line: int | None) -> None:
        """Play in another way.

        Args:
            mode: the other way.
            line: where segue comes in if it rested.
            bar_line: the next one, where a player's turn may begin; None while nothing runs.
        """
        played = self._planner.plays
        self._turns.change(mode)
        if bar_line is None:
            self._planner.rest()
            self._begin(line)
        elif mode in PLAYS_ALONG and not played:
            self._take(Turn(line))
        elif mode is Mode.HOLD or not played:
            self._planner.rest()
        else:
            end = bar_line if mode is Mode.ANSWER else None
            self._turns.take(Turn(self._planner.line, end))
            self._planner.go_on(end)
        self._planner.mode = mode

    def arrive(self, mode: Mode, line: int) -> None:
        """Play in the way that a preset has brought along, which takes over on a line."""
        self._turns.change(mode)
        self._planner.mode = mode
        if mode in PLAYS_ALONG:
            self._take(Turn(line))
        else:
            self._planner.rest()

    def come_in(self, now: float, commit_lead: float, transport: Transport) -> bool:
        """Begin segue's turn if it is time to prepare it; return whether it was."""
        turn = self._turns.next_turn(now, commit_lead, transport)
        if turn is not None:
            self._take(turn)
        return turn is not None

    def switch_at_rest(self, context: Context) -> None:
        """Let the other preset take over on its line while segue rests; `context` is what comes before."""
        switch = self._planner.switch
        if switch is None:
            return
        if switch.style.mode in PLAYS_ALONG:
            self._take(Turn(switch.line))
        else:
            self._planner.pass_on(context)

    def pass_by(self, item: Planned) -> None:
        """Hear that an item of the plan has come: segue's turn may be over with it."""
        if item.closes and self.turn is not None and self.turn.end == item.tick:
            self._planner.rest()
            self._turns.forget()

    def deadline(self, commit_lead: float, transport: Transport) -> float:
        """Return when to come in if no key is touched before; infinity if not at all."""
        return self._turns.deadline(commit_lead, transport)

    def _begin(self, line: int) -> None:
        self._turns.take(Turn(line) if self.mode in PLAYS_ALONG else None)
        self._planner.plays = self.turn is not None
        self._planner.mode = self.mode

    def _take(self, turn: Turn) -> None:
        self._turns.take(turn)
        self._planner.take_turn(turn.begin, turn.end)
