"""The score network, its batches and its run folder."""
