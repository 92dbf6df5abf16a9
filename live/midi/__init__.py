"""MIDI ports: on JACK, through python-rtmidi, and inputs that reconnect by name."""
