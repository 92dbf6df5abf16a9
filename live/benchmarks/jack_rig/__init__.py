"""What the benchmarks on JACK need: a server of their own, and small programs on it.

Only the programs import `jack`, which fails where libjack is missing. They are started as processes.
"""
