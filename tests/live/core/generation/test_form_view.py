"""What the heads are told of the form, and how strictly it is kept."""

from dataclasses import replace

import numpy as np
import pytest

from live.core.generation.form_view import FormView
from live.core.generation.prediction import Ahead
from live.core.generation.score_decoding import ScoreDecoder
from live.core.generation.score_state import ScoreState
from presets.bundles.settings import Sampling
from presets.music.encoding import DURATIONS, GRID, IOIS, KEYS, VELOCITIES, Position
from presets.music.event import Event, Note
from presets.music.outline import groups, numbers
from tests.live.core.generation.scripted_heads import settings_of, want
from tests.live.stage.alphabet import CONTROLS

BAR = 1920
PLAIN = replace(CONTROLS, gate=1.0, sampling=Sampling(0), rhythm=Sampling(0), dynamics=Sampling(0))
TOLD = len(groups(1))


def bars(*backs: int) -> list[Ahead]:
    outline = np.full(len(numbers(1)), 0.5, dtype=np.float32)
    return [Ahead(index * BAR - 480, -480, outline, back) for index, back in enumerate(backs)]


def played(*notes: int) -> ScoreState:
    state = ScoreState(1)
    events = [Event.of(480, [Note(note, 480, 64)]) for note in notes]
    state.hear(events, [Position(index * 480 % BAR, BAR) for index in range(len(events))])
    return state


def notes(view: FormView, ticks: int):
    return view.of_notes(ticks, np.zeros(KEYS, np.uint8), np.zeros(KEYS, dtype=bool))


class TwoMinds:
    """Want a quarter and C4 if they are told the form, an eighth and D4 if they are not."""

    sees_form = True

    def __init__(self) -> None:
        self.rows: list[int] = []

    def rhythm(self, given):
        return self._by_row(given["outline"], IOIS, 24, 12)

    def context(self, given):
        self.told = given["next_outline"]
        return {"context": given["next_outline"]}

    def note(self, context, below, last_duration, last_velocity):
        if below.any():
            return np.repeat(want(KEYS + 1, KEYS), len(self.told), axis=0)
        return self._by_row(self.told, KEYS + 1, 39, 41)

    def duration(self, context, below, last_duration, symbol, expected_duration, earlier_durations):
        assert len(earlier_durations) == len(self.told)
        return self._by_row(self.told, len(DURATIONS), 5, 5)

    def velocity(self, context, last_velocity, symbol, duration, expected_velocity):
        return self._by_row(self.told, VELOCITIES, 16, 16)

    def _by_row(self, outlines, classes, told, untold):
        self.rows.append(len(outlines))
        return np.concatenate([want(classes, told if row.any() else untold) for row in outlines])


def draw(form: float, ahead: list[Ahead]) -> tuple[Event, list[int]]:
    heads = TwoMinds()
    event = ScoreDecoder(heads, settings_of(1)).draw_event(
        np.zeros(2, dtype=np.float32),
        Position(480, BAR),
        played(60, 62),
        replace(PLAIN, form=form),
        np.random.default_rng(0),
        bars=ahead,
    )
    return event, heads.rows


@pytest.mark.parametrize(
    ("form", "ahead", "ioi", "note", "rows"),
    [
        (1, bars(0, 0), 480, 60, 1),
        (2, bars(0, 0), 480, 60, 2),
        (0, bars(0, 0), 240, 62, 2),
        (0.3, bars(0, 0), 240, 62, 2),
        (2, [], 240, 62, 1),
    ],
)
def test_what_the_form_changes_counts_as_often_as_the_control_says(form, ahead, ioi, note, rows):
    event, asked = draw(form, ahead)
    assert (event.ioi, event.notes[0].note) == (ioi, note)
    assert set(asked) == {rows}


def test_the_rhythm_is_told_of_the_bar_it_is_in_and_the_notes_of_theirs():
    ahead = bars(0, 0)
    ahead[1] = replace(ahead[1], outline=ahead[1].outline * 2)
    view = FormView(ahead, played(60, 62, 64, 65), Position(1440, BAR), 1)
    width = len(numbers(1))
    (rhythm,) = view.of_rhythm()["outline"]
    (next_bar,), (same_bar,) = (notes(view, ticks)[0]["next_outline"] for ticks in (96, 12))
    assert (rhythm == same_bar).all()
    assert (rhythm[:width] != next_bar[:width]).all()
    assert (rhythm[width:] == 1).all()


def test_without_a_form_nothing_is_told_and_nothing_returns():
    state = played(60, 62, 64, 65, 60)
    view = FormView((), state, Position(0, BAR), 1)
    assert not view.of_rhythm()["outline"].any()
    _, (earlier,) = notes(view, 24)
    assert np.flatnonzero(earlier).tolist() == [62 - 21]


def test_what_returns_is_looked_up_as_far_back_as_the_bar_says():
    state = played(*range(60, 76))
    # The newest event is on the last beat; the next bar repeats the one three bars before it.
    ahead = [replace(bars(0)[0], begins=-3 * 480), replace(bars(3 * BAR)[0], begins=480)]
    view = FormView(ahead, state, Position(1440, BAR), 1)
    _, (earlier,) = notes(view, 480 // GRID)
    returning, bar_ago = 60 + 4 - 21, (60 + 12 - 21, 60 + 8 - 21, 60 - 21)
    assert np.flatnonzero(earlier).tolist() == sorted((returning, *bar_ago))
    assert not notes(view, 240 // GRID)[1].any()


def test_the_row_that_is_not_told_sees_earlier_bars_but_none_that_returns():
    ahead = [replace(bars(0)[0], begins=-3 * 480), replace(bars(3 * BAR)[0], begins=480)]
    view = FormView(ahead, played(*range(60, 76)), Position(1440, BAR), 1, form=2)
    shown, (told, untold) = notes(view, 480 // GRID)
    assert np.flatnonzero(told != untold).tolist() == [60 + 4 - 21]
    assert shown["next_outline"][0].any()
    assert not shown["next_outline"][1].any()
    lanes = view.of_rhythm()["lanes"]
    assert lanes[0, 23, 3] == 1
    assert not lanes[1, :, 3].any()
