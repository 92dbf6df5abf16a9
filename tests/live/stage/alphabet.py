"""A predictor that wants the next letter, so that a wrong window reads as a wrong word.

Note 60 is `a`, 61 is `b`, ... 85 is `z`; a chord is its letters together.
"""

from collections.abc import Sequence

import numpy as np

from live.core.controls.table import Controls
from live.core.generation.classic_tokens import token_event
from live.core.generation.prediction import Moment, PredictionError, Understanding
from presets.bundles.kinds import CLASSIC, SCORE
from presets.bundles.seed import Seed
from presets.bundles.settings import Sampling
from presets.music.event import Event, Note
from presets.music.window import Window

A = 60
CONTROLS = Controls(Sampling(), step=0.5, gate=0.5, velocity=64)


def events(word: str) -> Window:
    return Window.of(Event(240, (Note(A + ord(letter) - ord("a"), 120, 64),)) for letter in word)


def seed(word: str) -> Seed:
    return Seed(events(word))


def spell(window: Window) -> str:
    """`ab(ce)` is a, then b, then c and e together."""

    def letters(event: Event) -> str:
        text = "".join(chr(number - A + ord("a")) for number in event.note_numbers)
        return text if len(text) == 1 else f"({text})"

    return "".join(map(letters, window))


class Spelled(Sequence[str]):
    """Windows that are spelled only when somebody looks: most tests never do, and play for hours."""

    def __init__(self) -> None:
        self.windows: list[Window] = []

    def __len__(self) -> int:
        return len(self.windows)

    def __getitem__(self, place: int) -> str:
        return spell(self.windows[place])

    def __eq__(self, other: object) -> bool:
        return [*self] == other


class AlphabetPredictor:
    kind = CLASSIC

    def __init__(self, failing: int = 0, error: type[Exception] = PredictionError) -> None:
        self.asked = Spelled()
        self.failing = failing
        self.error = error

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        self.asked.windows.append(window)
        if self.failing:
            self.failing -= 1
            raise self.error("the network failed: on purpose")
        top = window.events[-1].note_numbers[-1]
        return self._event_of(top - A + 1, moment, controls)

    def _event_of(self, letter: int, moment: Moment, controls: Controls) -> Event:
        return token_event((A + letter % 26,), controls)

    def understand(self, event: Event) -> Understanding:
        exact = all(A <= number < A + 26 for number in event.note_numbers)
        return Understanding(spell(Window.of([event])) if exact else "z", exact)


class RhythmicAlphabet(AlphabetPredictor):
    """Comes after the newest event of the window, and hears where in the bar that is.

    After how many ticks, the letter says: `e` comes after the first of these, `f` after the second, and round
    again, so that what is drawn twice is told twice alike.

    Attributes:
        moments: for each event that it was asked for `tick/bar` of the newest one, and what was given.
        drawn: for each event, how it was to be drawn, and when.
    """

    kind = SCORE

    def __init__(self, *iois: int, failing: int = 0) -> None:
        super().__init__(failing)
        self.moments: list[str] = []
        self.drawn: list[tuple[Controls, Moment]] = []
        self._iois = iois

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        place = f"{moment.position.tick}/{moment.position.bar}"
        self.moments.append(place if moment.ioi is None else f"{place}+{moment.ioi}")
        self.drawn.append((controls, moment))
        return super().predict(window, moment, controls, rng)

    def _event_of(self, letter: int, moment: Moment, controls: Controls) -> Event:
        ioi = self._iois[(letter - 4) % len(self._iois)] if moment.ioi is None else moment.ioi
        return Event(ioi, (Note(A + letter % 26, 120, 64),))
