"""Measures a score preset: bits an event and baselines, statistics and its corpus, originality.

Each module computes one thing from values. It knows no network, no file and no screen.
"""
