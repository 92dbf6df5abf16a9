"""The score network itself, its batches and its run."""
