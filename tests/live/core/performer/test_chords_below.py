"""Which of the musician's notes make the chord that segue plays to, and when it does."""

import pytest

from live.core.controls.mode import Mode
from live.core.controls.table import OPTIONS
from presets.bundles.settings import Part
from tests.live.stage.alphabet import CONTROLS, RhythmicAlphabet
from tests.live.stage.virtual_stage import VirtualStage

(CHORDS,) = (control for control in OPTIONS if control.name == "chords")
A_MINOR, F_MAJOR = {9, 0, 4}, {5, 9, 0}


def played_to(chords, mode, above=()):
    """Return the pitch classes of the chords that events were drawn to, after A minor was held."""
    predictor = RhythmicAlphabet(240)
    controls = CONTROLS if chords is None else CONTROLS.given(CHORDS, chords)
    stage = VirtualStage(predictor=predictor, mode=mode, controls=controls, parts=(Part("piano"),))
    stage.performer.start()
    for note in (45, 48, 52):
        stage.strike(note, 0.6, held=2.0)
    for note in above:
        stage.strike(note, 1.2)
    stage.play_until(2.5)
    return [
        {pitch for pitch, sure in enumerate(each.harmony) if sure == 1}
        for each, _ in predictor.drawn
        if each.harmony
    ]


@pytest.mark.parametrize("mode", [Mode.STREAM, Mode.ACCOMPANY])
@pytest.mark.parametrize("chords", ["all", "C4"])
def test_a_chord_below_the_split_is_played_to_in_every_mode(chords, mode):
    heard = played_to(chords, mode)
    assert heard
    assert all(each == A_MINOR for each in heard)


@pytest.mark.parametrize(
    ("chords", "mode"), [("none", Mode.ACCOMPANY), ("C3", Mode.STREAM), (None, Mode.STREAM)]
)
def test_notes_above_the_split_or_no_split_make_no_chord(chords, mode):
    assert not played_to(chords, mode)


def test_what_is_played_above_the_split_does_not_change_the_chord():
    right_hand = (77, 81, 84)
    assert played_to("C4", Mode.ACCOMPANY, right_hand)[-1] == A_MINOR
    assert played_to("all", Mode.ACCOMPANY, right_hand)[-1] == F_MAJOR
