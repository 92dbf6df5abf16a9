"""The heads on stage are given what they were given in training, number for number."""

from dataclasses import replace

import numpy as np
import pytest

from live.core.generation.prediction import Ahead
from live.core.generation.score_decoding import ScoreDecoder
from live.core.generation.score_state import ScoreState
from presets.bundles.settings import Sampling
from presets.music.encoding import GRID, Position, encode
from presets.music.event import Event, Note
from presets.music.sections import SECTION_BARS, onsets_of, sections_of
from tests.live.core.generation.scripted_heads import ScriptedHeads, settings_of
from tests.live.stage.alphabet import CONTROLS
from training.score.learning.batches import make_batch
from training.score.learning.stream import join

PARTS = 2
SUREST = Sampling(temperature=0)
SURE = replace(CONTROLS, sampling=SUREST, rhythm=SUREST, dynamics=SUREST)


class Recording(ScriptedHeads):
    """Write down all that a script's heads are given, by the names of training."""

    def __init__(self, event, given):
        super().__init__(event, PARTS)
        self.given = given

    sees_form = True

    def rhythm(self, given):
        self._write(**{name: rows[0] for name, rows in given.items()})
        return super().rhythm(given)

    def context(self, given):
        self._write(**{name: rows[0] for name, rows in given.items()})
        return super().context(given)

    def note(self, context, below, last_duration, last_velocity):
        self._write(below=below.copy(), last_duration=last_duration, last_velocity=last_velocity)
        return super().note(context, below, last_duration, last_velocity)

    def duration(self, context, below, last_duration, symbol, expected_duration, earlier_durations):
        self._write(symbol=symbol, expected_duration=expected_duration, earlier_duration=earlier_durations[0])
        return super().duration(context, below, last_duration, symbol, expected_duration, earlier_durations)

    def velocity(self, context, last_velocity, symbol, duration, expected_velocity):
        self._write(duration=duration, expected_velocity=expected_velocity)
        return super().velocity(context, last_velocity, symbol, duration, expected_velocity)

    def _write(self, **given):
        for name, value in given.items():
            self.given.setdefault(name, []).append(value)


@pytest.fixture
def piece():
    """A figure that comes back higher, and later as it was, in two parts, with a pedal point and chords."""
    rng = np.random.default_rng(7)
    figure = [(60, 240), (64, 240), (62, 120), (67, 360), (65, 480)]
    played = []
    for higher in (0, 0, 5, -3, *(0, 7) * 4, 0, 0, 5, -3):
        for index, (note, ioi) in enumerate(figure):
            notes = [Note(note + higher, 20 * int(rng.integers(1, 90)), int(rng.integers(2, 127)))]
            if index == 0:
                notes.append(Note(36, 1440, 50, 1))
            if index == 3:
                notes += [Note(note + higher + 4, 960, 70), Note(note + higher - 12, 200, 90, 1)]
            played.append(Event.of(ioi, notes))
    positions = [Position(480, 1440)]
    for event in played[1:]:
        positions.append(positions[-1].after(event.ioi))
    return played, positions


def test_every_number_that_a_head_is_given_is_the_one_of_training(piece):
    events, positions = piece
    columns = encode(events, positions, PARTS)
    sections, onsets = sections_of(columns), onsets_of(columns)
    told, back = sections.told, sections.back
    assert (back > 0).any()
    score_state, given = ScoreState(PARTS), {}
    for place in range(len(events) - 1):
        score_state.hear(events[place : place + 1], positions[place : place + 1])
        decoder = ScoreDecoder(Recording(events[place + 1], given), settings_of(PARTS))
        ahead = [
            Ahead(
                int(sections.begins[index] - onsets[place]) * GRID,
                int(sections.begins[index // SECTION_BARS * SECTION_BARS] - onsets[place]) * GRID,
                told[index],
                int(back[index]) * GRID,
            )
            for index in range(sections.bar_of_event[place], len(sections.begins))
        ]
        drawn = decoder.draw_event(
            np.zeros(3, dtype=np.float32),
            positions[place],
            score_state,
            SURE,
            np.random.default_rng(0),
            bars=ahead,
        )
        assert drawn.note_numbers == events[place + 1].note_numbers
    stream = join([columns])
    # From the piece's first event on: what stands before it is a blank, which nobody hears on stage.
    training = make_batch(stream, np.arange(1, len(stream.blank))[np.newaxis], None)
    for name in ("expected_duration", "earlier_duration"):
        assert set(getattr(training.slots, name).flat) != {0}
    for name, numbers in training.inputs.items():
        if name != "events":
            np.testing.assert_array_equal(np.array(given[name]), numbers[0], err_msg=name)
    slots = training.slots.predicted > 0
    of_notes = training.slots.notes > 0
    for name in ("below", "last_duration", "last_velocity"):
        assert (np.array(given[name]) == getattr(training.slots, name)[slots]).all(), name
    for name in ("symbol", "duration", "expected_duration", "expected_velocity", "earlier_duration"):
        assert (np.array(given[name]) == getattr(training.slots, name)[of_notes]).all(), name
