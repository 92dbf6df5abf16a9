import pytest
from mido import Message

from live.core.output.thru import Thru
from live.core.output.thru_rules import ThruRules

EVERYTHING = Thru([""])
KNOB = (0, "control_change", 0, 21)
PAD = (0, "note_on", 9, 36)


def cc(control, value=100, channel=0):
    return Message("control_change", channel=channel, control=control, value=value)


def through(rules, message, source=0, *, pedal=False):
    return rules.through(source, message, pedal=pedal)


@pytest.mark.parametrize(
    "message",
    [
        Message("note_on", note=60, velocity=90),
        Message("note_off", note=60),
        Message("polytouch", note=60, value=3),
        Message("aftertouch", value=3),
        Message("pitchwheel", pitch=3),
        cc(1),
        cc(64),
    ],
    ids=lambda message: message.type,
)
def test_music_goes_through_where_it_is_to_go_and_nothing_does_without_thru(message):
    assert through(ThruRules(EVERYTHING), message) == message
    assert through(ThruRules(Thru(["1:5"])), message) == message.copy(channel=4)
    assert through(ThruRules(Thru(["2:5"])), message) is None
    assert through(ThruRules(), message) is None


@pytest.mark.parametrize("message", [Message("program_change", program=3), Message("clock")], ids=str)
def test_what_chooses_a_preset_and_what_has_no_channel_does_not_go_through(message):
    assert through(ThruRules(EVERYTHING), message) is None


def test_a_knob_that_steers_does_not_go_through_and_others_do():
    rules = ThruRules(EVERYTHING, frozenset([KNOB]))
    assert through(rules, cc(21)) is None
    assert through(rules, cc(21, channel=1)) == cc(21, channel=1)
    assert through(rules, cc(22)) == cc(22)
    assert through(rules, cc(21), source=1) == cc(21)


def test_a_pad_that_steers_begins_nothing_and_its_note_off_may_end_what_it_began_before():
    rules = ThruRules(EVERYTHING, frozenset([PAD]))
    for kind in ("note_on", "polytouch"):
        assert through(rules, Message(kind, channel=9, note=36)) is None
        assert through(rules, Message(kind, channel=9, note=37)) == Message(kind, channel=9, note=37)
    note_off = Message("note_off", channel=9, note=36)
    assert through(rules, note_off) == note_off


@pytest.mark.parametrize("value", [0, 100, 127])
def test_a_pedal_that_is_down_and_steers_since_comes_up_whatever_it_says(value):
    rules = ThruRules(EVERYTHING, frozenset([(0, "control_change", 0, 64)]))
    assert through(rules, cc(64, value), pedal=True) == cc(64, 0)
    assert through(rules, cc(64, value), pedal=False) is None
    other = ThruRules(EVERYTHING, frozenset([KNOB]))
    assert through(other, cc(21), pedal=True) is None, "only the pedal itself can lift it"


def test_while_segue_waits_for_a_knob_no_control_change_is_music_but_a_pedal_that_comes_up():
    rules = ThruRules(EVERYTHING, learns=True)
    for control in (1, 7, 21, 64, 67):
        assert through(rules, cc(control)) is None
    for control in range(64, 70):
        assert through(rules, cc(control, 63)) == cc(control, 63)
        assert through(rules, cc(control, 64)) is None
    assert through(rules, cc(21, 0)) is None
    note_on = Message("note_on", note=60)
    assert through(rules, note_on) == note_on
