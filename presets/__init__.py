"""What the rooms have in common: the contract between the studio that makes presets and the stage.

Events, the window of the last 100, vocabularies, and the bundle: the folder of plain files that a preset is.
And what stays of a set: the journal's records, and the recording that they become. Imports nothing but the
standard library and numpy.
"""
