"""Whose turn it is: when segue takes over from the musician, and until when it plays."""

from collections import deque
from dataclasses import dataclass, replace
from typing import Self

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport, ticks_in
from live.core.controls.mode import Mode
from live.core.input.keyboard import DELIVERY
from live.core.input.phrase import Phrase, PhraseState
from live.core.sync.clock_sender import SIXTEENTH
from presets.bundles.bar_lines import BarLines
from presets.music.encoding import GRID
from presets.music.event import PPQ, Event

CONTINUE_WITHIN_SECONDS = 0.300
"""How long segue may wait after the end of a phrase for a line of the beat to begin on."""

LISTENS_SECONDS = 0.050
"""How long segue waits for a key of the musician's, from the bar line on, where their call may go on. The
onsets of musicians who play together differ by 30 to 50 ms (Rasch 1979, "Synchronization in performed
ensemble music", Acustica 43), so an answer that begins as late as this still begins on the line."""

GAP_FACTOR = 1.25
"""A call is over after a rest of this many times its longest gap; after a shorter one it may go on."""

LINES = (PPQ, PPQ // 2, PPQ // 4, PPQ // 8, GRID)
"""Grids of lines that segue may begin on, in ticks: it takes the first grid that has a line soon enough."""

USUAL_BARS = frozenset({2, 4, 8})
"""Lengths of a call, in bars, at which its end is expected."""

PLAYS_ALONG = frozenset({Mode.STREAM, Mode.ACCOMPANY})
"""Modes without turns, in which segue always plays."""

TAKES_TURNS = frozenset({Mode.CONTINUE, Mode.ANSWER})
"""Modes in which segue and the musician take turns."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Segue's turn.

    Attributes:
        begin: the tick of its first event.
        end: the tick at which it ends; None if it lasts until the musician plays.
        listens: whether the musician's call may go on at its beginning, so that its first notes sound
            `LISTENS_SECONDS` later, and only if no key is pressed before.
    """

    begin: int
    end: int | None = None
    listens: bool = False


@dataclass(slots=True)
class _Call:
    """The call that segue is going to answer, in ticks.

    Attributes:
        first: its first onset.
        last: its newest onset.
        gap: the longest time from one onset to the next.
        line: the next bar line at which it may be over.
        strikes_lines: whether it has an onset on each bar line since it began.
    """

    first: int
    last: int
    gap: int
    line: int
    strikes_lines: bool = True


@dataclass(frozen=True, slots=True)
class TurnsState:
    """Whose turn it is, and what decides about the next one.

    Attributes:
        mode: when segue plays.
        turn: segue's turn; None while it is the musician's.
        phrase: what the musician has played since segue's last turn; None if nothing.
        first_line: the bar line on which the music began.
        call: first and last onset, longest gap, next line and whether it has an onset on each line, of the
            call that segue is going to answer; None if there is none.
        bars: how many bars the answer to the newest call has.
        bars_before: bars of the calls that were answered last, up to two.
        bars_guessed: bars of a call that may go on; None if none may.
        asked: whether the musician has asked segue to play.
    """

    mode: Mode
    turn: Turn | None
    phrase: PhraseState | None
    first_line: int
    call: tuple[int, int, int, int, bool] | None
    bars: int
    bars_before: tuple[int, ...]
    bars_guessed: int | None
    asked: bool

    @property
    def after_turn(self) -> Self:
        """The state once segue's turn has ended, and the phrase is answered."""
        return replace(self, turn=None, phrase=None, call=None, asked=False)

    def resting_from(self, at: float, tick: int) -> Self:
        """Return the state if what the musician plays now lasts until then, and their rest begins.

        Nobody knows which bar lines they have struck since, so no key on one means nothing.

        Args:
            at: when, seconds.
            tick: the tick then; any while nothing runs.
        """
        phrase, call = self.phrase, self.call
        if phrase is not None:
            phrase = replace(phrase, ended=at)
        if call is not None:
            first, last, gap, line, _ = call
            call = first, max(last, tick), gap, line, False
        return replace(self, phrase=phrase, call=call)


class Turns:
    """Decides whose turn it is while the music runs. Owned by one thread; times are seconds.

    *Continue*: the phrase is over after a rest of two beats, or of twice its longest rest if that is longer.
    segue then continues until the musician plays. It begins on the coarsest line of the beat that comes
    within 0.3 s. If the musician plays on within a beat of that, the phrase was not over, and segue waits
    twice as long as that rest from then on.

    *Answer*: the call is over at the first bar line that comes after enough silence: 1.25 times the longest
    gap between its onsets, but at least a beat, and no more than a bar less a beat. A call that is played up
    to the bar line is over there if it is as long as each of the two before. It may be over there if it is as
    long as one of them; and if it has 2, 4 or 8 bars, and an onset on each bar line within it. segue then
    listens for a moment: a key on the bar line says that the call goes on. segue answers with as many bars as
    the call had. If the musician plays on within a beat of that, the call was not over.

    Args:
        mode: when segue plays at first.
        timing: how notes lie on the beat.

    Attributes:
        mode: when segue plays.
        turn: segue's turn, current or coming; None while it is the musician's.
        phrase: what the musician has played since segue's last turn; None if nothing.
    """

    def __init__(self, mode: Mode, timing: Timing) -> None:
        self.mode = mode
        self.phrase: Phrase | None = None
        self.turn: Turn | None = None
        self._timing = timing
        self._first_line = 0
        self._call: _Call | None = None
        self._bars = 1
        # Bars of the calls that were answered last, and of one that may go on: its answer has just begun.
        self._bars_before: deque[int] = deque(maxlen=2)
        self._bars_guessed: int | None = None
        self._asked = False
        self.reset(0)

    @property
    def accompanies(self) -> bool:
        """Whether segue plays beside the musician's hands."""
        return self.mode is Mode.ACCOMPANY

    @property
    def turn_bars(self) -> int | None:
        """How many bars the call has so far, or segue's answer has in all; None while there is neither."""
        number = self._timing.bars.number
        if self.turn is not None:
            return None if self.turn.end is None else number(self.turn.end) - number(self.turn.begin)
        return None if self._call is None else number(self._call.last) - number(self._call.first) + 1

    @property
    def state(self) -> TurnsState:
        """Whose turn it is, and what decides about the next one, as it is now."""
        call, phrase = self._call, self.phrase
        return TurnsState(
            self.mode,
            self.turn,
            None if phrase is None else phrase.state,
            self._first_line,
            None if call is None else (call.first, call.last, call.gap, call.line, call.strikes_lines),
            self._bars,
            tuple(self._bars_before),
            self._bars_guessed,
            self._asked,
        )

    def restore(self, state: TurnsState) -> None:
        """Go on from the state of other turns."""
        self.mode, self.turn, self._first_line = state.mode, state.turn, state.first_line
        self.phrase = None if state.phrase is None else Phrase.restored(state.phrase)
        self._call = None if state.call is None else _Call(*state.call)
        self._bars, self._asked = state.bars, state.asked
        self._bars_before = deque(state.bars_before, maxlen=2)
        self._bars_guessed = state.bars_guessed

    def reset(self, line: int) -> None:
        """Begin on this bar line, with segue's turn if it plays along; forget what the musician played."""
        self._first_line = line
        self._forget_lengths()
        self.end()
        self.turn = self._turn_from(line)

    def end(self) -> None:
        """Give the musician the turn, and forget what they played: segue has answered it."""
        self.phrase, self._call, self.turn, self._asked = None, None, None, False

    def choose(self, mode: Mode) -> None:
        """Set the mode that the music will begin in; only while nothing runs."""
        self._change(mode)
        self.turn = self._turn_from(self._first_line)

    def change(self, mode: Mode, line: int, bar_line: int) -> None:
        """Change the mode while the music runs.

        If it is segue's turn, the turn continues in the new mode: up to the next bar line in *answer*, and
        without an end in *stream*, *accompany* and *continue*. *Hold* ends it.

        Args:
            mode: the new mode.
            line: the tick at which segue comes in if it was resting.
            bar_line: the tick of the next bar line, where the musician's turn may begin.
        """
        running = self.turn
        self._change(mode)
        if mode is Mode.HOLD:
            self.turn = None
        elif running is not None:
            self.turn = Turn(running.begin, bar_line if mode is Mode.ANSWER else None)
        else:
            self.turn = self._turn_from(line)

    def arrive(self, mode: Mode, line: int) -> None:
        """Change to the mode that a preset brings along, at the tick where that preset takes over."""
        self._change(mode)
        self.turn = self._turn_from(line)

    def take(self, turn: Turn) -> None:
        """Give segue this turn."""
        self.turn, self._asked = turn, False

    def answer_first(self, phrase: Phrase, bpm: float) -> None:
        """Begin with segue's answer to a phrase that was played at this tempo before the music started."""
        if self.mode in TAKES_TURNS:
            self.phrase = phrase
        if self.mode is Mode.CONTINUE:
            self.take(Turn(0))
        elif self.mode is Mode.ANSWER:
            lines = self._timing.bars
            bars = ticks_in((phrase.ended or phrase.struck) - phrase.begun, bpm) / lines.place(0).bar
            # Releasing the last key a little late does not begin another bar.
            self.take(Turn(0, lines.line(max(1, round(bars + 0.4)))))

    def count_anew(self, before: BarLines) -> None:
        """Take in that the bar lines have changed: segue's turn keeps the number of its bars.

        Args:
            before: the bar lines as they were.
        """
        lines, turn = self._timing.bars, self.turn
        if turn is not None and turn.end is not None:
            bars = before.number(turn.end) - before.number(turn.begin)
            self.turn = replace(turn, end=lines.bars_on(turn.begin, bars))
        if self._call is not None:
            self._call.line = lines.line_from(self._call.line)

    def press(self, at: float, transport: Transport | None) -> bool:
        """Take in a key press; return whether segue must fall silent for it."""
        if self.turn is not None and self.mode not in PLAYS_ALONG:
            self._interrupt(at, transport)
            yields = True
        else:
            yields = False
        if self.phrase is None:
            self.phrase = Phrase(at, at)
        else:
            self.phrase.press(at)
        if transport is not None and self.mode is Mode.ANSWER:
            self._extend_call(self._timing.tick_heard(at, transport))
        return yields

    def hear(self, event: Event, tick: int | None) -> None:
        """Take in an event that the musician played, at the tick of its onset; None while nothing runs."""
        if self.phrase is not None and self.mode in TAKES_TURNS:
            self.phrase.hear(event, tick)

    def quiet(self, at: float) -> None:
        """Take in that the last key or pedal was released, so that nothing is held."""
        if self.phrase is not None:
            self.phrase.quiet(at)

    def go(self) -> None:
        """Request segue's turn: the musician has asked segue to play."""
        self._asked = self.turn is None

    def next_turn(self, now: float, commit_lead: float, transport: Transport) -> Turn | None:
        """Return segue's next turn once it is time to prepare it; None before, and during segue's turn."""
        if self.turn is not None:
            return None
        if self.mode is Mode.CONTINUE:
            return self._continue(now, commit_lead, transport)
        if self.mode is Mode.ANSWER:
            return self._answer(now, commit_lead, transport)
        return None

    def delay(self, tick: int, transport: Transport) -> float:
        """Return how many seconds later than its tick a note of segue's turn sounds, because it listens."""
        if self.turn is None or not self.turn.listens:
            return 0.0
        begin, at = (self._timing.moment(tick, transport) for tick in (self.turn.begin, tick))
        return max(0.0, begin + LISTENS_SECONDS - at)

    def deadline(self, commit_lead: float, transport: Transport) -> float:
        """Return when to call `next_turn` if no key is pressed before; infinity if there is no need to."""
        if self.turn is not None:
            return float("inf")
        if self.mode is Mode.CONTINUE and self.phrase is not None:
            return self._over_at(self.phrase, transport)
        if self.mode is Mode.ANSWER and self._call is not None:
            return self._decides_at(self._call.line, commit_lead, transport)
        return float("inf")

    def _change(self, mode: Mode) -> None:
        self.mode, self._call, self._asked = mode, None, False
        self._forget_lengths()
        if self.phrase is not None and mode not in TAKES_TURNS:
            self.phrase.events.clear()

    def _forget_lengths(self) -> None:
        self._bars_before.clear()
        self._bars_guessed = None

    def _turn_from(self, line: int) -> Turn | None:
        """Return a turn without an end if segue plays along in this mode; else None."""
        return Turn(line) if self.mode in PLAYS_ALONG else None

    def _interrupt(self, at: float, transport: Transport | None) -> None:
        """End segue's turn: the musician begins a new phrase, or continues the old one if it is early."""
        turn, self.turn = self.turn, None
        if turn is None or transport is None or self._timing.tick_heard(at, transport) >= turn.begin + PPQ:
            self.phrase, self._call = None, None
        else:
            self._bars_guessed = None

    def _extend_call(self, tick: int) -> None:
        onset = _nearest(tick, SIXTEENTH)
        if self._call is None and self._bars_guessed is not None:
            self._bars_before.append(self._bars_guessed)
            self._bars_guessed = None
        # Nothing is answered within the count-in.
        bars, call = self._timing.bars, self._call
        line = max(0, bars.bars_on(onset, 1))
        if call is None:
            self._call = _Call(onset, onset, 0, line)
            return
        passed = bars.number(onset) - bars.number(call.last)
        call.strikes_lines &= passed <= 0 or (passed == 1 and onset == bars.line_before(onset))
        call.gap = max(call.gap, onset - call.last)
        call.last, call.line = onset, max(line, call.line)

    def _over_at(self, phrase: Phrase, transport: Transport) -> float:
        if phrase.ended is None:
            return float("inf")
        # A key that was pressed in time may be reported a little later.
        return phrase.over_at(transport.bpm_at(transport.tick_at(phrase.ended))) + DELIVERY

    def _continue(self, now: float, commit_lead: float, transport: Transport) -> Turn | None:
        latest = now + commit_lead + CONTINUE_WITHIN_SECONDS
        if not self._asked:
            if self.phrase is None or now < (over := self._over_at(self.phrase, transport)):
                return None
            latest = over - DELIVERY + CONTINUE_WITHIN_SECONDS
        earliest = self._earliest(now, commit_lead, transport)
        lines = [-(-earliest // grid) * grid for grid in LINES]
        met = [line for line in lines if self._timing.moment(line, transport) <= latest]
        return Turn((met or lines[-1:])[0])

    def _answer(self, now: float, commit_lead: float, transport: Transport) -> Turn | None:
        lines, call = self._timing.bars, self._call
        if self._asked:
            line = lines.line_from(self._earliest(now, commit_lead, transport))
            if call is not None:
                self._bars = self._bars_of(call, line, transport)
            return Turn(line, lines.bars_on(line, self._bars))
        if call is None:
            return None
        while now >= self._decides_at(call.line, commit_lead, transport):
            line = call.line
            call.line = lines.bars_on(line, 1)
            # Skip lines that have passed: the computer may have been suspended.
            is_ahead = self._timing.moment(line, transport) >= now + commit_lead
            is_over = line - call.last >= self._patience(call) or self._is_habit(call, line)
            if is_ahead and (is_over or self._may_end(call, line)):
                self._bars = self._bars_guessed = self._bars_of(call, line, transport)
                return Turn(line, lines.bars_on(line, self._bars), listens=not is_over)
        return None

    def _earliest(self, now: float, commit_lead: float, transport: Transport) -> int:
        """Return the first tick that segue can begin on, after the count-in."""
        return max(0, self._timing.first_tick(now + commit_lead, transport))

    def _patience(self, call: _Call) -> int:
        """Return for how many ticks before a bar line the musician must rest to end the call there."""
        bar = self._timing.bars.place(call.last).bar
        return max(PPQ, min(bar - PPQ, round(GAP_FACTOR * call.gap)))

    def _is_habit(self, call: _Call, line: int) -> bool:
        """Return whether a call is as long, on a bar line, as each of the two before."""
        return list(self._bars_before) == 2 * [self._bars_until(call, line)]

    def _may_end(self, call: _Call, line: int) -> bool:
        """Return whether a call may end on a bar line up to which it is played, if no key is pressed there.

        Who has struck each bar line so far strikes this one, too, unless the call is over.
        """
        bars, before = self._bars_until(call, line), max(self._bars_before, default=0)
        return bars in self._bars_before or (bars in USUAL_BARS and bars > before and call.strikes_lines)

    def _bars_until(self, call: _Call, line: int) -> int:
        return self._timing.bars.number(line) - self._timing.bars.number(call.first)

    def _bars_of(self, call: _Call, line: int, transport: Transport) -> int:
        """Return the length, in whole bars, of a call that is over by a bar line."""
        end = line
        if self.phrase is not None and self.phrase.ended is not None:
            end = min(line, _nearest(self._timing.tick_heard(self.phrase.ended, transport), SIXTEENTH))
        end = max(end, call.last + 1)
        lines = self._timing.bars
        return max(1, lines.number(end - 1) + 1 - lines.number(call.first))

    def _decides_at(self, line: int, commit_lead: float, transport: Transport) -> float:
        """Return when segue must decide whether it begins on a line."""
        return self._timing.moment(line, transport) - commit_lead - DELIVERY


def _nearest(tick: int, grid: int) -> int:
    return (tick + grid // 2) // grid * grid
