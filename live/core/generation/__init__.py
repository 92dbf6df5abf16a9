"""Turns a network's probabilities into one event: sampling, masks, recall and expression."""
