"""The chain that tells an event, with heads whose wishes are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.controls.scales import SCALES, Key
from live.core.generation.expression import sound
from live.core.generation.prediction import Ahead, PredictionError
from live.core.generation.score_decoding import ScoreDecoder
from live.core.generation.score_state import ScoreState
from presets.bundles.settings import Sampling
from presets.music.encoding import (
    DURATIONS,
    KEYS,
    VELOCITIES,
    Position,
    duration_class,
    encode,
    ioi_class,
    velocity_class,
)
from presets.music.event import Event, Note
from presets.music.features import features, position_features, ringing_features
from presets.music.outline import NOTES, RATE, numbers
from tests.live.core.generation.scripted_heads import ScriptedHeads, WildHeads, settings_of, want
from tests.live.stage.alphabet import CONTROLS

SUREST = Sampling(temperature=0)
SURE = replace(CONTROLS, gate=1.0, sampling=SUREST, rhythm=SUREST, dynamics=SUREST)
PLAIN_CONTROLS = replace(SURE, sampling=Sampling(), rhythm=Sampling(), dynamics=Sampling())
BAR_LINE = Position(0, 1920)
CHORD = Event.of(240, [Note(48, 960, 42), Note(64, 240, 66), Note(67, 480, 90)])


def draw(
    heads, controls=SURE, position=BAR_LINE, score_state=None, parts=1, seed=0, ioi=None, bars=(), **settings
):
    return ScoreDecoder(heads, settings_of(parts, **settings)).draw_event(
        np.zeros(2, dtype=np.float32),
        position,
        score_state or ScoreState(parts),
        controls,
        np.random.default_rng(seed),
        ioi=ioi,
        bars=bars,
    )


def heard(*events, parts=1):
    score_state = ScoreState(parts)
    score_state.hear(events, [BAR_LINE] * len(events))
    return score_state


def test_an_event_is_told_from_its_interval_up_to_its_highest_note():
    heads = ScriptedHeads(CHORD)
    assert draw(heads) == CHORD
    assert heads.asked == ["ioi", "context", *["note", "duration", "velocity"] * 3, "note"]


def test_the_parts_are_told_one_after_the_other():
    event = Event.of(120, [Note(72, 240, 66), Note(48, 480, 66, 1), Note(72, 240, 66, 1)])
    assert draw(ScriptedHeads(event, parts=2), parts=2) == event


def test_of_parts_that_rest_what_they_would_play_is_told_and_not_played():
    event = Event.of(120, [Note(48, 240, 66), Note(52, 240, 66), Note(72, 480, 42, 1), Note(76, 240, 66, 1)])
    heads = ScriptedHeads(event, parts=2)
    told = draw(heads, replace(SURE, resting_parts=frozenset({0}), max_notes=1), parts=2)
    assert told.notes == (Note(72, 480, 42, 1),)
    assert heads.asked == ["ioi", "context", *["note", "duration", "velocity"] * 3]
    heads = ScriptedHeads(event, parts=2)
    assert draw(heads, replace(SURE, resting_parts=frozenset({1})), parts=2).notes == event.notes[:2]
    # The network is asked how it would go on, as if nobody rested.
    assert heads.asked == ["ioi", "context", *["note", "duration", "velocity"] * 4, "note"]


def test_where_only_parts_that_rest_would_play_another_plays_one_note():
    class Flexible(ScriptedHeads):
        def duration(self, context, below, last_duration, symbol, expected_duration, earlier_durations):
            return want(len(DURATIONS), duration_class(240))

        def velocity(self, context, last_velocity, symbol, duration, expected_velocity):
            return want(VELOCITIES, velocity_class(66))

    heads = Flexible(Event.of(120, [Note(72, 240, 66, 1), Note(76, 240, 66, 1)]), parts=2)
    told = draw(heads, replace(SURE, resting_parts=frozenset({1}), lowest=60, highest=84), parts=2)
    assert told.notes == (Note(60, 240, 66),)


def test_a_given_interval_is_taken_and_not_asked_for():
    heads = ScriptedHeads(CHORD)
    assert draw(heads, ioi=1430) == replace(CHORD, ioi=1430)
    assert heads.asked[0] == "context"


@pytest.mark.parametrize("most", [1, 2])
def test_a_chord_ends_at_the_most_notes_from_the_bottom(most):
    told = draw(ScriptedHeads(CHORD), replace(SURE, max_notes=most))
    assert told.notes == CHORD.notes[:most]


def test_each_field_has_its_own_chance():
    wild = Sampling(temperature=10)

    def differ(**turned):
        events = [draw(ScriptedHeads(CHORD), replace(SURE, **turned), seed=seed) for seed in range(20)]
        return {
            "ioi": len({event.ioi for event in events}) > 1,
            "duration": len({note.duration for event in events for note in event.notes[:1]}) > 1,
            "velocity": len({note.velocity for event in events for note in event.notes[:1]}) > 1,
        }

    assert differ() == {"ioi": False, "duration": False, "velocity": False}
    assert differ(rhythm=wild) == {"ioi": True, "duration": True, "velocity": False}
    assert differ(dynamics=wild) == {"ioi": False, "duration": False, "velocity": True}


def test_the_context_knows_where_the_event_falls_and_what_sounds_there():
    given = {}

    class Listening(ScriptedHeads):
        def context(self, rows):
            given.update(position=rows["next_position"][0], ringing=rows["next_ringing"][0])
            return super().context(rows)

    # Three quarters sound from the third beat on; an eighth later they have two and a half left.
    score_state = heard(Event.of(0, [Note(60, 3 * 480, 64)]))
    draw(Listening(CHORD), position=Position(960, 1920), score_state=score_state)
    assert (given["position"] == position_features(np.array(48 + 12), np.array(96))).all()
    left = np.zeros(88, dtype=np.uint8)
    left[60 - 21] = duration_class(5 * 240) + 1
    assert (given["ringing"] == ringing_features(left)).all()


def test_the_heads_know_what_came_after_the_same_figure_if_it_comes_in_time():
    figure = [Event.of(240, [Note(note, 240, 66)]) for note in (60, 64, 62)]
    after = Event.of(240, [Note(48, 960, 42), Note(71, 480, 90)])
    score_state = heard(*figure, after, *figure)
    heads = ScriptedHeads(replace(CHORD, notes=(Note(48, 240, 66), Note(60, 240, 66))))
    draw(heads, score_state=score_state)
    # Two steps agree; of the bass, a half note struck softly is expected, and nothing of the middle C.
    half, soft = duration_class(960) + 1, velocity_class(42) + 1
    assert heads.expected == [2, 2, 0, half, soft, 0, 0, 0, 0]
    late = ScriptedHeads(replace(CHORD, ioi=480))
    draw(late, score_state=score_state)
    assert late.expected == [2, *[0] * 11]


def test_a_network_without_numbers_is_a_failed_one():
    heads = WildHeads(0, 1)
    heads.note = lambda *asked: np.full(89, np.nan, dtype=np.float32)
    with pytest.raises(
        PredictionError, match=r"^the network gave no probabilities; export the preset again$"
    ):
        draw(heads)


samplings = st.builds(
    Sampling, st.floats(0, 10), st.integers(0, 100), st.floats(0, 1, exclude_min=True, allow_subnormal=False)
)
ranges = st.tuples(st.integers(0, 127), st.integers(0, 127)).map(sorted)
controls = st.builds(
    lambda ends, **turned: replace(CONTROLS, lowest=ends[0], highest=ends[1], **turned),
    ends=ranges,
    gate=st.floats(0.05, 4),
    velocity=st.integers(1, 127),
    sampling=samplings,
    rhythm=samplings,
    dynamics=samplings,
    key=st.none() | st.builds(Key, st.integers(0, 11), st.sampled_from(list(SCALES))),
    max_notes=st.integers(1, 20),
    density=st.floats(-1, 1),
    transpose=st.integers(-12, 12),
    register=st.floats(-1, 1),
    avoid=st.frozensets(st.integers(0, 127), max_size=20),
    resting_parts=st.frozensets(st.integers(0, 3)),
)


@given(st.integers(0, 2**32), controls, st.integers(1, 3))
def test_whatever_the_network_wants_the_controls_hold_for_what_sounds(seed, turned, parts):
    meant = draw(WildHeads(seed, parts), turned, parts=parts, seed=seed)
    event = sound(meant, turned, 64)
    numbers = event.note_numbers
    assert event.ioi >= 20
    assert 1 <= len(numbers) <= turned.max_notes
    # No part strikes a note twice.
    assert len({(note.part, note.note) for note in event.notes}) == len(numbers)
    resting = turned.resting_parts if set(range(parts)) - turned.resting_parts else set()
    assert {note.part for note in event.notes} <= set(range(parts)) - resting
    scale = turned.key.pitch_classes if turned.key else set(range(12))
    keys = set(range(21 + turned.transpose, 109 + turned.transpose)) - turned.avoid
    assert set(numbers) <= keys
    possible = [note for note in keys if turned.lowest <= note <= turned.highest]
    if any(note % 12 in scale for note in possible):
        assert all(note in possible and note % 12 in scale for note in numbers)
    elif possible:
        assert set(numbers) <= set(possible)
    else:
        assert all(note % 12 in scale for note in numbers)


notes = st.builds(Note, st.integers(0, 127), st.integers(1, 9000), st.integers(1, 127), st.integers(0, 3))
events = st.lists(
    st.builds(Event.of, st.integers(0, 9000), st.lists(notes, min_size=1, max_size=4)),
    min_size=1,
    max_size=12,
)


@given(events, st.integers(1, 3), st.integers(0, 12))
def test_what_is_heard_in_pieces_is_what_training_hears_at_once(played, parts, cut):
    positions = [Position(0, 1440).after(20 * index) for index in range(len(played))]
    score_state = ScoreState(parts)
    pieces = [
        score_state.hear(played[begin:end], positions[begin:end])
        for begin, end in ((0, cut), (cut, len(played)))
        if played[begin:end]
    ]
    columns = encode(played, positions, parts)
    assert (np.concatenate(pieces) == features(columns)).all()
    # And a next event would be told what that training's next row is told.
    extended = encode([*played, Event.of(240, [Note(60, 1, 1)])], [*positions, positions[-1]], parts)
    assert score_state.expectation.match == extended.match[-1]
    assert score_state.expectation.ioi == extended.expected_ioi[-1]
    assert (score_state.ringing(ioi_class(240)) == extended.ringing[-1].ravel()).all()
    assert (score_state.keys.traces == extended.traces[-1]).all()
    assert (score_state.keys.outer == extended.outer[-1]).all()
    assert (score_state.keys.loudness == extended.loudness[-1]).all()


class Undecided(ScriptedHeads):
    """Wants one of two notes, or the end after the first, as often; lengths of a quarter or a half."""

    def note(self, context, below, last_duration, last_velocity):
        logits = np.full(self.parts * KEYS + 1, -30, dtype=np.float32)
        logits[[39, 43, -1]] = 0
        return logits[np.newaxis]

    def duration(self, context, below, last_duration, symbol, expected_duration, earlier_durations):
        logits = np.full(len(DURATIONS), -30, dtype=np.float32)
        logits[[DURATIONS.index(24), DURATIONS.index(48)]] = 0, -1
        return logits[np.newaxis]

    def velocity(self, context, last_velocity, symbol, duration, expected_velocity):
        return want(VELOCITIES, 16)


def draws(controls, **settings):
    return [draw(Undecided(CHORD), controls, seed=seed, **settings) for seed in range(300)]


def chords(controls=PLAIN_CONTROLS, **settings):
    """How many of 300 events have two notes."""
    return sum(len(event.notes) == 2 for event in draws(controls, **settings))


def test_how_many_notes_is_one_choice_and_which_is_another():
    # As the network means it: half of the events begin with the lower note, and half of these go on.
    assert chords() == pytest.approx(75, abs=20)
    assert {event.notes[0].note for event in draws(PLAIN_CONTROLS)} == {60, 64}
    # Of equal choices none is likelier at any temperature; below 0.5 top-p keeps one of two.
    one_note = replace(PLAIN_CONTROLS, sampling=Sampling(top_p=0.3))
    assert {event.notes[0].note for event in draws(one_note)} == {60}
    assert chords(one_note, sampling=one_note.sampling, chords=Sampling()) == pytest.approx(150, abs=30)


def test_a_word_moves_what_it_covers():
    def long(controls, **settings):
        return [note.duration for event in draws(controls, **settings) for note in event.notes].count(960)

    safer, wild = replace(PLAIN_CONTROLS, rhythm=Sampling(0.3)), {"durations": Sampling(3.0)}
    assert 4 * long(safer) < long(PLAIN_CONTROLS) < long(PLAIN_CONTROLS, **wild) / 1.2
    assert long(safer) < long(safer, **wild) < long(PLAIN_CONTROLS, **wild)


class UndecidedHeads(WildHeads):
    """Want everything equally, and to stop as much as to go on."""

    sees_form = False

    def __init__(self, parts):
        super().__init__(0, parts)

    def note(self, context, below, last_duration, last_velocity):
        logits = np.zeros((1, len(below) + 1), dtype=np.float32)
        logits[0, -1] = np.log(len(below))
        return logits

    def _anything(self, classes):
        return np.zeros((1, classes), dtype=np.float32)


def drawn_in_section(form, wanted, *past, parts=1, shares=None, **turned):
    """Return 200 events that follow on 30 such events, in a section that wants so many notes an event."""
    outline = np.zeros(len(numbers(parts)), dtype=np.float32)
    outline[[NOTES, RATE]] = wanted, 2
    outline[-parts:] = shares or 1 / parts
    begun = Ahead(-29 * 240, -29 * 240, outline, 0)
    score_state = heard(*[Event.of(240, past)] * 30, parts=parts)
    controls = replace(PLAIN_CONTROLS, form=form, **turned)
    return [
        draw(
            UndecidedHeads(parts),
            controls,
            score_state=score_state,
            parts=parts,
            seed=seed,
            ioi=240,
            bars=[begun],
        )
        for seed in range(200)
    ]


def notes_drawn(form, wanted, parts=1):
    """Return the mean notes of each part after thin events in a section that wants so many notes an event."""
    events = drawn_in_section(form, wanted, *(Note(60, 240, 64, part) for part in range(parts)), parts=parts)
    return [
        np.mean([sum(note.part == part for note in event.notes) for event in events]) for part in range(parts)
    ]


def test_after_thin_chords_a_section_of_full_ones_has_fuller_chords():
    assert notes_drawn(0, 5)[0] == notes_drawn(2, 1)[0]
    assert notes_drawn(2, 5)[0] > notes_drawn(0, 5)[0] + 0.5


def test_a_part_that_catches_up_leaves_the_part_above_it_its_notes():
    before, after = notes_drawn(0, 10, parts=2), notes_drawn(2, 10, parts=2)
    assert after[0] > before[0] + 0.2
    assert after[1] > before[1] - 0.3


def playing(events, part):
    """Return in how many of these events a part plays."""
    return sum(any(note.part == part for note in event.notes) for event in events)


def test_a_part_that_lacks_entries_enters_more_often():
    # The lower part has played alone, and the upper one is to play as often.
    free, bound = (drawn_in_section(form, 2, Note(60, 240, 64), parts=2) for form in (0, 1))
    assert playing(bound, 1) > playing(free, 1) + 40
    # One that has entered is left to the network.
    notes = [sum(note.part == 1 for note in event.notes) for event in bound if event.notes[-1].part == 1]
    assert np.mean(notes) < 4


def test_a_part_that_rests_takes_no_notes_from_the_others():
    def notes(form, **turned):
        events = drawn_in_section(form, 2, Note(60, 240, 64), parts=2, **turned)
        return np.mean([sum(note.part == 0 for note in event.notes) for event in events])

    resting = {"resting_parts": frozenset({1})}
    assert notes(1, **resting) == pytest.approx(notes(0, **resting), abs=0.03)
