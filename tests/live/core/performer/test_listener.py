"""What segue makes of the key that hands are in."""

from dataclasses import replace

import pytest
from mido import Message

from live.core.controls.mode import Mode
from live.core.controls.scales import Key
from live.stage.inbox import MessageReceived
from tests.live.stage.alphabet import AlphabetPredictor
from tests.live.stage.virtual_stage import VirtualStage

D_MAJOR = (62, 64, 66, 67, 69, 71, 73, 74, 69, 66, 62, 69, 74, 66, 62)


class Noting(AlphabetPredictor):
    """Keeps how each event was to be drawn."""

    def __init__(self):
        super().__init__()
        self.drawn = []

    def predict(self, window, moment, controls, rng):
        self.drawn.append(controls)
        return super().predict(window, moment, controls, rng)


def keys_drawn_in(mode, key=None):
    """The keys, in order, while a hand plays D major for four seconds."""
    predictor = Noting()
    stage = VirtualStage(mode=mode, predictor=predictor)
    stage.set_controls(replace(stage.status.controls, key=key))
    stage.performer.start()
    for index, note in enumerate(D_MAJOR):
        at = 0.5 + index * 0.25
        stage.at(at, MessageReceived(at, 0, Message("note_on", note=note, velocity=80)))
        stage.at(at + 0.2, MessageReceived(at + 0.2, 0, Message("note_off", note=note)))
    stage.play_until(6)
    keys = [controls.key for controls in predictor.drawn]
    return [key for place, key in enumerate(keys) if place == 0 or key != keys[place - 1]]


def test_beside_hands_segue_keeps_to_their_key_once_it_is_sure():
    assert keys_drawn_in(Mode.ACCOMPANY) == [None, Key(2, "major")]


def test_a_key_that_is_locked_holds_against_the_hands():
    assert keys_drawn_in(Mode.ACCOMPANY, Key(5, "dorian")) == [Key(5, "dorian")]


@pytest.mark.parametrize("mode", [Mode.STREAM, Mode.CONTINUE])
def test_elsewhere_the_key_of_the_hands_is_kept_to_only_where_it_is_asked_for(mode):
    assert keys_drawn_in(mode) == [None]
