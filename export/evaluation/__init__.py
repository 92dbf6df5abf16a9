"""Measures a score preset: bits per event against baselines, statistics against its corpus, and originality.

The modules that compute these measurements take plain values; they use no network, file or screen.
"""
