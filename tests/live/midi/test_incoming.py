import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import Message

from live.midi.incoming import incoming_message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("90 3c 40", Message("note_on", note=60, velocity=64)),
        ("90 3c 00", Message("note_off", note=60, velocity=0)),
        ("9f 3c 00", Message("note_off", note=60, velocity=0, channel=15)),
        ("80 3c 40", Message("note_off", note=60, velocity=64)),
        ("b0 40 7f", Message("control_change", control=64, value=127)),
        ("c0 05", Message("program_change", program=5)),
        ("e0 00 40", Message("pitchwheel", pitch=0)),
        ("f2 10 00", Message("songpos", pos=16)),
        ("f8", Message("clock")),
        ("fa", Message("start")),
        ("fb", Message("continue")),
        ("fc", Message("stop")),
        ("fe", None),  # active sensing
        ("f0 7d 01 f7", None),  # SysEx
        ("", None),
        ("3c 40", None),  # running status without its status
        ("90 3c", None),  # cut short
        ("90 3c ff", None),  # a data byte above 127
        ("e0 40", None),
        ("f2", None),
        ("f4", None),  # undefined
    ],
)
def test_bytes_become_messages_or_nothing(data, message):
    assert incoming_message(bytes.fromhex(data)) == message


@given(st.binary(max_size=8))
def test_no_bytes_raise(data):
    message = incoming_message(data)
    assert message is None or not (message.type == "note_on" and message.velocity == 0)
