"""Two performers on one beat: the first is dropped at some moment, the second goes on from its line."""

from bisect import insort
from dataclasses import dataclass, field

import numpy as np
from mido import Message

from live.core.output.schedule import Strike
from live.core.performer.checkpoint import Checkpoint
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.performer.recovery import Comeback
from live.core.performer.state_line import from_line, to_line
from live.core.planning.style import Style
from presets.bundles.settings import Meter, Part
from tests.live.stage.alphabet import CONTROLS, A, RhythmicAlphabet, seed

LEAD_SECONDS = 0.02


def style(name="letters", predictor=None, channel=0, **options):
    parts = (Part(name, channel),)
    controls = options.pop("controls", CONTROLS)
    return Style(name, predictor or RhythmicAlphabet(240), parts, controls, **options)


@dataclass
class Player:
    """A performer, what it ordered, and the newest line that it handed over.

    Attributes:
        performer: the performer.
        styles: the presets by their numbers.
        now: seconds.
        strikes: the notes that it ordered.
        messages: the other messages that it ordered.
        line: its newest checkpoint; it makes one with each of its orders.
    """

    performer: Performer
    styles: dict[int, Style]
    now: float = 0.0
    strikes: list[Strike] = field(default_factory=list)
    messages: list[tuple[float, Message]] = field(default_factory=list)
    line: bytes = b""
    script: list = field(default_factory=list)

    @classmethod
    def of(cls, *styles, rng_seed=0, **options):
        """Return a player of the first of these presets that has not begun."""
        numbered = dict(enumerate(styles or (style(),)))
        options = {"meter": Meter(4, 4), "bpm": 120, **options}
        performance = Performance(numbered[0], seed("abc"), **options)
        return cls(Performer(performance, np.random.default_rng(rng_seed)), numbered)

    def at(self, seconds, do):
        """Let something be done at this time: it is called with the performer and the time."""
        insort(self.script, (seconds, do), key=lambda entry: entry[0])

    def strike(self, letter, at, held=0.2):
        """Let the musician strike the key of a letter."""
        key = (0, 0, A + ord(letter) - ord("a"))
        self.at(at, lambda performer, now: performer.press(key, 90, now))
        self.at(at + held, lambda performer, now: performer.release(key, now))

    def checkpoint(self):
        numbers = {id(style): number for number, style in self.styles.items()}
        return self.performer.checkpoint(lambda style: numbers[id(style)], self.now)

    def play_until(self, until):
        """Let time pass, without what happens at that very moment."""
        while True:
            orders = self.performer.pump(self.now, LEAD_SECONDS)
            self.strikes += orders.strikes
            self.messages += [(due.at, due.message) for due in orders.messages]
            if not orders.is_empty or not self.line:
                self.line = to_line(self.checkpoint())
            coming = self.script[0][0] if self.script else float("inf")
            deadline = max(self.now, min(self.performer.deadline, coming))
            if deadline >= until:
                self.now = until
                return
            self.now = deadline
            while self.script and self.script[0][0] <= self.now:
                at, do = self.script.pop(0)
                do(self.performer, at)
                self.line = to_line(self.checkpoint())

    def go_on(self, away=2.0, rng_seed=99, **comeback):
        """Drop this player now; return the one that goes on so many seconds later, and its bar line."""
        checkpoint = from_line(Checkpoint, self.line)
        now = self.now + away
        performance = self.performer.performance
        begins = Performance(
            self.styles[checkpoint.preset],
            seed("xyz"),
            Meter(3, 4),
            77,
            wait=performance.wait,
            tempo_from_phrase=performance.tempo_from_phrase,
            count_in=performance.count_in,
            latency_seconds=performance.latency_seconds,
            follows=performance.follows,
            sends_clock=performance.sends_clock,
        )
        performer = Performer(checkpoint.performance(begins), np.random.default_rng(rng_seed))
        other = Player(performer, self.styles, now)
        at = Comeback(self.now, now, LEAD_SECONDS, **comeback)
        tick = performer.recover(checkpoint, self.styles, at)
        return other, tick

    @property
    def status(self):
        return self.performer.status(self.now)

    @property
    def word(self):
        """The letters that were struck, with the seconds of each."""
        return [(round(strike.at, 4), chr(ord("a") + strike.note - A)) for strike in self.strikes]

    def sent(self, kind):
        return [at for at, message in self.messages if message.type == kind]
