"""The messages that silence everything connected to a port, whoever started it."""

from mido import Message

from presets.sets.channel_message import ALL_NOTES_OFF, ALL_SOUND_OFF, SUSTAIN

CHANNELS = range(16)
NOTES = range(128)


def panic_messages() -> list[Message]:
    """Return pedal up, all notes off and all sound off for each of the 16 channels, in this order."""
    return [
        Message("control_change", channel=channel, control=control, value=0)
        for channel in CHANNELS
        for control in (SUSTAIN, ALL_NOTES_OFF, ALL_SOUND_OFF)
    ]


def every_note_off() -> list[Message]:
    """Return a note-off for each of the 128 notes on each of the 16 channels.

    Use it for synthesizers that ignore channel mode messages, when it is unknown which notes sound. It takes
    2 s on a DIN cable, so send it after `panic_messages`.
    """
    return [
        Message("note_off", channel=channel, note=note, velocity=0) for channel in CHANNELS for note in NOTES
    ]
