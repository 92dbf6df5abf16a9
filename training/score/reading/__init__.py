"""From MIDI files, scores and journals to the events that a score network learns from."""
