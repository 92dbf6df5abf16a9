"""Training: from a folder of music to a trained network in a run folder.

Reads a corpus with music21, trains a network with Keras 3, and keeps a record of everything in plain files.
What all networks share is in `corpus` and `runs`. Each kind of preset has its own room: `classic`, the
network of the two 2018 articles, and `score`.
"""
