"""The golden score preset's network: where state, position or part are wrong, a note is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.controls import Controls
from live.core.performance import Source
from live.core.prediction import Moment, PredictionError
from live.graph import ModelError
from live.predictor import open_predictor
from live.score_predictor import ScorePredictor, count_new
from presets.bundle import read_bundle
from presets.encoding import Position
from presets.event import Event, Note
from presets.window import Window

STEPS = read_bundle(Path(__file__).parents[1] / "golden" / "steps")
PLAIN = Controls.of(STEPS.settings)
RNG = np.random.default_rng(0)
BAR_LINE = Position(0, 1920)


def tune(*notes, ioi=240):
    return Window.of(Event(ioi, (Note(note, 240, 66),)) for note in notes)


class Listening:
    """A predictor, and how many events its trunk heard at each prediction."""

    def __init__(self, settings=STEPS.settings):
        self.predictor = ScorePredictor(settings, STEPS.network)
        self.heard = []
        self.listen = self.predictor._graphs.listen
        self.predictor._graphs.listen = self._count

    def _count(self, events, state):
        self.heard.append(len(events))
        return self.listen(events, state)

    def after(self, window, position=BAR_LINE, controls=PLAIN, ioi=None):
        return self.predictor.predict(window, Moment(position, ioi), controls, RNG)


def test_what_follows_is_told_with_its_rhythm_its_parts_and_its_touch():
    # From C to D: on to E, a dotted eighth after the beat; the bass has nothing to strike there.
    assert Listening().after(tune(60, 62)) == Event.of(360, [Note(64, 240, 66)])
    # A sixteenth before the bar line: the bass strikes with the melody.
    assert Listening().after(tune(60, 62), Position(1800, 1920)) == Event.of(
        120, [Note(64, 240, 66), Note(36, 1920, 42, 1)]
    )


def test_a_given_interval_is_kept():
    assert Listening().after(tune(60, 62), ioi=1920).ioi == 1920


def test_one_event_more_is_one_step_and_the_same_window_none():
    listening = Listening()
    window = tune(60, 62)
    assert listening.after(window).note_numbers == (64,)
    assert listening.after(window).note_numbers == (64,)
    window = window.push(Event(360, (Note(61, 240, 66),)))
    assert listening.after(window).note_numbers == (60,)
    assert listening.heard == [2, 1]


def test_two_events_more_are_heard_in_one_go():
    listening = Listening()
    window = tune(60, 62)
    listening.after(window)
    for note in (65, 69):
        window = window.push(Event(240, (Note(note, 240, 66),)))
    assert listening.after(window).note_numbers == (73,)
    assert listening.heard == [2, 2]


def test_a_full_window_loses_its_oldest_and_the_state_goes_on():
    listening = Listening()
    window = Window.of(tune(*range(50, 70)), length=20)
    listening.after(window)
    window = window.push(Event(240, (Note(74, 240, 66),)))
    assert listening.after(window).note_numbers == (79,)
    assert listening.heard == [20, 1]


def test_a_corrected_length_is_heard_from_the_beginning():
    listening = Listening()
    window = tune(60, 62, 64)
    listening.after(window)
    corrected = replace(window.events[1], notes=(Note(62, 900, 66),))
    window = window.replace(window.events[1], corrected)
    assert listening.after(window).note_numbers == (66,)
    assert listening.heard == [3, 3]


def test_the_phrase_memory_outlives_a_correction_and_no_other_past():
    listening = Listening()
    window = Window.of(tune(*range(50, 60)), length=10)
    for note in range(60, 75):
        window = window.push(Event(240, (Note(note, 240, 66),)))
        listening.after(window)
    past = listening.predictor._hearing.past
    assert [event.symbols[0] + 21 for event in past] == list(range(51, 75))
    window = window.replace(window.events[3], replace(window.events[3], notes=(Note(68, 9, 66),)))
    listening.after(window.push(Event(240, (Note(75, 240, 66),))))
    past = listening.predictor._hearing.past
    assert [event.symbols[0] + 21 for event in past] == list(range(51, 76))
    listening.after(tune(60, 62))
    assert len(listening.predictor._hearing.past) == 2


def test_a_repeated_note_is_no_figure_to_come_back_and_a_figure_is():
    repeated, figure = Listening(), Listening()
    repeated.after(tune(64, 60, 60, 60))
    figure.after(tune(60, 64, 67, 66, 62, 65, 69, 72, 71, 60, 64))
    assert repeated.predictor._hearing.reminder.event is None
    assert figure.predictor._hearing.reminder.event.symbols == (67 - 21,)


def test_music_that_repeats_itself_is_new_music():
    listening = Listening()
    window = Window.of(tune(*[60] * 5), length=5)
    for _ in range(3):
        listening.after(window)
        window = window.push(Event(240, (Note(60, 240, 66),)))
    assert listening.heard == [5, 1, 1]


def test_a_position_between_the_grid_ticks_is_the_nearest_on_the_grid():
    # A grid tick before the bar line, or on it: the next event is there, or a dotted eighth later.
    assert Listening().after(tune(60, 62), Position(1909, 1920)).ioi == 20
    assert Listening().after(tune(60, 62), Position(1910, 1920)).ioi == 360


def test_a_network_without_bars_knows_the_place_in_the_beat():
    listening = Listening(replace(STEPS.settings, bars=False))
    # A sixteenth before the third beat, where a bar of one quarter begins: the bass strikes every beat.
    assert listening.after(tune(60, 62), Position(840, 1920)).note_numbers == (36, 64)


def test_what_is_transposed_goes_on_from_where_the_network_meant_it():
    listening = Listening()
    higher = replace(PLAIN, transpose=5)
    window = tune(60, 62)
    assert listening.after(window).note_numbers == (64,)
    # Turned up while the first event is on its way: the step stays a whole tone, and sounds a fourth higher.
    window = window.push(listening.after(window))
    for expected in (71, 73, 75):
        event = listening.after(window, controls=higher)
        assert event.note_numbers == (expected,)
        window = window.push(replace(event, ioi=360))
    assert listening.heard == [2, 1, 1, 1]


def test_louder_is_louder_and_no_louder_still():
    listening = Listening()
    louder = replace(PLAIN, velocity=PLAIN.velocity + 20, gate=0.5)
    window = tune(60, 62)
    for _ in range(5):
        event = listening.after(window, controls=louder)
        assert [(note.velocity, note.duration) for note in event.notes] == [(86, 120)]
        window = window.push(event)


def test_every_event_is_understood():
    assert listening_text(36, 63) == ("C2 Eb4", True)


def listening_text(*notes):
    understood = open_predictor(STEPS).understand(Event.of(0, [Note(note, 1, 1) for note in notes]))
    return understood.text, understood.exact


steps = st.lists(
    st.tuples(
        st.sampled_from(list(Source)),
        st.integers(48, 95),
        st.integers(1, 100).map(lambda grid: 20 * grid),
        st.booleans(),
    ),
    min_size=1,
    max_size=30,
)


CARRIED, FRESH = (ScorePredictor(STEPS.settings, STEPS.network) for _ in range(2))


@given(steps)
def test_a_carried_state_says_what_a_fresh_one_says_of_the_whole_window(played):
    window, position = tune(60, 62), BAR_LINE
    for source, note, ioi, corrects in played:
        FRESH._forget()
        told = CARRIED.predict(window, Moment(position), PLAIN, RNG)
        assert told == FRESH.predict(window, Moment(position), PLAIN, RNG)
        event = told if source is Source.SEGUE else Event(ioi, (Note(note, 240, 66),))
        window, position = window.push(event), position.after(event.ioi)
        if corrects:
            old = window.events[-2]
            longer = replace(old, notes=tuple(replace(n, duration=n.duration + 240) for n in old.notes))
            window = window.replace(old, longer)


@pytest.mark.parametrize(
    ("before", "now", "length", "new"),
    [
        ("abc", "abc", 9, 0),
        ("abc", "abcd", 9, 1),
        ("abc", "abcdef", 9, 3),
        ("abc", "bcd", 3, 1),
        ("abc", "bcde", 4, 2),
        # Nobody leaves a window that is not full.
        ("abc", "bcd", 9, None),
        ("abc", "abd", 9, None),
        ("abc", "xyz", 3, None),
        ("", "abc", 9, None),
        ("a", "b", 9, None),
        ("abcd", "cd", 2, 0),
    ],
)
def test_what_was_pushed_is_counted(before, now, length, new):
    assert count_new(before, now, length) == new


def test_a_network_that_fails_hears_everything_the_next_time():
    listening = Listening()
    window = tune(60, 62)
    listening.after(window)
    works, listening.listen = listening.listen, lambda *_: (_ for _ in ()).throw(PredictionError("broken"))
    window = window.push(Event(240, (Note(65, 240, 66),)))
    with pytest.raises(PredictionError, match=r"^broken$"):
        listening.after(window)
    listening.listen = works
    assert listening.after(window).note_numbers == (68,)
    assert listening.heard == [2, 1, 3]


def test_an_error_of_onnxruntime_is_a_failed_network():
    graphs = Listening().predictor._graphs
    with pytest.raises(PredictionError, match=r"^the network failed: "):
        graphs.rhythm(np.zeros(3, dtype=np.float32), np.zeros(3, dtype=np.float32))


def broken(**graphs):
    network = replace(STEPS.network, graphs={**STEPS.network.graphs, **graphs})
    return replace(STEPS, network=network)


def test_a_graph_in_the_place_of_another_is_refused():
    with pytest.raises(
        ModelError, match=r"^preset 'steps': note\.onnx must have float context \(\?, 2\), .*"
    ):
        open_predictor(broken(note=STEPS.network.graphs["duration"]))


def test_a_file_that_is_no_graph_is_refused():
    with pytest.raises(ModelError, match=r"^preset 'steps': onnxruntime cannot load velocity\.onnx: .*"):
        open_predictor(broken(velocity=b"no graph"))


def test_a_network_of_other_parts_is_refused():
    settings = replace(STEPS.settings, parts=STEPS.settings.parts[:1])
    with pytest.raises(
        ModelError, match=r"^preset 'steps': trunk\.onnx must have float events \(\?, \?, 498\), .*"
    ):
        open_predictor(replace(STEPS, settings=settings))
