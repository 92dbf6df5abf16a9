"""The contract between the studio that makes presets and the stage that plays them.

Events, the window of the last 100, vocabularies, and the bundle: the folder of plain files that a preset is.
Imports nothing but the standard library and numpy.
"""
