"""What leaves: the schedule of what is due, what sounds, the parts' channels, thru and panic."""
