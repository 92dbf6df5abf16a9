"""The formats that the studio, which trains presets, and the stage, which plays them, share.

It has events, the window of the last 100 events, vocabularies, and bundles, the folders of plain files in
which presets are stored. It also has the records of a set's journal, and the recording made from them. It
imports only the standard library and numpy.
"""
