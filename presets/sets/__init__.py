"""What remains of a set: the journal's records, and the recording they become."""
