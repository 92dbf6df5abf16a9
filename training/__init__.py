"""The studio's first half: from a folder of music to a trained network in a run folder.

Reads a corpus with music21 (the only room that imports it), trains the network of the two 2018 articles with
Keras 3, and keeps everything that it did in plain files.
"""
