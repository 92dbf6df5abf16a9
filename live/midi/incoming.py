"""Turns the bytes that come in at a port into messages that segue handles."""

from collections.abc import Sequence

from mido import Message

IGNORED = frozenset({"sysex", "active_sensing"})


def incoming_message(data: Sequence[int]) -> Message | None:
    """Return the message in these bytes, or None if segue does not handle it.

    A note-on of velocity 0 becomes a note-off. SysEx, active sensing and incomplete messages give None.

    Args:
        data: one message, status byte first, as JACK and RtMidi deliver it.
    """
    try:
        message = Message.from_bytes(data)
    except (ValueError, IndexError):  # IndexError: a pitch bend or song position cut short
        return None
    if message.type in IGNORED:
        return None
    if message.type == "note_on" and message.velocity == 0:
        return Message("note_off", channel=message.channel, note=message.note, velocity=0)
    return message
