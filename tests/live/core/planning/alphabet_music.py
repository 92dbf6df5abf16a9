"""Styles, contexts and planners in the alphabet (`tests.live.stage.alphabet`), for tests of one class."""

import numpy as np

from live.core.beat.timing import Timing
from live.core.beat.transport import Transport
from live.core.controls.mode import Mode
from live.core.planning.commit_lead import CommitLead
from live.core.planning.context import Context
from live.core.planning.plan import MusicEnds, Onset, Planned, Rest, TurnEnds
from live.core.planning.planner import Planner
from live.core.planning.states import Length
from live.core.planning.style import Style
from live.core.planning.turns import Turns
from presets.bundles.settings import Part
from presets.music.encoding import Position
from presets.music.event import Event, Note
from presets.music.window import Window
from tests.live.stage.alphabet import CONTROLS, A, AlphabetPredictor, events, spell

BAR = 1920
PIANO = (Part("piano", 0),)


def style(name="steps", predictor=None, **options):
    return Style(name, predictor or AlphabetPredictor(), PIANO, options.pop("controls", CONTROLS), **options)


def context(word="abc", tick=0, **options):
    """Return a context whose newest event lies `tick` ticks behind a bar line."""
    return Context(options.pop("style", None) or style(), events(word), Position(tick, BAR), **options)


def letter(name, ioi=240, duration=120):
    return Event(ioi, (Note(A + ord(name) - ord("a"), duration, 64),))


def spelled(item: Planned) -> str:
    """`d@240`: the letter d at tick 240; `-@240` a rest, `turn|` and `music|` an end."""
    match item.what:
        case Onset(event):
            return f"{spell(Window.of([event]))}@{item.tick}"
        case Rest(why):
            return f"{why.name.lower()}@{item.tick}"
        case TurnEnds():
            return f"turn ends@{item.tick}"
        case MusicEnds():
            return f"music ends@{item.tick}"


class PlannedAlphabet:
    """A planner with all it needs, at 120 bpm: a beat lasts half a second."""

    def __init__(self, word="abc", mode=Mode.STREAM, length=None, **options):
        self.timing = Timing()
        self.turns = Turns(mode, self.timing)
        self.rng = np.random.default_rng(7)
        self.lead = CommitLead()
        self.planner = Planner(
            self.rng,
            self.turns,
            self.timing,
            length or Length(),
            self.lead,
            lambda style, controls, newest: controls,
        )
        self.context = context(word, **options)
        self.transport = Transport.steady(0.0, 120)

    def plan(self, count=1, now=None, placed_at=None):
        """Draw and place so many events; without `now`, before the transport runs."""
        for _ in range(count):
            transport = None if now is None else self.transport
            self.planner.draw(self.context, transport, now or 0.0)
            self.planner.place(transport, placed_at if placed_at is not None else now or 0.0)
        return self.spelled

    @property
    def spelled(self):
        return [spelled(item) for item in self.planner.plan]
