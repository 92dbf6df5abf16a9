"""What segue makes of the key that hands are in."""

import pytest

from live.core.controls.mode import DUETS, Mode
from live.core.controls.scales import Key
from live.core.controls.table import OPTIONS
from tests.live.stage.alphabet import RhythmicAlphabet
from tests.live.stage.virtual_stage import VirtualStage

D_MAJOR = (62, 64, 66, 67, 69, 71, 73, 74, 69, 66, 62, 69, 74, 66, 62)


KEY = next(control for control in OPTIONS if control.name == "key")

OUTSIDE = (0, 3, 5, 8, 10)
"""The pitch classes that D major has not."""


def drawn_in(mode, text=None):
    """How events were drawn while a hand played D major for four seconds, after `--key TEXT`."""
    predictor = RhythmicAlphabet(240)
    stage = VirtualStage(mode=mode, predictor=predictor)
    if text is not None:
        stage.set_controls(stage.status.controls.given(KEY, text))
    stage.performer.start()
    for index, note in enumerate(D_MAJOR):
        stage.strike(note, 0.5 + index * 0.25)
    stage.play_until(8)
    return [controls for controls, _ in predictor.drawn]


def keeps_to_d_major(controls):
    return bool(controls.leanings) and all(controls.leanings[outside] < -5 for outside in OUTSIDE)


@pytest.mark.parametrize("mode", sorted(DUETS))
def test_with_a_musician_segue_keeps_to_their_key(mode):
    drawn = drawn_in(mode)
    assert keeps_to_d_major(drawn[-1])
    assert drawn[-1].key is None


@pytest.mark.parametrize("mode", sorted(DUETS))
def test_no_key_is_followed_where_any_may_be_played(mode):
    assert not any(controls.leanings for controls in drawn_in(mode, "any"))


def test_a_key_that_is_locked_holds_against_the_hands():
    drawn = drawn_in(Mode.ACCOMPANY, "F dorian")
    assert {controls.key for controls in drawn} == {Key(5, "dorian")}
    assert not any(controls.leanings for controls in drawn)


def test_in_a_stream_the_key_of_the_hands_is_kept_to_where_it_is_asked_for():
    assert not any(controls.leanings for controls in drawn_in(Mode.STREAM))
    assert keeps_to_d_major(drawn_in(Mode.STREAM, "follow")[-1])
