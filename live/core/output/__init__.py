"""The output side: the schedule of messages and notes, the parts' channels, thru and panic."""
