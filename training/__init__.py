"""The studio's first half: from a folder of music to a trained network in a run folder.

Reads a corpus (the only room that imports music21), trains a network with Keras 3, and keeps everything that
it did in plain files. What is the same for all networks stands here; what a kind of preset has of its
own, in a package of its name: `classic`, the network of the two 2018 articles, and `score`.
"""
