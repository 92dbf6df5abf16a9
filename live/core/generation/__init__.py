"""From a network's probabilities to one event: sampling, masks, recall and expression."""
