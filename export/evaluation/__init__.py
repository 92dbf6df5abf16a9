"""How good a score preset is, in figures: bits against baselines, statistics against the corpus, originality.

Each module computes one thing from values and knows no network, no file and no screen.
"""
