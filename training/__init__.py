"""Training: from a folder of music to a trained network in a run folder.

This package reads a corpus with music21, trains a network with Keras 3, and records everything in plain
files. `corpus` and `runs` serve every kind of network. Each kind of preset also has its own package:
`classic`, the network of the two 2018 articles, and `score`.
"""
