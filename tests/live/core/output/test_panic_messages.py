from live.core.output.panic_messages import every_note_off, panic_messages


def test_each_channel_gets_pedal_up_before_notes_off_before_sound_off():
    messages = [(m.channel, m.control, m.value) for m in panic_messages()]
    assert messages == [(channel, control, 0) for channel in range(16) for control in (64, 123, 120)]


def test_every_note_of_every_channel_goes_off():
    notes = [(m.type, m.channel, m.note) for m in every_note_off()]
    assert notes == [("note_off", channel, note) for channel in range(16) for note in range(128)]
