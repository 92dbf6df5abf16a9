import pytest
from mido import Message

from live.core.output.thru import CHANNEL_MESSAGES, Thru
from presets.errors import UsageError


def led(*specs):
    """Return where notes go from channels 1, 2 and 16, as players count them."""
    thru = Thru(specs)
    through = [thru.through(Message("note_on", channel=channel, note=60)) for channel in (0, 1, 15)]
    return [message and message.channel + 1 for message in through]


@pytest.mark.parametrize(
    ("specs", "channels"),
    [
        ([""], [1, 2, 16]),
        (["5"], [5, 5, 5]),
        (["1:5"], [5, None, None]),
        (["1:5", "16:5"], [5, None, 5]),
        (["1:2", "2:1"], [2, 1, None]),
        (["1:5", ""], [5, 2, 16]),
        (["7", "2:3"], [7, 3, 7]),
        ([], [None, None, None]),
    ],
)
def test_each_channel_goes_where_it_is_led(specs, channels):
    assert led(*specs) == channels


@pytest.mark.parametrize("spec", ["0", "17", "1:17", "0:1", "1:", ":5", "piano", "1-5", "1:2:3", " 5", "-1"])
def test_what_is_no_channel_is_refused(spec):
    with pytest.raises(UsageError, match=rf"^--thru must be a channel 1\.\.16, or two .*, got '{spec}'$"):
        Thru([spec])


@pytest.mark.parametrize("specs", [["1:5", "1:6"], ["5", "6"], ["", "5"], ["", ""]])
def test_a_channel_goes_to_one_channel(specs):
    with pytest.raises(UsageError, match=rf"^--thru must send each channel to one channel, got '{specs[1]}'"):
        Thru(specs)


@pytest.mark.parametrize("kind", sorted(CHANNEL_MESSAGES))
def test_whatever_belongs_to_a_channel_goes_through_as_it_is(kind):
    message = Message(kind, channel=2)
    assert Thru([""]).through(message) == message
    assert Thru(["9"]).through(message) == message.copy(channel=8)


@pytest.mark.parametrize("kind", ["clock", "start", "continue", "stop", "songpos", "tune_request", "reset"])
def test_what_belongs_to_no_channel_does_not_go_through(kind):
    assert Thru(["", "1:2"]).through(Message(kind)) is None
