"""How far answers take up what was called, with a network."""

import pytest

from live.core.controls.mode import Mode
from live.core.planning.states import Source
from presets.bundles.library import load_preset
from tests.live.stage.alphabet import RhythmicAlphabet
from tests.live.stage.virtual_stage import VirtualStage
from tests.measurements.answers import Call, Struck, answered, common, motif_share, scale_of

SCALE, SIGNATURE = scale_of(0, minor=False)
TUNE = (72, 74, 76, 79, 77, 76, 74, 71, 72, 76, 74, 72)
CALL = Call(
    "a tune in C",
    tuple(Struck(place / 2, note, 0.45, 80) for place, note in enumerate(TUNE)),
    2,
    4,
    SCALE,
    SIGNATURE,
)


@pytest.fixture(scope="module")
def folk():
    return load_preset("folk")


@pytest.mark.parametrize("mode", [Mode.ANSWER, Mode.CONTINUE])
def test_an_answer_that_quotes_has_the_motifs_and_one_that_ignores_has_not(folk, mode):
    ignoring, quoting = (
        sum(motif_share(CALL.notes, answered(folk, CALL, mode, seed, quote=quote).notes) for seed in range(4))
        / 4
        for quote in (0, 1)
    )
    assert quoting >= max(0.5, ignoring + 0.4)  # a tune in steps has motifs that any tune may have


def test_the_same_call_has_other_answers_and_the_same_chance_the_same_one(folk):
    first, *others = (answered(folk, CALL, Mode.ANSWER, seed).notes for seed in range(4))
    assert answered(folk, CALL, Mode.ANSWER, 0).notes == first
    assert sum(common(first, other) for other in others) / len(others) <= 0.5


def test_an_answer_is_in_the_key_of_the_call(folk):
    answer = answered(folk, CALL, Mode.ANSWER, 0)
    assert answer.key == "C major"
    assert sum(note.note % 12 in SCALE for note in answer.notes) > 0.9 * len(answer.notes)


def drawn(**options):
    """How events were drawn, and what they were to take up, after a loud phrase of eight notes."""
    predictor = RhythmicAlphabet(240)
    stage = VirtualStage(predictor=predictor, **options)
    if not options.get("wait"):
        stage.performer.start()
    for place, note in enumerate(TUNE[:8]):
        stage.strike(note, 0.5 + place * 0.25, velocity=120)
    stage.play_until(8)
    return predictor.drawn


@pytest.mark.parametrize("mode", [Mode.ANSWER, Mode.CONTINUE])
@pytest.mark.parametrize("wait", [False, True])
def test_a_phrase_is_quoted_and_matched_whether_the_music_runs_or_waits(mode, wait):
    played = drawn(mode=mode, wait=wait)
    assert any(moment.suggestion is not None and moment.suggestion.note for _, moment in played)
    assert max(controls.velocity for controls, _ in played) > 100


@pytest.mark.parametrize("mode", [Mode.ANSWER, Mode.CONTINUE])
def test_an_answer_is_asked_for_as_many_events_as_the_phrase_has(mode):
    """The phrase is in eighths: two events a beat."""
    assert any(controls.rate == pytest.approx(2, abs=0.1) for controls, _ in drawn(mode=mode))


@pytest.mark.parametrize("mode", [Mode.STREAM, Mode.ACCOMPANY])
def test_where_nobody_takes_turns_nothing_is_quoted_or_matched(mode):
    played = drawn(mode=mode)
    assert all(moment.suggestion is None for _, moment in played)
    assert len({controls.velocity for controls, _ in played}) == 1
    assert {controls.rate for controls, _ in played} == {None}


@pytest.mark.parametrize("mode", [Mode.ANSWER, Mode.CONTINUE])
@pytest.mark.parametrize(("notes", "alone"), [(8, True), (5, False)])
def test_an_answer_hears_the_phrase_and_nothing_from_before_if_the_phrase_is_enough(mode, notes, alone):
    stage = VirtualStage(predictor=RhythmicAlphabet(240), mode=mode)
    stage.performer.start()
    for place, note in enumerate(TUNE[:notes]):
        stage.strike(note, 0.5 + place * 0.25)
    while stage.status.whose_turn is not Source.SEGUE:
        stage.play_until(stage.clock.now() + 0.05)
    heard = [max(event.note_numbers) for event in stage.status.window]
    first = heard.index(TUNE[0])
    assert heard[first : first + notes] == list(TUNE[:notes])
    assert (first == 0) == alone
