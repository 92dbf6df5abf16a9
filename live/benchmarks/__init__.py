"""What `segue bench` measures: one module a benchmark, with `measure(setting)`.

The modules are imported when they are asked for: most of them need onnxruntime or a MIDI system.
"""

BENCHMARKS = {
    "predict": "how long the network takes for an event",
    "clock": "how late notes come, against a bare loop that only waits and sends",
    "peer": "how late notes come, against mido playing the same notes",
    "switch": "from the request of another preset to its first note",
    "key-to-note": "from a key pressed to the first note that knows of it",
    "cold-start": "from the command to the first note",
    "cpu": "how much of a processor a minute of music takes",
    "memory": "how much memory presets take",
}
"""Every benchmark by its name, and what it measures."""
