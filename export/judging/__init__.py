"""Judges: can generated music be told from the music of its corpus?

A classifier two-sample test (Lopez-Paz and Oquab 2017, "Revisiting Classifier Two-Sample Tests"): a
classifier learns to tell windows of both; the area under its ROC curve on pieces that it has not seen is 0.5
where nobody can tell them apart, and 1 where anyone can. One judge counts musical features, another hears the
events in their order. Neither knows a network, a preset or a screen.
"""
