"""The score network, its training batches and its run folder."""
