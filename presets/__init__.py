"""What the other rooms share: the contract between training, which makes presets, and playing.

Music as the networks see it, the folder of a preset, the records of a journal, and the recording made from
them. Imports only the standard library and numpy.
"""
