"""MIDI ports: JACK, python-rtmidi, and inputs that reconnect by name."""
