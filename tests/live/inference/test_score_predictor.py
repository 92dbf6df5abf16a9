"""The golden score preset's network: where state, position or part are wrong, a note is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.core.controls.table import Controls
from live.core.generation.prediction import Moment, PredictionError
from live.inference.graph import ModelError
from live.inference.opening import open_predictor
from live.inference.score_predictor import STATES_KEPT, ScorePredictor, count_gone, count_new
from presets.bundles.bundle import read_bundle
from presets.bundles.settings import Sampling
from presets.music.encoding import Position
from presets.music.event import Event, Note
from presets.music.window import Window

STEPS = read_bundle(Path(__file__).parents[2] / "golden" / "steps")
PLAIN = Controls.of(STEPS.settings)
WILD = replace(PLAIN, sampling=Sampling(), rhythm=Sampling(), dynamics=Sampling())
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

    @property
    def latest(self):
        return self.predictor._states[-1]

    @property
    def memory(self):
        return [played.event.symbols[0] + 21 for played in self.latest.score_state.bars.events]

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
    assert listening.heard == [1, 1, 1]


def test_of_many_events_the_newest_are_heard_one_by_one():
    listening = Listening()
    window = tune(*range(50, 70))
    assert listening.after(window).note_numbers == (70,)
    assert listening.heard == [16, 1, 1, 1, 1]


def test_a_full_window_loses_its_oldest_and_the_state_goes_on():
    listening = Listening()
    window = Window.of(tune(*range(50, 70)), length=20)
    listening.after(window)
    del listening.heard[:]
    window = window.push(Event(240, (Note(74, 240, 66),)))
    assert listening.after(window).note_numbers == (79,)
    assert listening.heard == [1]


def test_what_was_planned_is_taken_back_for_one_step_an_event():
    listening = Listening()
    played = Window.of(tune(*range(50, 70)), length=20)
    planned = played
    for _ in range(16):
        planned = planned.push(listening.after(planned))
    listening.after(planned)
    del listening.heard[:]
    # A key is pressed after the first of the planned events.
    played = played.push(planned.events[4]).push(Event(60, (Note(74, 240, 66),)))
    assert listening.after(played).note_numbers == (78,)
    assert listening.heard == [1]


def test_a_length_corrected_among_the_latest_is_heard_from_there():
    listening = Listening()
    window = Window.of(tune(*range(50, 70)), length=20)
    for note in (74, 78, 80):
        window = window.push(Event(240, (Note(note, 240, 66),)))
        listening.after(window)
    del listening.heard[:]
    held = window.events[-2]
    window = window.replace(held, replace(held, notes=(replace(held.notes[0], duration=900),)))
    assert listening.after(window).note_numbers == (82,)
    assert listening.heard == [1, 1]


def test_legato_for_ever_never_costs_more():
    listening = Listening()
    window = Window.of(tune(*range(50, 70)), length=20)
    for note in [*range(60, 80)] * 3:
        window = window.push(Event(240, (Note(note, 240, 66),)))
        listening.after(window)
        # The key before comes up.
        held = window.events[-2]
        window = window.replace(held, replace(held, notes=(replace(held.notes[0], duration=250),)))
        del listening.heard[:]
        listening.after(window)
        assert listening.heard == [1, 1]


def test_a_length_corrected_long_ago_is_heard_from_the_beginning():
    listening = Listening()
    window = tune(*range(50, 70))
    listening.after(window)
    del listening.heard[:]
    held = window.events[5]
    window = window.replace(held, replace(held, notes=(replace(held.notes[0], duration=900),)))
    assert listening.after(window).note_numbers == (70,)
    assert listening.heard == [16, 1, 1, 1, 1]


def test_the_phrase_memory_outlives_a_correction_and_no_other_past():
    listening = Listening()
    window = Window.of(tune(*range(50, 60)), length=10)
    for note in range(60, 75):
        window = window.push(Event(240, (Note(note, 240, 66),)))
        listening.after(window)
    assert listening.memory == list(range(51, 75))
    # The oldest: no snapshot from before it goes on into this window.
    window = window.replace(window.events[0], replace(window.events[0], notes=(Note(65, 9, 66),)))
    del listening.heard[:]
    listening.after(window)
    assert sum(listening.heard) == 10
    assert listening.memory == list(range(51, 75))
    listening.after(tune(60, 62))
    assert listening.memory == [60, 62]


def test_what_was_taken_back_is_not_remembered():
    listening = Listening()
    window = Window.of(tune(*range(50, 60)), length=10)
    listening.after(window)
    planned = window
    for note in range(80, 90):
        planned = planned.push(Event(240, (Note(note, 240, 66),)))
        listening.after(planned)
    listening.after(window.push(Event(240, (Note(75, 240, 66),))))
    assert listening.memory == [*range(50, 60), 75]


def test_a_repeated_note_is_no_figure_to_come_back_and_a_figure_is():
    repeated, figure = Listening(), Listening()
    repeated.after(tune(64, 60, 60, 60))
    figure.after(tune(60, 64, 67, 66, 62, 65, 69, 72, 71, 60, 64))
    assert repeated.latest.score_state.reminder.event is None
    assert figure.latest.score_state.reminder.event.symbols == (67 - 21,)


def test_music_that_repeats_itself_is_new_music():
    listening = Listening()
    window = Window.of(tune(*[60] * 5), length=5)
    for _ in range(3):
        listening.after(window)
        window = window.push(Event(240, (Note(60, 240, 66),)))
    assert listening.heard == [1] * 7


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


def test_a_key_that_comes_up_after_the_transposition_was_turned_is_heard_in_the_key_it_was_struck_in():
    turned, left = Listening(), Listening()
    higher = replace(PLAIN, transpose=5, gate=0.5)
    window = tune(60, 62, 64)
    corrected = window.replace(
        window.events[1], replace(window.events[1], notes=(replace(window.events[1].notes[0], duration=900),))
    )
    for listening in (turned, left):
        listening.after(window)
    left.after(corrected)
    turned.after(corrected, controls=higher)
    assert turned.latest.score_state.bars.events == left.latest.score_state.bars.events


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


class MixedUp:
    """A trunk whose state depends on every event that it heard, and on their order, and on nothing else."""

    def listen(self, events, state):
        for event in events:
            state = np.cos(3 * state + event.reshape(-1, 2)[: state.size].sum() + np.sum(event[::3]))
        return state[0], state


def mixed_up():
    predictor = ScorePredictor(STEPS.settings, STEPS.network)
    predictor._graphs.listen = MixedUp().listen
    return predictor


struck = st.tuples(st.just("strike"), st.integers(48, 95), st.integers(1, 100).map(lambda grid: 20 * grid))
changes = st.lists(
    st.one_of(
        struck,
        st.tuples(st.just("plan"), st.integers(1, 6)),
        st.tuples(st.just("take back"), st.integers(1, 8)),
        st.tuples(st.just("correct"), st.integers(1, 4)),
        st.tuples(st.just("insert"), st.integers(1, 4), struck),
    ),
    min_size=1,
    max_size=15,
)
LENGTH = 12


def longer(event):
    return replace(event, notes=tuple(replace(note, duration=note.duration + 240) for note in event.notes))


@settings(max_examples=20)
@given(changes)
def test_the_music_heard_by_way_of_detours_is_the_music_heard_straight_on(played):
    winding = mixed_up()
    # More than a window, so that there is a past to forget or to keep.
    music = list(tune(*range(50, 50 + LENGTH + 5)))

    def predict(predictor, events):
        position = BAR_LINE.after(sum(event.ioi for event in events))
        window = Window.of(events, LENGTH)
        return predictor.predict(window, Moment(position), WILD, np.random.default_rng(len(events)))

    for place in range(1, len(music)):
        predict(winding, music[: place + 1])
    for kind, *how in played:
        match kind:
            case "strike":
                music.append(Event(how[1], (Note(how[0], 240, 66),)))
            case "plan":
                for _ in range(how[0]):
                    music.append(predict(winding, music))
            case "take back":
                del music[max(LENGTH, len(music) - how[0]) :]
            case "correct":
                music[-how[0]] = longer(music[-how[0]])
            case "insert":
                _, note, ioi = how[1]
                del music[len(music) - how[0] + 1 :]
                music.append(Event(ioi, (Note(note, 240, 66),)))
        straight = mixed_up()
        for place in range(1, len(music) - 1):
            predict(straight, music[: place + 1])
        assert predict(winding, music) == predict(straight, music)
        found, wanted = winding._states[-1], straight._states[-1]
        assert (found.state == wanted.state).all()
        assert found.score_state.bars.events == wanted.score_state.bars.events
        assert (found.score_state.ringing(1) == wanted.score_state.ringing(1)).all()
        assert found.score_state.expectation == wanted.score_state.expectation
        assert found.score_state.reminder == wanted.score_state.reminder


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
        ("a", "b", 9, None),
        ("abcd", "cd", 2, 0),
        # Nobody comes back into one.
        ("cd", "abcd", 4, None),
        ("aba", "abaa", 9, 1),
    ],
)
def test_what_was_pushed_is_counted(before, now, length, new):
    assert count_new(before, now, length) == new


@pytest.mark.parametrize(
    ("before", "now", "gone"),
    [
        ("abc", "abcd", 0),
        ("abc", "bcd", 1),
        ("abc", "Abcd", 0),
        ("abcd", "Bcd", 1),
        ("bc", "abc", -1),
        ("abc", "xyz", None),
    ],
)
def test_what_has_left_is_counted_whatever_was_corrected(before, now, gone):
    assert count_gone(before, now) == gone


def test_a_network_that_fails_has_heard_nothing():
    listening = Listening()
    window = tune(60, 62)
    listening.after(window)
    works, listening.listen = listening.listen, lambda *_: (_ for _ in ()).throw(PredictionError("broken"))
    window = window.push(Event(240, (Note(65, 240, 66),)))
    with pytest.raises(PredictionError, match=r"^broken$"):
        listening.after(window)
    listening.listen = works
    assert listening.after(window).note_numbers == (68,)
    assert listening.heard == [1, 1, 1, 1]


def test_a_night_of_changes_takes_no_room():
    listening = Listening()
    window = Window.of(tune(*range(50, 70)), length=20)
    for turn in range(40):
        planned = window
        for _ in range(10):
            planned = planned.push(listening.after(planned, controls=replace(PLAIN, transpose=turn % 12)))
        window = planned if turn % 4 == 0 else window
    assert len(listening.predictor._states) == STATES_KEPT
    assert len(listening.predictor._meanings._meanings) <= 201


def test_an_error_of_onnxruntime_is_a_failed_network():
    graphs = Listening().predictor._graphs
    with pytest.raises(PredictionError, match=r"^the network failed: "):
        graphs.rhythm({"hidden": np.zeros((1, 3), dtype=np.float32)})


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
