"""From the bytes that come in at a port to the messages that segue knows."""

from collections.abc import Sequence

from mido import Message

IGNORED = frozenset({"sysex", "active_sensing"})


def incoming_message(data: Sequence[int]) -> Message | None:
    """Return the message that these bytes are, or None if it is none of segue's business.

    A note-on of velocity 0 becomes the note-off that it is. SysEx, active sensing and what is no complete
    message are None.

    Args:
        data: one message, status byte first, as JACK and RtMidi hand it over.
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
