"""The benchmarks of `segue bench`: one module each, with a function `measure(setting)`.

`segue bench` imports a module only when it runs: most of them need onnxruntime or a MIDI system.
"""

BENCHMARKS = {
    "predict": "how long a network takes to predict an event",
    "clock": "how late notes come, compared with a bare loop that only waits and sends",
    "peer": "how late notes come, compared with mido playing the same notes",
    "switch": "the time from asking for another preset to its first note",
    "key-to-note": "the time from a key press to the first note that takes it into account",
    "in-time": "the share of steps for which segue knew in time what to play, and how old that was",
    "thru": "how many frames a key takes through segue, compared with a bare JACK client",
    "xruns": "how often JACK's cycles come too late because of segue, compared with a bare JACK client",
    "cold-start": "the time from the command to the first note",
    "cpu": "how much processor time a minute of music takes",
    "memory": "how much memory presets need",
}
"""Every benchmark by name, and what it measures."""
